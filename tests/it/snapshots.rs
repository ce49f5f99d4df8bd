//! What the generator made of the document, as it was compiled into this crate.
//!
//! An edit of `openapi.yaml` shows up here as exactly the lines of Rust that it changes.
//! `cargo xtask bless` accepts them.

macro_rules! snapshot {
    ($name:literal, $file:literal) => {
        insta::with_settings!({
            snapshot_path => "../snapshots",
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            insta::assert_snapshot!($name, include_str!(concat!(env!("OUT_DIR"), "/", $file)));
        });
    };
}

#[test]
fn the_lowered_document_is_the_reviewed_one() {
    snapshot!("lowered", "lowered.json");
}

#[test]
fn the_generated_client_is_the_reviewed_one() {
    snapshot!("client", "client.rs");
}

#[test]
fn the_generated_types_are_the_reviewed_ones() {
    snapshot!("types", "types.rs");
}

#[test]
fn the_generated_answers_and_bodies_are_the_reviewed_ones() {
    snapshot!("messages", "messages.rs");
}

#[test]
fn the_generated_registry_is_the_reviewed_one() {
    snapshot!("registry", "registry.rs");
}
