//! Secrets that are dropped are gone: read back from the memory that they had.

use std::fs::File;
use std::os::unix::fs::FileExt;

use crate::redact::Redactor;
use crate::{Credential, EmailCode};

/// Long enough that the allocator's own notes cover the beginning alone.
const SECRET: &str = "planted-secret-planted-secret-planted-secret-planted-secret-1234";

/// What the process has at an address now, its own or not.
fn memory(address: usize, length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    let memory = File::open("/proc/self/mem").expect("Linux shows a process its memory");
    let address = u64::try_from(address).expect("an address");
    match memory.read_exact_at(&mut bytes, address) {
        Ok(()) => bytes,
        // It went back to the system.
        Err(_) => Vec::new(),
    }
}

/// Drops what holds a secret at an address, and looks there.
#[track_caller]
fn is_gone<T>(holder: T, text: impl Fn(&T) -> &str) {
    let held = text(&holder);
    let (address, length) = (held.as_ptr() as usize, held.len());
    assert!(memory(address, length).ends_with(b"1234"), "it is there");
    drop(holder);
    let left = memory(address, length);
    let left = String::from_utf8_lossy(&left);
    assert!(!left.contains("planted-secret"), "{left:?}");
}

#[test]
fn what_held_a_secret_is_zeroed_when_it_is_dropped() {
    is_gone(EmailCode::new(SECRET).expect("a code"), EmailCode::expose);
    is_gone(
        Credential::api_key(SECRET).expect("a key"),
        Credential::expose,
    );
    let mut redactor = Redactor::new();
    redactor.add(SECRET);
    is_gone(redactor, |redactor| {
        redactor.secrets().next().expect("one is known")
    });
}
