//! Regular expressions of schemas: ECMA-262, as the specification says.

/// What is wrong with a regular expression, if anything.
///
/// ECMA-262 has two grammars, with and without the `u` flag; the specification does not say which,
/// so a pattern is wrong when it is wrong in both.
pub(crate) fn defect(pattern: &str) -> Option<String> {
    if is_excessive(pattern) {
        return None;
    }
    let error = regress::Regex::with_flags(pattern, "u").err()?;
    regress::Regex::new(pattern).err()?;
    Some(error.to_string())
}

/// Whether a pattern nests or repeats beyond what people write. Engines work on it by recursion
/// or by copies, so none is asked about it.
pub(crate) fn is_excessive(pattern: &str) -> bool {
    pattern.len() > 20_000 || pattern.bytes().filter(|byte| *byte == b'(').count() > 200
}
