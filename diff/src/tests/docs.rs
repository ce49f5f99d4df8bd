//! `docs/diff.md` shows the catalogue as it is.

use crate::catalogue::areas;
use crate::docs::refreshed;

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

#[test]
fn what_the_page_says_beside_other_tools_is_in_the_catalogue() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/diff.md");
    let page = std::fs::read_to_string(path).expect("the page is there");
    let ids: Vec<&str> = areas()
        .iter()
        .flat_map(|area| &area.checks)
        .map(|check| check.id)
        .collect();
    // `*` is at the ends of a name, or stands for one word in it.
    let is_known = |name: &str| {
        ids.iter().any(|id| match name.split_once('*') {
            None => *id == name,
            Some((start, rest)) => {
                let middle = rest.trim_end_matches('*');
                id.starts_with(start) && id.contains(middle)
            }
        })
    };
    let mut named = 0;
    let (_, section) = page
        .split_once("## Beside oasdiff")
        .expect("the page has the comparison");
    let section = section
        .split("\n## ")
        .next()
        .expect("there is a first part");
    for line in section.lines().filter(|line| line.starts_with("| `")) {
        let ours = line.split('|').nth(2).expect("a row has three cells");
        for name in ours.split('`').skip(1).step_by(2) {
            assert!(is_known(name), "there is no `{name}` (anymore): {line}");
            named += 1;
        }
    }
    assert!(named > 80, "{named} names");
}
