/// Reads a value as a union, whose variant is chosen by what the value holds.
///
/// A variant that is tried reads what it holds, and so does the next one: unions in unions would be
/// read twice as often at each level. So what was chosen for a value is remembered until the outermost
/// union is read.
pub(crate) fn read_union<'de, U, D>(
    deserializer: D,
    choose: fn(&::serde_json::Value) -> Option<U>,
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
    // What was tried on the way is no place of what does not fit.
    PLACE.take();
    chosen.ok_or_else(|| told("no schema of a union fits"))
}

/// How a union is read and written: its variants, and how one is chosen for a value.
macro_rules! union {
    ($name:ident { $($variant:ident),* }, $choose:expr) => {
        impl<'de> runtime::Read<'de> for $name {
            fn read<D: ::serde::Deserializer<'de>>(
                from: D,
            ) -> ::std::result::Result<Self, D::Error> {
                runtime::read_union(from, $choose)
            }
        }
        runtime::deserialize_as_read!($name);
        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(
                &self,
                to: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant(value) => ::serde::Serialize::serialize(value, to),)*
                }
            }
        }
    };
}
pub(crate) use union;

/// A conversion into a variant: `Type => Enum::Variant`.
macro_rules! convert {
    ($from:ty => $name:ident::$variant:ident) => {
        impl ::std::convert::From<$from> for $name {
            fn from(value: $from) -> Self {
                Self::$variant(value)
            }
        }
    };
}
pub(crate) use convert;

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
    fitting: Vec<Fitting<U>>,
}

/// What fits, how many of its values the document does not list, and the members that it would lose: whether each
/// is a value, and its place.
struct Fitting<U> {
    chosen: U,
    misfits: usize,
    lost: Vec<(bool, String)>,
}

impl<U> Fitting<U> {
    /// How little it fits: what is not listed counts more than what is lost, and of that a value more than any
    /// number of nulls.
    fn weight(&self) -> (usize, usize, usize) {
        let values = self.lost.iter().filter(|(is_value, _)| *is_value).count();
        (self.misfits, values, self.lost.len())
    }
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
    pub(crate) fn offer<T>(mut self, variant: fn(T) -> U) -> Self
    where
        T: ::serde::Serialize + for<'a> Read<'a>,
    {
        if self.fitting.iter().any(|fit| fit.weight() == (0, 0, 0)) {
            return self;
        }
        let before = MISFITS.get();
        let read = T::read(self.value);
        let misfits = MISFITS.get() - before;
        // What a variant does not list counts for the union only if it is the one.
        MISFITS.set(before);
        let Ok(read) = read else {
            return self;
        };
        let mut lost = Vec::new();
        if let Ok(kept) = ::serde_json::to_value(&read) {
            lost_members(self.value, &kept, "", &mut lost);
        }
        self.fitting.push(Fitting {
            chosen: variant(read),
            misfits,
            lost,
        });
        self
    }

    /// The variant that fits best, the first of several.
    pub(crate) fn one(self) -> Option<U> {
        let best = self.fitting.into_iter().min_by_key(Fitting::weight)?;
        MISFITS.set(MISFITS.get() + best.misfits);
        Some(best.chosen)
    }

    /// The variant that keeps whatever any other would keep, or else the value as it came.
    pub(crate) fn any(self, other: fn(::serde_json::Value) -> U) -> Option<U> {
        let least = self.fitting.iter().map(Fitting::weight).min()?;
        let best = self.fitting.iter().position(|fit| fit.weight() == least)?;
        let complete = self.fitting[best]
            .lost
            .iter()
            .all(|member| self.fitting.iter().all(|fit| fit.lost.contains(member)));
        if complete {
            let best = self.fitting.into_iter().nth(best)?;
            MISFITS.set(MISFITS.get() + best.misfits);
            Some(best.chosen)
        } else {
            Some(other(self.value.clone()))
        }
    }
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

/// The value of the property that tells variants apart, as text.
pub(crate) fn tag<'v>(
    value: &'v ::serde_json::Value,
    name: &str,
) -> Option<::std::borrow::Cow<'v, str>> {
    match value.get(name)? {
        ::serde_json::Value::String(text) => Some(text.as_str().into()),
        value @ (::serde_json::Value::Number(_) | ::serde_json::Value::Bool(_)) => {
            Some(value.to_string().into())
        }
        _ => None,
    }
}
