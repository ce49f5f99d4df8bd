//! Reading a list: CSV with a header, or NDJSON.

use std::fs;
use std::io::Read as _;
use std::path::Path;

use serde_json::Value;

use super::item::{Item, Kind};
use crate::failure::Failure;

/// The largest list: enough for as many items as follow, and little enough for memory.
pub(super) const MOST_BYTES: u64 = 16 * 1024 * 1024;
const MOST_ITEMS: usize = 100_000;

/// Reads a list. Everything that makes it doubtful what is meant is refused, before anything is sent.
pub(crate) fn list(path: &Path, kind: Kind) -> Result<Vec<Item>, Failure> {
    let refuse = |what: String| Failure::Refused(format!("the list `{}` {what}", path.display()));
    let unreadable = |error: std::io::Error| refuse(format!("cannot be read: {error}"));
    if path == Path::new("-") {
        return Err(Failure::Refused(
            "a list is not read from standard input: the next run of the same journal needs it \
             again; give a file"
                .to_owned(),
        ));
    }
    let mut bytes = Vec::new();
    fs::File::open(path)
        .map_err(unreadable)?
        .take(MOST_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(refuse(format!(
            "has more than {MOST_BYTES} bytes; split it"
        )));
    }
    let text = match std::str::from_utf8(&bytes) {
        Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text),
        Err(error) => {
            let line = 1 + bytes[..error.valid_up_to()]
                .iter()
                .filter(|byte| **byte == b'\n')
                .count();
            return Err(refuse(format!("is not UTF-8 in line {line}")));
        }
    };
    if text.trim().is_empty() {
        return Err(refuse("is empty".to_owned()));
    }
    // No header of CSV begins so, whatever the file is called.
    let items = if text.trim_start().starts_with('{') {
        ndjson(text, kind)
    } else {
        csv(text, kind)
    }
    .map_err(refuse)?;
    if items.is_empty() {
        return Err(refuse("has no items".to_owned()));
    }
    Ok(items)
}

fn too_many(items: &[Item]) -> Result<(), String> {
    if items.len() >= MOST_ITEMS {
        return Err(format!("has more than {MOST_ITEMS} items; split it"));
    }
    Ok(())
}

fn csv(text: &str, kind: Kind) -> Result<Vec<Item>, String> {
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::Headers)
        .from_reader(text.as_bytes());
    let headers = reader.headers().map_err(|error| error.to_string())?.clone();
    let expected = kind.members().join("`, `");
    for (position, header) in headers.iter().enumerate() {
        if !kind.members().contains(&header) {
            return Err(format!(
                "has the column `{header}`; its first line names columns out of `{expected}`"
            ));
        }
        if headers.iter().take(position).any(|other| other == header) {
            return Err(format!("has the column `{header}` twice"));
        }
    }
    complete(kind, &headers.iter().collect::<Vec<_>>())?;
    let mut items = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| match error.kind() {
            csv::ErrorKind::UnequalLengths {
                pos,
                expected_len,
                len,
            } => format!(
                "has {len} fields in line {} instead of {expected_len}",
                pos.as_ref().map_or(0, csv::Position::line)
            ),
            _ => format!("is no CSV: {error}"),
        })?;
        too_many(&items)?;
        let mut item = Item::default();
        for (header, field) in headers.iter().zip(record.iter()) {
            // Of two columns for a picture one stays empty.
            let empty = field.is_empty() && matches!(header, "file" | "url");
            put(&mut item, header, (!empty).then(|| field.to_owned()));
        }
        items.push(item);
    }
    Ok(items)
}

fn ndjson(text: &str, kind: Kind) -> Result<Vec<Item>, String> {
    let mut items = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let number = number + 1;
        if line.trim().is_empty() {
            continue;
        }
        too_many(&items)?;
        let value: Value = serde_json::from_str(line).map_err(|error| {
            // The parser counts lines, too, and was given this one alone.
            let column = error.column();
            let what = error.to_string();
            let what = what.split(" at line ").next().unwrap_or_default();
            format!("has no JSON in line {number}, column {column}: {what}")
        })?;
        let Value::Object(members) = value else {
            return Err(format!("has no object in line {number}"));
        };
        let mut item = Item::default();
        let mut names = Vec::new();
        for (name, value) in &members {
            if !kind.members().contains(&name.as_str()) {
                return Err(format!(
                    "has the member `{name}` in line {number}; members are `{}`",
                    kind.members().join("`, `")
                ));
            }
            let text = match value {
                Value::String(text) => text.clone(),
                Value::Number(number) if number.is_u64() => number.to_string(),
                Value::Null => continue,
                _ => return Err(format!("has no text as `{name}` in line {number}")),
            };
            names.push(name.as_str());
            put(&mut item, name, Some(text));
        }
        complete(kind, &names).map_err(|what| format!("{what} in line {number}"))?;
        items.push(item);
    }
    Ok(items)
}

/// Whether an item with these members can be one at all.
fn complete(kind: Kind, names: &[&str]) -> Result<(), String> {
    let has = |name| names.contains(&name);
    match kind {
        Kind::Disconnection if !has("id") => Err("has no `id`".to_owned()),
        Kind::Avatar if !has("account") => Err("has no `account`".to_owned()),
        Kind::Avatar if !has("file") && !has("url") => {
            Err("has neither a `file` nor a `url`".to_owned())
        }
        _ => Ok(()),
    }
}

fn put(item: &mut Item, name: &str, value: Option<String>) {
    match name {
        "account" => item.account = value,
        "file" => item.file = value,
        "url" => item.url = value,
        _ => item.id = value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, kind: Kind) -> Result<Vec<Item>, String> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("list");
        fs::write(&path, text).expect("written");
        list(&path, kind).map_err(|failure| match failure {
            Failure::Refused(what) => what,
            other => panic!("{other:?}"),
        })
    }

    fn avatar(account: &str, file: Option<&str>, url: Option<&str>) -> Item {
        Item {
            account: Some(account.to_owned()),
            file: file.map(str::to_owned),
            url: url.map(str::to_owned),
            id: None,
        }
    }

    #[test]
    fn both_forms_say_the_same() {
        let items = vec![
            avatar("a,1", Some("a.png"), None),
            avatar("b", None, Some("https://example.com/b")),
        ];
        for text in [
            "account,file,url\n\"a,1\",a.png,\nb,,https://example.com/b\n",
            "\u{feff}url, account ,file\r\n,\"a,1\",a.png\r\nhttps://example.com/b,b,",
            "{\"account\":\"a,1\",\"file\":\"a.png\"}\n\n{\"url\":\"https://example.com/b\",\"account\":\"b\",\"file\":null}",
        ] {
            assert_eq!(read(text, Kind::Avatar).expect(text), items);
        }
        let ids = read("id\n3\n\"4\"\n", Kind::Disconnection).expect("CSV");
        assert_eq!(
            ids,
            read("{\"id\":3}\n{\"id\":\"4\"}", Kind::Disconnection).expect("NDJSON")
        );
    }

    #[test]
    fn what_is_doubtful_is_refused_with_its_place() {
        for (text, kind, said) in [
            ("", Kind::Avatar, "is empty"),
            ("account,file\n", Kind::Avatar, "no items"),
            (
                "account\nme\n",
                Kind::Avatar,
                "neither a `file` nor a `url`",
            ),
            ("file\na.png\n", Kind::Avatar, "no `account`"),
            ("account,fiel\nme,a\n", Kind::Avatar, "column `fiel`"),
            ("account,file,file\nme,a,b\n", Kind::Avatar, "twice"),
            ("account,file\nme\n", Kind::Avatar, "line 2"),
            ("account,file\nme,a\nme,a,b\n", Kind::Avatar, "line 3"),
            ("{\"account\":\"me\"}", Kind::Avatar, "line 1"),
            ("{\"id\":\"3\"}\n{\"id\":", Kind::Disconnection, "line 2"),
            ("{\"id\":\"3\"}\n[]", Kind::Disconnection, "line 2"),
            ("{\"id\":[3]}", Kind::Disconnection, "line 1"),
            ("{\"id\":\"3\",\"idd\":1}", Kind::Disconnection, "`idd`"),
        ] {
            let error = read(text, kind).expect_err(text);
            assert!(error.contains(said), "{text}: {error}");
        }
    }
}
