//! Hostile public keys in armour.
#![no_main]

use libfuzzer_sys::fuzz_target;
use unhidden_fuzz::armoured;

fuzz_target!(|bytes: &[u8]| {
    armoured("PUBLIC KEY", bytes);
    armoured("RSA PUBLIC KEY", bytes);
});
