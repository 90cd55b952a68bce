//! Hostile PKCS#12.
#![no_main]

use libfuzzer_sys::fuzz_target;
use unhidden_fuzz::look;

fuzz_target!(|bytes: &[u8]| {
    look(bytes);
});
