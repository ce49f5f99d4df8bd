/// How a parameter's value becomes text (OpenAPI, style values; RFC 6570).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(dead_code)]
pub(crate) enum Style {
    Simple,
    Label,
    Matrix,
    Form,
    SpaceDelimited,
    PipeDelimited,
    DeepObject,
    Json,
}

/// A parameter's value, taken apart.
enum ParameterValue {
    Absent,
    Text(String),
    List(Vec<String>),
    Object(Vec<(String, String)>),
}

/// JSON whose members keep their order: that of the document, since types are made in it.
enum Ordered {
    Null,
    Scalar(::serde_json::Value),
    List(Vec<Ordered>),
    Object(Vec<(String, Ordered)>),
}

impl ::std::fmt::Display for Ordered {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Scalar(value) => ::std::fmt::Display::fmt(value, f),
            Self::List(items) => {
                f.write_str("[")?;
                for (index, item) in items.iter().enumerate() {
                    let comma = if index > 0 { "," } else { "" };
                    write!(f, "{comma}{item}")?;
                }
                f.write_str("]")
            }
            Self::Object(members) => {
                f.write_str("{")?;
                for (index, (name, value)) in members.iter().enumerate() {
                    let comma = if index > 0 { "," } else { "" };
                    write!(f, "{comma}{}:{value}", ::serde_json::Value::from(name.as_str()))?;
                }
                f.write_str("}")
            }
        }
    }
}

impl<'de> ::serde::Deserialize<'de> for Ordered {
    fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OrderedVisitor)
    }
}

struct OrderedVisitor;

impl<'de> ::serde::de::Visitor<'de> for OrderedVisitor {
    type Value = Ordered;

    fn expecting(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Ordered, E> {
        Ok(Ordered::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Ordered, E> {
        Ok(Ordered::Scalar(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Ordered, E> {
        Ok(Ordered::Scalar(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Ordered, E> {
        Ok(Ordered::Scalar(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Ordered, E> {
        // A number that is whole is written so: not every reader takes a fraction of nothing.
        Ok(Ordered::Scalar(match value.to_string().parse::<i64>() {
            Ok(whole) => whole.into(),
            Err(_) => value.into(),
        }))
    }

    fn visit_str<E>(self, value: &str) -> Result<Ordered, E> {
        Ok(Ordered::Scalar(value.into()))
    }

    fn visit_seq<A: ::serde::de::SeqAccess<'de>>(self, mut items: A) -> Result<Ordered, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Ordered::List(list))
    }

    fn visit_map<A: ::serde::de::MapAccess<'de>>(self, mut members: A) -> Result<Ordered, A::Error> {
        let mut object = Vec::new();
        while let Some(member) = members.next_entry()? {
            object.push(member);
        }
        Ok(Ordered::Object(object))
    }
}

/// Takes a value apart as its JSON has it, since its schema is one of JSON.
fn parameter_of<T: ::serde::Serialize>(name: &str, value: &T) -> Result<ParameterValue, String> {
    parameter_json(name, value).map(parameter_value)
}

fn parameter_value(value: Ordered) -> ParameterValue {
    match value {
        Ordered::Null => ParameterValue::Absent,
        Ordered::List(items) => ParameterValue::List(items.iter().map(json_text).collect()),
        Ordered::Object(members) => ParameterValue::Object(
            members
                .into_iter()
                .filter(|(_, value)| !matches!(value, Ordered::Null))
                .map(|(name, value)| (name, json_text(&value)))
                .collect(),
        ),
        value => ParameterValue::Text(json_text(&value)),
    }
}

fn parameter_json<T: ::serde::Serialize>(name: &str, value: &T) -> Result<Ordered, String> {
    // Through text, which has the shortest form of a fraction, and the order of the members.
    ::serde_json::to_string(value)
        .and_then(|text| ::serde_json::from_str(&text))
        .map_err(|error| format!("`{name}` cannot be sent: {error}"))
}

fn json_text(value: &Ordered) -> String {
    match value {
        Ordered::Scalar(::serde_json::Value::String(text)) => text.clone(),
        // Without an exponent, whose sign a URL would have to encode.
        Ordered::Scalar(::serde_json::Value::Number(number)) if number.is_f64() => number
            .as_f64()
            .map_or_else(|| number.to_string(), |number| number.to_string()),
        value => value.to_string(),
    }
}

/// A value as JSON in one piece, where there is one.
fn parameter_text<T: ::serde::Serialize>(name: &str, value: &T) -> Result<ParameterValue, String> {
    Ok(match parameter_json(name, value)? {
        Ordered::Null => ParameterValue::Absent,
        value => ParameterValue::Text(value.to_string()),
    })
}

/// How names, values and what stands between them become part of a query, or of a part of a form.
struct PairEncoding {
    name: fn(&str) -> String,
    value: fn(&str) -> String,
    space: &'static str,
    pipe: &'static str,
    brackets: [&'static str; 2],
}

#[allow(dead_code)]
impl PairEncoding {
    fn of_query(allow_reserved: bool) -> Self {
        Self {
            name: percent_encode,
            value: if allow_reserved {
                percent_encode_reserved
            } else {
                percent_encode
            },
            space: "%20",
            pipe: "%7C",
            brackets: ["%5B", "%5D"],
        }
    }

    /// As a query has them, but that every name and value ends where a form's reader looks for its end.
    fn of_form(allow_reserved: bool) -> Self {
        let mut encoding = Self::of_query(allow_reserved);
        if allow_reserved {
            encoding.value = form_encode_reserved;
        }
        encoding
    }

    /// As they are.
    fn plain() -> Self {
        Self {
            name: str::to_owned,
            value: str::to_owned,
            space: " ",
            pipe: "|",
            brackets: ["[", "]"],
        }
    }
}

/// A value in a style of the query: a pair, or several for a list or an object.
fn styled_pairs(
    name: &str,
    value: Ordered,
    style: Style,
    explode: bool,
    encoding: &PairEncoding,
) -> Vec<(String, String)> {
    let encode = encoding.value;
    let key = (encoding.name)(name);
    let mut pairs = Vec::new();
    if style == Style::DeepObject {
        deep_pairs(&mut pairs, &key, &value, encoding);
        return pairs;
    }
    let separator = match style {
        Style::SpaceDelimited => encoding.space,
        Style::PipeDelimited => encoding.pipe,
        _ => ",",
    };
    let value = match value {
        Ordered::Null => ParameterValue::Absent,
        // JSON in one piece.
        value if style == Style::Json => ParameterValue::Text(value.to_string()),
        value => parameter_value(value),
    };
    match value {
        ParameterValue::Absent => {}
        ParameterValue::Text(text) => pairs.push((key, encode(&text))),
        ParameterValue::List(items) if explode => {
            pairs.extend(items.iter().map(|item| (key.clone(), encode(item))));
        }
        ParameterValue::List(items) => {
            if !items.is_empty() {
                let items: Vec<String> = items.iter().map(|item| encode(item)).collect();
                pairs.push((key, items.join(separator)));
            }
        }
        ParameterValue::Object(members) if explode => {
            for (name, value) in members {
                pairs.push(((encoding.name)(&name), encode(&value)));
            }
        }
        ParameterValue::Object(members) => {
            if !members.is_empty() {
                let parts: Vec<String> = members
                    .iter()
                    .flat_map(|(name, value)| [(encoding.name)(name), encode(value)])
                    .collect();
                pairs.push((key, parts.join(separator)));
            }
        }
    }
    pairs
}

/// `name[member]=value`, as deep as the value goes. Of a list each item that is more than a value has
/// its number, `name[0][member]=value`, without which nobody could tell whose members these are.
fn deep_pairs(
    pairs: &mut Vec<(String, String)>,
    key: &str,
    value: &Ordered,
    encoding: &PairEncoding,
) {
    match value {
        Ordered::Null => {}
        Ordered::Object(members) => {
            let [open, close] = encoding.brackets;
            for (name, value) in members {
                let key = format!("{key}{open}{}{close}", (encoding.name)(name));
                deep_pairs(pairs, &key, value, encoding);
            }
        }
        Ordered::List(items) => {
            let [open, close] = encoding.brackets;
            for (index, item) in items.iter().enumerate() {
                if matches!(item, Ordered::List(_) | Ordered::Object(_)) {
                    let key = format!("{key}{open}{index}{close}");
                    deep_pairs(pairs, &key, item, encoding);
                } else {
                    deep_pairs(pairs, key, item, encoding);
                }
            }
        }
        value => pairs.push((key.to_owned(), (encoding.value)(&json_text(value)))),
    }
}

/// A part of the path in any style of the path. What would make the path another one is refused.
pub(crate) fn path_value<T: ::serde::Serialize>(
    name: &str,
    value: &T,
    style: Style,
    explode: bool,
) -> Result<String, String> {
    let text = path_part_value(name, value, style, explode)?;
    if matches!(text.as_str(), "" | "." | "..") {
        return Err(format!(
            "`{name}` is one segment of the path and cannot be empty, `.` or `..`"
        ));
    }
    Ok(text)
}

/// A part of a segment of the path in any style of the path.
pub(crate) fn path_part_value<T: ::serde::Serialize>(
    name: &str,
    value: &T,
    style: Style,
    explode: bool,
) -> Result<String, String> {
    let pairs = |members: &[(String, String)], between: &str| -> Vec<String> {
        members
            .iter()
            .map(|(name, value)| {
                format!("{}{between}{}", percent_encode(name), percent_encode(value))
            })
            .collect()
    };
    let encoded = |items: &[String]| -> Vec<String> {
        items.iter().map(|item| percent_encode(item)).collect()
    };
    let value = if style == Style::Json {
        parameter_text(name, value)?
    } else {
        parameter_of(name, value)?
    };
    let key = percent_encode(name);
    Ok(match (style, value) {
        (_, ParameterValue::Absent) => String::new(),
        (Style::Label, value) => {
            let between = if explode { "." } else { "," };
            let inner = match value {
                ParameterValue::Text(text) => percent_encode(&text),
                ParameterValue::List(items) => encoded(&items).join(between),
                ParameterValue::Object(members) if explode => pairs(&members, "=").join("."),
                ParameterValue::Object(members) => pairs(&members, ",").join(","),
                ParameterValue::Absent => String::new(),
            };
            format!(".{inner}")
        }
        (Style::Matrix, value) => match value {
            ParameterValue::Text(text) if text.is_empty() => format!(";{key}"),
            ParameterValue::Text(text) => format!(";{key}={}", percent_encode(&text)),
            ParameterValue::List(items) if explode => encoded(&items)
                .iter()
                .map(|item| format!(";{key}={item}"))
                .collect(),
            ParameterValue::List(items) => format!(";{key}={}", encoded(&items).join(",")),
            ParameterValue::Object(members) if explode => pairs(&members, "=")
                .iter()
                .map(|pair| format!(";{pair}"))
                .collect(),
            ParameterValue::Object(members) => {
                format!(";{key}={}", pairs(&members, ",").join(","))
            }
            ParameterValue::Absent => String::new(),
        },
        (_, ParameterValue::Text(text)) => percent_encode(&text),
        (_, ParameterValue::List(items)) => encoded(&items).join(","),
        (_, ParameterValue::Object(members)) => {
            pairs(&members, if explode { "=" } else { "," }).join(",")
        }
    })
}

/// Adds a header parameter, if there is a value.
pub(crate) fn header<T: ::serde::Serialize>(
    headers: &mut ::reqwest::header::HeaderMap,
    name: &str,
    value: &T,
    style: Style,
    explode: bool,
) -> Result<(), String> {
    let between = if explode { "=" } else { "," };
    let value = if style == Style::Json {
        parameter_text(name, value)?
    } else {
        parameter_of(name, value)?
    };
    let text = match value {
        ParameterValue::Absent => return Ok(()),
        ParameterValue::Text(text) => text,
        ParameterValue::List(items) => items.join(","),
        ParameterValue::Object(members) => members
            .iter()
            .map(|(name, value)| format!("{name}{between}{value}"))
            .collect::<Vec<_>>()
            .join(","),
    };
    let key = ::reqwest::header::HeaderName::from_bytes(name.as_bytes())
        .map_err(|_| format!("`{name}` is no name of a header"))?;
    let value = ::reqwest::header::HeaderValue::from_str(&text)
        .or_else(|_| ::reqwest::header::HeaderValue::from_bytes(text.as_bytes()))
        .map_err(|_| format!("the value of `{name}` cannot be sent in a header"))?;
    headers.append(key, value);
    Ok(())
}

/// Adds a cookie parameter, if there is a value, to the one `Cookie` header.
pub(crate) fn cookie<T: ::serde::Serialize>(
    headers: &mut ::reqwest::header::HeaderMap,
    name: &str,
    value: &T,
    style: Style,
    explode: bool,
) -> Result<(), String> {
    let value = if style == Style::Json {
        parameter_text(name, value)?
    } else {
        parameter_of(name, value)?
    };
    let pair = |name: &str, value: &str| format!("{}={}", cookie_encode(name), cookie_encode(value));
    let encoded = |items: &[String]| -> Vec<String> { items.iter().map(|item| cookie_encode(item)).collect() };
    let pairs: Vec<String> = match value {
        ParameterValue::Absent => return Ok(()),
        ParameterValue::Text(text) => vec![pair(name, &text)],
        ParameterValue::List(items) if explode => items.iter().map(|item| pair(name, item)).collect(),
        ParameterValue::List(items) => vec![format!("{}={}", cookie_encode(name), encoded(&items).join(","))],
        ParameterValue::Object(members) if explode => members
            .iter()
            .map(|(name, value)| pair(name, value))
            .collect(),
        ParameterValue::Object(members) => {
            let parts: Vec<String> = members
                .iter()
                .flat_map(|(name, value)| [cookie_encode(name), cookie_encode(value)])
                .collect();
            vec![format!("{}={}", cookie_encode(name), parts.join(","))]
        }
    };
    let mut text = match headers.get(::reqwest::header::COOKIE) {
        Some(known) => known.to_str().map_err(|error| error.to_string())?.to_owned(),
        None => String::new(),
    };
    for pair in pairs {
        if !text.is_empty() {
            text.push_str("; ");
        }
        text.push_str(&pair);
    }
    let mut value = ::reqwest::header::HeaderValue::from_str(&text)
        .map_err(|_| format!("the value of `{name}` cannot be sent in a cookie"))?;
    value.set_sensitive(true);
    headers.insert(::reqwest::header::COOKIE, value);
    Ok(())
}

/// What a cookie may not hold is percent-encoded (RFC 6265, cookie-octet), and so is the percent sign,
/// without which nobody could tell what was encoded.
fn cookie_encode(text: &str) -> String {
    percent_encode_but(text, b"!#$&'()*+-./:<=>?@[]^_`{|}~")
}

/// Reserved characters stay, and so does what is percent-encoded already (RFC 6570, reserved expansion),
/// but for those that no query may hold: `#`, `[` and `]`.
fn percent_encode_reserved(text: &str) -> String {
    reserved(text, b"-._~:/?@!$&'()*+,;=")
}

/// The same in a form, where `&`, `=` and `+` are no part of a value.
fn form_encode_reserved(text: &str) -> String {
    reserved(text, b"-._~:/?@!$'()*,;")
}

fn reserved(text: &str, kept: &[u8]) -> String {
    let mut encoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        let (before, triple) = rest.split_at(at);
        encoded.push_str(&percent_encode_but(before, kept));
        let digits = triple.as_bytes().get(1..3);
        let is_encoded = digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        // Digits and the sign are ASCII, so that the text can be cut behind them.
        let (sign, after) = triple.split_at(if is_encoded { 3 } else { 1 });
        encoded.push_str(if is_encoded { sign } else { "%25" });
        rest = after;
    }
    encoded + &percent_encode_but(rest, kept)
}

fn percent_encode_but(text: &str, kept: &[u8]) -> String {
    use ::std::fmt::Write as _;
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || kept.contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}
