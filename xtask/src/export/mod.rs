//! `cargo xtask export`: the document for tools that want another form of it.

mod translate;
mod yaml;

#[cfg(test)]
mod tests;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use xquik_document::{Document, Node};

use crate::source;

/// Prints the document as YAML or JSON, as the OpenAPI 3.0 that it is or as 3.1.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The document; openapi.yaml where it is left out.
    spec: Option<PathBuf>,
    /// The form of the output.
    #[arg(long, value_enum, default_value_t = Format::Yaml)]
    format: Format,
    /// The version of OpenAPI.
    #[arg(long, value_enum, default_value_t = Version::V3_0)]
    openapi: Version,
}

/// The forms of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// YAML; 3.0 with its comments, as it is written.
    Yaml,
    /// JSON, indented.
    Json,
}

/// The versions of OpenAPI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Version {
    /// As the document is written.
    #[value(name = "3.0")]
    V3_0,
    /// Translated.
    #[value(name = "3.1")]
    V3_1,
}

/// Exit code where there is nothing to export.
const UNREADABLE: u8 = 2;

/// Runs the subcommand: the document goes to `out`, what cannot be read to `err`.
pub(crate) fn run(arguments: &Arguments, out: &mut dyn Write, err: &mut dyn Write) -> ExitCode {
    let document = match read(arguments) {
        Ok(document) => document,
        Err(error) => {
            // Nothing can be done where not even stderr takes it.
            let _ = writeln!(err, "{error}");
            return ExitCode::from(UNREADABLE);
        }
    };
    let text = export(&document, arguments.format, arguments.openapi);
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever closed the pipe has what they wanted.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(err, "error: failed to write the document: {error}");
            ExitCode::from(UNREADABLE)
        }
    }
}

fn read(arguments: &Arguments) -> Result<Document, source::Error> {
    let document = match &arguments.spec {
        Some(path) => source::file(path, &path.to_string_lossy())?,
        None => source::document()?,
    };
    check(&document)?;
    Ok(document)
}

/// Refuses what is not OpenAPI 3.0.
fn check(document: &Document) -> Result<(), source::Error> {
    let root = document.root();
    let version = root.get("openapi").and_then(Node::scalar_text);
    if version.is_some_and(|version| version == "3.0" || version.starts_with("3.0.")) {
        return Ok(());
    }
    let found = match version {
        Some(version) => format!("version `{version}`"),
        None => "no `openapi`".to_owned(),
    };
    let span = root.get("openapi").unwrap_or(root).span;
    let message = format!("expected an OpenAPI 3.0 document, found {found}");
    Err(source::Error::at(document.name(), span, message))
}

/// The document in every form and version, for whoever tries any documents; or why there is none.
#[cfg(any(test, fuzzing))]
pub(crate) fn forms(document: &Document) -> Result<Vec<String>, source::Error> {
    check(document)?;
    let mut forms = Vec::new();
    for version in Version::value_variants() {
        for format in Format::value_variants() {
            forms.push(export(document, *format, *version));
        }
    }
    Ok(forms)
}

/// The document in the form that is asked for.
fn export(document: &Document, format: Format, version: Version) -> String {
    let root = document.root();
    let translated = match version {
        Version::V3_0 => None,
        Version::V3_1 => Some(translate::to_3_1(root)),
    };
    match (format, &translated) {
        // As its author wrote it, comments included, unless that was JSON.
        (Format::Yaml, None) if !document.text().trim_start().starts_with('{') => {
            document.text().to_owned()
        }
        (Format::Yaml, _) => yaml::write(translated.as_ref().unwrap_or(root)),
        (Format::Json, _) => {
            let json = translated.as_ref().unwrap_or(root).to_json();
            format!("{json:#}\n")
        }
    }
}
