//! The runtime: what the generated code needs, written by hand.
//!
//! It is the same text for every document, of which each client gets what it names, and what that names in
//! turn: nobody compiles or reads how a form is encoded where there is none.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens as _;

/// The files of the runtime, in the order in which they stand in the module.
const FILES: [&str; 14] = [
    include_str!("../runtime/request.rs"),
    include_str!("../runtime/answers.rs"),
    include_str!("../runtime/read.rs"),
    include_str!("../runtime/values.rs"),
    include_str!("../runtime/texts.rs"),
    include_str!("../runtime/builders.rs"),
    include_str!("../runtime/path.rs"),
    include_str!("../runtime/parameters.rs"),
    include_str!("../runtime/bodies.rs"),
    include_str!("../runtime/unions.rs"),
    include_str!("../runtime/nullable.rs"),
    include_str!("../runtime/date_time.rs"),
    include_str!("../runtime/json_schema.rs"),
    include_str!("../runtime/description.rs"),
];

/// What a client has whether or not its own code names it: whoever sends through hooks speaks of it, and so
/// does whoever looks into an error.
const ALWAYS: [&str; 6] = [
    "CodeResend",
    "NotAnAnswer",
    "Operation",
    "Resend",
    "Undecodable",
    "path_segment",
];

/// One item of the runtime with its documentation, or several that stand without a blank line between them.
struct Piece {
    text: &'static str,
    /// The names that it brings; none where it is an `impl`.
    names: Vec<String>,
    /// The type and the trait that it is an `impl` of.
    belongs_to: Vec<String>,
    /// The names that it speaks of, in their order.
    speaks_of: Vec<String>,
}

/// The module `runtime` as text, for the modules that are made of the document.
pub(super) fn text(modules: &[&str]) -> String {
    let mut text = String::from(
        "/// What the generated code needs at run time, written by hand.\n\
         // The client's error holds whatever an answer was, and is as large as that.\n\
         #[allow(clippy::result_large_err)]\n\
         pub mod runtime {\n",
    );
    let pieces: Vec<Piece> = FILES.into_iter().flat_map(pieces).collect();
    let brought: BTreeSet<&str> = pieces.iter().flat_map(Piece::names).collect();
    let named = modules
        .iter()
        .flat_map(|module| module.split("runtime::").skip(1))
        .map(|rest| rest.split(|c| !is_of_name(c)).next().unwrap_or_default());
    let mut names: BTreeSet<&str> = ALWAYS.into_iter().chain(named).collect();
    let mut needed = vec![false; pieces.len()];
    loop {
        let before = names.len();
        for (piece, needed) in pieces.iter().zip(&mut needed) {
            // An `impl` comes with the type that it is of, or else with the trait.
            let mut of = match piece.names.is_empty() {
                true => piece
                    .belongs_to()
                    .find(|name| brought.contains(name))
                    .into_iter()
                    .collect(),
                false => piece.names().collect::<Vec<_>>(),
            };
            of.retain(|name| names.contains(name));
            if !*needed && !of.is_empty() {
                *needed = true;
                names.extend(piece.speaks_of());
            }
        }
        if names.len() == before {
            break;
        }
    }
    let needed = pieces
        .iter()
        .zip(needed)
        .filter_map(|(piece, needed)| needed.then_some(piece));
    for (index, piece) in needed.enumerate() {
        if index > 0 {
            text.push('\n');
        }
        for line in piece.text.lines() {
            if !line.is_empty() {
                text.push_str("    ");
                text.push_str(line);
            }
            text.push('\n');
        }
    }
    text.push_str("}\n");
    text
}

const fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// The pieces of a file: what stands at the margin after a blank line begins one.
fn pieces(file: &'static str) -> Vec<Piece> {
    let mut begins = vec![0];
    begins.extend(file.match_indices("\n\n").filter_map(|(at, _)| {
        let rest = file.get(at + 2..)?;
        (!rest.starts_with([' ', '\n']) && !rest.is_empty()).then_some(at + 2)
    }));
    let ends = begins.iter().skip(1).copied().chain([file.len()]);
    begins
        .iter()
        .zip(ends)
        .map(|(&begin, end)| Piece::new(&file[begin..end]))
        .collect()
}

impl Piece {
    fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    fn speaks_of(&self) -> impl Iterator<Item = &str> {
        self.speaks_of.iter().map(String::as_str)
    }

    fn belongs_to(&self) -> impl Iterator<Item = &str> {
        self.belongs_to.iter().map(String::as_str)
    }

    fn new(text: &'static str) -> Self {
        let text = text.trim_end();
        let file = syn::parse_file(text)
            .expect("the runtime is a constant, and no test passes where a piece of it is no Rust");
        let mut speaks_of = Vec::new();
        mentioned(file.to_token_stream(), &mut speaks_of);
        Self {
            text,
            names: file.items.iter().filter_map(name).collect(),
            belongs_to: file
                .items
                .iter()
                .flat_map(|item| belongs_to(item, &speaks_of))
                .collect(),
            speaks_of,
        }
    }
}

/// The name that an item brings.
fn name(item: &syn::Item) -> Option<String> {
    Some(match item {
        syn::Item::Const(item) => item.ident.to_string(),
        syn::Item::Enum(item) => item.ident.to_string(),
        syn::Item::Fn(item) => item.sig.ident.to_string(),
        syn::Item::Struct(item) => item.ident.to_string(),
        syn::Item::Trait(item) => item.ident.to_string(),
        syn::Item::Type(item) => item.ident.to_string(),
        syn::Item::Macro(item) => match &item.ident {
            Some(ident) => ident.to_string(),
            None => of_static(&item.mac.tokens)?,
        },
        _ => return None,
    })
}

/// The type and the trait of an `impl`; of several by a macro, the types that it speaks of.
fn belongs_to(item: &syn::Item, speaks_of: &[String]) -> Vec<String> {
    let item = match item {
        syn::Item::Impl(item) => item,
        syn::Item::Macro(_) => {
            let types = speaks_of.iter();
            return types
                .filter(|name| name.starts_with(char::is_uppercase))
                .cloned()
                .collect();
        }
        _ => return Vec::new(),
    };
    let last = |path: &syn::Path| path.segments.last().map(|last| last.ident.to_string());
    let of = match &*item.self_ty {
        syn::Type::Path(of) => last(&of.path),
        _ => None,
    };
    let implemented = item.trait_.as_ref().and_then(|(path, ..)| last(path));
    of.into_iter().chain(implemented).collect()
}

/// The name of the static of a `thread_local!`.
fn of_static(tokens: &TokenStream) -> Option<String> {
    let mut tokens = tokens.clone().into_iter();
    tokens
        .find(|token| matches!(token, TokenTree::Ident(ident) if ident == "static"))
        .and_then(|_| tokens.next())
        .map(|name| name.to_string())
}

/// The names that tokens speak of and that may be of the runtime: not those of fields, methods, and of what
/// is in other modules.
fn mentioned(tokens: TokenStream, names: &mut Vec<String>) {
    let mut before = [' ', ' '];
    // The name before these two signs.
    let mut holder = String::new();
    for token in tokens {
        let mut last = ' ';
        match token {
            TokenTree::Ident(ident) => {
                let is_inside = before == [':', ':'] && holder != "runtime";
                if before[1] != '.' && !is_inside {
                    names.push(ident.to_string());
                }
                holder = ident.to_string();
            }
            TokenTree::Punct(punct) => last = punct.as_char(),
            TokenTree::Group(group) => mentioned(group.stream(), names),
            TokenTree::Literal(_) => {}
        }
        if last != ':' && before[1] == ':' && last != ' ' {
            holder.clear();
        }
        before = [before[1], last];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names that the runtime of a client brings.
    fn brought(client: &str) -> BTreeSet<String> {
        let file = syn::parse_file(&text(&[client])).expect("pieces of Rust in a module are Rust");
        let Some(syn::Item::Mod(module)) = file.items.first() else {
            panic!("a module")
        };
        let (_, items) = module
            .content
            .as_ref()
            .expect("the text has the module's braces");
        items.iter().filter_map(name).collect()
    }

    #[test]
    fn who_names_nothing_gets_what_hooks_speak_of() {
        let brought = brought("");
        for name in ALWAYS {
            assert!(brought.contains(name), "{name}: {brought:?}");
        }
        for name in [
            "Query", "Ordered", "FilePart", "Choice", "Nullable", "DateTime", "decode",
        ] {
            assert!(!brought.contains(name), "{name}: {brought:?}");
        }
    }

    #[test]
    fn what_is_named_brings_what_it_names_itself() {
        let form = brought("runtime::form_body(media_type, body, &[])");
        for name in [
            "form_body",
            "FormSerializer",
            "form_text",
            "MET",
            "Ordered",
            "percent_encode",
        ] {
            assert!(form.contains(name), "{name}: {form:?}");
        }
        assert!(!form.contains("multipart_body"), "{form:?}");
        let file = brought("runtime::FilePart");
        assert!(
            file.contains("MET") && !file.contains("FormSerializer"),
            "{file:?}"
        );
    }

    #[test]
    fn every_piece_can_be_had() {
        for piece in FILES.into_iter().flat_map(pieces) {
            let Some(first) = piece.names.first() else {
                continue;
            };
            let text = text(&[&format!("runtime::{first}")]);
            let line = piece
                .text
                .lines()
                .next()
                .expect("who brings a name has a line");
            assert!(text.contains(line), "{first}");
        }
    }
}
