//! A bracket that is not closed is told where it stands, and what comes after it is read.

use super::{judge, lines};

const REST: &str = "paths:\n  /a:\n    gett: {}\n";

#[track_caller]
fn is(said: String, expected: &[&str]) {
    assert_eq!(said.lines().collect::<Vec<_>>(), expected);
}

/// All that is said of a document of OpenAPI 3.0 that begins so and ends with a misspelt `get`.
fn said(start: &str) -> String {
    lines(&judge(format!("openapi: 3.0.4\n{start}{REST}").as_bytes()))
}

#[test]
fn in_one_line() {
    is(
        said("info: {title: A, version: '1'\n"),
        &[
            "2:7 error[broken-syntax] this `{` is not closed at ",
            "5:5 error[unknown-field] `gett` is no field of a Path Item Object at /paths/~1a/gett",
        ],
    );
    is(
        said("x-a: [1, 2\r\ninfo: {title: A, version: '1'}\r\n"),
        &[
            "2:6 error[broken-syntax] this `[` is not closed at ",
            "6:5 error[unknown-field] `gett` is no field of a Path Item Object at /paths/~1a/gett",
        ],
    );
}

/// The parser ends a line at a carriage return, and so does who blanks it and reads on.
#[test]
fn after_a_carriage_return() {
    is(
        said("info: {title: A, ver\rsion: '1'}\nx-b: {c: \"d\"e}\n"),
        &[
            "2:18 error[unknown-field] `ver sion` is no field of an Info Object at /info/ver sion",
            "4:13 error[broken-syntax] text stands behind the quote that ends this value; within double quotes a quote is written `\\\"` at ",
            "7:5 error[unknown-field] `gett` is no field of a Path Item Object at /paths/~1a/gett",
        ],
    );
}

#[test]
fn over_several_lines() {
    is(
        said("info: {title: A,\n  version: '1'\n"),
        &[
            "2:7 error[broken-syntax] this `{` is not closed at ",
            "6:5 error[unknown-field] `gett` is no field of a Path Item Object at /paths/~1a/gett",
        ],
    );
}

#[test]
fn by_a_bracket_of_the_other_kind() {
    is(
        said("info: {title: A, version: '1', x-a: [1, 2}\n"),
        &[
            "2:37 error[broken-syntax] this `[` is not closed by a bracket of its kind at ",
            "5:5 error[unknown-field] `gett` is no field of a Path Item Object at /paths/~1a/gett",
        ],
    );
}

#[test]
fn in_json() {
    let text = "{\n  \"openapi\": \"3.0.4\",\n  \"info\": {\"title\": \"A\", \"version\": [\"1\"},\n  \"paths\": {\"/a\": {\"gett\": {}}}\n}\n";
    is(
        lines(&judge(text.as_bytes())),
        &[
            "3:37 error[broken-syntax] this `[` is not closed by a bracket of its kind at ",
            "4:20 error[unknown-field] `gett` is no field of a Path Item Object at /paths/~1a/gett",
        ],
    );
}

#[test]
fn a_comma_that_is_missing_is_told_where_it_is() {
    is(
        said("info: {title: \"A\" version: '1'}\n"),
        &[
            "2:19 error[broken-syntax] text stands behind the quote that ends this value; is a comma missing? at ",
            "5:5 error[unknown-field] `gett` is no field of a Path Item Object at /paths/~1a/gett",
        ],
    );
    is(
        said("info: {\n  title: \"A\"\n  version: '1'\n  }\n"),
        &[
            "4:3 error[broken-syntax] while parsing a flow mapping, did not find expected ',' or '}' at /info",
            "8:5 error[unknown-field] `gett` is no field of a Path Item Object at /paths/~1a/gett",
        ],
    );
}
