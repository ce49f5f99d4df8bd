/// A schema from its text, with the schemas of the types that it refers to by name.
pub(crate) fn json_schema(
    text: &str,
    inner: &[(&str, ::schemars::Schema)],
) -> ::schemars::Schema {
    let mut schema: ::serde_json::Value = ::serde_json::from_str(text).unwrap_or_default();
    refer(&mut schema, inner);
    ::schemars::Schema::try_from(schema).unwrap_or_else(|_| true.into())
}

/// Puts the schema of each type where it is referred to by name.
fn refer(schema: &mut ::serde_json::Value, inner: &[(&str, ::schemars::Schema)]) {
    let name = schema.get("$ref").and_then(::serde_json::Value::as_str);
    if let Some((_, found)) = inner.iter().find(|(known, _)| Some(*known) == name) {
        *schema = found.clone().into();
        return;
    }
    match schema {
        ::serde_json::Value::Object(members) => {
            for (_, value) in members {
                refer(value, inner);
            }
        }
        ::serde_json::Value::Array(items) => {
            for value in items {
                refer(value, inner);
            }
        }
        _ => {}
    }
}
