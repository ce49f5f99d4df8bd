//! Other files that a document refers to. They are read from the disk, never from a network.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::fs::File;
use std::path::{Component, Path, PathBuf};

use xquik_document::{Document, Node, Pointer, Value};

use super::context::Lack;
use super::description::Kind;
use super::model::Model;
use xquik_document::input;

/// The files that a document's references name, read beforehand.
#[derive(Debug, Default)]
pub(crate) struct Files {
    folder: Option<PathBuf>,
    read: HashMap<String, Result<Other, Lack>>,
}

/// A file that was read.
#[derive(Debug)]
struct Other {
    document: Document,
    kinds: OnceCell<HashMap<*const Node, Kind>>,
}

/// What a reference to another file leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum External {
    /// It names a network address.
    Remote,
    /// It names a file outside of the document's folder, which is not read.
    Outside,
    /// There is something, of this kind where that can be told.
    Found(Option<Kind>),
    /// There is something that is no object.
    NoObject,
    /// There is nothing.
    Lacks(Lack),
}

impl Files {
    /// Reads what the references of a document name, relative to its folder.
    ///
    /// Without a folder (the document came from standard input) nothing is read and every file is
    /// taken to be there.
    pub(crate) fn read<'a>(
        folder: Option<&Path>,
        references: impl Iterator<Item = &'a str>,
    ) -> Self {
        let mut files = Self {
            folder: folder.map(Path::to_owned),
            read: HashMap::new(),
        };
        for reference in references {
            let (file, _) = split(reference);
            if file.is_empty() || is_remote(file) || files.read.contains_key(file) {
                continue;
            }
            if let Some(path) = files.path(file)
                && !files.is_outside(file)
            {
                files.read.insert(file.to_owned(), read(&path));
            }
        }
        files
    }

    fn path(&self, file: &str) -> Option<PathBuf> {
        let file = file.strip_prefix("file://").unwrap_or(file);
        Some(self.folder.as_ref()?.join(percent_decoded(file)))
    }

    /// Whether a file lies outside of the document's folder, by its name alone.
    fn is_outside(&self, file: &str) -> bool {
        let Some(folder) = &self.folder else {
            return false;
        };
        let (Some(path), Ok(folder)) = (self.path(file), std::path::absolute(folder.join(".")))
        else {
            return true;
        };
        std::path::absolute(path).is_ok_and(|path| !plain(&path).starts_with(plain(&folder)))
    }

    /// What a reference leads to where an object of a kind is expected.
    pub(crate) fn look_up(&self, reference: &str) -> External {
        let (file, fragment) = split(reference);
        if is_remote(file) {
            return External::Remote;
        }
        if self.is_outside(file) {
            return External::Outside;
        }
        match self.read.get(file) {
            None => External::Found(None),
            Some(Err(lack)) => External::Lacks(*lack),
            Some(Ok(other)) => {
                let fragment = format!("#{fragment}");
                match Pointer::from_reference(&fragment) {
                    None => External::Lacks(Lack::Form),
                    Some(pointer) => match other.document.at(&pointer) {
                        Some(node) if node.as_mapping().is_some() => {
                            External::Found(other.kind_of(node))
                        }
                        Some(_) => External::NoObject,
                        None => External::Lacks(Lack::NodeOfFile),
                    },
                }
            }
        }
    }

    /// The fragments of this document that the files refer to. A file knows the document by its name;
    /// that another folder may hold one of the same name is no reason to call a component unused.
    pub(crate) fn references_to(&self, document: &str) -> Vec<String> {
        let name = Path::new(document).file_name();
        let mut fragments = Vec::new();
        for file in self.read.values().flatten() {
            let mut open = vec![file.document.root()];
            while let Some(node) = open.pop() {
                if let Some((file, fragment)) =
                    node.reference().and_then(|text| text.split_once('#'))
                    && !file.is_empty()
                    && !is_remote(file)
                    && Path::new(file).file_name() == name
                {
                    fragments.push(format!("#{fragment}"));
                }
                match &node.value {
                    Value::Mapping(members) => {
                        open.extend(members.iter().map(|entry| &entry.value))
                    }
                    Value::Sequence(items) => open.extend(items),
                    _ => {}
                }
            }
        }
        fragments
    }

    /// Whether a file stands where a relative link leads; true where that cannot be known.
    pub(crate) fn exists(&self, link: &str) -> bool {
        let (file, _) = split(link);
        let file = file.split('?').next().unwrap_or_default();
        file.is_empty() || self.path(file).is_none_or(|path| path.exists())
    }
}

fn read(path: &Path) -> Result<Other, Lack> {
    let metadata = std::fs::metadata(path).map_err(|_| Lack::File)?;
    if !metadata.is_file() {
        return Err(Lack::File);
    }
    let file = File::open(path).map_err(|_| Lack::Unreadable)?;
    let bytes = input::bounded(file).map_err(|_| Lack::Unreadable)?;
    let document = Document::read(path.display().to_string(), &bytes);
    Ok(Other {
        document: document.map_err(|_| Lack::Unreadable)?,
        kinds: OnceCell::new(),
    })
}

/// A path without `.` and `..`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => _ = plain.pop(),
            Component::CurDir => {}
            part => plain.push(part),
        }
    }
    plain
}

impl Other {
    /// The kind of an object of another file: by its place where that file is a document of OpenAPI, and
    /// otherwise by its fields, where those are of one kind alone.
    fn kind_of(&self, node: &Node) -> Option<Kind> {
        let root = self.document.root();
        if root.get("openapi").is_some() {
            let kinds = self.kinds.get_or_init(|| Model::new(root).kinds());
            return kinds.get(&std::ptr::from_ref(node)).copied();
        }
        let members = node.as_mapping()?;
        if node.reference().is_some() || members.is_empty() {
            return None;
        }
        let fits = |kind: &Kind| {
            let fields = kind.object().fields;
            let has = |name: &str| fields.iter().any(|field| field.name == name);
            let needed = |name: &str| members.get(name).is_some();
            members
                .iter()
                .all(|entry| entry.key.name.starts_with("x-") || has(&entry.key.name))
                && fields
                    .iter()
                    .all(|field| !field.required || needed(field.name))
        };
        let mut kinds = REFERRED.into_iter().filter(fits);
        let only = kinds.next()?;
        kinds.next().is_none().then_some(only)
    }
}

/// What a reference may lead to.
const REFERRED: [Kind; 9] = [
    Kind::Schema,
    Kind::Response,
    Kind::Parameter,
    Kind::Example,
    Kind::RequestBody,
    Kind::Header,
    Kind::SecurityScheme,
    Kind::Link,
    Kind::PathItem,
];

fn split(reference: &str) -> (&str, &str) {
    reference.split_once('#').unwrap_or((reference, ""))
}

/// Whether a reference names an address of a network (or of anything else than a file).
pub(crate) fn is_remote(reference: &str) -> bool {
    reference.starts_with("//")
        || reference.split_once(':').is_some_and(|(scheme, _)| {
            scheme != "file"
                && scheme.len() > 1
                && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
                && scheme
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
        })
}

fn percent_decoded(text: &str) -> String {
    // A pointer's decoding is that of a fragment, which is the same.
    Pointer::from_reference(&format!("#/{}", text.replace('~', "~0").replace('/', "~1")))
        .and_then(|pointer| pointer.tokens().first().cloned())
        .unwrap_or_else(|| text.to_owned())
}
