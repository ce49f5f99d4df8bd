//! `docs/diff.md` shows the catalogue as it is.

use crate::diff::docs::refreshed;

#[test]
fn the_catalogue_of_the_page_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/diff.md");
    let page = std::fs::read_to_string(path).expect("the page is there");
    let fresh = refreshed(&page).expect("the page has a place for the catalogue");
    if std::env::var_os("XQUIK_BLESS").is_some() {
        std::fs::write(path, &fresh).expect("the page can be written");
        return;
    }
    assert!(
        page == fresh,
        "the catalogue in docs/diff.md is stale; `cargo xtask bless` writes it again"
    );
}
