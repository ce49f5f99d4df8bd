/// A text that is no value of its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConversionError(::std::borrow::Cow<'static, str>);

#[allow(dead_code)]
impl ConversionError {
    pub(crate) fn new(reason: impl Into<::std::borrow::Cow<'static, str>>) -> Self {
        Self(reason.into())
    }
}

impl ::std::fmt::Display for ConversionError {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl ::std::error::Error for ConversionError {}

impl From<::std::convert::Infallible> for ConversionError {
    fn from(never: ::std::convert::Infallible) -> Self {
        match never {}
    }
}

/// Reads a text, and what is made of it without a copy.
pub(crate) fn read_text<'de, T, D: ::serde::Deserializer<'de>>(
    from: D,
    expected: &'static str,
    make: fn(&str) -> Option<T>,
) -> Result<T, D::Error> {
    struct Text<T> {
        expected: &'static str,
        make: fn(&str) -> Option<T>,
    }
    impl<T> ::serde::de::Visitor<'_> for Text<T> {
        type Value = T;

        fn expecting(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            write!(f, "a string ({})", self.expected)
        }

        fn visit_str<E: ::serde::de::Error>(self, text: &str) -> Result<T, E> {
            (self.make)(text)
                .ok_or_else(|| E::invalid_value(::serde::de::Unexpected::Str(text), &self))
        }
    }
    from.deserialize_str(Text { expected, make })
}

/// What is alike for all that is read and written as one text.
macro_rules! serde_as_text {
    ($name:ident) => {
        runtime::deserialize_as_read!($name);
        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(
                &self,
                to: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                to.serialize_str(self.as_str())
            }
        }
    };
}
pub(crate) use serde_as_text;

/// A set of strings that may have values which the document does not list: `Variant = "value"`.
macro_rules! open_enum {
    ($name:ident { $($variant:ident = $value:literal,)* }) => {
        impl $name {
            /// The values that the document lists.
            pub const KNOWN: &'static [&'static str] = &[$($value),*];

            /// The value as the service writes it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $value,)*
                    Self::Unknown(value) => value,
                }
            }
        }
        impl ::std::convert::From<&str> for $name {
            fn from(value: &str) -> Self {
                match value {
                    $($value => Self::$variant,)*
                    _ => Self::Unknown(value.to_owned()),
                }
            }
        }
        impl ::std::convert::From<::std::string::String> for $name {
            fn from(value: ::std::string::String) -> Self {
                value.as_str().into()
            }
        }
        impl ::std::str::FromStr for $name {
            type Err = ::std::convert::Infallible;

            fn from_str(value: &str) -> ::std::result::Result<Self, ::std::convert::Infallible> {
                ::std::result::Result::Ok(value.into())
            }
        }
        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
        impl<'de> runtime::Read<'de> for $name {
            fn read<D: ::serde::Deserializer<'de>>(
                from: D,
            ) -> ::std::result::Result<Self, D::Error> {
                runtime::read_text(from, ::std::stringify!($name), |text| {
                    let value = Self::from(text);
                    if ::std::matches!(value, Self::Unknown(_)) {
                        runtime::misfit();
                    }
                    ::std::option::Option::Some(value)
                })
            }
        }
        runtime::serde_as_text!($name);
    };
}
pub(crate) use open_enum;

/// A set of strings that has no other values: `Variant = "value"`.
macro_rules! closed_enum {
    ($name:ident { $($variant:ident = $value:literal,)* }) => {
        impl $name {
            /// The values that the document lists.
            pub const KNOWN: &'static [&'static str] = &[$($value),*];

            /// The value as the document writes it.
            #[must_use]
            pub const fn as_str(&self) -> &'static str {
                match self {
                    $(Self::$variant => $value,)*
                }
            }
        }
        impl ::std::str::FromStr for $name {
            type Err = runtime::ConversionError;

            fn from_str(value: &str) -> ::std::result::Result<Self, runtime::ConversionError> {
                match value {
                    $($value => ::std::result::Result::Ok(Self::$variant),)*
                    _ => ::std::result::Result::Err(runtime::ConversionError::new(
                        ::std::concat!("it is no value of ", ::std::stringify!($name)),
                    )),
                }
            }
        }
        runtime::convert_text!($name);
        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
        impl<'de> runtime::Read<'de> for $name {
            fn read<D: ::serde::Deserializer<'de>>(
                from: D,
            ) -> ::std::result::Result<Self, D::Error> {
                runtime::read_text(from, ::std::stringify!($name), |text| text.parse().ok())
            }
        }
        runtime::serde_as_text!($name);
    };
}
pub(crate) use closed_enum;

/// Conversions of what is parsed from a text.
macro_rules! convert_text {
    ($name:ident) => {
        impl ::std::convert::TryFrom<&str> for $name {
            type Error = runtime::ConversionError;

            fn try_from(value: &str) -> ::std::result::Result<Self, runtime::ConversionError> {
                value.parse()
            }
        }
        impl ::std::convert::TryFrom<::std::string::String> for $name {
            type Error = runtime::ConversionError;

            fn try_from(value: ::std::string::String) -> ::std::result::Result<Self, runtime::ConversionError> {
                value.parse()
            }
        }
    };
}
pub(crate) use convert_text;

/// A set of integers or of truth values: `Variant = value`. An open one names the variant of others.
macro_rules! scalar_enum {
    ($name:ident: $of:ty { $($variant:ident = $value:literal,)* $(..$other:ident)? }) => {
        impl $name {
            /// The value as it is sent.
            #[must_use]
            pub const fn value(&self) -> $of {
                match self {
                    $(Self::$variant => $value,)*
                    $(Self::$other(value) => *value,)?
                }
            }
        }
        runtime::from_scalar! { $name: $of { $($variant = $value,)* $(..$other)? } }
        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(&self.value(), f)
            }
        }
        impl<'de> runtime::Read<'de> for $name {
            fn read<D: ::serde::Deserializer<'de>>(
                from: D,
            ) -> ::std::result::Result<Self, D::Error> {
                let value = <$of as runtime::Read>::read(from)?;
                let read: ::std::result::Result<Self, _> = value.try_into();
                let read = read
                    .map_err(|_| runtime::told("it is no value that the document lists"))?;
                $(if ::std::matches!(read, Self::$other(_)) {
                    runtime::misfit();
                })?
                ::std::result::Result::Ok(read)
            }
        }
        runtime::deserialize_as_read!($name);
        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(
                &self,
                to: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                ::serde::Serialize::serialize(&self.value(), to)
            }
        }
    };
}
pub(crate) use scalar_enum;

/// A scalar as a value of a set: any one where the set has a variant for others.
macro_rules! from_scalar {
    ($name:ident: $of:ty { $($variant:ident = $value:literal,)* ..$other:ident }) => {
        impl ::std::convert::From<$of> for $name {
            fn from(value: $of) -> Self {
                #[allow(unreachable_patterns)]
                match value {
                    $($value => Self::$variant,)*
                    other => Self::$other(other),
                }
            }
        }
    };
    ($name:ident: $of:ty { $($variant:ident = $value:literal,)* }) => {
        impl ::std::convert::TryFrom<$of> for $name {
            type Error = runtime::ConversionError;

            fn try_from(value: $of) -> ::std::result::Result<Self, runtime::ConversionError> {
                #[allow(unreachable_patterns)]
                match value {
                    $($value => ::std::result::Result::Ok(Self::$variant),)*
                    _ => ::std::result::Result::Err(runtime::ConversionError::new(
                        ::std::concat!("it is no value of ", ::std::stringify!($name)),
                    )),
                }
            }
        }
    };
}
pub(crate) use from_scalar;

/// A text with limits, which are checked when it is made and not when it is read.
macro_rules! limited {
    ($name:ident, $check:expr, $($shown:ident)?) => {
        impl $name {
            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            fn check(text: &str) -> ::std::result::Result<(), runtime::ConversionError> {
                let check: fn(&str) -> ::std::result::Result<(), runtime::ConversionError> = $check;
                check(text)
            }
        }
        impl ::std::ops::Deref for $name {
            type Target = str;

            fn deref(&self) -> &str {
                &self.0
            }
        }
        impl ::std::convert::From<$name> for ::std::string::String {
            fn from(text: $name) -> Self {
                text.0
            }
        }
        impl ::std::str::FromStr for $name {
            type Err = runtime::ConversionError;

            fn from_str(text: &str) -> ::std::result::Result<Self, runtime::ConversionError> {
                Self::check(text)?;
                ::std::result::Result::Ok(Self(text.to_owned()))
            }
        }
        runtime::convert_text!($name);
        runtime::show_text!($name, $($shown)?);
        impl<'de> runtime::Read<'de> for $name {
            fn read<D: ::serde::Deserializer<'de>>(
                from: D,
            ) -> ::std::result::Result<Self, D::Error> {
                let text = <::std::string::String as runtime::Read>::read(from)?;
                if Self::check(&text).is_err() {
                    runtime::misfit();
                }
                ::std::result::Result::Ok(Self(text))
            }
        }
        runtime::serde_as_text!($name);
    };
}
pub(crate) use limited;

/// How a text is shown: a secret one not at all.
macro_rules! show_text {
    ($name:ident, secret) => {
        /// Shows that there is a value, and nothing of it.
        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(::std::concat!(::std::stringify!($name), "(<redacted>)"))
            }
        }
    };
    ($name:ident,) => {
        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.debug_tuple(::std::stringify!($name)).field(&self.0).finish()
            }
        }
        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}
pub(crate) use show_text;

/// Refuses a text that is too short or too long, counted in characters.
pub(crate) fn check_length(
    text: &str,
    least: Option<usize>,
    most: Option<usize>,
) -> Result<(), ConversionError> {
    let length = text.chars().count();
    match (least, most) {
        (Some(least), _) if length < least => {
            Err(ConversionError::new(format!("shorter than {least} characters")))
        }
        (_, Some(most)) if length > most => {
            Err(ConversionError::new(format!("longer than {most} characters")))
        }
        _ => Ok(()),
    }
}

/// Characters of these ranges, at least so many and at most so many.
type CharacterRun = (&'static [(char, char)], usize, usize);

/// Refuses a text that is not made of these runs of characters.
pub(crate) fn check_runs(
    text: &str,
    runs: &[CharacterRun],
    to_end: bool,
    pattern: &'static str,
) -> Result<(), ConversionError> {
    let mut rest = text.chars().peekable();
    for (of, least, most) in runs {
        let mut count = 0;
        while count < *most
            && rest
                .next_if(|c| of.iter().any(|(low, high)| low <= c && c <= high))
                .is_some()
        {
            count += 1;
        }
        if count < *least {
            return Err(ConversionError::new(format!("it does not match {pattern}")));
        }
    }
    match to_end && rest.peek().is_some() {
        true => Err(ConversionError::new(format!("it does not match {pattern}"))),
        false => Ok(()),
    }
}

/// Refuses a text that the document's regular expression, read as JSON Schema has it, does not match.
macro_rules! check_pattern {
    ($text:ident, $pattern:literal) => {
        static PATTERN: ::std::sync::LazyLock<::regress::Regex> = ::std::sync::LazyLock::new(|| {
            ::regress::Regex::with_flags($pattern, "u")
                .expect("it was looked at when this was generated")
        });
        if PATTERN.find($text).is_none() {
            return ::std::result::Result::Err(runtime::ConversionError::new(::std::concat!(
                "it does not match ",
                ::std::stringify!($pattern)
            )));
        }
    };
}
pub(crate) use check_pattern;

/// A type of its own for what would be another name of a type that holds it.
macro_rules! wrapper {
    ($name:ident) => {
        impl<'de> runtime::Read<'de> for $name {
            fn read<D: ::serde::Deserializer<'de>>(
                from: D,
            ) -> ::std::result::Result<Self, D::Error> {
                runtime::Read::read(from).map(Self)
            }
        }
        runtime::deserialize_as_read!($name);
        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(
                &self,
                to: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                ::serde::Serialize::serialize(&self.0, to)
            }
        }
    };
}
pub(crate) use wrapper;
