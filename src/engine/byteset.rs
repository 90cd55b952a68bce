//! Sets of bytes: what a pattern permits at one place.

use std::fmt;

/// A set of bytes, one bit each.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct ByteSet(pub [u64; 4]);

impl ByteSet {
    /// No byte.
    pub const NONE: Self = Self([0; 4]);
    /// Every byte.
    pub const ALL: Self = Self([u64::MAX; 4]);

    /// Holds all bytes for which `holds` says so.
    pub fn of(holds: impl Fn(u8) -> bool) -> Self {
        let mut set = Self::NONE;
        (0..=255).filter(|byte| holds(*byte)).for_each(|byte| set.insert(byte));
        set
    }

    /// Adds one byte.
    pub fn insert(&mut self, byte: u8) {
        self.0[usize::from(byte >> 6)] |= 1 << (byte & 63);
    }

    /// Adds all bytes of another set.
    pub fn merge(&mut self, other: &Self) {
        self.0.iter_mut().zip(other.0).for_each(|(mine, theirs)| *mine |= theirs);
    }

    /// Whether the byte is in the set.
    #[inline]
    pub fn has(&self, byte: u8) -> bool {
        self.0[usize::from(byte >> 6)] >> (byte & 63) & 1 == 1
    }

    /// Whether every byte of this set is in the other.
    pub fn within(&self, other: &Self) -> bool {
        self.0.iter().zip(other.0).all(|(mine, theirs)| mine & !theirs == 0)
    }

    /// Whether the two sets share a byte.
    pub fn meets(&self, other: &Self) -> bool {
        self.0.iter().zip(other.0).any(|(mine, theirs)| mine & theirs != 0)
    }

    /// The bytes in order.
    pub fn iter(&self) -> impl Iterator<Item = u8> + '_ {
        (0..=255).filter(|byte| self.has(*byte))
    }
}

impl fmt::Debug for ByteSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes: Vec<u8> = self.iter().collect();
        write!(f, "[{}]", bytes.escape_ascii())
    }
}

#[cfg(test)]
mod tests {
    use super::ByteSet;

    #[test]
    fn sets_know_their_bytes() {
        let digits = ByteSet::of(|byte| byte.is_ascii_digit());
        assert!(digits.has(b'0') && digits.has(b'9') && !digits.has(b'a') && !digits.has(255));
        assert!(digits.within(&ByteSet::ALL) && !ByteSet::ALL.within(&digits));
        assert!(!digits.meets(&ByteSet::of(|byte| byte.is_ascii_alphabetic())));
        assert_eq!(format!("{digits:?}"), "[0123456789]");
    }
}
