//! What each construct becomes.

use super::everything;
use crate::export::{Format, Version, export};

#[test]
fn everything_that_differs_is_said_in_the_words_of_3_1() {
    insta::assert_snapshot!(export(&everything(), Format::Yaml, Version::V3_1));
}
