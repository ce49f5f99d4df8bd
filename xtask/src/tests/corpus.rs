//! The fuzz targets on the stable toolchain: their corpus, and variants of it.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestError, TestRunner};

use crate::fuzzing;

/// How many variants of a target's inputs are tried: some seconds in all. `PROPTEST_CASES` asks for
/// another number.
const VARIANTS: u32 = 400;

/// One small change of an input.
#[derive(Debug, Clone)]
enum Edit {
    /// Other bytes in the place of some.
    Put(Index, u8, Vec<u8>),
    /// A part of another input, or of the same.
    Copy(Index, Index, Index, u8),
    /// Two lines change places.
    Swap(Index, Index),
    /// Nothing from here on.
    Cut(Index),
}

fn edit() -> impl Strategy<Value = Edit> {
    let words = prop::sample::select(vec![
        "$ref",
        "null",
        "true",
        "\n",
        "\r\n",
        "\t",
        "  ",
        ": ",
        "- ",
        "{",
        "}",
        "[",
        "]",
        "&a ",
        "*a",
        "<<: ",
        "? ",
        "!!str ",
        "'",
        "\"",
        "|\n",
        "#",
        "%",
        "---\n",
        "...\n",
        "type",
        "nullable",
        "1e9",
        "\u{feff}",
        "\u{85}",
        "~",
        "@",
        "`",
        "\\",
        "#/components/schemas/Pet",
        "x-",
    ]);
    let bytes = prop_oneof![
        words.prop_map(|word| word.as_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 0..4),
    ];
    prop_oneof![
        4 => (any::<Index>(), 0..8_u8, bytes).prop_map(|(at, gone, put)| Edit::Put(at, gone, put)),
        2 => (any::<Index>(), any::<Index>(), any::<Index>(), 0..90_u8)
            .prop_map(|(to, input, from, length)| Edit::Copy(to, input, from, length)),
        2 => (any::<Index>(), any::<Index>()).prop_map(|(one, other)| Edit::Swap(one, other)),
        1 => any::<Index>().prop_map(Edit::Cut),
    ]
}

fn edited(input: &[u8], inputs: &[Vec<u8>], edits: &[Edit]) -> Vec<u8> {
    let mut bytes = input.to_vec();
    for edit in edits {
        let at = |index: &Index| index.index(bytes.len() + 1);
        match edit {
            Edit::Put(start, gone, put) => {
                let start = at(start);
                let end = (start + usize::from(*gone)).min(bytes.len());
                bytes.splice(start..end, put.iter().copied());
            }
            Edit::Copy(to, input, from, length) => {
                let to = at(to);
                let other = &inputs[input.index(inputs.len())];
                let from = from.index(other.len() + 1);
                let end = (from + usize::from(*length)).min(other.len());
                bytes.splice(to..to, other[from..end].iter().copied());
            }
            Edit::Swap(one, other) => {
                let mut lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
                let count = lines.len();
                lines.swap(one.index(count), other.index(count));
                bytes = lines.join(&b'\n');
            }
            Edit::Cut(end) => {
                let end = at(end);
                bytes.truncate(end);
            }
        }
    }
    bytes
}

/// The corpus of a target goes through it, and variants of its inputs.
#[track_caller]
fn holds(name: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz");
    let file = root.join("fuzz_targets").join(format!("{name}.rs"));
    assert!(file.is_file(), "{name} has a file for cargo fuzz");
    let (_, target) = fuzzing::TARGETS
        .iter()
        .find(|(known, _)| *known == name)
        .expect("a target of that name");
    let mut paths: Vec<_> = fs::read_dir(root.join("corpus").join(name))
        .expect("a corpus")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    let inputs: Vec<Vec<u8>> = paths
        .iter()
        .map(|path| fs::read(path).expect("an input"))
        .collect();
    assert!(inputs.len() >= 5, "{name} has {} inputs", inputs.len());
    for input in &inputs {
        target(input);
    }
    let cases = match std::env::var_os("PROPTEST_CASES") {
        Some(_) => Config::default().cases,
        None => VARIANTS,
    };
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    let variants = (any::<Index>(), prop::collection::vec(edit(), 0..6));
    TestRunner::new(config)
        .run(&variants, |(index, edits)| {
            target(&edited(&inputs[index.index(inputs.len())], &inputs, &edits));
            Ok(())
        })
        .unwrap_or_else(|error| {
            let TestError::Fail(reason, (index, edits)) = error else {
                panic!("{error}");
            };
            let input = edited(&inputs[index.index(inputs.len())], &inputs, &edits);
            let input = String::from_utf8_lossy(&input);
            panic!("{name}: {reason}; the input is\n{input}\nor {input:?}")
        });
}

#[test]
fn any_bytes_are_a_document_or_a_mistake_with_its_place() {
    holds("document");
}

#[test]
fn any_bytes_are_judged() {
    holds("lint");
}

#[test]
fn any_two_documents_are_compared() {
    holds("diff");
}

#[test]
fn any_document_is_exported_and_reads_back() {
    holds("export");
}

#[test]
fn every_target_has_a_test_here() {
    let names: Vec<_> = fuzzing::TARGETS.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["diff", "document", "export", "lint"]);
}
