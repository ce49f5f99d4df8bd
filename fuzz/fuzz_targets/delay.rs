#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| xquik::fuzzing::retry_after(data));
