//! Sets of small numbers: one bit each.

use std::sync::atomic::{AtomicU64, Ordering};

/// A set of row numbers.
pub struct Bits(Vec<u64>);

impl Bits {
    /// The empty set for numbers below `count`.
    pub fn new(count: usize) -> Self {
        Self(vec![0; count.div_ceil(64)])
    }

    /// Whether `number` is in the set.
    #[inline]
    pub fn has(&self, number: u32) -> bool {
        self.0.get((number >> 6) as usize).is_some_and(|word| word >> (number & 63) & 1 == 1)
    }

    /// Puts `number` in; whether it was new.
    #[inline]
    pub fn put(&mut self, number: u32) -> bool {
        let Some(word) = self.0.get_mut((number >> 6) as usize) else { return false };
        let bit = 1 << (number & 63);
        let new = *word & bit == 0;
        *word |= bit;
        new
    }

    /// Puts `number` in or takes it out.
    pub fn set(&mut self, number: u32, within: bool) {
        self.put(number);
        if let (false, Some(word)) = (within, self.0.get_mut((number >> 6) as usize)) {
            *word &= !(1 << (number & 63));
        }
    }
}

/// A set of row numbers that workers fill together.
pub struct SharedBits(Vec<AtomicU64>);

impl SharedBits {
    /// The empty set for numbers below `count`.
    pub fn new(count: usize) -> Self {
        Self((0..count.div_ceil(64)).map(|_| AtomicU64::new(0)).collect())
    }

    /// Whether `number` is in the set.
    pub fn has(&self, number: u32) -> bool {
        self.0.get((number >> 6) as usize).is_some_and(|word| word.load(Ordering::Relaxed) >> (number & 63) & 1 == 1)
    }

    /// Puts `number` in; whether it was new.
    pub fn put(&self, number: u32) -> bool {
        let bit = 1 << (number & 63);
        self.0.get((number >> 6) as usize).is_some_and(|word| word.fetch_or(bit, Ordering::Relaxed) & bit == 0)
    }
}

#[cfg(test)]
mod tests {
    use super::{Bits, SharedBits};

    #[test]
    fn a_number_is_new_once() {
        let (mut own, shared) = (Bits::new(70), SharedBits::new(70));
        assert!(own.put(69) && !own.put(69) && own.has(69) && !own.has(5));
        assert!(shared.put(69) && !shared.put(69) && shared.has(69) && !shared.has(5));
        own.set(69, false);
        assert!(!own.has(69) && !own.has(9_999) && !own.put(9_999));
    }
}
