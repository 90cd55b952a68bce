//! Hostile key stores of Java, old and new.
#![no_main]

use libfuzzer_sys::fuzz_target;
use unhidden_fuzz::look;

fuzz_target!(|bytes: &[u8]| {
    look(bytes);
    look(&[&[0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 2], bytes].concat());
    look(&[&[0xce, 0xce, 0xce, 0xce, 0, 0, 0, 2], bytes].concat());
});
