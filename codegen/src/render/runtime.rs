//! The runtime: what the generated code needs, written by hand and the same for every document.

/// The files of the runtime, in the order in which they stand in the module.
const FILES: [&str; 5] = [
    include_str!("../runtime/answers.rs"),
    include_str!("../runtime/path.rs"),
    include_str!("../runtime/bodies.rs"),
    include_str!("../runtime/date_time.rs"),
    include_str!("../runtime/description.rs"),
];

/// The module `runtime` as text.
pub(super) fn text() -> String {
    let mut text = String::from(
        "/// What the generated code needs at run time, the same for every document.\n\
         pub mod runtime {\n",
    );
    for (index, file) in FILES.iter().enumerate() {
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
