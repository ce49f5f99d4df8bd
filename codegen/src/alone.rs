//! progenitor without the rest of the compiler, for comparison.

use crate::document::Document;
use crate::generator;

/// The client that progenitor makes of a document as its author wrote it.
pub(crate) fn client(document: &Document) -> Result<String, String> {
    let api =
        serde_json::from_value(document.root().to_json()).map_err(|error| error.to_string())?;
    let tokens = generator::alone(&api)?;
    let file =
        syn::parse2(tokens).map_err(|error| format!("the generator made no Rust: {error}"))?;
    Ok(prettyplease::unparse(&file))
}

/// What such a client needs: what progenitor's own guide names, with the dates, the ids, the pages, the
/// sockets and the patterns of which a document may have some.
pub(crate) const NEEDS: &str = "\
base64 = \"0.21\"
bytes = \"1\"
chrono = { version = \"0.4\", default-features = false, features = [\"serde\"] }
futures = \"0.3\"
progenitor-client = \"0.15.1\"
rand = \"0.8\"
regress = \"0.12\"
reqwest = { version = \"0.13\", default-features = false, features = [\"json\", \"query\", \"stream\"] }
serde = { version = \"1\", features = [\"derive\"] }
serde_json = \"1\"
serde_urlencoded = \"0.7\"
uuid = { version = \"1\", features = [\"serde\", \"v4\"] }
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_client_needs_no_more_than_is_told() {
        let text = serde_json::json!({
            "openapi": "3.0.3",
            "info": {"title": "A", "version": "1"},
            "paths": {"/a": {"get": {
                "operationId": "a",
                "parameters": [{"name": "q", "in": "query", "schema": {"$ref": "#/components/schemas/A"}}],
                "responses": {"200": {"description": "A", "content": {"application/json": {
                    "schema": {"$ref": "#/components/schemas/B"},
                }}}},
            }}},
            "components": {"schemas": {
                "A": {"type": "string", "pattern": "^a$"},
                "B": {"type": "object", "required": ["id"], "properties": {
                    "id": {"type": "string", "format": "uuid"},
                    "at": {"type": "string", "format": "date-time"},
                    "any": {},
                }},
            }},
        })
        .to_string();
        let document = Document::read("a.json", text.as_bytes()).expect("it can be read");
        let made = client(&document).expect("it is taken");
        assert!(made.contains("pub mod builder"), "{made}");
        // `>` is kept, so that what is named through a type is none of them.
        let mut needed: Vec<&str> = made
            .split(|c: char| !(c.is_alphanumeric() || "_:>".contains(c)))
            .filter_map(|path| path.strip_prefix("::")?.split("::").next())
            .filter(|name| *name != "std")
            .collect();
        needed.sort_unstable();
        needed.dedup();
        assert!(needed.contains(&"uuid"), "{needed:?}");
        for name in needed {
            let line = format!("{} =", name.replace('_', "-"));
            let is_told = NEEDS
                .lines()
                .any(|told| told.replace('_', "-").starts_with(&line));
            assert!(is_told, "{name}");
        }
    }
}
