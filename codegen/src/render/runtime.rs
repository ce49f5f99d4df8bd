//! The runtime: what the generated code needs, written by hand and the same for every document.

/// The files of the runtime, in the order in which they stand in the module.
const FILES: [&str; 8] = [
    include_str!("../runtime/answers.rs"),
    include_str!("../runtime/path.rs"),
    include_str!("../runtime/parameters.rs"),
    include_str!("../runtime/bodies.rs"),
    include_str!("../runtime/unions.rs"),
    include_str!("../runtime/nullable.rs"),
    include_str!("../runtime/date_time.rs"),
    include_str!("../runtime/description.rs"),
];

/// What the types need where they say what their schemas are.
const JSON_SCHEMA: &str = include_str!("../runtime/json_schema.rs");

/// What answers need that are told apart by their media type.
const MEDIA_TYPES: &str = include_str!("../runtime/media_types.rs");

/// The module `runtime` as text.
pub(super) fn text(with_json_schema: bool, with_media_types: bool) -> String {
    let mut text = String::from(
        "/// What the generated code needs at run time, the same for every document.\n\
         pub mod runtime {\n",
    );
    let more = [
        (with_json_schema, &JSON_SCHEMA),
        (with_media_types, &MEDIA_TYPES),
    ];
    let more = more
        .into_iter()
        .filter_map(|(is_needed, file)| is_needed.then_some(file));
    let files = FILES.iter().chain(more);
    for (index, file) in files.enumerate() {
        if index > 0 {
            text.push('\n');
        }
        for line in file.lines() {
            if !line.is_empty() {
                text.push_str("    ");
                text.push_str(line);
            }
            text.push('\n');
        }
    }
    text.push_str("}\n");
    text
}
