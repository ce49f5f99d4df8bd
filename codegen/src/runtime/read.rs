/// What an answer's JSON is read into.
///
/// As `serde::Deserialize`, but that an object is never read from an array, a whole number may be written
/// with a fraction of nothing, and what does not fit can be told by its place.
pub(crate) trait Read<'de>: Sized {
    fn read<D: ::serde::Deserializer<'de>>(from: D) -> ::std::result::Result<Self, D::Error>;
}

/// A value that is read where `serde` asks for a seed.
struct Seed<T>(::std::marker::PhantomData<T>);

impl<'de, T: Read<'de>> ::serde::de::DeserializeSeed<'de> for Seed<T> {
    type Value = T;

    fn deserialize<D: ::serde::Deserializer<'de>>(self, from: D) -> Result<T, D::Error> {
        T::read(from)
    }
}

::std::thread_local! {
    /// Where something did not fit: the names and numbers on the way to it, the innermost first.
    static PLACE: ::std::cell::RefCell<Vec<String>> = ::std::cell::RefCell::default();
}

/// Puts down that what did not fit is inside of this.
fn inside(name: &dyn ::std::fmt::Display) {
    PLACE.with_borrow_mut(|place| place.push(name.to_string()));
}

::std::thread_local! {
    /// How many values were read that the document does not list, or that are beyond its limits.
    static MISFITS: ::std::cell::Cell<usize> = const { ::std::cell::Cell::new(0) };
}

/// Counts a value that is kept although the document does not list it.
pub(crate) fn misfit() {
    MISFITS.set(MISFITS.get() + 1);
}

/// Reads JSON, all of it; what does not fit is told by its place and kind, and never by its value.
pub(crate) fn from_json<'de, T: Read<'de>>(json: &'de [u8]) -> Result<T, String> {
    PLACE.take();
    TOLD.take();
    let mut from = ::serde_json::Deserializer::from_slice(json);
    T::read(&mut from)
        .and_then(|value| from.end().map(|()| value))
        .map_err(|error| unreadable(&error))
}

/// Why JSON could not be read, in words that hold nothing of it: secrets may be among its values.
fn unreadable(error: &::serde_json::Error) -> String {
    let mut place = PLACE.take();
    place.reverse();
    let place = match place.is_empty() {
        true => "the body".to_owned(),
        false => format!("`{}`", place.join(".")),
    };
    let (line, column) = (error.line(), error.column());
    let text = error.to_string();
    let suffix = format!(" at line {line} column {column}");
    let text = text.strip_suffix(&suffix).unwrap_or(&text);
    let found = text
        .strip_prefix("invalid type: ")
        .or_else(|| text.strip_prefix("invalid value: "));
    // Only words of `serde` and of the document: what stands between may be a value.
    let what = match (found, text.rsplit_once(", expected ")) {
        (Some(found), Some((_, expected))) => {
            let kind = match found.split([' ', ',']).next() {
                Some("null" | "unit") => "null",
                Some("map") => "an object",
                Some("sequence") => "an array",
                Some("boolean") => "a boolean",
                Some("integer") => "an integer",
                Some("floating") => "a number",
                Some("string") => "a string",
                _ => "something else",
            };
            format!("{place} is {kind}, expected {expected}")
        }
        _ if text.starts_with("missing field") || text.starts_with("duplicate field") => {
            format!("{place}: {text}")
        }
        _ if error.is_data() => match TOLD.take() {
            Some(told) => format!("{place}: {told}"),
            None => format!("{place} has a value that does not fit"),
        },
        _ => "the body is not JSON".to_owned(),
    };
    format!("{what} (line {line}, column {column})")
}

::std::thread_local! {
    /// The last reason of our own, which holds nothing of a value.
    static TOLD: ::std::cell::Cell<Option<&'static str>> = const { ::std::cell::Cell::new(None) };
}

/// An error of our own words.
#[allow(dead_code)]
pub(crate) fn told<E: ::serde::de::Error>(reason: &'static str) -> E {
    TOLD.set(Some(reason));
    E::custom(reason)
}

/// An object with properties of its own.
pub(crate) trait Record<'de>: Sized {
    const NAME: &'static str;
    const PROPERTIES: &'static [&'static str];

    fn read_properties<A: ::serde::de::MapAccess<'de>>(
        from: &mut Reader<A>,
    ) -> ::std::result::Result<Self, A::Error>;

    fn write_properties<M: ::serde::ser::SerializeMap>(
        &self,
        to: &mut Writer<M>,
    ) -> ::std::result::Result<(), M::Error>;
}

/// Reads an object, and nothing else: `serde`'s own way would take an array of its values too.
pub(crate) fn read_record<'de, T: Record<'de>, D: ::serde::Deserializer<'de>>(
    from: D,
) -> Result<T, D::Error> {
    struct Object<T>(::std::marker::PhantomData<T>);
    impl<'de, T: Record<'de>> ::serde::de::Visitor<'de> for Object<T> {
        type Value = T;

        fn expecting(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            write!(f, "an object ({})", T::NAME)
        }

        fn visit_map<A: ::serde::de::MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
            T::read_properties(&mut Reader {
                map,
                properties: T::PROPERTIES,
            })
        }
    }
    from.deserialize_map(Object(::std::marker::PhantomData))
}

/// Writes an object, its properties in the order of the document.
pub(crate) fn write_record<'de, T: Record<'de>, S: ::serde::Serializer>(
    record: &T,
    to: S,
) -> Result<S::Ok, S::Error> {
    use ::serde::ser::SerializeMap as _;
    let mut to = Writer {
        map: to.serialize_map(None)?,
    };
    record.write_properties(&mut to)?;
    to.map.end()
}

/// The properties of an object, one after the other.
pub(crate) struct Reader<A> {
    map: A,
    properties: &'static [&'static str],
}

/// The name of a property: that of the document, or another one.
enum Property {
    Known(&'static str),
    Other(String),
}

/// Finds the names of an object's properties without a copy of them.
struct Names {
    known: &'static [&'static str],
    keep_others: bool,
}

impl<'de> ::serde::de::DeserializeSeed<'de> for Names {
    type Value = Property;

    fn deserialize<D: ::serde::Deserializer<'de>>(self, from: D) -> Result<Property, D::Error> {
        from.deserialize_str(self)
    }
}

impl ::serde::de::Visitor<'_> for Names {
    type Value = Property;

    fn expecting(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.write_str("the name of a property")
    }

    fn visit_str<E>(self, name: &str) -> Result<Property, E> {
        Ok(match self.known.iter().find(|known| **known == name) {
            Some(known) => Property::Known(known),
            None if self.keep_others => Property::Other(name.to_owned()),
            None => Property::Other(String::new()),
        })
    }
}

// Each document has properties of some of these kinds.
#[allow(dead_code)]
impl<'de, A: ::serde::de::MapAccess<'de>> Reader<A> {
    /// The next property that the document names; others are skipped.
    pub(crate) fn next(&mut self) -> Result<Option<&'static str>, A::Error> {
        loop {
            let names = Names {
                known: self.properties,
                keep_others: false,
            };
            match self.map.next_key_seed(names)? {
                Some(Property::Known(name)) => return Ok(Some(name)),
                Some(Property::Other(_)) => {
                    self.map.next_value::<::serde::de::IgnoredAny>()?;
                }
                None => return Ok(None),
            }
        }
    }

    /// The next property that the document names; others are kept.
    pub(crate) fn next_or<M: Further<'de>>(
        &mut self,
        further: &mut M,
    ) -> Result<Option<&'static str>, A::Error> {
        loop {
            let names = Names {
                known: self.properties,
                keep_others: true,
            };
            match self.map.next_key_seed(names)? {
                Some(Property::Known(name)) => return Ok(Some(name)),
                Some(Property::Other(name)) => {
                    let value = self.map.next_value_seed(Seed(::std::marker::PhantomData));
                    let value = value.inspect_err(|_| inside(&name))?;
                    if !further.keep(name, value) {
                        return Err(told("a property is there twice"));
                    }
                }
                None => return Ok(None),
            }
        }
    }

    /// Reads the value of a property, which may be there once.
    pub(crate) fn set<T: Read<'de>>(
        &mut self,
        property: &'static str,
        value: &mut Option<T>,
    ) -> Result<(), A::Error> {
        if value.is_some() {
            return Err(<A::Error as ::serde::de::Error>::duplicate_field(property));
        }
        let read = self.map.next_value_seed(Seed(::std::marker::PhantomData));
        *value = Some(read.inspect_err(|_| inside(&property))?);
        Ok(())
    }

    /// A property that has to be there.
    pub(crate) fn required<T>(
        &self,
        value: Option<T>,
        property: &'static str,
    ) -> Result<T, A::Error> {
        value.ok_or_else(|| <A::Error as ::serde::de::Error>::missing_field(property))
    }

    /// A property that may be null.
    pub(crate) fn nullable<T>(
        &self,
        value: Option<Option<T>>,
        _: &'static str,
    ) -> Result<Option<T>, A::Error> {
        Ok(value.flatten())
    }

    /// A property that may be left out.
    pub(crate) fn optional<T>(
        &self,
        value: Option<Option<T>>,
        _: &'static str,
    ) -> Result<Option<T>, A::Error> {
        Ok(value.flatten())
    }

    /// A property that may be left out, of a type that has a place for null.
    pub(crate) fn present<T>(
        &self,
        value: Option<T>,
        _: &'static str,
    ) -> Result<Option<T>, A::Error> {
        Ok(value)
    }

    /// A property that may be left out and may be null.
    pub(crate) fn either<T: Default>(
        &self,
        value: Option<T>,
        _: &'static str,
    ) -> Result<T, A::Error> {
        Ok(value.unwrap_or_default())
    }
}

/// Where the properties go that the document does not name.
pub(crate) trait Further<'de> {
    type Value: Read<'de>;

    /// Keeps a property; false where there is one of that name.
    fn keep(&mut self, name: String, value: Self::Value) -> bool;
}

impl<'de, T: Read<'de>> Further<'de> for ::std::collections::BTreeMap<String, T> {
    type Value = T;

    fn keep(&mut self, name: String, value: T) -> bool {
        self.insert(name, value).is_none()
    }
}

impl Further<'_> for ::serde_json::Map<String, ::serde_json::Value> {
    type Value = ::serde_json::Value;

    fn keep(&mut self, name: String, value: ::serde_json::Value) -> bool {
        self.insert(name, value).is_none()
    }
}

/// Takes the properties of an object, one after the other.
pub(crate) struct Writer<M> {
    map: M,
}

// Each document has properties of some of these kinds.
#[allow(dead_code)]
impl<M: ::serde::ser::SerializeMap> Writer<M> {
    /// A property that is always there.
    pub(crate) fn required<T: ::serde::Serialize>(
        &mut self,
        property: &'static str,
        value: &T,
    ) -> Result<(), M::Error> {
        self.map.serialize_entry(property, value)
    }

    /// A property that is always there and may be null.
    pub(crate) fn nullable<T: ::serde::Serialize>(
        &mut self,
        property: &'static str,
        value: &T,
    ) -> Result<(), M::Error> {
        self.map.serialize_entry(property, value)
    }

    /// A property that may be left out.
    pub(crate) fn optional<T: ::serde::Serialize>(
        &mut self,
        property: &'static str,
        value: &Option<T>,
    ) -> Result<(), M::Error> {
        match value {
            Some(value) => self.map.serialize_entry(property, value),
            None => Ok(()),
        }
    }

    /// A property that may be left out, of a type that has a place for null.
    pub(crate) fn present<T: ::serde::Serialize>(
        &mut self,
        property: &'static str,
        value: &Option<T>,
    ) -> Result<(), M::Error> {
        self.optional(property, value)
    }

    /// A property that may be left out and may be null.
    pub(crate) fn either<T: ::serde::Serialize>(
        &mut self,
        property: &'static str,
        value: &Nullable<T>,
    ) -> Result<(), M::Error> {
        match value {
            Nullable::Absent => Ok(()),
            value => self.map.serialize_entry(property, value),
        }
    }

    /// The properties that the document does not name.
    pub(crate) fn further<K: ::serde::Serialize, T: ::serde::Serialize>(
        &mut self,
        further: impl IntoIterator<Item = (K, T)>,
    ) -> Result<(), M::Error> {
        for (name, value) in further {
            self.map.serialize_entry(&name, &value)?;
        }
        Ok(())
    }
}

/// `serde::Deserialize` of what reads itself.
macro_rules! deserialize_as_read {
    ($name:ident) => {
        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                from: D,
            ) -> ::std::result::Result<Self, D::Error> {
                <Self as runtime::Read>::read(from)
            }
        }
    };
}
pub(crate) use deserialize_as_read;

/// How a record is read and written: `field: kind "property"`, and `..field` for what is not named.
macro_rules! record {
    ($name:ident { $($field:ident: $kind:ident $property:literal,)* $(..$further:ident)? }) => {
        impl<'de> runtime::Record<'de> for $name {
            const NAME: &'static str = ::std::stringify!($name);
            const PROPERTIES: &'static [&'static str] = &[$($property),*];

            fn read_properties<A: ::serde::de::MapAccess<'de>>(
                from: &mut runtime::Reader<A>,
            ) -> ::std::result::Result<Self, A::Error> {
                $(let mut $field = ::std::option::Option::None;)*
                runtime::each_property!(from, property, $($further)? => {
                    match property {
                        $($property => from.set($property, &mut $field)?,)*
                        _ => {}
                    }
                });
                ::std::result::Result::Ok(Self {
                    $($field: from.$kind($field, $property)?,)*
                    $($further)?
                })
            }

            fn write_properties<M: ::serde::ser::SerializeMap>(
                &self,
                to: &mut runtime::Writer<M>,
            ) -> ::std::result::Result<(), M::Error> {
                $(to.$kind($property, &self.$field)?;)*
                $(to.further(&self.$further)?;)?
                ::std::result::Result::Ok(())
            }
        }
        impl<'de> runtime::Read<'de> for $name {
            fn read<D: ::serde::Deserializer<'de>>(
                from: D,
            ) -> ::std::result::Result<Self, D::Error> {
                runtime::read_record(from)
            }
        }
        runtime::deserialize_as_read!($name);
        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(
                &self,
                to: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                runtime::write_record(self, to)
            }
        }
    };
}
pub(crate) use record;

/// Goes through the properties of an object.
macro_rules! each_property {
    ($from:ident, $property:ident, => $body:block) => {
        while let ::std::option::Option::Some($property) = $from.next()? $body
    };
    ($from:ident, $property:ident, $further:ident => $body:block) => {
        let mut $further = ::std::default::Default::default();
        while let ::std::option::Option::Some($property) = $from.next_or(&mut $further)? $body
    };
}
pub(crate) use each_property;
