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
        let mut file = Self {
            path: path.to_owned(),
            written: Vec::new(),
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

    fn replace(&self, bytes: &[u8]) -> io::Result<()> {
        // Beside the file, since a move within one file system is one step; always under the same name, so that
        // kills leave no more than one behind.
        let mut beside = self.path.clone().into_os_string();
        beside.push(".new");
        let mut file = fs::File::create(&beside)?;
        file.write_all(bytes)?;
        file.sync_data()?;
        fs::rename(&beside, &self.path)
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
