/// The bytes of a request body and the media type that they have.
#[derive(Clone)]
pub struct EncodedBody {
    /// The value of `Content-Type`.
    pub content_type: String,
    /// The body.
    pub bytes: ::bytes::Bytes,
}

impl ::std::fmt::Debug for EncodedBody {
    // A body may hold secrets and files; its size is enough.
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.debug_struct("EncodedBody")
            .field("content_type", &self.content_type)
            .field("bytes", &self.bytes.len())
            .finish()
    }
}

#[allow(dead_code)]
impl EncodedBody {
    /// A body of bytes as they are.
    pub(crate) fn new(content_type: impl Into<String>, bytes: impl Into<::bytes::Bytes>) -> Self {
        Self {
            content_type: content_type.into(),
            bytes: bytes.into(),
        }
    }

    /// JSON.
    pub(crate) fn json<T: ::serde::Serialize>(
        content_type: &str,
        value: &T,
    ) -> Result<Self, String> {
        ::serde_json::to_vec(value)
            .map(|bytes| Self::new(content_type, bytes))
            .map_err(|error| error.to_string())
    }
}

/// `application/x-www-form-urlencoded`: a pair per member, several for an array; members with a
/// style of their own as a query has them.
pub(crate) fn form_body<T: ::serde::Serialize>(
    content_type: &str,
    value: &T,
    styles: &[MemberStyle<'_>],
) -> Result<EncodedBody, String> {
    let mut pairs: Vec<String> = Vec::new();
    let mut styled = styled_members(value, styles)?;
    for (name, part) in form_members(value)? {
        if let Some((value, &(_, style, explode, allow_reserved))) = styled(&name) {
            let encoding = PairEncoding::of_form(allow_reserved);
            for (name, value) in styled_pairs(&name, value, style, explode, &encoding) {
                pairs.push(format!("{name}={value}").replace("%20", "+"));
            }
            continue;
        }
        for part in part.flatten() {
            let text = match part {
                Part::File(file) => String::from_utf8_lossy(&file.bytes).into_owned(),
                Part::Text(text) => text,
                Part::Json(json) => json,
                Part::Nothing | Part::Several(_) => continue,
            };
            pairs.push(format!("{}={}", form_encode(&name), form_encode(&text)));
        }
    }
    Ok(EncodedBody::new(content_type, pairs.join("&")))
}

/// `multipart/form-data` (RFC 7578) or another of its kind: a part per member, several for an array.
pub(crate) fn multipart_body<T: ::serde::Serialize>(
    media_type: &str,
    value: &T,
) -> Result<EncodedBody, String> {
    let mut parts = Vec::new();
    for (name, part) in form_members(value)? {
        parts.extend(part.flatten().into_iter().map(|part| (name.clone(), part)));
    }
    multipart_of(media_type, &parts, &[])
}

/// The same with what `encoding` says of the parts: content types of their own; members with a style of
/// their own become the parts that would be pairs of a query.
pub(crate) fn encoded_multipart_body<T: ::serde::Serialize>(
    media_type: &str,
    value: &T,
    content_types: &[(&str, &str)],
    styles: &[MemberStyle<'_>],
) -> Result<EncodedBody, String> {
    let mut parts = Vec::new();
    let mut styled = styled_members(value, styles)?;
    for (name, part) in form_members(value)? {
        let part = part.flatten();
        let has_file = part.iter().any(|part| matches!(part, Part::File(_)));
        let of_its_own = if has_file { None } else { styled(&name) };
        if let Some((value, &(_, style, explode, _))) = of_its_own {
            let pairs = styled_pairs(&name, value, style, explode, &PairEncoding::plain());
            parts.extend(pairs.into_iter().map(|(name, text)| (name, Part::Text(text))));
            continue;
        }
        parts.extend(part.into_iter().map(|part| (name.clone(), part)));
    }
    multipart_of(media_type, &parts, content_types)
}

/// The bytes of these parts, some of which have a content type that the document states.
fn multipart_of(
    media_type: &str,
    parts: &[(String, Part)],
    content_types: &[(&str, &str)],
) -> Result<EncodedBody, String> {
    let boundary = boundary(parts);
    let size: usize = parts
        .iter()
        .map(|(name, part)| name.len() + content(part).len() + 256)
        .sum();
    let mut bytes = Vec::with_capacity(size);
    for (name, part) in parts {
        let stated = content_types
            .iter()
            .find(|(part, _)| part == name)
            .map(|(_, content_type)| *content_type);
        bytes.extend_from_slice(b"--");
        bytes.extend_from_slice(boundary.as_bytes());
        bytes.extend_from_slice(b"\r\nContent-Disposition: form-data; name=\"");
        bytes.extend_from_slice(quoted(name).as_bytes());
        bytes.push(b'"');
        let content_type = match part {
            Part::File(file) => {
                bytes.extend_from_slice(b"; filename=\"");
                bytes.extend_from_slice(quoted(base_name(&file.file_name)).as_bytes());
                bytes.push(b'"');
                Some(file.content_type.as_str())
            }
            Part::Json(_) => Some(stated.unwrap_or("application/json")),
            Part::Text(_) => stated,
            Part::Nothing | Part::Several(_) => continue,
        };
        if let Some(content_type) = content_type {
            if content_type.bytes().any(|byte| byte.is_ascii_control()) {
                return Err(format!(
                    "the content type of the part `{name}` has a control character"
                ));
            }
            bytes.extend_from_slice(b"\r\nContent-Type: ");
            bytes.extend_from_slice(content_type.as_bytes());
        }
        bytes.extend_from_slice(b"\r\n\r\n");
        bytes.extend_from_slice(content(part));
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"--");
    bytes.extend_from_slice(boundary.as_bytes());
    bytes.extend_from_slice(b"--\r\n");
    Ok(EncodedBody::new(
        format!("{media_type}; boundary={boundary}"),
        bytes,
    ))
}

/// A member of a form that has a style of its own: its name, the style, `explode` and `allowReserved`.
type MemberStyle<'n> = (&'n str, Style, bool, bool);

/// Finds the members of a form that have a style of their own, each with its value.
fn styled_members<'s, T: ::serde::Serialize>(
    value: &T,
    styles: &'s [MemberStyle<'s>],
) -> Result<impl FnMut(&str) -> Option<(Ordered, &'s MemberStyle<'s>)>, String> {
    let mut members = match styles {
        [] => Vec::new(),
        _ => match parameter_json("the form", value)? {
            Ordered::Object(members) => members,
            _ => Vec::new(),
        },
    };
    Ok(move |name: &str| {
        let style = styles.iter().find(|(member, ..)| *member == name)?;
        let at = members.iter().position(|(member, _)| member == name)?;
        Some((members.swap_remove(at).1, style))
    })
}

/// A file in a form.
#[derive(Clone, PartialEq, Eq)]
pub struct FilePart {
    /// Its name, as the service is told it; folders are left out.
    pub file_name: String,
    /// Its media type.
    pub content_type: String,
    /// Its bytes; a clone shares them.
    pub bytes: ::bytes::Bytes,
}

impl FilePart {
    /// A file with its name, media type and bytes.
    pub fn new(
        file_name: impl Into<String>,
        content_type: impl Into<String>,
        bytes: impl Into<::bytes::Bytes>,
    ) -> Self {
        Self {
            file_name: file_name.into(),
            content_type: content_type.into(),
            bytes: bytes.into(),
        }
    }
}

impl ::std::fmt::Debug for FilePart {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.debug_struct("FilePart")
            .field("file_name", &self.file_name)
            .field("content_type", &self.content_type)
            .field("bytes", &self.bytes.len())
            .finish()
    }
}

/// How [`FilePart`] makes itself known to the form serializer; no type has such a name.
const FILE_PART: &str = "$file-part";

::std::thread_local! {
    /// While a form is made: the file that was last met. Serde hands bytes over by copying them, and
    /// an image is not to be in memory once more for that.
    static MET: ::std::cell::RefCell<Option<Option<FilePart>>> =
        const { ::std::cell::RefCell::new(None) };
}

/// Makes files hand themselves over (or not) for as long as it lives.
struct Meeting(Option<Option<FilePart>>);

impl Meeting {
    fn begin(files_hand_over: bool) -> Self {
        Self(MET.replace(files_hand_over.then_some(None)))
    }
}

impl Drop for Meeting {
    fn drop(&mut self) {
        MET.set(self.0.take());
    }
}

impl ::serde::Serialize for FilePart {
    fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let met = MET.with_borrow_mut(|met| match met {
            Some(slot) => {
                *slot = Some(self.clone());
                true
            }
            None => false,
        });
        if met {
            serializer.serialize_unit_struct(FILE_PART)
        } else {
            // Outside a form it is a string, as its schema says.
            serializer.serialize_str(&String::from_utf8_lossy(&self.bytes))
        }
    }
}

impl<'de> Read<'de> for FilePart {
    fn read<D: ::serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        <Self as ::serde::Deserialize>::deserialize(from)
    }
}

impl<'de> ::serde::Deserialize<'de> for FilePart {
    fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <String as ::serde::Deserialize>::deserialize(deserializer)?;
        Ok(Self::new("file", "application/octet-stream", text))
    }
}

/// What one member of a form becomes.
enum Part {
    Nothing,
    Text(String),
    Json(String),
    File(FilePart),
    Several(Vec<Part>),
}

impl Part {
    fn flatten(self) -> Vec<Part> {
        match self {
            Part::Nothing => Vec::new(),
            Part::Several(parts) => parts.into_iter().flat_map(Part::flatten).collect(),
            part => vec![part],
        }
    }
}

/// What stands in a part.
fn content(part: &Part) -> &[u8] {
    match part {
        Part::Nothing | Part::Several(_) => &[],
        Part::Text(text) | Part::Json(text) => text.as_bytes(),
        Part::File(file) => &file.bytes,
    }
}

/// The last segment of a path, of whatever system it is.
fn base_name(path: &str) -> &str {
    match path.rsplit(['/', '\\']).next() {
        Some("") | None => "file",
        Some(name) => name,
    }
}

/// A boundary that occurs in no part (RFC 2046, 5.1.1). It follows from the parts, so that the same
/// form is the same bytes: a server may judge by them whether a write came before.
fn boundary(parts: &[(String, Part)]) -> String {
    use ::std::hash::Hasher as _;
    let mut hasher = ::std::hash::DefaultHasher::new();
    for (name, part) in parts {
        hasher.write(name.as_bytes());
        hasher.write_u8(0xff);
        hasher.write(content(part));
        hasher.write_u8(0xff);
    }
    loop {
        let boundary = format!("----{:016x}", hasher.finish());
        if !parts.iter().any(|(_, part)| {
            let mut windows = content(part).windows(boundary.len());
            windows.any(|window| window == boundary.as_bytes())
        }) {
            return boundary;
        }
        hasher.write_u8(0);
    }
}

/// A name inside quotes: quotes and line breaks escaped as browsers do (WHATWG HTML,
/// multipart/form-data encoding), and so is every other control character, which no header carries.
fn quoted(name: &str) -> String {
    let mut quoted = String::with_capacity(name.len());
    for c in name.chars() {
        if c == '"' || c.is_ascii_control() {
            quoted.push_str(&format!("%{:02X}", u32::from(c)));
        } else {
            quoted.push(c);
        }
    }
    quoted
}

/// A name or value of `application/x-www-form-urlencoded`: a space is `+`.
fn form_encode(text: &str) -> String {
    percent_encode(text).replace("%20", "+").replace('~', "%7E")
}

/// The members of a value that serialises as an object, each as what it becomes in a form.
fn form_members<T: ::serde::Serialize>(value: &T) -> Result<Vec<(String, Part)>, String> {
    let _meeting = Meeting::begin(true);
    value
        .serialize(FormSerializer)
        .map_err(|error| error.to_string())
        .and_then(|form| match form {
            FormValue::Fields(fields) => Ok(fields),
            FormValue::Part(_) => Err("a form is made of the members of an object".to_owned()),
        })
}

enum FormValue {
    Part(Part),
    Fields(Vec<(String, Part)>),
}

/// Serialises a value to what it becomes in a form.
struct FormSerializer;

type FormError = ::serde_json::Error;

fn part_of<T: ::serde::Serialize + ?Sized>(value: &T) -> Result<Part, FormError> {
    Ok(match value.serialize(FormSerializer)? {
        FormValue::Part(part) => part,
        FormValue::Fields(_) => {
            let _meeting = Meeting::begin(false);
            Part::Json(::serde_json::to_string(value)?)
        }
    })
}

macro_rules! form_text {
    ($($method:ident: $type:ty),*) => {$(
        fn $method(self, value: $type) -> Result<FormValue, FormError> {
            Ok(FormValue::Part(Part::Text(value.to_string())))
        }
    )*};
}

impl ::serde::Serializer for FormSerializer {
    type Ok = FormValue;
    type Error = FormError;
    type SerializeSeq = FormParts;
    type SerializeTuple = FormParts;
    type SerializeTupleStruct = FormParts;
    type SerializeTupleVariant = ::serde::ser::Impossible<FormValue, FormError>;
    type SerializeMap = FormFields;
    type SerializeStruct = FormFields;
    type SerializeStructVariant = ::serde::ser::Impossible<FormValue, FormError>;

    form_text!(
        serialize_bool: bool, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32,
        serialize_i64: i64, serialize_u8: u8, serialize_u16: u16, serialize_u32: u32,
        serialize_u64: u64, serialize_f32: f32, serialize_f64: f64, serialize_char: char,
        serialize_str: &str
    );

    fn serialize_bytes(self, value: &[u8]) -> Result<FormValue, FormError> {
        Ok(FormValue::Part(Part::File(FilePart::new(
            "file",
            "application/octet-stream",
            value.to_vec(),
        ))))
    }

    fn serialize_none(self) -> Result<FormValue, FormError> {
        Ok(FormValue::Part(Part::Nothing))
    }

    fn serialize_some<T: ::serde::Serialize + ?Sized>(self, value: &T) -> Result<FormValue, FormError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<FormValue, FormError> {
        Ok(FormValue::Part(Part::Nothing))
    }

    fn serialize_unit_struct(self, name: &'static str) -> Result<FormValue, FormError> {
        let file = MET.with_borrow_mut(|met| met.as_mut().and_then(Option::take));
        Ok(FormValue::Part(match file {
            Some(file) if name == FILE_PART => Part::File(file),
            _ => Part::Nothing,
        }))
    }

    fn serialize_unit_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
    ) -> Result<FormValue, FormError> {
        Ok(FormValue::Part(Part::Text(variant.to_owned())))
    }

    fn serialize_newtype_struct<T: ::serde::Serialize + ?Sized>(
        self,
        _name: &'static str,
        value: &T,
    ) -> Result<FormValue, FormError> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: ::serde::Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<FormValue, FormError> {
        Ok(FormValue::Fields(vec![(variant.to_owned(), part_of(value)?)]))
    }

    fn serialize_seq(self, _len: Option<usize>) -> Result<FormParts, FormError> {
        Ok(FormParts::default())
    }

    fn serialize_tuple(self, _len: usize) -> Result<FormParts, FormError> {
        Ok(FormParts::default())
    }

    fn serialize_tuple_struct(
        self,
        _name: &'static str,
        _len: usize,
    ) -> Result<FormParts, FormError> {
        Ok(FormParts::default())
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        _variant: &'static str,
        _len: usize,
    ) -> Result<Self::SerializeTupleVariant, FormError> {
        Err(::serde::ser::Error::custom("a form has no tuples"))
    }

    fn serialize_map(self, _len: Option<usize>) -> Result<FormFields, FormError> {
        Ok(FormFields::default())
    }

    fn serialize_struct(self, _name: &'static str, _len: usize) -> Result<FormFields, FormError> {
        Ok(FormFields::default())
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        _variant: &'static str,
        _len: usize,
    ) -> Result<Self::SerializeStructVariant, FormError> {
        Err(::serde::ser::Error::custom("a form has no struct variants"))
    }
}

/// The items of an array.
#[derive(Default)]
struct FormParts {
    parts: Vec<Part>,
}

impl FormParts {
    fn push<T: ::serde::Serialize + ?Sized>(&mut self, value: &T) -> Result<(), FormError> {
        self.parts.push(match part_of(value)? {
            // Of an array in an array nobody could tell where it ends.
            Part::Several(parts) if !parts.iter().any(|part| matches!(part, Part::File(_))) => {
                let _meeting = Meeting::begin(false);
                Part::Json(::serde_json::to_string(value)?)
            }
            part => part,
        });
        Ok(())
    }
}

macro_rules! form_parts {
    ($of:ident: $($several:ident $each:ident),*) => {$(
        impl ::serde::ser::$several for $of {
            type Ok = FormValue;
            type Error = FormError;

            fn $each<T: ::serde::Serialize + ?Sized>(&mut self, value: &T) -> Result<(), FormError> {
                self.push(value)
            }

            fn end(self) -> Result<FormValue, FormError> {
                Ok(FormValue::Part(Part::Several(self.parts)))
            }
        }
    )*};
}

form_parts!(
    FormParts: SerializeSeq serialize_element,
    SerializeTuple serialize_element,
    SerializeTupleStruct serialize_field
);

/// The members of an object.
#[derive(Default)]
struct FormFields {
    key: String,
    fields: Vec<(String, Part)>,
}

impl ::serde::ser::SerializeMap for FormFields {
    type Ok = FormValue;
    type Error = FormError;

    fn serialize_key<T: ::serde::Serialize + ?Sized>(&mut self, key: &T) -> Result<(), FormError> {
        self.key = match part_of(key)? {
            Part::Text(text) => text,
            _ => return Err(::serde::ser::Error::custom("a member's name is text")),
        };
        Ok(())
    }

    fn serialize_value<T: ::serde::Serialize + ?Sized>(
        &mut self,
        value: &T,
    ) -> Result<(), FormError> {
        let part = part_of(value)?;
        self.fields.push((::std::mem::take(&mut self.key), part));
        Ok(())
    }

    fn end(self) -> Result<FormValue, FormError> {
        Ok(FormValue::Fields(self.fields))
    }
}

impl ::serde::ser::SerializeStruct for FormFields {
    type Ok = FormValue;
    type Error = FormError;

    fn serialize_field<T: ::serde::Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), FormError> {
        self.fields.push((key.to_owned(), part_of(value)?));
        Ok(())
    }

    fn end(self) -> Result<FormValue, FormError> {
        Ok(FormValue::Fields(self.fields))
    }
}
