/// Reads a value as a union, whose variant is chosen by what the value holds.
///
/// A variant that is tried reads what it holds, and so does the next one: unions in unions would be
/// read twice as often at each level. So what was chosen for a value is remembered until the outermost
/// union is read.
pub(crate) fn union<'de, U, D>(
    deserializer: D,
    unfit: &str,
    choose: impl FnOnce(&::serde_json::Value) -> Option<U>,
) -> Result<U, D::Error>
where
    U: Clone + 'static,
    D: ::serde::Deserializer<'de>,
{
    let value = <::serde_json::Value as ::serde::Deserialize>::deserialize(deserializer)?;
    let key = Choices::key::<U>(&value);
    let known = key.and_then(|key| {
        CHOICES.with_borrow(|choices| choices.made.get(&key)?.downcast_ref::<Option<U>>().cloned())
    });
    let chosen = known.unwrap_or_else(|| {
        let inside = InUnion::enter();
        let chosen = choose(&value);
        drop(inside);
        if let Some(key) = key {
            let chosen = Box::new(chosen.clone());
            CHOICES.with_borrow_mut(|choices| choices.made.insert(key, chosen));
        }
        chosen
    });
    chosen.ok_or_else(|| <D::Error as ::serde::de::Error>::custom(unfit))
}

::std::thread_local! {
    static CHOICES: ::std::cell::RefCell<Choices> = ::std::cell::RefCell::default();
}

/// A union and a value, by hashes that nobody outside can foresee.
type ChoiceKey = (::std::any::TypeId, [u64; 2]);

/// What was chosen inside of the outermost union that is read.
#[derive(Default)]
struct Choices {
    depth: usize,
    hashers: [::std::hash::RandomState; 2],
    made: ::std::collections::HashMap<ChoiceKey, Box<dyn ::std::any::Any>>,
}

impl Choices {
    /// What a choice is remembered by, if it may be made again.
    fn key<U: 'static>(value: &::serde_json::Value) -> Option<ChoiceKey> {
        let holds = value.is_object() || value.is_array();
        CHOICES.with_borrow(|choices| {
            (holds && choices.depth > 0).then(|| {
                use ::std::hash::BuildHasher as _;
                let text = value.to_string();
                let hash = |hasher: &::std::hash::RandomState| hasher.hash_one(&text);
                (
                    ::std::any::TypeId::of::<U>(),
                    [hash(&choices.hashers[0]), hash(&choices.hashers[1])],
                )
            })
        })
    }
}

/// A union is read for as long as it lives.
struct InUnion;

impl InUnion {
    fn enter() -> Self {
        CHOICES.with_borrow_mut(|choices| choices.depth += 1);
        Self
    }
}

impl Drop for InUnion {
    fn drop(&mut self) {
        let made = CHOICES.with_borrow_mut(|choices| {
            choices.depth -= 1;
            (choices.depth == 0).then(|| ::std::mem::take(&mut choices.made))
        });
        drop(made);
    }
}

/// Finds the variant of a union that a value is of: the one that keeps most of it.
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
fn weight(lost: &[(bool, String)]) -> (usize, usize) {
    let values = lost.iter().filter(|(is_value, _)| *is_value).count();
    (values, lost.len())
}

/// The places in a value that are not there any more once it was read and written again.
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
pub(crate) fn tag<'v>(value: &'v ::serde_json::Value, name: &str) -> Option<&'v str> {
    value.get(name)?.as_str()
}
