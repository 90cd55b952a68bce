//! Hostile certificates, alone and in armour.
#![no_main]

use libfuzzer_sys::fuzz_target;
use unhidden_fuzz::{armoured, look};

fuzz_target!(|bytes: &[u8]| {
    look(bytes);
    armoured("CERTIFICATE", bytes);
});
