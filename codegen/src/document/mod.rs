//! The document as its author wrote it: a tree in which every node knows its place.
//!
//! YAML and JSON are read by one reader (JSON is YAML), without going through a typed model: a
//! typed model has lost the line and column of a mistake before it can be reported, and it refuses
//! a whole document for one bad field. Everything that judges or rewrites a document works on this
//! tree; only the last step before the generator makes it typed.

mod node;
mod place;
mod pointer;
mod read;

pub use node::{Entry, Key, Mapping, Node, Number, Style, Value};
pub use place::{Mark, Span};
pub use pointer::Pointer;
pub use read::{MAX_DEPTH, MAX_EXPANDED_NODES, Remark, RemarkKind, SyntaxError, SyntaxErrorKind};

/// A document that was read: its text, its tree, and what the reader noticed on the way.
#[derive(Debug, Clone)]
pub struct Document {
    name: String,
    text: String,
    root: Node,
    remarks: Vec<Remark>,
}

impl Document {
    /// Reads YAML or JSON from bytes; `name` is what diagnostics call the document (its path).
    ///
    /// # Errors
    ///
    /// When the bytes are not UTF-8, not YAML, hold no or more than one YAML document, or nest or
    /// expand beyond [`MAX_DEPTH`] and [`MAX_EXPANDED_NODES`]. The error carries the place.
    pub fn read(name: impl Into<String>, bytes: &[u8]) -> Result<Self, SyntaxError> {
        let text = read::decode(bytes)?;
        let (root, remarks) = read::parse(&text)?;
        Ok(Self {
            name: name.into(),
            text,
            root,
            remarks,
        })
    }

    /// What diagnostics call this document, usually its path.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text that was read, without a byte order mark.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The root of the tree.
    #[must_use]
    pub fn root(&self) -> &Node {
        &self.root
    }

    /// The same text with another tree: for those who read it as it was meant.
    #[must_use]
    pub fn with_root(&self, root: Node) -> Self {
        Self {
            name: self.name.clone(),
            text: self.text.clone(),
            root,
            remarks: self.remarks.clone(),
        }
    }

    /// What the reader noticed that the tree does not show: duplicate keys, merge keys, tags.
    #[must_use]
    pub fn remarks(&self) -> &[Remark] {
        &self.remarks
    }

    /// The node at a pointer, if there is one.
    #[must_use]
    pub fn at(&self, pointer: &Pointer) -> Option<&Node> {
        pointer
            .tokens()
            .iter()
            .try_fold(&self.root, |node, token| node.child(token))
    }

    /// The pointer of the node (or of the key's value) that starts at a place.
    ///
    /// Nodes do not carry their pointers: a rewritten tree keeps places only, and this finds the
    /// way back to what the author wrote. Of several nodes at one place that one is meant which also ends
    /// there, or else the outermost.
    #[must_use]
    pub fn pointer_of(&self, span: Span) -> Option<Pointer> {
        let mut path = Vec::new();
        // Whatever stands inside a node is written inside its span, unless it came from an anchor.
        let whole = |found: Span| found == span;
        let start = |found: Span| found.start == span.start;
        (find(&self.root, span, true, &whole, &mut path)
            || find(&self.root, span, true, &start, &mut path)
            || find(&self.root, span, false, &start, &mut path))
        .then(|| Pointer::new(path))
    }
}

fn find(
    node: &Node,
    wanted: Span,
    inside: bool,
    is: &impl Fn(Span) -> bool,
    path: &mut Vec<String>,
) -> bool {
    if is(node.span) {
        return true;
    }
    if inside && !(node.span.start..=node.span.end).contains(&wanted.start) {
        return false;
    }
    match &node.value {
        Value::Mapping(mapping) => mapping.iter().any(|entry| {
            path.push(entry.key.name.clone());
            if is(entry.key.span) || find(&entry.value, wanted, inside, is, path) {
                return true;
            }
            path.pop();
            false
        }),
        Value::Sequence(items) => items.iter().enumerate().any(|(index, item)| {
            path.push(index.to_string());
            if find(item, wanted, inside, is, path) {
                return true;
            }
            path.pop();
            false
        }),
        _ => false,
    }
}

/// The lines of a text, each with its break, as [`Mark`] counts them: YAML ends a line at a line feed,
/// at a carriage return, and at both together.
pub fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let length = match rest.find(['\n', '\r']) {
            Some(at) if rest[at..].starts_with("\r\n") => at + 2,
            Some(at) => at + 1,
            None => rest.len(),
        };
        let (line, after) = rest.split_at(length);
        rest = after;
        (!line.is_empty()).then_some(line)
    })
}

#[cfg(test)]
mod tests;
