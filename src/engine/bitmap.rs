//! Which bytes of a stretch are of some kind, sixty-four at a time: one bit a byte.
//!
//! Readers that look for rare things in all bytes ask here first and then only look where a bit is set. With AVX2, where the
//! machine has it, a block costs some twenty instructions; without, a look-up a byte.

/// Bytes of a block.
pub const BLOCK: usize = 64;

/// Bytes that can begin an escape of an address or of HTML, where another stands behind them: `%` before an octal digit, `&`
/// before `#`, `a` or `q`. A backslash always counts.
fn escape(byte: u8, next: u8) -> bool {
    match byte {
        b'\\' => true,
        b'%' => next & 0xf8 == b'0',
        b'&' => matches!(next, b'#' | b'a' | b'q'),
        _ => false,
    }
}

/// What the bytes of a block are in base64 or hexadecimal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Letters {
    /// Letters of base64, of both alphabets.
    pub all: u64,
    /// Those that can be the first of four where text is said, of one or two bytes a character, or the first digit of a byte of text.
    pub first: u64,
    /// Those that can be the third of four there.
    pub third: u64,
}

/// Letters of base64, of both alphabets.
const fn letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}

/// See [`Letters::first`]: printable ASCII and white space begin with these six bits, a zero with `A`.
const fn first(byte: u8) -> bool {
    matches!(byte, b'A' | b'C' | b'D' | b'I'..=b'Z' | b'a'..=b'f' | b'0' | b'2'..=b'7')
}

/// See [`Letters::third`]: its last two bits are the first two of a byte below 128.
const fn third(byte: u8) -> bool {
    matches!(byte, b'A' | b'B' | b'E' | b'F' | b'I' | b'J' | b'M' | b'N' | b'Q' | b'R' | b'U' | b'V' | b'Y' | b'Z')
        || matches!(byte, b'c' | b'd' | b'g' | b'h' | b'k' | b'l' | b'o' | b'p' | b's' | b't' | b'w' | b'x' | b'0'..=b'9')
}

/// The letters of a block without vectors.
fn letters_of(block: &[u8; BLOCK + 1]) -> Letters {
    Letters {
        all: bits(block, |byte, _| letter(byte)),
        first: bits(block, |byte, _| first(byte)),
        third: bits(block, |byte, _| third(byte)),
    }
}

/// Says of the bytes from a place on which are letters: a word for each block. No bit is set behind the end of the document.
pub fn letters(bytes: &[u8], from: usize, words: &mut [Letters]) {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        #[expect(unsafe_code, reason = "the machine was asked whether it has AVX2")]
        return unsafe { avx2::letters(bytes, from, words) };
    }
    each(bytes, from, words, letters_of);
}

/// Says of the bytes from a place on which may begin an escape: a word for each block. No bit is set behind the end of the document.
pub fn escapes(bytes: &[u8], from: usize, words: &mut [u64]) {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        #[expect(unsafe_code, reason = "the machine was asked whether it has AVX2")]
        return unsafe { avx2::escapes(bytes, from, words) };
    }
    each(bytes, from, words, |block| bits(block, escape));
}

/// Fills the words, each from its block and the byte behind it; zeros stand for what is behind the end.
#[inline(always)]
#[expect(clippy::inline_always, reason = "what it calls in its loop may only be inlined into a caller that has AVX2, too")]
fn each<W>(bytes: &[u8], from: usize, words: &mut [W], word_of: impl Fn(&[u8; BLOCK + 1]) -> W) {
    let mut rest = bytes.get(from..).unwrap_or_default();
    let mut words = words.iter_mut();
    while let Some(block) = rest.first_chunk()
        && let Some(word) = words.next()
    {
        *word = word_of(block);
        rest = &rest[BLOCK..];
    }
    for word in words {
        let mut padded = [0; BLOCK + 1];
        padded[..rest.len()].copy_from_slice(rest);
        *word = word_of(&padded);
        rest = rest.get(BLOCK..).unwrap_or_default();
    }
}

/// The word of a block without vectors.
fn bits(block: &[u8; BLOCK + 1], holds: impl Fn(u8, u8) -> bool) -> u64 {
    block.windows(2).rev().fold(0, |bits, pair| bits << 1 | u64::from(holds(pair[0], pair[1])))
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    use std::arch::x86_64::{
        __m256i, _mm256_and_si256, _mm256_cmpeq_epi8, _mm256_loadu_si256, _mm256_movemask_epi8, _mm256_or_si256, _mm256_set1_epi8,
        _mm256_setzero_si256, _mm256_shuffle_epi8, _mm256_srli_epi16,
    };

    use super::{BLOCK, Letters, each, first, letter, third};

    /// Of bytes that end in the same four bits, which beginnings put them into a set: a bit for each. Twice, for either half of a
    /// vector.
    type Table = [u8; 32];

    macro_rules! table {
        ($holds:path) => {{
            let (mut table, mut byte) = ([0; 32], 0);
            while byte < 128 {
                table = put(table, byte, $holds(byte));
                byte += 1;
            }
            table
        }};
    }
    const ALL: Table = table!(letter);
    const FIRST: Table = table!(first);
    const THIRD: Table = table!(third);
    /// The bit of each beginning; none for bytes beyond ASCII.
    const BEGINNINGS: Table = [1, 2, 4, 8, 16, 32, 64, 128, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 0, 0, 0, 0, 0, 0, 0, 0];

    const fn put(mut table: Table, byte: u8, holds: bool) -> Table {
        if holds {
            table[(byte & 15) as usize] |= 1 << (byte >> 4);
            table[16 + (byte & 15) as usize] |= 1 << (byte >> 4);
        }
        table
    }

    #[target_feature(enable = "avx2")]
    pub fn letters(bytes: &[u8], from: usize, words: &mut [Letters]) {
        let (all, first, third, beginnings) = (load(&ALL), load(&FIRST), load(&THIRD), load(&BEGINNINGS));
        each(bytes, from, words, |block| {
            let low = load(block.first_chunk().expect("half a block"));
            let high = load(block[BLOCK / 2..].first_chunk().expect("half a block"));
            let begins = (beginning(beginnings, low), beginning(beginnings, high));
            let both = |table| within(table, low, begins.0) | within(table, high, begins.1) << 32;
            Letters { all: both(all), first: both(first), third: both(third) }
        });
    }

    /// The bit of the beginning of each byte.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn beginning(beginnings: __m256i, bytes: __m256i) -> __m256i {
        _mm256_shuffle_epi8(beginnings, _mm256_and_si256(_mm256_srli_epi16::<4>(bytes), _mm256_set1_epi8(15)))
    }

    /// Which bytes a table holds. A look-up by a byte beyond ASCII gives 0.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn within(table: __m256i, bytes: __m256i, beginnings: __m256i) -> u64 {
        let both = _mm256_and_si256(_mm256_shuffle_epi8(table, bytes), beginnings);
        mask(_mm256_cmpeq_epi8(both, _mm256_setzero_si256())) ^ u64::from(u32::MAX)
    }

    /// See [`super::escape`].
    #[target_feature(enable = "avx2")]
    pub fn escapes(bytes: &[u8], from: usize, words: &mut [u64]) {
        each(bytes, from, words, |block| {
            let (here, behind) = (load(block.first_chunk().expect("half a block")), load(block[BLOCK / 2..].first_chunk().expect("half")));
            let (next, last) = (load(block[1..].first_chunk().expect("half a block")), load(block.last_chunk().expect("half a block")));
            begin(here, next) | begin(behind, last) << 32
        });
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn begin(here: __m256i, next: __m256i) -> u64 {
        let octal = is(_mm256_and_si256(next, _mm256_set1_epi8(0xf8_u8.cast_signed())), b'0');
        let named = _mm256_or_si256(is(next, b'#'), _mm256_or_si256(is(next, b'a'), is(next, b'q')));
        let either = _mm256_or_si256(_mm256_and_si256(is(here, b'%'), octal), _mm256_and_si256(is(here, b'&'), named));
        mask(_mm256_or_si256(is(here, b'\\'), either))
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn is(bytes: __m256i, byte: u8) -> __m256i {
        _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(byte.cast_signed()))
    }

    /// The highest bit of each byte.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn mask(bytes: __m256i) -> u64 {
        u64::from(_mm256_movemask_epi8(bytes).cast_unsigned())
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    #[expect(unsafe_code, reason = "reads 32 bytes from where 32 bytes lie")]
    fn load(bytes: &[u8; BLOCK / 2]) -> __m256i {
        unsafe { _mm256_loadu_si256(bytes.as_ptr().cast()) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{BLOCK, Letters, bits, each, escape, escapes, letters, letters_of};

    proptest! {
        #[test]
        fn with_and_without_vectors_the_same_bits_are_set(
            bytes in proptest::collection::vec(prop_oneof![any::<u8>(), prop::sample::select(&b"%&\\#aq07"[..])], 0..300),
            from in 0..310_usize,
            count in 0..7_usize,
        ) {
            let (mut fast, mut slow) = (vec![Letters::default(); count], vec![Letters::default(); count]);
            letters(&bytes, from, &mut fast);
            each(&bytes, from, &mut slow, letters_of);
            prop_assert_eq!(&fast, &slow);
            let (mut fast, mut slow) = (vec![0; count], vec![0; count]);
            escapes(&bytes, from, &mut fast);
            each(&bytes, from, &mut slow, |block| bits(block, escape));
            prop_assert_eq!(&fast, &slow);
        }
    }

    #[test]
    fn a_bit_stands_for_its_byte() {
        let text = [&b"a-%20&amp;\\"[..], &[b' '; BLOCK]].concat();
        let mut words = [Letters::default(); 2];
        letters(&text, 0, &mut words);
        assert_eq!(words, [Letters { all: 0b1_1101_1011, first: 0b101_1001, third: 0b1_0001_1000 }, Letters::default()]);
        let mut words = [0; 2];
        escapes(&text, 1, &mut words);
        assert_eq!(words, [0b10_0001_0010, 0]);
    }
}
