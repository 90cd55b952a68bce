//! The layout of the prefilter's tables: what the build script fills and the prefilter reads.

/// Bits of a hash of a gram.
pub const GATE_BITS: u32 = 16;
/// Entries of the first table.
pub const GATES: usize = 1 << GATE_BITS;
/// Words of the set of middle grams: a bit for each hash of a gram.
pub const MIDDLES: usize = GATES / 64;
/// The buckets of literals that are looked up by one gram alone: all others have a middle gram, too.
pub const LONE: u64 = 0b1;
/// Bits of a hash in the second table.
pub const SLOT_BITS: u32 = 14;
/// Entries of the second table.
pub const SLOTS: usize = 1 << SLOT_BITS;
/// Multiplier of the second table's hash; the fourth byte of a load falls out.
const SLOT_MULTIPLIER: u32 = 0x9E37_79B1 << 8;

/// A literal as it is compared around a hot place: eight bytes from three before it, under a mask.
#[derive(Debug, Clone, Copy)]
pub struct Window {
    /// The masked bytes.
    pub value: u64,
    /// The bits that count.
    pub mask: u64,
    /// The literal; `u16::MAX` ends the windows of a slot.
    pub literal: u16,
    /// From the literal's start to the hot place.
    pub offset: i8,
    /// From the hot place to the gram by which the window is filed: -1, 0 or 1.
    pub shift: i8,
}

impl Window {
    /// Ends the windows of a slot.
    pub const END: Self = Self { value: 0, mask: 0, literal: u16::MAX, offset: 0, shift: 0 };
}

/// Hashes the low three bytes of a folded load for the first table.
#[inline]
pub fn gate_of(gram: u32, multiplier: u32) -> usize {
    (gram.wrapping_mul(multiplier) >> (32 - GATE_BITS)) as usize
}

/// Hashes the low three bytes of a load, case kept, for the set of lone grams.
#[inline]
pub fn lone_of(gram: u32) -> usize {
    (gram.wrapping_mul(SLOT_MULTIPLIER) >> (32 - GATE_BITS)) as usize
}

/// Hashes the low three bytes of a folded load for the second table.
#[inline]
pub fn slot_of(gram: u32) -> usize {
    (gram.wrapping_mul(SLOT_MULTIPLIER) >> (32 - SLOT_BITS)) as usize
}
