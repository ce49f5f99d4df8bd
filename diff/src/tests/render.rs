//! The three forms of a report.

use super::report;
use crate::render;

const BASE: &str = "\
openapi: 3.0.3
info: { title: Things, version: '1' }
paths:
  /things/{id}:
    get:
      operationId: getThing
      parameters:
        - { name: id, in: path, required: true, schema: { type: string } }
      responses:
        '200':
          description: One
          content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } }
    put:
      operationId: setThing
      parameters:
        - { name: id, in: path, required: true, schema: { type: string } }
      requestBody:
        content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } }
      responses:
        '204': { description: Done }
components:
  schemas:
    Thing:
      type: object
      required: [name]
      properties:
        name: { type: string, maxLength: 64 }
        labels: { type: array, items: { $ref: '#/components/schemas/Label' } }
    Label: { type: string, pattern: '^a' }
";

fn head() -> String {
    BASE.replace("version: '1'", "version: '2'")
        .replace("{id}", "{thing}")
        .replace("name: id,", "name: thing,")
        .replace("maxLength: 64", "maxLength: 32")
        .replace("pattern: '^a'", "pattern: '^b'")
        .replace("Label", "Tag")
        .replace("operationId: setThing", "operationId: putThing")
        .replace("        '204': { description: Done }\n", "        '204': { description: Done }\n        '409': { description: '50%, and: more' }\n")
}

fn rendered(
    render: fn(&crate::change::Report, &mut dyn std::io::Write) -> std::io::Result<()>,
) -> String {
    let mut out = Vec::new();
    render(&report(BASE, &head()), &mut out).expect("a vector takes everything");
    String::from_utf8(out).expect("it is text")
}

#[test]
fn the_human_form_goes_operation_by_operation_and_says_why() {
    insta::assert_snapshot!(rendered(render::human));
}

#[test]
fn the_json_form_has_the_documented_members_and_no_others() {
    let json: serde_json::Value =
        serde_json::from_str(&rendered(render::json)).expect("it is one JSON value");
    let report = json.as_object().expect("an object");
    assert_eq!(report.keys().collect::<Vec<_>>(), ["changes", "breaking"]);
    let changes = report["changes"].as_array().expect("a list");
    let breaking = changes.iter().filter(|change| change["breaking"] == true);
    assert_eq!(report["breaking"], breaking.count());
    for change in changes {
        let members = change.as_object().expect("an object");
        let names: Vec<_> = members.keys().map(String::as_str).collect();
        if members.contains_key("operation") {
            assert_eq!(names, ["id", "breaking", "operation", "pointer", "message"]);
        } else {
            assert_eq!(names, ["id", "breaking", "pointer", "message"]);
        }
    }
    insta::assert_snapshot!(rendered(render::json));
}

#[test]
fn the_github_form_annotates_the_file_that_people_see() {
    insta::assert_snapshot!(rendered(render::github));
}

#[test]
fn nothing_to_tell_is_told_to_people_and_is_an_empty_list_for_programs() {
    let empty = report(BASE, BASE);
    let mut out = Vec::new();
    render::human(&empty, &mut out).expect("a vector takes everything");
    render::json(&empty, &mut out).expect("a vector takes everything");
    render::github(&empty, &mut out).expect("a vector takes everything");
    let text = String::from_utf8(out).expect("it is text");
    insta::assert_snapshot!(text, @r#"
    no change: both documents mean the same
    {"changes":[],"breaking":0}
    "#);
}

#[test]
fn an_extracted_schema_is_no_change_but_people_see_the_new_type() {
    let head = BASE.replace(
        "name: { type: string, maxLength: 64 }",
        "name: { $ref: '#/components/schemas/Name' }",
    ) + "    Name: { type: string, maxLength: 64 }\n";
    let extracted = report(BASE, &head);
    assert!(extracted.changes.is_empty());
    let mut out = Vec::new();
    render::human(&extracted, &mut out).expect("a vector takes everything");
    let text = String::from_utf8(out).expect("it is text");
    insta::assert_snapshot!(text, @"
    generated Rust types that are new: `Name`

    no change: both documents mean the same
    ");
}
