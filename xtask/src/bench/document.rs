//! A document of any size, always the same for the same number of operations.
//!
//! It looks as real ones do: a resource has four operations, schemas of its own with limits, formats
//! and examples, shared errors, and descriptions of a few sentences.

use std::fmt::Write;

/// About so many bytes of description for each operation, so that 800 of them make 4 MB.
const SENTENCES: usize = 18;

/// A document with so many operations (a multiple of four).
pub(super) fn with_operations(count: usize) -> String {
    let mut text = String::from(HEAD);
    let resources = count.div_ceil(4);
    for index in 0..resources {
        paths(&mut text, index);
    }
    text.push_str(COMPONENTS);
    for index in 0..resources {
        schemas(&mut text, index);
    }
    text
}

/// The same after an edit: some properties are gone, others are required now.
pub(super) fn edited(document: &str) -> String {
    document
        .replace("maxLength: 101\n", "maxLength: 99\n")
        .replace("required: [id, name, kind]\n", "required: [id, name]\n")
}

const HEAD: &str = "\
openapi: 3.0.3
info:
  title: A large service
  version: 1.0.0
  description: Everything that a large service has, resource by resource.
servers:
  - url: https://api.example.com/v1
    description: The service.
security:
  - apiKey: []
tags:
  - name: Resources
    description: All of them.
paths:
";

const COMPONENTS: &str = "\
components:
  securitySchemes:
    apiKey:
      type: apiKey
      in: header
      name: x-api-key
      description: A key of the service.
  responses:
    Refused:
      description: The request was refused.
      content:
        application/json:
          schema:
            $ref: '#/components/schemas/Problem'
  schemas:
    Problem:
      type: object
      description: What went wrong.
      required: [code, message]
      properties:
        code:
          type: string
          description: A word for programs.
        message:
          type: string
          description: A sentence for people.
      example:
        code: refused
        message: The request was refused.
";

fn prose(text: &mut String, indent: &str, what: &str, index: usize) {
    for sentence in 0..SENTENCES {
        _ = writeln!(
            text,
            "{indent}Sentence {sentence} of what there is to say about {what} {index}: it is kept for as long as its owner wants it."
        );
    }
}

fn paths(text: &mut String, index: usize) {
    let group = index % 10;
    let one = format!(
        "          content:
            application/json:
              schema:
                $ref: '#/components/schemas/Resource{index}'
"
    );
    let input = format!(
        "      requestBody:
        description: What it shall be.
        required: true
        content:
          application/json:
            schema:
              $ref: '#/components/schemas/Resource{index}Input'
            example:
              name: A name
              kind: small
              amount: 3
"
    );
    _ = writeln!(text, "  /group{group}/resources{index}:");
    operation(text, "get", "list", index);
    _ = write!(
        text,
        "{PAGE}      responses:
        '200':
          description: A page of them.
          content:
            application/json:
              schema:
                type: array
                items:
                  $ref: '#/components/schemas/Resource{index}'
{REFUSED}"
    );
    operation(text, "post", "add", index);
    _ = write!(
        text,
        "{input}      responses:
        '201':
          description: It was made.
{one}{REFUSED}"
    );
    _ = writeln!(text, "  /group{group}/resources{index}/{{id}}:");
    operation(text, "get", "show", index);
    _ = write!(
        text,
        "{ID}      responses:
        '200':
          description: Here it is.
{one}{REFUSED}"
    );
    operation(text, "delete", "drop", index);
    _ = write!(
        text,
        "{ID}      responses:
        '204':
          description: It is gone.
{REFUSED}"
    );
}

fn operation(text: &mut String, method: &str, verb: &str, index: usize) {
    _ = write!(
        text,
        "    {method}:
      operationId: {verb}Resource{index}
      tags: [Resources]
      summary: To {verb} resource {index}
      description: |
"
    );
    prose(text, "        ", "the operation on resource", index);
}

fn schemas(text: &mut String, index: usize) {
    let other = index / 2;
    for (suffix, required) in [("", "[id, name, kind]"), ("Input", "[name, kind]")] {
        _ = write!(
            text,
            "    Resource{index}{suffix}:
      type: object
      required: {required}
      description: |
"
        );
        prose(text, "        ", "the members of resource", index);
        _ = writeln!(text, "      properties:");
        if suffix.is_empty() {
            _ = write!(
                text,
                "        id:
          type: string
          minLength: 1
          maxLength: 64
          example: r{index}
        parent:
          $ref: '#/components/schemas/Resource{other}'
"
            );
        }
        text.push_str(MEMBERS);
        for extra in 0..6 {
            _ = write!(
                text,
                "        detail{extra}:
          type: string
          description: Detail {extra}, in words of its owner, shown as it was written.
          maxLength: {}
          example: A detail of resource {index}
",
                100 + extra
            );
        }
    }
}

const REFUSED: &str = "        '401':
          $ref: '#/components/responses/Refused'
        '422':
          $ref: '#/components/responses/Refused'
";

const ID: &str = "      parameters:
        - name: id
          in: path
          required: true
          description: Which one.
          schema:
            type: string
            minLength: 1
            maxLength: 64
          example: r1
";

const PAGE: &str = "      parameters:
        - name: limit
          in: query
          description: How many at most.
          schema:
            type: integer
            minimum: 1
            maximum: 100
            default: 20
        - name: after
          in: query
          description: The last one of the page before.
          schema:
            type: string
";

const MEMBERS: &str = "        name:
          type: string
          description: What people call it.
          minLength: 1
          maxLength: 200
          example: A name
        kind:
          type: string
          description: How large it is.
          enum: [small, medium, large]
          example: small
        amount:
          type: integer
          format: int32
          minimum: 0
          maximum: 1000
          default: 1
        created:
          type: string
          format: date-time
          nullable: true
          example: '2026-01-02T03:04:05Z'
        labels:
          type: array
          maxItems: 20
          items:
            type: string
            pattern: '^[a-z]+$'
          example: [new, old]
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_large_document_is_large_and_without_a_mistake() {
        let document = with_operations(800);
        let megabytes = document.len() as f64 / 1e6;
        assert!((4.0..4.3).contains(&megabytes), "{megabytes:.2} MB");
        assert_eq!(document.matches("operationId:").count(), 800);
        // The same text, only shorter, so that the test is quick.
        let outcome = crate::lint::judge("large.yaml", with_operations(8).as_bytes(), None);
        assert!(outcome.findings.is_empty(), "{:?}", outcome.findings);
    }

    #[test]
    fn the_edited_document_is_another() {
        let document = with_operations(8);
        assert_ne!(edited(&document), document);
    }
}
