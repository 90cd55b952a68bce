//! Hostile private keys of PGP.
#![no_main]

use libfuzzer_sys::fuzz_target;
use unhidden_fuzz::armoured;

fuzz_target!(|bytes: &[u8]| {
    armoured("PGP PRIVATE KEY BLOCK", bytes);
});
