//! An operation of the document: its path, parameters, body and answers.

use http::Method;
use jsonschema::Validator;
use serde_json::{Map, Value, json};

use super::answer::{self, Documented};
use super::schema;

#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) method: Method,
    /// As the document writes it, `{id}` and all.
    pub(crate) template: String,
    pub(crate) segments: Vec<Segment>,
    pub(crate) summary: String,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Option<Body>,
    /// In the document's order; the first 2xx is the usual success.
    pub(crate) answers: Vec<Documented>,
    /// What a success costs.
    pub(crate) credits: u64,
    /// The window that it counts in, and the window's seconds.
    pub(crate) window: Option<(String, u64)>,
    /// Names of schemes: any one of the lists is enough, a list needs all of its own. Empty: nothing is needed.
    pub(crate) security: Vec<Vec<String>>,
}

/// A piece of a path between slashes.
#[derive(Debug)]
pub(crate) enum Segment {
    Literal(String),
    Parameter(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Path,
    Query,
    Header,
    Cookie,
}

#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) place: Place,
    pub(crate) required: bool,
    pub(crate) schema: Value,
    pub(crate) validator: Validator,
    pub(crate) example: Option<String>,
}

/// What a request may carry.
#[derive(Debug)]
pub(crate) struct Body {
    pub(crate) required: bool,
    pub(crate) media: Vec<Media>,
    /// Members that are secret (`format: password`), in any of the media types.
    pub(crate) secrets: Vec<String>,
}

#[derive(Debug)]
pub(crate) struct Media {
    /// In lower case, without parameters.
    pub(crate) kind: String,
    /// The members of an object, references followed.
    pub(crate) members: Map<String, Value>,
    pub(crate) validator: Validator,
    /// `encoding.<part>.contentType`, split.
    pub(crate) part_types: Vec<(String, Vec<String>)>,
    pub(crate) example: Option<Value>,
}

impl Operation {
    pub(crate) fn answer(&self, status: u16) -> Option<&Documented> {
        self.answers.iter().find(|answer| answer.status == status)
    }

    /// The answer to a request that succeeds: the first 2xx.
    pub(crate) fn success(&self) -> Option<&Documented> {
        self.answers.iter().find(|answer| answer.status / 100 == 2)
    }

    /// The secret members of its body.
    pub(crate) fn secrets(&self) -> &[String] {
        self.body.as_ref().map_or(&[], |body| &body.secrets)
    }
}

impl Body {
    pub(crate) fn media(&self, kind: &str) -> Option<&Media> {
        self.media.iter().find(|media| media.kind == kind)
    }
}

impl Media {
    /// Whether a member is the bytes of a file rather than text.
    pub(crate) fn is_binary(&self, member: &str) -> bool {
        self.members
            .get(member)
            .is_some_and(|schema| schema.get("format") == Some(&json!("binary")))
    }
}

pub(crate) const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// Reads operations out of a document's tree.
pub(crate) struct Reader<'t> {
    pub(crate) tree: &'t Value,
}

impl<'t> Reader<'t> {
    /// Follows references, as far as they lead and at most sixteen of them, so that a circle ends.
    pub(crate) fn resolve(&self, node: &'t Value) -> &'t Value {
        let mut node = node;
        for _ in 0..16 {
            let Some(pointer) = node
                .get("$ref")
                .and_then(Value::as_str)
                .and_then(|reference| reference.strip_prefix('#'))
            else {
                break;
            };
            match self.tree.pointer(pointer) {
                Some(target) => node = target,
                None => break,
            }
        }
        node
    }

    pub(crate) fn operations(&self) -> Result<Vec<Operation>, String> {
        let paths = self
            .tree
            .get("paths")
            .and_then(Value::as_object)
            .ok_or("the document has no `paths`")?;
        let mut operations = Vec::new();
        for (template, item) in paths {
            let item = self.resolve(item);
            for method in METHODS {
                if let Some(operation) = item.get(method) {
                    let read = self.operation(template, method, item, operation);
                    operations.push(read.map_err(|error| format!("{method} {template}: {error}"))?);
                }
            }
        }
        Ok(operations)
    }

    fn operation(
        &self,
        template: &str,
        method: &str,
        item: &'t Value,
        node: &'t Value,
    ) -> Result<Operation, String> {
        let text = |member: &str| node.get(member).and_then(Value::as_str);
        let mut answers = Vec::new();
        let responses = node.get("responses").and_then(Value::as_object);
        for (status, response) in responses.into_iter().flatten() {
            // `default` and `4XX` name no status that could be asked for.
            if let Ok(status) = status.parse::<u16>() {
                answers.push(answer::read(self, status, self.resolve(response)));
            }
        }
        let window = node.get("x-rate-limit").and_then(|limit| {
            let name = limit.get("window")?.as_str()?.to_owned();
            Some((name, limit.get("seconds")?.as_u64()?))
        });
        Ok(Operation {
            id: text("operationId").map_or_else(
                || format!("{} {template}", method.to_uppercase()),
                str::to_owned,
            ),
            method: method
                .to_uppercase()
                .parse()
                .map_err(|_| format!("`{method}` is no method"))?,
            template: template.to_owned(),
            segments: segments(template),
            summary: text("summary").unwrap_or_default().to_owned(),
            parameters: self.parameters(item, node)?,
            body: match node.get("requestBody") {
                Some(body) => Some(self.body(self.resolve(body))?),
                None => None,
            },
            answers,
            credits: node.get("x-credits").and_then(Value::as_u64).unwrap_or(0),
            window,
            security: self.security(node),
        })
    }

    fn security(&self, node: &Value) -> Vec<Vec<String>> {
        let Some(alternatives) = node
            .get("security")
            .or_else(|| self.tree.get("security"))
            .and_then(Value::as_array)
        else {
            return Vec::new();
        };
        alternatives
            .iter()
            .filter_map(Value::as_object)
            .map(|alternative| alternative.keys().cloned().collect())
            .collect()
    }

    fn parameters(&self, item: &'t Value, node: &'t Value) -> Result<Vec<Parameter>, String> {
        let mut parameters: Vec<Parameter> = Vec::new();
        // Those of the operation come second and replace those of its path item.
        for list in [item, node] {
            for parameter in list
                .get("parameters")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
            {
                let parameter = self.parameter(self.resolve(parameter))?;
                parameters
                    .retain(|other| other.name != parameter.name || other.place != parameter.place);
                parameters.push(parameter);
            }
        }
        Ok(parameters)
    }

    fn parameter(&self, node: &'t Value) -> Result<Parameter, String> {
        let name = node
            .get("name")
            .and_then(Value::as_str)
            .ok_or("a parameter without a `name`")?;
        let place = match node.get("in").and_then(Value::as_str) {
            Some("path") => Place::Path,
            Some("query") => Place::Query,
            Some("header") => Place::Header,
            Some("cookie") => Place::Cookie,
            _ => return Err(format!("parameter `{name}` has no `in` that is known")),
        };
        let nothing = &Value::Null;
        let written = node.get("schema").unwrap_or(nothing);
        let schema = self.resolve(written);
        let example = node.get("example").or_else(|| schema.get("example"));
        Ok(Parameter {
            name: name.to_owned(),
            place,
            required: node.get("required") == Some(&Value::Bool(true)),
            validator: schema::compile(
                self.tree,
                if schema.is_object() {
                    schema
                } else {
                    &Value::Bool(true)
                },
            )
            .or_else(|error| {
                if schema.is_object() {
                    Err(format!("parameter `{name}`: {error}"))
                } else {
                    schema::compile(self.tree, &json!({}))
                }
            })?,
            schema: schema.clone(),
            example: example.map(|example| match example {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            }),
        })
    }

    fn body(&self, node: &'t Value) -> Result<Body, String> {
        let mut media = Vec::new();
        let mut secrets = Vec::new();
        let content = node.get("content").and_then(Value::as_object);
        for (kind, node) in content.into_iter().flatten() {
            let read = self.media(kind, node)?;
            for (name, schema) in &read.members {
                if schema.get("format") == Some(&json!("password")) && !secrets.contains(name) {
                    secrets.push(name.clone());
                }
            }
            media.push(read);
        }
        Ok(Body {
            required: node.get("required") == Some(&Value::Bool(true)),
            media,
            secrets,
        })
    }

    fn media(&self, kind: &str, node: &'t Value) -> Result<Media, String> {
        let empty = &Value::Null;
        let schema = self.resolve(node.get("schema").unwrap_or(empty));
        let members: Map<String, Value> = schema
            .get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
            .map(|(name, member)| (name.clone(), self.resolve(member).clone()))
            .collect();
        let judged = files_are_judged_apart(schema);
        let part_types = node
            .get("encoding")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
            .filter_map(|(part, encoding)| {
                let types = encoding.get("contentType")?.as_str()?;
                let types = types.split(',').map(|one| one.trim().to_lowercase());
                Some((part.clone(), types.collect()))
            })
            .collect();
        Ok(Media {
            kind: kind.split(';').next().unwrap_or(kind).trim().to_lowercase(),
            validator: schema::compile(self.tree, &judged)
                .map_err(|error| format!("body {kind}: {error}"))?,
            members,
            part_types,
            example: answer::media_examples(self, node)
                .into_iter()
                .next()
                .map(|example| example.value),
        })
    }
}

/// The schema without what concerns the bytes of files: their length and type are judged on the bytes.
fn files_are_judged_apart(schema: &Value) -> Value {
    let mut schema = match schema {
        Value::Null => json!({}),
        schema => schema.clone(),
    };
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        for member in properties.values_mut() {
            if member.get("format") == Some(&json!("binary")) {
                *member = json!({});
            }
        }
    }
    schema
}

fn segments(template: &str) -> Vec<Segment> {
    template
        .trim_start_matches('/')
        .split('/')
        .map(|segment| {
            match segment
                .strip_prefix('{')
                .and_then(|segment| segment.strip_suffix('}'))
            {
                Some(name) => Segment::Parameter(name.to_owned()),
                None => Segment::Literal(segment.to_owned()),
            }
        })
        .collect()
}
