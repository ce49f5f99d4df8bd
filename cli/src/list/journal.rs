//! The journal of a list: what was sent, under which key, and what came of it.
//!
//! It is NDJSON and only ever grows. A line is on the disk before what it announces is done, so that a
//! run which is killed at any moment is continued as if it had not been: an item whose end is not in
//! the journal is sent again under the key that is.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::item::{Item, Kind};
use crate::failure::Failure;

/// The form of the journal.
const VERSION: u32 = 1;

/// The longest line: far more than an item of a list can have.
const LONGEST_LINE: u64 = 64 * 1024;
/// What a list can be at most, and so what can be known of it.
const MOST_KNOWN: u64 = 4 * super::read::MOST_BYTES;

/// The first line: what the journal is for.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Header {
    xquik_journal: u32,
    command: String,
    base_url: String,
}

/// Every other line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Entry {
    Begun { item: usize, begun: Begun },
    Ended { item: usize, ended: Ended },
}

/// What is written before an item is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Begun {
    #[serde(flatten)]
    pub(crate) item: Item,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sha256: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) idempotency_key: Option<String>,
}

/// What came of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Ended {
    /// It is done, or the service has it in hand.
    Done,
    /// It failed, and the service may have acted on it, or may yet: only the same request may be sent.
    Open,
    /// It failed, and nothing came of it: another run starts anew.
    Failed,
    /// It failed, and under another key it might be carried out twice, so that the same item is only asked for
    /// again under the same key. An item that was changed is another one.
    Over,
}

/// What earlier runs did, by the number of the item.
#[derive(Debug, Default)]
pub(crate) struct Past {
    pub(crate) items: BTreeMap<usize, (Begun, Option<Ended>)>,
}

/// A journal that this run alone writes.
#[derive(Debug)]
pub(crate) struct Journal {
    path: PathBuf,
    file: File,
}

impl Journal {
    /// Opens or begins a journal, and gives what earlier runs did.
    pub(crate) fn open(path: &Path, kind: Kind, base_url: &str) -> Result<(Self, Past), Failure> {
        let refuse = |what: String| refusal(path, &what);
        regular(path)?;
        let file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .open(path)
            .map_err(|error| refuse(format!("cannot be opened: {error}")))?;
        match fs4::FileExt::try_lock(&file) {
            Ok(()) => {}
            Err(fs4::TryLockError::WouldBlock) => {
                return Err(refuse("is in use by another run".to_owned()));
            }
            Err(fs4::TryLockError::Error(error)) => {
                return Err(refuse(format!("cannot be locked: {error}")));
            }
        }
        let header = header(kind, base_url);
        let unwritable = |error: io::Error| refuse(format!("cannot be written: {error}"));
        let (past, whole) = replay(path, &file, &header)?;
        let mut journal = Self {
            path: path.to_owned(),
            file,
        };
        // A line that was cut off in the middle is as good as none.
        journal.file.set_len(whole).map_err(unwritable)?;
        if whole == 0 {
            journal.append(&header).map_err(unwritable)?;
            sync_folder(path).map_err(unwritable)?;
        }
        Ok((journal, past))
    }

    /// Writes that an item is about to be sent.
    pub(crate) fn begin(&mut self, item: usize, begun: Begun) -> Result<(), Failure> {
        self.write(&Entry::Begun { item, begun })
    }

    /// Writes what came of an item.
    pub(crate) fn end(&mut self, item: usize, ended: Ended) -> Result<(), Failure> {
        self.write(&Entry::Ended { item, ended })
    }

    fn write(&mut self, entry: &Entry) -> Result<(), Failure> {
        self.append(entry).map_err(|error| {
            let path = self.path.display();
            Failure::Local(format!("the journal `{path}` cannot be written: {error}"))
        })
    }

    fn append(&mut self, line: &impl Serialize) -> io::Result<()> {
        let mut bytes = serde_json::to_vec(line)?;
        bytes.push(b'\n');
        self.file.write_all(&bytes)?;
        self.file.sync_data()
    }
}

/// What earlier runs did, without taking the journal over.
pub(crate) fn read(path: &Path, kind: Kind, base_url: &str) -> Result<Past, Failure> {
    regular(path)?;
    match File::open(path) {
        Ok(file) => Ok(replay(path, &file, &header(kind, base_url))?.0),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Past::default()),
        Err(error) => Err(refusal(path, &format!("cannot be opened: {error}"))),
    }
}

fn header(kind: Kind, base_url: &str) -> Header {
    Header {
        xquik_journal: VERSION,
        command: kind.command().to_owned(),
        base_url: base_url.to_owned(),
    }
}

fn refusal(path: &Path, what: &str) -> Failure {
    Failure::Refused(format!("the journal `{}` {what}", path.display()))
}

/// A device or pipe remembers nothing.
fn regular(path: &Path) -> Result<(), Failure> {
    match fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() => Err(refusal(path, "is no regular file")),
        _ => Ok(()),
    }
}

/// Makes sure that the file's name is on the disk as well.
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// Reads what a journal says, and how many of its bytes are whole lines.
fn replay(path: &Path, file: &File, expected: &Header) -> Result<(Past, u64), Failure> {
    let refuse = |what: &str| refusal(path, what);
    let unreadable = |error: io::Error| refuse(&format!("cannot be read: {error}"));
    let mut reader = BufReader::new(file);
    reader.seek(SeekFrom::Start(0)).map_err(unreadable)?;
    let mut past = Past::default();
    let (mut whole, mut number, mut line) = (0u64, 0usize, Vec::new());
    // Of several lines about an item only the last is kept, which is as long as the first.
    let mut known = 0u64;
    loop {
        line.clear();
        let count = (&mut reader)
            .take(LONGEST_LINE + 1)
            .read_until(b'\n', &mut line)
            .map_err(unreadable)?;
        number += 1;
        if count as u64 > LONGEST_LINE {
            return Err(refuse(&format!("has no end to its line {number}")));
        }
        let torn = line.last() != Some(&b'\n');
        if number == 1 && count > 0 {
            let mut begin = serde_json::to_vec(expected).map_err(|error| {
                refuse(&format!(
                    "cannot be compared with what it should be: {error}"
                ))
            })?;
            begin.push(b'\n');
            // Only the beginning of what would stand there is a first line that was cut off.
            if torn && !begin.starts_with(&line) {
                return Err(refuse("is another file than a journal"));
            }
        }
        if torn {
            return Ok((past, whole));
        }
        if number == 1 {
            judge(path, &line, expected)?;
        } else {
            match serde_json::from_slice(&line) {
                Ok(Entry::Begun { item, begun }) => {
                    if past.items.insert(item, (begun, None)).is_none() {
                        known += count as u64;
                    }
                    if known > MOST_KNOWN {
                        return Err(refuse("knows more items than a list can have"));
                    }
                }
                Ok(Entry::Ended { item, ended }) => match past.items.get_mut(&item) {
                    Some((_, end)) => *end = Some(ended),
                    None => {
                        return Err(refuse(&format!(
                            "ends an item in line {number} that it never began"
                        )));
                    }
                },
                Err(_) => return Err(refuse(&format!("cannot be understood in line {number}"))),
            }
        }
        whole += count as u64;
    }
}

/// Whether a journal is the one of this command and this service.
fn judge(path: &Path, line: &[u8], expected: &Header) -> Result<(), Failure> {
    let refuse = |what: String| Err(refusal(path, &what));
    let Ok(found) = serde_json::from_slice::<Header>(line) else {
        return refuse("is another file than a journal".to_owned());
    };
    if found.xquik_journal != expected.xquik_journal {
        return refuse(format!(
            "has the form {}, not {VERSION}",
            found.xquik_journal
        ));
    }
    if found.command != expected.command {
        return refuse(format!("belongs to `xquik {}`", found.command));
    }
    if found.base_url != expected.base_url {
        return refuse(format!("belongs to the base URL {}", found.base_url));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "http://127.0.0.1:1/api/v1";

    fn begun(key: &str) -> Begun {
        Begun {
            item: Item {
                account: Some("me".into()),
                url: Some("https://example.com/a".into()),
                ..Item::default()
            },
            sha256: None,
            idempotency_key: Some(key.into()),
        }
    }

    fn said<T: std::fmt::Debug>(result: Result<T, Failure>) -> String {
        match result {
            Err(Failure::Refused(what)) => what,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_journal_cut_off_anywhere_keeps_every_whole_line() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("journal");
        let (mut journal, _) = Journal::open(&path, Kind::Avatar, URL).expect("opened");
        journal.begin(1, begun("k1")).expect("written");
        journal.end(1, Ended::Done).expect("written");
        journal.begin(2, begun("k2")).expect("written");
        drop(journal);
        let whole = fs::read(&path).expect("read");
        for length in 0..=whole.len() {
            fs::write(&path, &whole[..length]).expect("written");
            let (mut journal, past) = Journal::open(&path, Kind::Avatar, URL).expect("opened");
            let lines = whole[..length]
                .iter()
                .filter(|byte| **byte == b'\n')
                .count();
            let expected = match lines {
                0 | 1 => vec![],
                2 => vec![(1, None)],
                3 => vec![(1, Some(Ended::Done))],
                _ => vec![(1, Some(Ended::Done)), (2, None)],
            };
            let found: Vec<_> = past
                .items
                .iter()
                .map(|(item, (_, end))| (*item, *end))
                .collect();
            assert_eq!(found, expected, "{length}");
            // What is written now begins a line of its own.
            journal.begin(9, begun("k9")).expect("written");
            drop(journal);
            let again = read(&path, Kind::Avatar, URL).expect("whole");
            assert_eq!(again.items[&9].0.idempotency_key.as_deref(), Some("k9"));
        }
    }

    #[test]
    fn a_file_that_is_no_journal_is_left_as_it_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("other");
        for content in [
            "account,file\nme,a.png\n",
            "no line end",
            "{}\n",
            "{\"xquik_journal\":1",
        ] {
            fs::write(&path, content).expect("written");
            let result = Journal::open(&path, Kind::Avatar, URL);
            if content.starts_with("{\"xquik") {
                // The beginning of a first line that was cut off.
                assert!(result.is_ok());
            } else {
                said(result);
                assert_eq!(fs::read_to_string(&path).expect("read"), content);
            }
        }
    }

    #[test]
    fn a_journal_belongs_to_one_command_one_service_and_one_run() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("journal");
        let (journal, _) = Journal::open(&path, Kind::Avatar, URL).expect("opened");
        assert!(said(Journal::open(&path, Kind::Avatar, URL)).contains("in use"));
        drop(journal);
        assert!(said(Journal::open(&path, Kind::Disconnection, URL)).contains("avatar update"));
        assert!(said(Journal::open(&path, Kind::Avatar, "http://localhost")).contains(URL));
        Journal::open(&path, Kind::Avatar, URL).expect("its own");
    }

    #[test]
    fn a_broken_line_in_the_middle_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("journal");
        let (mut journal, _) = Journal::open(&path, Kind::Avatar, URL).expect("opened");
        journal.begin(1, begun("k1")).expect("written");
        drop(journal);
        let mut text = fs::read_to_string(&path).expect("read");
        text.push_str("{\"item\":\n{\"item\":1,\"ended\":\"done\"}\n");
        fs::write(&path, text).expect("written");
        assert!(said(Journal::open(&path, Kind::Avatar, URL)).contains("line 3"));
    }
}
