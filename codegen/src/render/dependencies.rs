//! What generated code needs beside the standard library.

/// A crate that generated code may speak of, and its line in a `Cargo.toml`, with the features that are needed.
const CRATES: &[(&str, &str)] = &[
    ("bytes", "bytes = \"1.11\""),
    (
        "chrono",
        "chrono = { version = \"0.4.41\", default-features = false, features = [\"std\", \"serde\"] }",
    ),
    ("http", "http = \"1.3\""),
    ("progenitor_client", "progenitor-client = \"0.15.1\""),
    ("regress", "regress = \"0.12\""),
    (
        "reqwest",
        "reqwest = { version = \"0.13.4\", default-features = false } # and the TLS of your choice",
    ),
    ("schemars", "schemars = \"1.0\""),
    ("serde", "serde = \"1.0.219\""),
    ("serde_json", "serde_json = \"1.0.140\""),
];

/// The lines of the crates that these texts speak of.
pub(super) fn needed(texts: &[&str]) -> Vec<&'static str> {
    CRATES
        .iter()
        .filter(|(name, _)| {
            let path = format!("{name}::");
            texts.iter().any(|text| {
                text.match_indices(&path).any(|(at, _)| {
                    // Not the end of another name.
                    !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_')
                })
            })
        })
        .map(|(_, line)| *line)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The versions are those that everything here is tested with.
    #[test]
    fn versions_are_those_of_the_workspace() {
        let manifest = include_str!("../../../Cargo.toml");
        for (_, line) in CRATES {
            let name = line.split(' ').next().expect("a line has a name");
            let version = |line: &str| {
                let digits = line.find(|c: char| c.is_ascii_digit())?;
                let rest = &line[digits..];
                Some(rest[..rest.find('"')?].to_owned())
            };
            let known = manifest
                .lines()
                .find(|line| line.starts_with(&format!("{name} = ")))
                .and_then(version);
            assert_eq!(version(line), known, "{name}");
        }
    }

    #[test]
    fn progenitor_is_the_one_whose_output_is_known() {
        let pinned = format!("progenitor = {{ version = \"={}\"", crate::PROGENITOR);
        assert!(include_str!("../../../Cargo.toml").contains(&pinned));
    }

    #[test]
    fn a_crate_is_needed_where_its_path_stands() {
        let lines = needed(&["::serde_json::Value", "external_bytes::x"]);
        assert_eq!(lines, ["serde_json = \"1.0.140\""]);
    }
}
