//! `%XX`, as in addresses and forms.

use super::{
    escapes::{Escape, telling},
    hex,
};

/// Reads the escape at a `%`.
pub(super) fn read(bytes: &[u8], at: usize) -> Escape {
    let byte = hex::byte(*bytes.get(at + 1..)?.first_chunk()?)?;
    telling(byte).then_some((3, byte))
}
