//! `docs/diff.md` shows the catalogue as it is.

use crate::diff::docs::refreshed;

#[test]
fn the_page_shows_the_catalogue_as_it_is() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/diff.md");
    let page = std::fs::read_to_string(path).expect("the page is there");
    let fresh = refreshed(&page).expect("the page has a place for the catalogue");
    assert!(
        page == fresh,
        "the catalogue in docs/diff.md is stale; put there what `cargo xtask diff --list` prints"
    );
}
