/// A builder of a type that is sent: `property: Type = required` or `= optional`.
macro_rules! builder {
    ($name:ident { $($property:ident: $of:ty = $kind:ident,)* }) => {
        /// A builder.
        #[derive(Clone, Debug)]
        pub struct $name {
            $($property: ::std::result::Result<$of, ::std::string::String>,)*
        }
        impl ::std::default::Default for $name {
            fn default() -> Self {
                Self {
                    $($property: runtime::initial!($kind, $property),)*
                }
            }
        }
        impl $name {
            $(
                /// Sets the property.
                #[must_use]
                pub fn $property<V>(mut self, value: V) -> Self
                where
                    V: ::std::convert::TryInto<$of>,
                    V::Error: ::std::fmt::Display,
                {
                    self.$property = runtime::given_value(::std::stringify!($property), value);
                    self
                }
            )*
        }
        impl ::std::convert::TryFrom<$name> for super::$name {
            type Error = runtime::ConversionError;

            fn try_from(from: $name) -> ::std::result::Result<Self, Self::Error> {
                ::std::result::Result::Ok(Self {
                    $($property: from.$property.map_err(runtime::ConversionError::new)?,)*
                })
            }
        }
        impl super::$name {
            /// A builder, which takes whatever becomes a property's type.
            #[must_use]
            pub fn builder() -> $name {
                <$name as ::std::default::Default>::default()
            }
        }
    };
}
pub(crate) use builder;

/// A property of a builder before anything is given.
macro_rules! initial {
    (required, $property:ident) => {
        runtime::not_given(::std::stringify!($property))
    };
    (optional, $property:ident) => {
        ::std::result::Result::Ok(::std::default::Default::default())
    };
}
pub(crate) use initial;

/// A property that has to be given.
#[allow(dead_code)]
pub(crate) fn not_given<T>(property: &str) -> Result<T, String> {
    Err(format!("no value supplied for {property}"))
}

/// A value as a property's type, or why it is none.
pub(crate) fn given_value<T, V>(property: &str, value: V) -> Result<T, String>
where
    V: TryInto<T>,
    V::Error: ::std::fmt::Display,
{
    value
        .try_into()
        .map_err(|error| format!("error converting supplied value for {property}: {error}"))
}
