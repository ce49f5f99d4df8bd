//! References into other files.

use std::fs;
use std::path::Path;

use super::judge_in;

/// A folder with files, which is gone with it.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder can be made");
    for (file, text) in files {
        let path = folder.path().join(file);
        let above = path.parent().expect("a file is in a folder");
        fs::create_dir_all(above).expect("the folder can be made");
        fs::write(path, text).expect("the file can be written");
    }
    folder
}

const FILES: &[(&str, &str)] = &[
    ("secret.yaml", "type: string\n"),
    (
        "api/schemas/user.yaml",
        "type: object\nproperties: {name: {type: string}}\n",
    ),
    (
        "api/shared.yaml",
        "openapi: 3.0.4\ninfo: {title: A, version: '1'}\npaths: {}\ncomponents:\n  schemas:\n    User: {type: object}\n  parameters:\n    Id: {name: id, in: query, schema: {type: string}}\n",
    ),
    (
        "api/id.yaml",
        "name: id\nin: query\nschema: {type: string}\n",
    ),
    ("api/list.yaml", "[1, 2]\n"),
    ("api/broken.yaml", "a: [\n"),
];

/// What is said of a schema that is this reference, but for the compiler's words.
fn said(folder: &Path, reference: &str) -> Vec<String> {
    let text = format!(
        "openapi: 3.0.4\ninfo: {{title: A, version: '1', description: About.}}\npaths: {{}}\ncomponents:\n  schemas:\n    Owner:\n      type: object\n      properties:\n        a: {{$ref: '{reference}'}}\n"
    );
    judge_in("api.yaml", text.as_bytes(), folder)
        .findings
        .iter()
        .filter(|finding| finding.rule != "unused-component")
        .filter(|finding| finding.rule != "compiler-note")
        .map(|finding| {
            format!(
                "{} {}: {}",
                finding.span.start, finding.rule, finding.message
            )
        })
        .collect()
}

#[test]
fn a_reference_into_another_file_is_followed_from_the_folder_of_the_document() {
    let folder = folder(FILES);
    let api = folder.path().join("api");
    let is = |reference: &str, rule: &str, message: &str| {
        assert_eq!(
            said(&api, reference),
            [format!("9:19 {rule}: {message}")],
            "{reference}"
        );
    };
    for fine in [
        "schemas/user.yaml",
        "./schemas/user.yaml",
        "schemas/../schemas/user.yaml",
        "schemas/user.yaml#/properties/name",
        "shared.yaml#/components/schemas/User",
    ] {
        assert_eq!(said(&api, fine), [] as [&str; 0], "{fine}");
    }
    is(
        "gone.yaml",
        "unresolved-reference",
        "`gone.yaml` names a file that does not exist",
    );
    is(
        "shared.yaml#/components/schemas/Usr",
        "unresolved-reference",
        "`shared.yaml#/components/schemas/Usr` leads to nothing in that file",
    );
    is(
        "broken.yaml",
        "unresolved-reference",
        "`broken.yaml` names a file that is no YAML or JSON",
    );
    let parameter = "expected a Schema Object, and this leads to a Parameter Object";
    is(
        "shared.yaml#/components/parameters/Id",
        "reference-kind",
        parameter,
    );
    is("id.yaml", "reference-kind", parameter);
    let none = "expected a Schema Object, and this leads to what is no object";
    is("list.yaml", "reference-kind", none);
    is("list.yaml#/0", "reference-kind", none);
    for outside in [
        "../secret.yaml",
        "schemas/../../secret.yaml",
        "file:///elsewhere/a.yaml",
        "/elsewhere/a.yaml",
    ] {
        let message = format!("`{outside}` lies outside of the document's folder and is not read");
        is(outside, "remote-reference", &message);
    }
    let remote = "`https://example.com/a.yaml` is an address of a network and is not followed";
    is("https://example.com/a.yaml", "remote-reference", remote);
}
