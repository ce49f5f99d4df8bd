//! The fuzz targets on the stable toolchain: their corpus, and variants of it.

use std::fs;
use std::path::Path;

use crate::fuzzing;

/// How many variants of each input are tried: a second or two in all.
const VARIANTS: usize = 300;

/// A variant of an input, made by a few small changes.
fn variant(input: &[u8], others: &[Vec<u8>], random: &mut fastrand::Rng) -> Vec<u8> {
    let mut bytes = input.to_vec();
    for _ in 0..random.usize(1..5) {
        let at = random.usize(0..=bytes.len());
        match random.u8(0..6) {
            0 => bytes.insert(at, random.u8(..)),
            1 if at < bytes.len() => bytes[at] ^= 1 << random.u8(0..8),
            2 if at < bytes.len() => drop(bytes.remove(at)),
            3 => bytes.truncate(at),
            4 => {
                let other = &others[random.usize(0..others.len())];
                let from = random.usize(0..=other.len());
                bytes.splice(at..at, other[from..].iter().copied());
            }
            _ => {
                let digit = *random.choice(b"0123456789.-:\"\\%/\0\n\xff").expect("some");
                bytes.insert(at, digit);
            }
        }
    }
    bytes
}

#[test]
fn the_corpus_of_every_fuzz_target_holds_what_the_target_checks() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    for (name, target) in fuzzing::TARGETS {
        assert!(
            root.join("fuzz_targets")
                .join(format!("{name}.rs"))
                .is_file(),
            "{name} has a file for cargo fuzz"
        );
        let folder = fs::read_dir(root.join("corpus").join(name)).expect("a corpus");
        let mut paths: Vec<_> = folder
            .map(|entry| entry.expect("an entry").path())
            .collect();
        paths.sort();
        let inputs: Vec<Vec<u8>> = paths
            .iter()
            .map(|path| fs::read(path).expect("an input"))
            .collect();
        assert!(inputs.len() >= 5, "{name} has {} inputs", inputs.len());
        let mut random = fastrand::Rng::with_seed(5);
        for input in &inputs {
            target(input);
            for _ in 0..VARIANTS {
                target(&variant(input, &inputs, &mut random));
            }
        }
    }
}
