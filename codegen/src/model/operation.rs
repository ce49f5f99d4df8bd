//! Operations: their parameters, bodies and answers, and what the document says about codes.

use super::Use;
use crate::names;

/// One operation.
#[derive(Debug, Clone)]
pub(crate) struct Operation {
    /// As the document calls it.
    pub(crate) id: String,
    pub(crate) summary: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) is_deprecated: bool,
    /// As progenitor's method and `OperationInfo` call it.
    pub(crate) method_name: String,
    /// As progenitor's builder is called.
    pub(crate) builder_name: String,
    /// Upper case.
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) resend: Resend,
    /// Extensions of the operation whose value is a scalar or JSON, as JSON text.
    pub(crate) extensions: Vec<(String, String)>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Option<Body>,
    pub(crate) success: Side,
    pub(crate) error: Side,
}

impl Operation {
    /// All documented answers, success first.
    pub(crate) fn answers(&self) -> impl Iterator<Item = &Answer> {
        self.success.answers.iter().chain(&self.error.answers)
    }
}

/// Whether a request that may have arrived may be sent again (`x-resend`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Resend {
    #[default]
    Never,
    Idempotent,
    Keyed,
}

/// One parameter, as the document states it.
#[derive(Debug, Clone)]
pub(crate) struct Parameter {
    /// On the wire.
    pub(crate) name: String,
    /// In Rust.
    pub(crate) ident: String,
    pub(crate) location: String,
    pub(crate) style: ParameterStyle,
    pub(crate) explode: bool,
    /// Whether reserved characters stay as they are.
    pub(crate) allow_reserved: bool,
    /// Whether it is one piece of text, so that its value prints as it is sent.
    pub(crate) is_text: bool,
    pub(crate) required: bool,
    pub(crate) limits: Limits,
    pub(crate) description: Option<String>,
    /// The type of its value.
    pub(crate) of: Use,
}

/// How a parameter's value becomes text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ParameterStyle {
    Simple,
    Label,
    Matrix,
    Form,
    SpaceDelimited,
    PipeDelimited,
    DeepObject,
    /// As JSON, which `content` may ask for.
    Json,
}

/// What a schema says about how long or how many.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Limits {
    pub(crate) min_length: Option<u64>,
    pub(crate) max_length: Option<u64>,
    pub(crate) min_items: Option<u64>,
    pub(crate) max_items: Option<u64>,
    pub(crate) pattern: Option<String>,
    /// The media types that a part may have, from its encoding.
    pub(crate) content_types: Vec<String>,
}

/// The limits of one member.
#[derive(Debug, Clone)]
pub(crate) struct MemberLimits {
    pub(crate) member: String,
    pub(crate) limits: Limits,
}

/// A request body.
#[derive(Debug, Clone)]
pub(crate) struct Body {
    /// What people give.
    pub(crate) of: Use,
    pub(crate) required: bool,
    pub(crate) description: Option<String>,
    /// The media types that it may have; of JSON alone there is no enum of them.
    pub(crate) alternatives: Vec<BodyAlternative>,
}

/// One media type of a body.
#[derive(Debug, Clone)]
pub(crate) struct BodyAlternative {
    pub(crate) variant: String,
    pub(crate) media_type: String,
    pub(crate) form: BodyForm,
}

/// A member of a form that is sent as a parameter of the query would be.
#[derive(Debug, Clone)]
pub(crate) struct MemberStyle {
    pub(crate) member: String,
    pub(crate) style: ParameterStyle,
    pub(crate) explode: bool,
    pub(crate) allow_reserved: bool,
}

/// How the bytes of a body are made.
#[derive(Debug, Clone)]
pub(crate) enum BodyForm {
    /// JSON of a type.
    Json { of: Use },
    /// `multipart/form-data` of a type, with what `encoding` says of its parts.
    Multipart {
        of: Use,
        /// Part → the content type that every such part has, where there is exactly one.
        content_types: Vec<(String, String)>,
        /// The members that are sent in a style of their own.
        styles: Vec<MemberStyle>,
    },
    /// `application/x-www-form-urlencoded` of a type.
    Form {
        of: Use,
        /// The members that are sent in a style of their own.
        styles: Vec<MemberStyle>,
    },
    /// Text, in UTF-8.
    Text,
    /// Bytes as they are.
    Bytes,
}

/// The success answers or the error answers of an operation.
#[derive(Debug, Clone, Default)]
pub(crate) struct Side {
    /// The enum with a variant per status, where one type is not enough.
    pub(crate) type_name: Option<String>,
    pub(crate) answers: Vec<Answer>,
}

/// One documented answer.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: Status,
    pub(crate) content: Content,
    pub(crate) description: String,
    /// Codes of the registry that the answer's schema lists.
    pub(crate) codes: Vec<String>,
    /// What goes into `Accept` for it.
    pub(crate) media_types: Vec<String>,
    /// The media type that tells it from the others of its status; none for the one that is asked for
    /// first, which everything else is.
    pub(crate) told_by: Option<String>,
}

impl Answer {
    /// The variant that holds such an answer.
    pub(crate) fn variant(&self) -> String {
        let status = self.status.variant();
        match &self.told_by {
            Some(media_type) => status + &names::pascal(media_type),
            None => status,
        }
    }
}

/// What an answer's body is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Content {
    Empty,
    /// JSON of a type.
    Json(Use),
    Text,
    /// Text, or the same as a string of JSON: the media type that comes tells.
    AnyText,
    Bytes,
    /// Bytes that come one after another and may never end.
    Stream,
}

/// A key of `responses`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Status {
    Code(u16),
    /// The first digit.
    Range(u16),
    Default,
}

impl Status {
    /// Reads a key of `responses`.
    pub(crate) fn parse(key: &str) -> Option<Self> {
        if key == "default" {
            return Some(Self::Default);
        }
        let digit = key
            .chars()
            .next()?
            .to_digit(10)
            .filter(|d| (1..=5).contains(d))?;
        if key.len() == 3 && key[1..].eq_ignore_ascii_case("xx") {
            return Some(Self::Range(u16::try_from(digit).ok()?));
        }
        if key.len() != 3 {
            return None;
        }
        key.parse().ok().map(Self::Code)
    }

    /// The variant of such answers.
    pub(crate) fn variant(self) -> String {
        match self {
            Self::Code(code) => format!("Status{code}"),
            Self::Range(digit) => format!("Status{digit}xx"),
            Self::Default => "Default".to_owned(),
        }
    }

    /// Whether it is about success. `default` is not: it stands for what is not listed.
    pub(crate) fn is_success(self) -> bool {
        matches!(self, Self::Code(200..=299) | Self::Range(2))
    }
}

/// One code of the registry.
#[derive(Debug, Clone)]
pub(crate) struct Code {
    pub(crate) code: String,
    pub(crate) resend: CodeResend,
    pub(crate) advice: String,
}

/// Whether the same request may be sent again after a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CodeResend {
    Never,
    AfterDelay,
    Backoff,
}
