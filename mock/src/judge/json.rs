//! A body of JSON: what is wrong with its text, in words that never quote it.

use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::error::Category;

/// Reads a body.
///
/// # Errors
/// What is wrong with it, to be said after "the body".
pub(super) fn read(bytes: &[u8]) -> Result<Value, String> {
    if bytes.is_empty() {
        return Err("is empty".to_owned());
    }
    serde_json::from_slice::<Value>(bytes).map_err(|error| {
        // The parser has no other word for it than its text.
        let too_deep = error.to_string().starts_with("recursion limit");
        let what = match error.classify() {
            Category::Eof => "ends too early",
            _ if too_deep => "is nested too deeply",
            _ => "is not JSON",
        };
        let (line, column) = (error.line(), error.column());
        format!("{what} (line {line}, column {column})")
    })
}

/// The names of members that an object has more than once: nobody can say which of them was meant.
pub(super) fn names_that_come_twice(bytes: &[u8]) -> Vec<String> {
    let mut twice = Vec::new();
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    // It was read before, so nothing else can be wrong with it.
    let _ = reader.deserialize_any(Names(&mut twice));
    twice.dedup();
    twice
}

/// Looks at names, and at values for the names within them.
struct Names<'n>(&'n mut Vec<String>);

impl<'de> DeserializeSeed<'de> for Names<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Names<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(Names(&mut *self.0))?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let mut seen = HashSet::new();
        while let Some(name) = members.next_key::<String>()? {
            if seen.contains(&name) {
                self.0.push(name);
            } else {
                seen.insert(name);
            }
            members.next_value_seed(Names(&mut *self.0))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_within_their_object_alone() {
        let twice = |text: &str| names_that_come_twice(text.as_bytes());
        assert_eq!(
            twice(r#"{"a":{"a":1},"b":[{"a":null},{"a":"a"}]}"#),
            [""; 0]
        );
        assert_eq!(
            twice(r#"{"a":1,"\u0061":2,"b":[{"c":1.5,"c":-1}]}"#),
            ["a", "c"]
        );
        assert_eq!(twice("[true]"), [""; 0]);
    }
}
