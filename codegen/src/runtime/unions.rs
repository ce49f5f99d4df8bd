/// Finds the variant of a union that a value is of: the one that keeps most of it.
#[allow(dead_code)]
pub(crate) struct Choice<'v, U> {
    value: &'v ::serde_json::Value,
    /// What fits, and the members that it would lose: whether each is a value, and its place.
    fitting: Vec<(U, Vec<(bool, String)>)>,
}

#[allow(dead_code)]
impl<'v, U> Choice<'v, U> {
    /// A choice for this value.
    pub(crate) fn new(value: &'v ::serde_json::Value) -> Self {
        Self {
            value,
            fitting: Vec::new(),
        }
    }

    /// Tries a variant, unless one before it keeps all.
    pub(crate) fn offer<T>(&mut self, variant: impl FnOnce(T) -> U)
    where
        T: ::serde::Serialize + ::serde::de::DeserializeOwned,
    {
        if self.fitting.iter().any(|(_, lost)| lost.is_empty()) {
            return;
        }
        let Ok(read) = <T as ::serde::Deserialize>::deserialize(self.value) else {
            return;
        };
        let mut lost = Vec::new();
        if let Ok(kept) = ::serde_json::to_value(&read) {
            lost_members(self.value, &kept, "", &mut lost);
        }
        self.fitting.push((variant(read), lost));
    }

    /// The variant that loses least, the first of several.
    pub(crate) fn one(self) -> Option<U> {
        self.fitting
            .into_iter()
            .min_by_key(|(_, lost)| weight(lost))
            .map(|(variant, _)| variant)
    }

    /// The variant that keeps whatever any other would keep, or else the value as it came.
    pub(crate) fn any(self, other: impl FnOnce(::serde_json::Value) -> U) -> Option<U> {
        let value = self.value;
        let least = self.fitting.iter().map(|(_, lost)| weight(lost)).min()?;
        let best = self.fitting.iter().position(|(_, lost)| weight(lost) == least)?;
        let complete = self.fitting[best]
            .1
            .iter()
            .all(|member| self.fitting.iter().all(|(_, lost)| lost.contains(member)));
        if complete {
            self.fitting.into_iter().nth(best).map(|(variant, _)| variant)
        } else {
            Some(other(value.clone()))
        }
    }
}

/// How much is lost: a value counts more than any number of nulls.
#[allow(dead_code)]
fn weight(lost: &[(bool, String)]) -> (usize, usize) {
    let values = lost.iter().filter(|(is_value, _)| *is_value).count();
    (values, lost.len())
}

/// The places in a value that are not there any more once it was read and written again.
#[allow(dead_code)]
fn lost_members(
    value: &::serde_json::Value,
    kept: &::serde_json::Value,
    place: &str,
    lost: &mut Vec<(bool, String)>,
) {
    use ::serde_json::Value;
    match (value, kept) {
        (Value::Object(members), Value::Object(kept)) => {
            for (name, member) in members {
                let place = format!("{place}/{name}");
                match kept.get(name) {
                    Some(kept) => lost_members(member, kept, &place, lost),
                    None => lost.push((!member.is_null(), place)),
                }
            }
        }
        (Value::Array(items), Value::Array(kept)) if items.len() == kept.len() => {
            for (index, (item, kept)) in items.iter().zip(kept).enumerate() {
                lost_members(item, kept, &format!("{place}/{index}"), lost);
            }
        }
        (Value::Number(number), Value::Number(kept)) if number.as_f64() == kept.as_f64() => {}
        (value, kept) if value == kept => {}
        _ => lost.push((!value.is_null(), place.to_owned())),
    }
}

/// The value of a discriminator.
#[allow(dead_code)]
pub(crate) fn tag<'v>(value: &'v ::serde_json::Value, name: &str) -> Option<&'v str> {
    value.get(name)?.as_str()
}
