//! The file that holds a document: read up to a bound, whatever it is.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// More than this is not read: the largest documents in use are half as large, and what is read takes
/// many times its size of memory. Whoever names `/dev/zero` gets an answer too.
const LARGEST: u64 = 64 << 20;

/// Reads a file; `-` is standard input.
///
/// # Errors
///
/// When it cannot be read, is a folder, or is larger than 64 MiB.
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    if path == Path::new("-") {
        return bounded(io::stdin().lock());
    }
    let file = File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(io::Error::other("this is a folder"));
    }
    bounded(file)
}

/// Reads to the end of what is no larger than a document may be.
///
/// # Errors
///
/// When it cannot be read, or is larger than 64 MiB.
pub fn bounded(source: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(io::Error::other("it is larger than 64 MiB"));
    }
    Ok(bytes)
}
