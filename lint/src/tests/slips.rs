//! A slip in the syntax is one finding, at the line that slipped, and the rest is read as it was meant.

use super::{judge, lines};

const BASE: &str = "\
openapi: 3.0.4
info:
  title: Pets
  version: '1'
  description: Of pets
servers:
  - url: https://example.com
    description: The only one
tags:
  - name: pets
    description: All about pets
paths:
  /pets:
    get:
      operationId: listPets
      summary: List the pets
      description: All of them
      tags: [pets]
      security:
        - key: []
      responses:
        '200':
          description: The pets
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/Pet'
              examples:
                one:
                  summary: One pet
                  value: { name: Rex }
components:
  schemas:
    Pet:
      type: object
      description: A pet
      required: [name]
      properties:
        name:
          description: What it is called
          type: string
    Unused:
      type: object
      gett: 1
  securitySchemes:
    key: { type: apiKey, name: k, in: header }
";

/// What is said where one line is changed, with the line of the misspelt field after it.
#[track_caller]
fn is_told(line: usize, written: &str, slipped: &str, expected: &str) {
    let mut text: Vec<&str> = BASE.lines().collect();
    assert_eq!(text[line - 1], written);
    text[line - 1] = slipped;
    let outcome = judge((text.join("\n") + "\n").as_bytes());
    let said = lines(&outcome);
    let (rest, slips): (Vec<&str>, Vec<&str>) =
        said.lines().partition(|said| said.contains("`gett`"));
    let ([slip], [rest]) = (slips.as_slice(), rest.as_slice()) else {
        panic!("{slipped:?}: {said}");
    };
    assert!(
        slip.starts_with(expected),
        "{slipped:?}: {slip}, not {expected}"
    );
    // Whatever else is wrong is told at its place.
    assert_eq!(
        *rest,
        "44:7 error[unknown-field] `gett` is no field of a Schema Object at /components/schemas/Unused/gett"
    );
    assert!(!outcome.readable);
}

#[test]
fn a_line_is_indented_by_a_space_less() {
    let at = "45:2 error[broken-syntax] this line is indented by 1 space,";
    is_told(45, "  securitySchemes:", " securitySchemes:", at);
    let at = "28:14 error[broken-syntax] this line is indented by 13 spaces,";
    is_told(28, "              examples:", "             examples:", at);
    let at = "21:6 error[broken-syntax] this line is indented by 5 spaces,";
    is_told(21, "      responses:", "     responses:", at);
}

#[test]
fn a_line_is_indented_by_spaces_more() {
    let at = "30:20 error[broken-syntax] this line is indented by 19 spaces,";
    let summary = "                  summary: One pet";
    is_told(30, summary, &format!(" {summary}"), at);
    let at = "30:21 error[broken-syntax] this line is indented by 20 spaces,";
    is_told(30, summary, &format!("  {summary}"), at);
    let at = "42:6 error[broken-syntax] this line is indented by 5 spaces,";
    is_told(42, "    Unused:", "     Unused:", at);
}

#[test]
fn a_space_is_missing_after_a_dash_or_a_colon() {
    let at = "7:3 error[broken-syntax] a space is missing after `-`";
    is_told(
        7,
        "  - url: https://example.com",
        "  -url: https://example.com",
        at,
    );
    let at = "16:7 error[broken-syntax] a space is missing after `:`";
    is_told(
        16,
        "      summary: List the pets",
        "      summary:List the pets",
        at,
    );
}

#[test]
fn a_colon_is_missing() {
    let at = "45:3 error[broken-syntax] this is no `key: value`: a `:` is missing";
    is_told(45, "  securitySchemes:", "  securitySchemes", at);
    let at = "39:9 error[broken-syntax] this is no `key: value`: a `:` is missing";
    is_told(39, "        name:", "        name", at);
}

#[test]
fn a_quote_is_not_closed() {
    let at = "27:23 error[broken-syntax] ";
    let written = "                $ref: '#/components/schemas/Pet'";
    is_told(27, written, &written[..written.len() - 1], at);
}

#[test]
fn a_tab_is_as_wide_as_its_line_was_meant_to_be() {
    let at = "40:1 error[tab-indentation] a tab stands where YAML wants spaces";
    let written = "          description: What it is called";
    is_told(40, written, &format!("\t{}", written.trim_start()), at);
}

#[test]
fn what_cannot_be_repaired_is_left_out_with_what_belongs_to_it() {
    let text = BASE.replace(
        "          description: What it is called\n",
        "          description: ] no\n",
    );
    let said = lines(&judge(text.as_bytes()));
    assert_eq!(said.matches("broken-syntax").count(), 1, "{said}");
    assert_eq!(said.lines().count(), 2, "{said}");
}

/// Nothing is said to be wrong with a document after so many mistakes; they are still told.
#[test]
fn all_that_was_found_is_told_where_the_mistakes_do_not_end() {
    let text: String = (0..40)
        .map(|n| format!("x-{n}: ] b\nx-g{n}: 1\n"))
        .collect();
    let said = lines(&judge(text.as_bytes()));
    assert_eq!(said.matches("broken-syntax").count(), 10, "{said}");
}
