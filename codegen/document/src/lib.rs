//! The document as its author wrote it: a tree in which every node knows its place.
//!
//! YAML and JSON are read into the same tree, each by its own rules, without going through a typed
//! model: a typed model has lost the line and column of a mistake before it can be reported, and it refuses
//! a whole document for one bad field. Everything that judges or rewrites a document works on this
//! tree, and says its diagnostics by the places in it. It knows nothing of OpenAPI, nor of what is made of
//! a document.

mod diagnostic;
pub mod input;
mod json;
mod node;
mod place;
mod pointer;
mod read;
pub mod screen;
mod slip;
mod surrogates;
mod yaml;

pub use diagnostic::{Diagnostic, Severity};
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
    /// Reads YAML or JSON from bytes; `name` is what diagnostics call the document (its path). What is
    /// JSON is read as JSON, whatever it is called, and everything else as YAML.
    ///
    /// # Errors
    ///
    /// When the bytes are not UTF-8, neither JSON nor YAML, hold no or more than one YAML document, or nest or
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

    /// The same document with its places moved into another text: for those who read a text that they
    /// had repaired, and speak about the text as it was.
    #[must_use]
    pub fn with_places(mut self, text: String, place: &impl Fn(Mark) -> Mark) -> Self {
        self.text = text;
        let moved = |span: Span| Span {
            start: place(span.start),
            end: place(span.end),
        };
        self.root.move_spans(&moved);
        for remark in &mut self.remarks {
            remark.span = moved(remark.span);
            match &mut remark.kind {
                RemarkKind::DuplicateKey { first: other, .. }
                | RemarkKind::Alias { anchor: other } => *other = moved(*other),
                _ => {}
            }
        }
        self
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
        Value::Mapping(mapping) => {
            let mut find_in = |entry: &Entry| {
                path.push(entry.key.name.clone());
                if is(entry.key.span) || find(&entry.value, wanted, inside, is, path) {
                    return true;
                }
                path.pop();
                false
            };
            // Members stand in the order of the text, but for what was merged in.
            let entries = mapping.as_slice();
            let next = entries.partition_point(|entry| entry.key.span.start <= wanted.start);
            let likely = next.checked_sub(1);
            likely.is_some_and(|at| find_in(&entries[at]))
                || (0..entries.len()).any(|at| Some(at) != likely && find_in(&entries[at]))
        }
        Value::Sequence(items) => {
            let mut find_in = |index: usize| {
                path.push(index.to_string());
                if find(&items[index], wanted, inside, is, path) {
                    return true;
                }
                path.pop();
                false
            };
            let next = items.partition_point(|item| item.span.start <= wanted.start);
            let likely = next.checked_sub(1);
            likely.is_some_and(&mut find_in)
                || (0..items.len()).any(|at| Some(at) != likely && find_in(at))
        }
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
