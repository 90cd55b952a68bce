//! Hostile keys in JSON.
#![no_main]

use libfuzzer_sys::fuzz_target;
use unhidden_fuzz::look;

fuzz_target!(|bytes: &[u8]| {
    look(&[br#"{"kty":"RSA","n":""#, bytes].concat());
    look(bytes);
});
