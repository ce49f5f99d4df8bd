//! Other files that a document refers to. They are read from the disk, never from a network.

use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use xquik_codegen::document::{Document, Pointer, Value};

use super::context::Lack;
use crate::input;

/// The files that a document's references name, read beforehand.
#[derive(Debug, Default)]
pub(crate) struct Files {
    folder: Option<PathBuf>,
    read: HashMap<String, Result<Document, Lack>>,
}

/// What a reference to another file leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum External {
    /// It names a network address.
    Remote,
    /// There is something.
    Found,
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
            if let Some(path) = files.path(file) {
                files.read.insert(file.to_owned(), read(&path));
            }
        }
        files
    }

    fn path(&self, file: &str) -> Option<PathBuf> {
        let file = file.strip_prefix("file://").unwrap_or(file);
        Some(self.folder.as_ref()?.join(percent_decoded(file)))
    }

    pub(crate) fn look_up(&self, reference: &str) -> External {
        let (file, fragment) = split(reference);
        if is_remote(file) {
            return External::Remote;
        }
        match self.read.get(file) {
            None => External::Found,
            Some(Err(lack)) => External::Lacks(*lack),
            Some(Ok(document)) => {
                let fragment = format!("#{fragment}");
                match Pointer::from_reference(&fragment) {
                    None => External::Lacks(Lack::Form),
                    Some(pointer) if document.at(&pointer).is_some() => External::Found,
                    Some(_) => External::Lacks(Lack::NodeOfFile),
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
            let mut open = vec![file.root()];
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

fn read(path: &Path) -> Result<Document, Lack> {
    let metadata = std::fs::metadata(path).map_err(|_| Lack::File)?;
    if !metadata.is_file() {
        return Err(Lack::File);
    }
    let file = File::open(path).map_err(|_| Lack::Unreadable)?;
    let bytes = input::bounded(file).map_err(|_| Lack::Unreadable)?;
    Document::read(path.display().to_string(), &bytes).map_err(|_| Lack::Unreadable)
}

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
