//! The layout of the prefilter's tables: what the build script fills and the prefilter reads.

/// What begins our own mark for an accepted credential. The pass over all literals finds it on its way, for documents that hold
/// one are few.
pub const MARK: &str = "unhidden:allow";

/// Bits of a hash of a gram.
pub const GATE_BITS: u32 = 16;
/// Entries of the first table.
pub const GATES: usize = 1 << GATE_BITS;
/// Bits of a hash of a key in the set of keys: 32 KiB.
const KEY_BITS: u32 = 18;
/// Words of the set of keys.
pub const KEY_WORDS: usize = 1 << (KEY_BITS - 6);
/// Bits of a hash of a key in the table of slots.
const SLOT_BITS: u32 = 14;
/// Entries of the table of slots.
pub const SLOTS: usize = 1 << SLOT_BITS;
/// Multiplier of the hash of keys: the golden ratio.
const KEY_MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;

/// Which of the eight bytes around a hot place (from three before it) the literals of a bucket are filed by.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// Their bits.
    mask: u64,
    /// The bits that fold case; none for three bytes: most that is hot for so short a literal is so only because case was folded.
    fold: u64,
    /// The first of them.
    pub first: u8,
    /// How many there are.
    pub count: u8,
}

impl Key {
    const fn new(first: u8, count: u8) -> Self {
        let mask = (u64::MAX >> (64 - 8 * count)) << (8 * first);
        Self { mask, fold: if count > 3 { 0x2020_2020_2020_2020 } else { 0 }, first, count }
    }

    /// Whether other cases have the same hash.
    pub fn folds(&self) -> bool {
        self.fold != 0
    }

    /// The hash of the key in the bytes around a hot place.
    #[inline]
    pub fn hash(&self, around: u64) -> u64 {
        ((around | self.fold) & self.mask).wrapping_mul(KEY_MULTIPLIER)
    }
}

/// Buckets of the prefilter.
pub const BUCKETS: usize = 8;
/// The bucket of literals that are looked up by one gram alone.
pub const LONE: usize = 0;
/// The key of each bucket: the longer, the fewer places get past it that hold no literal.
pub const KEYS: [Key; BUCKETS] =
    [Key::new(3, 3), Key::new(2, 3), Key::new(2, 3), Key::new(1, 4), Key::new(1, 4), Key::new(2, 4), Key::new(2, 4), Key::new(1, 6)];

/// The places of a hash in the set of keys: both are there if a literal has that key.
#[inline]
pub fn bits_of(hash: u64) -> [usize; 2] {
    [(hash >> (64 - KEY_BITS)) as usize, (hash >> (64 - 2 * KEY_BITS)) as usize % (1 << KEY_BITS)]
}

/// The place of a hash in the table of slots.
#[inline]
pub fn slot_of(hash: u64) -> usize {
    (hash >> (64 - SLOT_BITS)) as usize
}

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
    /// The literal's bucket.
    pub bucket: u8,
    /// Whether these eight bytes hold all of the literal: then it stands where they fit.
    pub whole: bool,
}

impl Window {
    /// Ends the windows of a slot.
    pub const END: Self = Self { value: 0, mask: 0, literal: u16::MAX, offset: 0, bucket: 0, whole: false };
}

/// Hashes the low three bytes of a folded load for the first table.
#[inline]
pub fn gate_of(gram: u32, multiplier: u32) -> usize {
    (gram.wrapping_mul(multiplier) >> (32 - GATE_BITS)) as usize
}
