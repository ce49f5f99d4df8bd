/// A date and time (RFC 3339) that keeps the text it was read from.
///
/// It dereferences to [`chrono::DateTime`], and prints and serialises as it was written: a service's
/// `…:00.000Z` does not become `…:00Z` on the way through.
#[derive(Clone)]
pub struct DateTime {
    text: String,
    instant: ::chrono::DateTime<::chrono::FixedOffset>,
}

impl ::std::ops::Deref for DateTime {
    type Target = ::chrono::DateTime<::chrono::FixedOffset>;

    fn deref(&self) -> &Self::Target {
        &self.instant
    }
}

impl ::std::str::FromStr for DateTime {
    type Err = ::chrono::ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self {
            instant: ::chrono::DateTime::parse_from_rfc3339(text)?,
            text: text.to_owned(),
        })
    }
}

impl From<::chrono::DateTime<::chrono::FixedOffset>> for DateTime {
    fn from(instant: ::chrono::DateTime<::chrono::FixedOffset>) -> Self {
        Self {
            text: instant.to_rfc3339_opts(::chrono::SecondsFormat::AutoSi, true),
            instant,
        }
    }
}

impl From<::chrono::DateTime<::chrono::Utc>> for DateTime {
    fn from(instant: ::chrono::DateTime<::chrono::Utc>) -> Self {
        instant.fixed_offset().into()
    }
}

impl ::std::fmt::Display for DateTime {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.write_str(&self.text)
    }
}

impl ::std::fmt::Debug for DateTime {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.write_str(&self.text)
    }
}

// Two texts for one instant are equal, as they are for chrono.
impl PartialEq for DateTime {
    fn eq(&self, other: &Self) -> bool {
        self.instant == other.instant
    }
}

impl Eq for DateTime {}

impl PartialOrd for DateTime {
    fn partial_cmp(&self, other: &Self) -> Option<::std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for DateTime {
    fn cmp(&self, other: &Self) -> ::std::cmp::Ordering {
        self.instant.cmp(&other.instant)
    }
}

impl ::std::hash::Hash for DateTime {
    fn hash<H: ::std::hash::Hasher>(&self, state: &mut H) {
        self.instant.hash(state);
    }
}

impl ::serde::Serialize for DateTime {
    fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Read<'de> for DateTime {
    fn read<D: ::serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        <Self as ::serde::Deserialize>::deserialize(from)
    }
}

impl<'de> ::serde::Deserialize<'de> for DateTime {
    fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <String as ::serde::Deserialize>::deserialize(deserializer)?;
        text.parse().map_err(::serde::de::Error::custom)
    }
}
