//! JSON pointers (RFC 6901).

use std::fmt;
use std::str::FromStr;

/// A JSON pointer (RFC 6901) into a document: `""` is the root, `/paths/~1x~1y/get` an operation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Pointer {
    tokens: Vec<String>,
}

impl Pointer {
    /// The pointer made of these unescaped tokens.
    #[must_use]
    pub fn new(tokens: Vec<String>) -> Self {
        Self { tokens }
    }

    /// The pointer to the root.
    #[must_use]
    pub fn root() -> Self {
        Self::default()
    }

    /// The unescaped tokens, outermost first.
    #[must_use]
    pub fn tokens(&self) -> &[String] {
        &self.tokens
    }

    /// This pointer, one step deeper.
    #[must_use]
    pub fn join(&self, token: impl ToString) -> Self {
        let mut tokens = self.tokens.clone();
        tokens.push(token.to_string());
        Self { tokens }
    }

    /// The pointer of the object or array that this one points into; none for the root.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        let (_, rest) = self.tokens.split_last()?;
        Some(Self {
            tokens: rest.to_vec(),
        })
    }

    /// Reads a `$ref` into the same document: `#/components/schemas/A`, percent-encoded or not.
    ///
    /// None where the reference is no pointer into this document (another file, a bare name).
    #[must_use]
    pub fn from_reference(reference: &str) -> Option<Self> {
        let fragment = reference.strip_prefix('#')?;
        percent_decode(fragment)?.parse().ok()
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for token in &self.tokens {
            write!(f, "/{}", token.replace('~', "~0").replace('/', "~1"))?;
        }
        Ok(())
    }
}

impl FromStr for Pointer {
    type Err = InvalidPointer;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() {
            return Ok(Self::root());
        }
        let rest = text.strip_prefix('/').ok_or(InvalidPointer)?;
        Ok(Self {
            tokens: rest
                .split('/')
                .map(|token| token.replace("~1", "/").replace("~0", "~"))
                .collect(),
        })
    }
}

/// A text that is no JSON pointer: neither empty nor starting with `/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidPointer;

impl fmt::Display for InvalidPointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON pointer is empty or starts with `/`")
    }
}

impl std::error::Error for InvalidPointer {}

fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        let escaped = match (first, tail) {
            (b'%', [high, low, tail @ ..]) => (char::from(*high).to_digit(16))
                .zip(char::from(*low).to_digit(16))
                .map(|(high, low)| ((high * 16 + low) as u8, tail)),
            _ => None,
        };
        if let Some((byte, tail)) = escaped {
            bytes.push(byte);
            rest = tail;
        } else {
            bytes.push(*first);
        }
    }
    String::from_utf8(bytes).ok()
}
