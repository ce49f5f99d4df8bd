//! The document seen as OpenAPI: every object that the author wrote, and whatever does not fit.
//!
//! One walk, driven by `description`, finds both. A value of the wrong kind is noted and not
//! entered, so that one mistake does not drag others behind it.

use std::collections::HashMap;

use xquik_document::{Node, Value};

use super::description::{Kind, Names, Others, Shape, TYPES};

/// An OpenAPI object that the author wrote (not a reference to one).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Site<'d> {
    pub(crate) kind: Kind,
    pub(crate) node: &'d Node,
    /// The object around it; none for the root.
    pub(crate) parent: Option<usize>,
    /// The field of the object around it in which it stands.
    pub(crate) field: &'d str,
    /// Its name where it is a member of a map (a path, a status, a media type, a property).
    pub(crate) name: &'d str,
    /// Which way the data goes that it describes.
    pub(crate) direction: Direction,
}

/// Which way data goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Direction {
    /// In a request body or a parameter.
    Request,
    /// In a response or its headers.
    Response,
    /// In a component that either may use.
    Either,
}

/// A Reference Object.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reference<'d> {
    /// The object that holds `$ref`.
    pub(crate) node: &'d Node,
    /// The value of `$ref`.
    pub(crate) value: &'d Node,
    /// The text of `$ref`.
    pub(crate) target: &'d str,
    /// What has to stand at its target.
    pub(crate) expected: Kind,
    /// The object around it.
    pub(crate) parent: usize,
    pub(crate) direction: Direction,
}

/// Something that does not fit the description; each kind is the business of one rule.
#[derive(Debug)]
pub(crate) struct Defect<'d> {
    /// The value that is meant; for a name, the value under it.
    pub(crate) node: &'d Node,
    pub(crate) kind: DefectKind<'d>,
}

#[derive(Debug)]
pub(crate) enum DefectKind<'d> {
    UnknownField {
        name: &'d str,
        object: Kind,
        /// The object that has the field.
        around: &'d Node,
    },
    NewerField {
        name: &'d str,
    },
    NewerType,
    NumericBound,
    WrongType {
        expected: &'static str,
    },
    UnquotedText,
    MissingField {
        object: Kind,
        field: &'static str,
        why: Option<&'static str>,
    },
    NotAWord {
        words: &'static [&'static str],
    },
    NotInRange {
        expected: &'static str,
    },
    EmptyList {
        field: &'d str,
    },
    BadUrl,
    BadEmail,
    BadPattern {
        reason: String,
    },
    BadStatus {
        name: &'d str,
    },
    BadMediaType {
        name: &'d str,
    },
    BadContentType {
        name: &'d str,
    },
    BadComponentName {
        name: &'d str,
    },
    PathWithoutSlash {
        name: &'d str,
    },
}

/// Every object, reference and misfit of a document.
#[derive(Debug, Default)]
pub(crate) struct Model<'d> {
    pub(crate) sites: Vec<Site<'d>>,
    pub(crate) references: Vec<Reference<'d>>,
    pub(crate) defects: Vec<Defect<'d>>,
    /// Texts in Markdown, with the objects they belong to.
    pub(crate) prose: Vec<&'d Node>,
    by_kind: HashMap<Kind, Vec<usize>>,
    patterns: HashMap<&'d str, Option<String>>,
}

/// Where the walk stands.
#[derive(Clone, Copy)]
struct Around<'d> {
    parent: Option<usize>,
    field: &'d str,
    name: &'d str,
    direction: Direction,
}

impl<'d> Model<'d> {
    pub(crate) fn new(root: &'d Node) -> Self {
        let mut model = Self::default();
        let around = Around {
            parent: None,
            field: "",
            name: "",
            direction: Direction::Either,
        };
        model.object(Kind::Root, root, around);
        model
    }

    /// The objects of a kind, in the order of the document.
    pub(crate) fn of(&self, kind: Kind) -> impl Iterator<Item = &Site<'d>> {
        self.by_kind
            .get(&kind)
            .into_iter()
            .flatten()
            .map(|&index| &self.sites[index])
    }

    /// What stands at each place that the walk has seen.
    pub(crate) fn kinds(&self) -> HashMap<*const Node, Kind> {
        let sites = self.sites.iter().map(|site| (site.node, site.kind));
        let referred = |reference: &Reference<'d>| (reference.node, reference.expected);
        sites
            .chain(self.references.iter().map(referred))
            .map(|(node, kind)| (std::ptr::from_ref(node), kind))
            .collect()
    }

    /// The object around an object.
    pub(crate) fn parent(&self, site: &Site<'d>) -> Option<&Site<'d>> {
        site.parent.map(|index| &self.sites[index])
    }

    fn object(&mut self, kind: Kind, node: &'d Node, around: Around<'d>) {
        let object = kind.object();
        let Value::Mapping(mapping) = &node.value else {
            self.wrong(node, "an object");
            return;
        };
        let direction = match kind {
            Kind::RequestBody | Kind::Parameter => Direction::Request,
            Kind::Response | Kind::Header => match around.direction {
                // The headers of a part of a request's body.
                Direction::Request => Direction::Request,
                _ => Direction::Response,
            },
            _ => around.direction,
        };
        let id = self.sites.len();
        self.sites.push(Site {
            kind,
            node,
            parent: around.parent,
            field: around.field,
            name: around.name,
            direction,
        });
        self.by_kind.entry(kind).or_default().push(id);

        let around = Around {
            parent: Some(id),
            field: "",
            name: "",
            direction,
        };
        let mut found: u64 = 0;
        for entry in mapping {
            let name = entry.key.name.as_str();
            let around = Around {
                field: name,
                ..around
            };
            let known = object.fields.iter().position(|field| field.name == name);
            if let Some(index) = known {
                found |= 1 << index;
                self.value(&object.fields[index].shape, &entry.value, around);
            } else if name.starts_with("x-") {
            } else if let Others::Named(names, shape) = &object.others {
                if self.name(*names, name, shape, &entry.value) {
                    self.value(shape, &entry.value, Around { name, ..around });
                }
            } else if kind.newer_fields().contains(&name) {
                self.defect(&entry.value, DefectKind::NewerField { name });
            } else {
                self.defect(
                    &entry.value,
                    DefectKind::UnknownField {
                        name,
                        object: kind,
                        around: node,
                    },
                );
            }
        }
        for (index, field) in object.fields.iter().enumerate() {
            if field.required && found & (1 << index) == 0 {
                self.missing(node, kind, field.name, None);
            }
        }
        self.needed(kind, node, around_field(&self.sites[id]));
    }

    /// Fields that are needed only beside certain values of others.
    fn needed(&mut self, kind: Kind, node: &'d Node, field: &str) {
        let has = |name: &str| node.get(name).is_some();
        let text = |name: &str| node.get(name).and_then(Node::as_str).unwrap_or_default();
        match kind {
            Kind::Schema if text("type") == "array" && !has("items") => {
                self.missing(node, kind, "items", Some("`type` is `array`"));
            }
            Kind::Parameter | Kind::Header if !has("schema") && !has("content") => {
                self.missing(node, kind, "schema", Some("there is no `content` either"));
            }
            Kind::Link if !has("operationId") && !has("operationRef") => {
                self.missing(
                    node,
                    kind,
                    "operationId",
                    Some("there is no `operationRef` either"),
                );
            }
            Kind::SecurityScheme => {
                let needed: (&[&'static str], &'static str) = match text("type") {
                    "apiKey" => (&["name", "in"], "`type` is `apiKey`"),
                    "http" => (&["scheme"], "`type` is `http`"),
                    "oauth2" => (&["flows"], "`type` is `oauth2`"),
                    "openIdConnect" => (&["openIdConnectUrl"], "`type` is `openIdConnect`"),
                    _ => (&[], ""),
                };
                for name in needed.0 {
                    if !has(name) {
                        self.missing(node, kind, name, Some(needed.1));
                    }
                }
            }
            Kind::OauthFlow => {
                let needed: &[&'static str] = match field {
                    "implicit" => &["authorizationUrl"],
                    "password" | "clientCredentials" => &["tokenUrl"],
                    "authorizationCode" => &["authorizationUrl", "tokenUrl"],
                    _ => &[],
                };
                for name in needed {
                    if !has(name) {
                        self.missing(node, kind, name, Some("this flow needs it"));
                    }
                }
            }
            _ => {}
        }
    }

    fn value(&mut self, shape: &'static Shape, node: &'d Node, around: Around<'d>) {
        match shape {
            Shape::Any => {}
            Shape::Text => _ = self.text(node),
            Shape::Name => {
                if self.text(node).is_some_and(str::is_empty) {
                    let expected = "a name";
                    self.defect(node, DefectKind::NotInRange { expected });
                }
            }
            Shape::MediaTypes => {
                let all = self.text(node).unwrap_or_default();
                if let Some(name) = parts(all, ',').find(|name| !is_known_media_type(name.trim())) {
                    let name = name.trim();
                    self.defect(node, DefectKind::BadContentType { name });
                }
            }
            Shape::Markdown => {
                if self.text(node).is_some() {
                    self.prose.push(node);
                }
            }
            Shape::Url => {
                if self.text(node).is_some_and(|text| !is_uri_reference(text)) {
                    self.defect(node, DefectKind::BadUrl);
                }
            }
            Shape::Email => {
                if self.text(node).is_some_and(|text| !is_email(text)) {
                    self.defect(node, DefectKind::BadEmail);
                }
            }
            Shape::Pattern => {
                if let Some(text) = self.text(node) {
                    let reason = self
                        .patterns
                        .entry(text)
                        .or_insert_with(|| super::pattern::defect(text))
                        .clone();
                    if let Some(reason) = reason {
                        self.defect(node, DefectKind::BadPattern { reason });
                    }
                }
            }
            Shape::Bool => {
                if node.as_bool().is_none() {
                    self.wrong(node, "a boolean");
                }
            }
            Shape::Number => _ = self.number(node),
            Shape::Positive => {
                if self.number(node).is_some_and(|number| number <= 0.0) {
                    let expected = "a number above zero";
                    self.defect(node, DefectKind::NotInRange { expected });
                }
            }
            Shape::Count => {
                let whole = |number: f64| number >= 0.0 && number.fract() == 0.0;
                if self.number(node).is_some_and(|number| !whole(number)) {
                    let expected = "a whole number, zero or more";
                    self.defect(node, DefectKind::NotInRange { expected });
                }
            }
            Shape::Word(words) => {
                if self.text(node).is_some_and(|text| !words.contains(&text)) {
                    self.defect(node, DefectKind::NotAWord { words });
                }
            }
            Shape::Exclusive => match &node.value {
                Value::Bool(_) => {}
                Value::Number(_) => self.defect(node, DefectKind::NumericBound),
                _ => self.wrong(node, "a boolean"),
            },
            Shape::TypeName => match &node.value {
                Value::Sequence(_) => self.defect(node, DefectKind::NewerType),
                Value::String(text) if text == "null" => {
                    self.defect(node, DefectKind::NewerType);
                }
                // `type: null` without quotes.
                Value::Null if node.span.start != node.span.end => {
                    self.defect(node, DefectKind::NewerType);
                }
                _ => {
                    if self.text(node).is_some_and(|text| !TYPES.contains(&text)) {
                        self.defect(node, DefectKind::NotAWord { words: TYPES });
                    }
                }
            },
            Shape::Object(kind) => self.object(*kind, node, around),
            Shape::OrReference(kind) => self.or_reference(*kind, node, around),
            Shape::List(item) | Shape::Some(item) => {
                let Value::Sequence(items) = &node.value else {
                    self.wrong(node, "an array");
                    return;
                };
                if items.is_empty() && matches!(shape, Shape::Some(_)) {
                    let field = around.field;
                    self.defect(node, DefectKind::EmptyList { field });
                }
                for each in items {
                    self.value(item, each, around);
                }
            }
            Shape::Map(names, member) => {
                let Value::Mapping(mapping) = &node.value else {
                    self.wrong(node, "an object");
                    return;
                };
                for entry in mapping {
                    let name = entry.key.name.as_str();
                    if name.starts_with("x-") && !is_member(member, &entry.value) {
                        // An extension of the map, not a member of it.
                        continue;
                    }
                    if self.name(*names, name, member, &entry.value) {
                        self.value(member, &entry.value, Around { name, ..around });
                    }
                }
            }
            Shape::BoolOrSchema => match &node.value {
                Value::Bool(_) => {}
                Value::Mapping(_) => self.or_reference(Kind::Schema, node, around),
                _ => self.wrong(node, "a boolean or a schema"),
            },
        }
    }

    fn or_reference(&mut self, kind: Kind, node: &'d Node, around: Around<'d>) {
        let Some(value) = node.get("$ref") else {
            self.object(kind, node, around);
            return;
        };
        if let (Some(target), Some(parent)) = (self.text(value), around.parent) {
            self.references.push(Reference {
                node,
                value,
                target,
                expected: kind,
                parent,
                direction: around.direction,
            });
        }
    }

    /// Whether a member's name has the form that it needs.
    fn name(&mut self, names: Names, name: &'d str, shape: &Shape, node: &'d Node) -> bool {
        let kind = match names {
            Names::Component if !is_component_name(name) => DefectKind::BadComponentName { name },
            Names::Status if !is_status(name) => DefectKind::BadStatus { name },
            Names::MediaType if !is_known_media_type(name) => DefectKind::BadMediaType { name },
            Names::Path if !name.starts_with('/') => DefectKind::PathWithoutSlash { name },
            _ => return true,
        };
        self.defect(node, kind);
        // What stands under a misspelt name is judged all the same, except where the member shows
        // that it was never meant to stand here.
        matches!(names, Names::Component | Names::MediaType) || is_member(shape, node)
    }

    fn text(&mut self, node: &'d Node) -> Option<&'d str> {
        match &node.value {
            Value::String(text) => return Some(text),
            Value::Number(_) | Value::Bool(_) => self.defect(node, DefectKind::UnquotedText),
            Value::Null if node.span.start != node.span.end => {
                self.defect(node, DefectKind::UnquotedText);
            }
            _ => self.wrong(node, "a string"),
        }
        None
    }

    fn number(&mut self, node: &'d Node) -> Option<f64> {
        if let Value::Number(number) = &node.value
            && let Some(value) = &number.value
        {
            return value.as_f64();
        }
        self.wrong(node, "a number");
        None
    }

    fn wrong(&mut self, node: &'d Node, expected: &'static str) {
        self.defect(node, DefectKind::WrongType { expected });
    }

    fn missing(
        &mut self,
        node: &'d Node,
        object: Kind,
        field: &'static str,
        why: Option<&'static str>,
    ) {
        self.defect(node, DefectKind::MissingField { object, field, why });
    }

    fn defect(&mut self, node: &'d Node, kind: DefectKind<'d>) {
        self.defects.push(Defect { node, kind });
    }
}

/// Whether the value under a name that begins with `x-` is a member of a map all the same (a header
/// `x-request-id`, a property): it shows a field of such a member.
fn is_member(shape: &Shape, node: &Node) -> bool {
    match shape {
        Shape::Object(kind) | Shape::OrReference(kind) => {
            node.as_mapping().is_some_and(|mapping| {
                let fields = kind.object().fields;
                mapping.is_empty()
                    || mapping.iter().any(|entry| {
                        let name = entry.key.name.as_str();
                        name == "$ref" || fields.iter().any(|field| field.name == name)
                    })
            })
        }
        _ => true,
    }
}

/// Whether an object has a field in another spelling: that is told, and it is not missing as well.
pub(crate) fn is_misspelt(node: &Node, kind: Kind, field: &str) -> bool {
    let fields = kind.object().fields;
    node.as_mapping().is_some_and(|mapping| {
        mapping.iter().any(|entry| {
            let name = entry.key.name.as_str();
            !name.starts_with("x-")
                && !fields.iter().any(|field| field.name == name)
                && super::suggestion::field(name, fields.iter().map(|field| field.name))
                    == Some(field)
        })
    })
}

fn around_field<'d>(site: &Site<'d>) -> &'d str {
    site.field
}

pub(crate) fn is_component_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
}

pub(crate) fn is_status(name: &str) -> bool {
    match name.as_bytes() {
        [b'1'..=b'5', b'X', b'X'] => true,
        [b'1'..=b'5', a, b] => a.is_ascii_digit() && b.is_ascii_digit(),
        _ => false,
    }
}

pub(crate) fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

/// A text parted by a mark that counts outside of quotes.
fn parts(text: &str, mark: char) -> impl Iterator<Item = &str> {
    let (mut quoted, mut escaped) = (false, false);
    text.split(move |c| {
        let was_escaped = escaped;
        escaped = quoted && !escaped && c == '\\';
        quoted ^= c == '"' && !was_escaped;
        c == mark && !quoted
    })
}

/// The top-level types that IANA registers.
const TOP_LEVEL: [&str; 11] = [
    "application",
    "audio",
    "example",
    "font",
    "haptics",
    "image",
    "message",
    "model",
    "multipart",
    "text",
    "video",
];

/// The media type that was meant, where the top-level type is nearly one that there is. Another may be
/// somebody's own.
pub(crate) fn meant_media_type(name: &str) -> Option<String> {
    let (kind, rest) = name.split_once('/')?;
    let folded = kind.to_ascii_lowercase();
    if TOP_LEVEL.contains(&folded.as_str()) {
        return None;
    }
    let meant = super::suggestion::nearest(&folded, TOP_LEVEL)?;
    Some(format!("{meant}/{rest}"))
}

fn is_known_media_type(name: &str) -> bool {
    is_media_type(name) && meant_media_type(name).is_none()
}

/// `type/subtype` (RFC 6838), a range like `image/*`, parameters after `;`.
pub(crate) fn is_media_type(name: &str) -> bool {
    let mut parts = parts(name, ';');
    let essence = parts.next().unwrap_or_default().trim();
    let named = essence.split_once('/').is_some_and(|(kind, subtype)| {
        is_token(kind) && is_token(subtype) && (kind != "*" || subtype == "*")
    });
    named
        && parts.all(|parameter| {
            parameter.trim().is_empty()
                || parameter
                    .split_once('=')
                    .is_some_and(|(name, value)| is_token(name.trim()) && !value.trim().is_empty())
        })
}

/// A URI reference (RFC 3986), loosely: no spaces, no control or delimiting characters. Letters of
/// other scripts are let through, since people read an IRI as a URL. Where it names a host, that is one.
pub(crate) fn is_uri_reference(text: &str) -> bool {
    !text.is_empty()
        && !text
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || "<>\"`\\^|".contains(c))
        && has_authority_if_any(text)
}

/// Whether what stands between `//` and the path is a host, perhaps with a port.
fn has_authority_if_any(text: &str) -> bool {
    let before_query = text.split(['?', '#']).next().unwrap_or_default();
    let Some((scheme, rest)) = before_query.split_once("//") else {
        return true;
    };
    if !(scheme.is_empty() || scheme.ends_with(':') && !scheme.contains('/')) {
        return true;
    }
    // Braces are a variable of a server, which may be a name, a part of one or a port.
    let mut authority = String::from("//");
    let mut is_variable = false;
    for c in rest.split('/').next().unwrap_or_default().chars() {
        match c {
            '{' => is_variable = true,
            '}' => {
                is_variable = false;
                authority.push('1');
            }
            c if !is_variable => authority.push(c),
            _ => {}
        }
    }
    fluent_uri::IriRef::parse(authority.as_str()).is_ok()
}

fn is_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && !domain.is_empty()
            && !domain.contains('@')
            && !text.chars().any(char::is_whitespace)
    })
}

#[cfg(test)]
mod tests {
    use super::is_uri_reference;

    #[test]
    fn what_stands_for_a_host_is_one() {
        for url in [
            "https://example.com",
            "http://localhost:8080/a?b[]=//c",
            "http://[::1]:80/",
            "//example.com/a",
            "/a//[b",
            "../a",
            "a//b",
            "https://{region}.example.com:{port}/v1",
            "{scheme}://{host}/{path}",
            "https://user:pass@example.com",
            "https://bücher.example",
            "mailto:a@example.com",
        ] {
            assert!(is_uri_reference(url), "{url}");
        }
        for url in [
            "http://[bad",
            "http://example.com:port",
            "//a]b/c",
            "https://a%zz/",
            "",
            "a b",
        ] {
            assert!(!is_uri_reference(url), "{url}");
        }
    }
}
