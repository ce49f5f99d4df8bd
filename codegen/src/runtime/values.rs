impl<'de> Read<'de> for String {
    fn read<D: ::serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        <Self as ::serde::Deserialize>::deserialize(from)
    }
}

impl<'de> Read<'de> for bool {
    fn read<D: ::serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        <Self as ::serde::Deserialize>::deserialize(from)
    }
}

impl<'de> Read<'de> for f64 {
    fn read<D: ::serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        <Self as ::serde::Deserialize>::deserialize(from)
    }
}

impl<'de> Read<'de> for ::serde_json::Value {
    fn read<D: ::serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        <Self as ::serde::Deserialize>::deserialize(from)
    }
}

impl<'de> Read<'de> for ::serde_json::Map<String, ::serde_json::Value> {
    fn read<D: ::serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        <Self as ::serde::Deserialize>::deserialize(from)
    }
}

/// Reads whole numbers, also those that are written with a fraction of nothing.
struct Whole<T>(::std::marker::PhantomData<T>);

impl<T: TryFrom<i64> + TryFrom<u64>> ::serde::de::Visitor<'_> for Whole<T> {
    type Value = T;

    fn expecting(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        write!(f, "an integer ({})", ::std::any::type_name::<T>())
    }

    fn visit_i64<E: ::serde::de::Error>(self, value: i64) -> Result<T, E> {
        T::try_from(value).map_err(|_| E::invalid_value(::serde::de::Unexpected::Signed(value), &self))
    }

    fn visit_u64<E: ::serde::de::Error>(self, value: u64) -> Result<T, E> {
        T::try_from(value)
            .map_err(|_| E::invalid_value(::serde::de::Unexpected::Unsigned(value), &self))
    }

    fn visit_f64<E: ::serde::de::Error>(self, value: f64) -> Result<T, E> {
        // Up to here every whole number is exact.
        const EXACT: f64 = 9_007_199_254_740_992.0;
        if value.fract() == 0.0 && (-EXACT..=EXACT).contains(&value) {
            self.visit_i64(value as i64)
        } else {
            Err(E::invalid_type(::serde::de::Unexpected::Float(value), &self))
        }
    }
}

impl<'de> Read<'de> for i8 {
    fn read<D: ::serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_i8(Whole(::std::marker::PhantomData))
    }
}

impl<'de> Read<'de> for i16 {
    fn read<D: ::serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_i16(Whole(::std::marker::PhantomData))
    }
}

impl<'de> Read<'de> for i32 {
    fn read<D: ::serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_i32(Whole(::std::marker::PhantomData))
    }
}

impl<'de> Read<'de> for i64 {
    fn read<D: ::serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_i64(Whole(::std::marker::PhantomData))
    }
}

impl<'de> Read<'de> for u8 {
    fn read<D: ::serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_u8(Whole(::std::marker::PhantomData))
    }
}

impl<'de> Read<'de> for u16 {
    fn read<D: ::serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_u16(Whole(::std::marker::PhantomData))
    }
}

impl<'de> Read<'de> for u32 {
    fn read<D: ::serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_u32(Whole(::std::marker::PhantomData))
    }
}

impl<'de> Read<'de> for u64 {
    fn read<D: ::serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_u64(Whole(::std::marker::PhantomData))
    }
}

impl<'de, T: Read<'de>> Read<'de> for Box<T> {
    fn read<D: ::serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        T::read(from).map(Box::new)
    }
}

impl<'de, T: Read<'de>> Read<'de> for Option<T> {
    fn read<D: ::serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Optional<T>(::std::marker::PhantomData<T>);
        impl<'de, T: Read<'de>> ::serde::de::Visitor<'de> for Optional<T> {
            type Value = Option<T>;

            fn expecting(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str("a value or null")
            }

            fn visit_none<E>(self) -> Result<Option<T>, E> {
                Ok(None)
            }

            fn visit_unit<E>(self) -> Result<Option<T>, E> {
                Ok(None)
            }

            fn visit_some<D: ::serde::Deserializer<'de>>(
                self,
                from: D,
            ) -> Result<Option<T>, D::Error> {
                T::read(from).map(Some)
            }
        }
        from.deserialize_option(Optional(::std::marker::PhantomData))
    }
}

impl<'de, T: Read<'de>> Read<'de> for Vec<T> {
    fn read<D: ::serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct List<T>(::std::marker::PhantomData<T>);
        impl<'de, T: Read<'de>> ::serde::de::Visitor<'de> for List<T> {
            type Value = Vec<T>;

            fn expecting(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str("an array")
            }

            fn visit_seq<A: ::serde::de::SeqAccess<'de>>(
                self,
                mut items: A,
            ) -> Result<Vec<T>, A::Error> {
                let mut list = Vec::new();
                loop {
                    let item = items.next_element_seed(Seed(::std::marker::PhantomData));
                    match item.inspect_err(|_| inside(&list.len()))? {
                        Some(item) => list.push(item),
                        None => return Ok(list),
                    }
                }
            }
        }
        from.deserialize_seq(List(::std::marker::PhantomData))
    }
}

impl<'de, T: Read<'de>> Read<'de> for ::std::collections::BTreeMap<String, T> {
    fn read<D: ::serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Map<T>(::std::marker::PhantomData<T>);
        impl<'de, T: Read<'de>> ::serde::de::Visitor<'de> for Map<T> {
            type Value = ::std::collections::BTreeMap<String, T>;

            fn expecting(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: ::serde::de::MapAccess<'de>>(
                self,
                mut members: A,
            ) -> Result<Self::Value, A::Error> {
                let mut map = Self::Value::new();
                while let Some(name) = members.next_key::<String>()? {
                    let value = members.next_value_seed(Seed(::std::marker::PhantomData));
                    let value = value.inspect_err(|_| inside(&name))?;
                    map.insert(name, value);
                }
                Ok(map)
            }
        }
        from.deserialize_map(Map(::std::marker::PhantomData))
    }
}

/// A date (RFC 3339, `full-date`).
pub type Date = ::chrono::naive::NaiveDate;
impl<'de> Read<'de> for Date {
    fn read<D: ::serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        <Self as ::serde::Deserialize>::deserialize(from)
    }
}
