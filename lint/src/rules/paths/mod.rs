//! Paths and parameters: what a request looks like.

pub(crate) mod body_without_meaning;
pub(crate) mod duplicate_operation_id;
pub(crate) mod duplicate_parameter;
pub(crate) mod ignored_header;
pub(crate) mod malformed_path;
pub(crate) mod operation_id_clash;
pub(crate) mod operation_without_success;
pub(crate) mod optional_path_parameter;
pub(crate) mod overlapping_paths;
pub(crate) mod path_without_slash;
pub(crate) mod query_in_path;
pub(crate) mod same_path;
pub(crate) mod trailing_slash;
pub(crate) mod undeclared_path_parameter;
pub(crate) mod unused_path_parameter;

use xquik_document::Node;

use crate::context::{Context, Operation};

/// The paths of a document with their items.
fn paths<'d>(cx: &Context<'d>) -> impl Iterator<Item = (&'d str, &'d Node)> {
    cx.document
        .root()
        .get("paths")
        .and_then(Node::as_mapping)
        .into_iter()
        .flatten()
        .map(|entry| (entry.key.name.as_str(), &entry.value))
        .filter(|(path, _)| path.starts_with('/'))
}

/// The names in braces of a path.
fn template_names(path: &str) -> impl Iterator<Item = &str> {
    path.split('{')
        .skip(1)
        .filter_map(|rest| Some(rest.split_once('}')?.0))
}

/// The path parameters of an operation by name, each as the author wrote it there.
fn path_parameters<'d>(cx: &Context<'d>, operation: &Operation<'d>) -> Vec<(&'d str, &'d Node)> {
    [operation.node, operation.path_item]
        .into_iter()
        .filter_map(|node| node.get("parameters")?.as_sequence())
        .flatten()
        .filter_map(|written| {
            let parameter = cx.resolve(written)?;
            let is_path = parameter.get("in")?.as_str()? == "path";
            let name = parameter.get("name")?.as_str()?;
            is_path.then_some((name, written))
        })
        .collect()
}
