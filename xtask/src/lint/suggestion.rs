//! "Did you mean …?"

/// The nearest of some names, where one is near enough to be what was meant.
pub(crate) fn nearest<'a>(
    written: &str,
    names: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let length = written.chars().count();
    if length > 64 {
        return None;
    }
    // One slip in a short word, up to three in a long one.
    let allowed = match length {
        0..=2 => 1,
        3..=5 => 2,
        _ => 3,
    };
    let folded = written.to_lowercase();
    names
        .into_iter()
        .filter(|name| *name != written)
        .map(|name| {
            let distance = strsim::damerau_levenshtein(&folded, &name.to_lowercase());
            (distance, name)
        })
        .filter(|(distance, name)| *distance <= allowed && *distance < name.chars().count())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// The field that was meant: the nearest, or the one that is shortened so.
pub(crate) fn field<'a>(
    written: &str,
    names: impl IntoIterator<Item = &'a str> + Clone,
) -> Option<&'a str> {
    nearest(written, names.clone()).or_else(|| {
        let mut longer = names.into_iter().filter(|name| is_shortened(written, name));
        let only = longer.next()?;
        longer.next().is_none().then_some(only)
    })
}

/// Whether a name is the beginning of another, long enough to tell.
pub(crate) fn is_shortened(written: &str, name: &str) -> bool {
    written.len() >= 3 && written.len() < name.len() && name.starts_with(written)
}
