//! The state in a file: whole at any moment, whatever kills the sandbox.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::state::World;

/// The form of the file; another one is refused rather than misread.
const FORM: u32 = 1;

pub(crate) struct StateFile {
    path: PathBuf,
    /// What the file holds.
    written: Vec<u8>,
    /// The file itself, locked for as long as this sandbox writes it.
    #[cfg(unix)]
    locked: Option<fs::File>,
}

#[derive(Serialize)]
struct Written<'w> {
    form: u32,
    state: &'w World,
}

#[derive(Deserialize)]
struct Read {
    form: u32,
    state: World,
}

impl StateFile {
    /// Reads the state that the file holds; a file that is not there yet begins with `fresh`.
    pub(crate) fn open(path: &Path, fresh: World) -> io::Result<(Self, World)> {
        let metadata = fs::metadata(path);
        if metadata.is_ok_and(|metadata| !metadata.is_file()) {
            let error = named(path, "it is no regular file, and so keeps nothing");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, error));
        }
        let mut file = Self {
            path: path.to_owned(),
            written: Vec::new(),
            #[cfg(unix)]
            locked: lock::existing(path).map_err(|error| named(path, &error.to_string()))?,
        };
        let mut world = match fs::read(path) {
            Ok(bytes) => read(&bytes).map_err(|error| named(path, &error))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => fresh,
            Err(error) => return Err(named(path, &error.to_string())),
        };
        // Written at once, so that a place that cannot be written to is known before the first request.
        file.save(&mut world).map_err(|error| named(path, &error))?;
        Ok((file, world))
    }

    /// Writes the state beside the file and moves it there in one step.
    ///
    /// # Errors
    /// Why that failed. `world` is then what the file still holds.
    pub(crate) fn save(&mut self, world: &mut World) -> Result<(), String> {
        let written = Written {
            form: FORM,
            state: world,
        };
        let bytes = serde_json::to_vec(&written).map_err(|error| error.to_string())?;
        if bytes == self.written {
            return Ok(());
        }
        match self.replace(&bytes) {
            Ok(()) => {
                self.written = bytes;
                Ok(())
            }
            Err(error) => {
                if let Ok(before) = read(&self.written) {
                    *world = before;
                }
                Err(error.to_string())
            }
        }
    }

    fn replace(&mut self, bytes: &[u8]) -> io::Result<()> {
        // Beside the file, since a move within one file system is one step; always under the same name, so that
        // kills leave no more than one behind.
        let mut beside = self.path.clone().into_os_string();
        beside.push(".new");
        let mut file = fs::File::create(&beside)?;
        // The lock moves along with the name: at no moment is the file that the name stands for unlocked.
        #[cfg(unix)]
        lock::take(&file)?;
        file.write_all(bytes)?;
        file.sync_data()?;
        fs::rename(&beside, &self.path)?;
        #[cfg(unix)]
        {
            self.locked = Some(file);
        }
        Ok(())
    }
}

/// One sandbox for one file: two would each undo what the other did. Elsewhere than on Unix a file that is locked
/// cannot be replaced, so there nothing is locked.
#[cfg(unix)]
mod lock {
    use std::fs::File;
    use std::io;
    use std::os::unix::fs::MetadataExt as _;
    use std::path::Path;

    use fs4::{FileExt, TryLockError};

    /// Locks the file that is there already.
    pub(super) fn existing(path: &Path) -> io::Result<Option<File>> {
        loop {
            let file = match File::open(path) {
                Ok(file) => file,
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
                Err(error) => return Err(error),
            };
            take(&file)?;
            // Another sandbox may have put a newer file in its place before it was locked.
            let same = std::fs::metadata(path).is_ok_and(|named| {
                file.metadata()
                    .is_ok_and(|opened| (opened.dev(), opened.ino()) == (named.dev(), named.ino()))
            });
            if same {
                return Ok(Some(file));
            }
        }
    }

    pub(super) fn take(file: &File) -> io::Result<()> {
        match FileExt::try_lock(file) {
            Ok(()) => Ok(()),
            Err(TryLockError::WouldBlock) => Err(io::Error::other(
                "it is in use by another sandbox; stop that one, or give another file",
            )),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

fn read(bytes: &[u8]) -> Result<World, String> {
    let read: Read = serde_json::from_slice(bytes).map_err(|error| {
        format!("it is not a state of the sandbox ({error}); move it away to start afresh")
    })?;
    if read.form != FORM {
        return Err(format!(
            "it has the form {}, and this sandbox reads the form {FORM}; move it away to start afresh",
            read.form
        ));
    }
    Ok(read.state)
}

fn named(path: &Path, error: &str) -> io::Error {
    io::Error::other(format!("the state file {}: {error}", path.display()))
}
