//! How much more a value looks like text than like random characters, in bits: the logarithm of a ratio of two probabilities.
//!
//! Text: words of letters by the bigrams of words in source code and its comments, joined by humps, hyphens, dots and blanks, a
//! digit here and there. Random: every character of the value's alphabet as likely as any other. Both are crude, and enough: ten
//! random letters differ from a word by 15 bits, a random key of 32 characters from any text by 40.

use super::makeup::Makeup;

/// `4 * log2 P(second letter | first letter)` in words: 10,862 words that occur at least eight times in 60 MB of source text of ten
/// Rust crates (C, Rust, assembler, JavaScript, Markdown), each weighted by the logarithm of its count.
#[rustfmt::skip]
const BIGRAMS: [[i8; 26]; 26] = [
    [-32, -19, -15, -16, -26, -27, -20, -36, -20, -41, -26, -12, -18, -14, -41, -18, -42, -13, -15, -10, -23, -24, -30, -30, -25, -34],
    [-13, -21, -20, -23, -13, -25, -25, -34, -13, -22, -32, -10, -25, -25, -16, -26, -30, -18, -16, -23, -13, -37, -33, -30, -21, -31],
    [-13, -25, -19, -28, -12, -27, -38, -13, -19, -61, -16, -18, -22, -31, -10, -27, -33, -17, -24, -12, -21, -33, -45, -31, -27, -49],
    [-15, -21, -22, -16, -7, -24, -28, -28, -10, -34, -31, -19, -26, -27, -17, -24, -24, -20, -16, -28, -18, -27, -24, -26, -27, -40],
    [-18, -28, -15, -12, -22, -21, -24, -35, -28, -40, -34, -19, -19, -12, -30, -21, -26, -10, -12, -17, -32, -23, -28, -20, -25, -38],
    [-15, -25, -23, -22, -13, -10, -31, -35, -9, -55, -55, -16, -25, -24, -13, -27, -34, -18, -20, -20, -19, -39, -34, -32, -23, -43],
    [-15, -27, -23, -35, -8, -28, -20, -16, -13, -54, -37, -20, -21, -14, -18, -28, -38, -13, -16, -22, -17, -32, -31, -36, -32, -34],
    [-10, -28, -25, -25, -8, -29, -35, -30, -12, -55, -28, -22, -23, -31, -12, -28, -32, -16, -23, -17, -19, -35, -26, -34, -23, -35],
    [-20, -22, -16, -18, -19, -21, -19, -63, -36, -50, -31, -18, -19, -8, -13, -21, -37, -22, -15, -14, -41, -20, -50, -29, -63, -21],
    [-13, -18, -16, -20, -9, -43, -28, -22, -19, -29, -23, -23, -20, -16, -14, -27, -43, -26, -15, -22, -15, -24, -21, -43, -43, -27],
    [-20, -25, -24, -20, -5, -30, -27, -26, -13, -50, -50, -18, -19, -20, -23, -25, -33, -29, -12, -19, -19, -29, -31, -31, -31, -50],
    [-13, -28, -27, -19, -9, -28, -27, -30, -11, -46, -30, -13, -28, -31, -13, -22, -30, -30, -20, -20, -20, -28, -32, -33, -16, -42],
    [-10, -21, -27, -24, -9, -30, -31, -37, -13, -42, -34, -25, -19, -30, -13, -11, -36, -32, -19, -24, -16, -33, -35, -37, -32, -46],
    [-15, -31, -15, -14, -14, -22, -11, -31, -17, -38, -27, -25, -30, -24, -19, -26, -39, -30, -13, -10, -22, -23, -34, -47, -32, -34],
    [-25, -23, -17, -19, -32, -24, -24, -42, -24, -38, -26, -18, -16, -8, -21, -16, -62, -11, -19, -19, -16, -18, -20, -30, -36, -39],
    [-12, -28, -22, -24, -12, -29, -33, -22, -18, -59, -24, -15, -27, -29, -14, -17, -31, -11, -17, -14, -18, -30, -33, -33, -27, -45],
    [-22, -28, -23, -17, -22, -28, -32, -44, -31, -44, -44, -19, -29, -22, -29, -25, -44, -14, -18, -21, -3, -28, -29, -44, -44, -44],
    [-13, -27, -21, -21, -8, -27, -23, -33, -13, -62, -26, -22, -20, -23, -13, -26, -35, -21, -16, -17, -23, -24, -31, -33, -20, -44],
    [-19, -29, -18, -28, -11, -29, -32, -17, -13, -45, -23, -22, -25, -27, -19, -18, -28, -24, -14, -9, -16, -32, -29, -38, -24, -27],
    [-14, -31, -23, -27, -9, -29, -36, -17, -9, -37, -38, -22, -24, -31, -16, -27, -38, -13, -16, -21, -22, -35, -28, -25, -20, -41],
    [-20, -16, -19, -23, -17, -20, -24, -58, -18, -43, -35, -13, -16, -11, -30, -16, -35, -13, -14, -12, -40, -44, -38, -31, -58, -35],
    [-11, -27, -23, -23, -6, -31, -27, -34, -12, -54, -28, -23, -20, -27, -19, -15, -30, -25, -19, -27, -32, -38, -39, -25, -37, -27],
    [-11, -21, -23, -21, -13, -25, -38, -16, -10, -51, -32, -22, -27, -15, -14, -24, -37, -14, -16, -26, -31, -34, -28, -32, -35, -30],
    [-18, -21, -13, -19, -13, -17, -28, -24, -16, -50, -29, -21, -21, -24, -17, -11, -26, -29, -24, -10, -28, -30, -34, -17, -25, -31],
    [-25, -22, -19, -26, -17, -23, -27, -48, -16, -48, -48, -20, -17, -13, -17, -8, -48, -24, -12, -15, -33, -26, -26, -27, -28, -25],
    [-13, -27, -27, -25, -4, -25, -35, -24, -17, -46, -28, -22, -22, -24, -17, -21, -26, -26, -23, -27, -23, -25, -46, -24, -31, -23],
];

/// All costs are in quarters of a bit.
const WORD_START: i32 = 18;
const HUMP: i32 = 12;
const SWITCH: i32 = 16;
const DIGIT: i32 = 13;
const DIGIT_AGAIN: i32 = 7;
/// A second capital in a row, and small letters behind several capitals.
const CAPITALS: i32 = 6;
const JOINER: i32 = 14;
const SYMBOL: i32 = 28;

/// Bits by which a value looks more like text (above zero) or more like random characters (below).
pub fn likeness(value: &[u8]) -> i32 {
    of_made(value, &Makeup::of(value))
}

/// The same for a value whose characters were counted.
pub fn of_made(value: &[u8], made: &Makeup) -> i32 {
    let random = 4.0 * f64::from(u32::try_from(made.len).unwrap_or(u32::MAX)) * f64::from(made.alphabet()).log2();
    #[expect(clippy::cast_possible_truncation, reason = "a value has at most some thousand characters")]
    let random = random as i32;
    (random - text(value)) / 4
}

/// What the value costs as text.
fn text(value: &[u8]) -> i32 {
    let (mut earlier, mut before) = (b' ', b' ');
    let mut cost = 0;
    for byte in value.iter().copied() {
        cost += step(earlier, before, byte);
        (earlier, before) = (before, byte);
    }
    cost
}

fn step(earlier: u8, before: u8, byte: u8) -> i32 {
    if byte.is_ascii_alphabetic() {
        return letter(before, byte) + capitals(earlier, before, byte);
    }
    if byte.is_ascii_digit() {
        return DIGIT + if before.is_ascii_digit() { DIGIT_AGAIN } else { SWITCH };
    }
    if matches!(byte, b' ' | b'_' | b'-' | b'.' | b'/' | b':') { JOINER } else { SYMBOL }
}

/// What capitals cost beyond the first of a word, unless all letters are capitals.
fn capitals(earlier: u8, before: u8, byte: u8) -> i32 {
    match (earlier.is_ascii_uppercase(), before.is_ascii_uppercase(), byte.is_ascii_uppercase()) {
        (true, true, false) => 2 * CAPITALS,
        (false, true, true) if earlier.is_ascii_lowercase() => CAPITALS,
        _ => 0,
    }
}

fn letter(before: u8, byte: u8) -> i32 {
    if !before.is_ascii_alphabetic() {
        return WORD_START + if before.is_ascii_digit() { SWITCH } else { 0 };
    }
    if before.is_ascii_lowercase() && byte.is_ascii_uppercase() {
        return WORD_START + HUMP;
    }
    let index = |letter: u8| usize::from(letter.to_ascii_lowercase() - b'a');
    -i32::from(BIGRAMS[index(before)][index(byte)])
}

#[cfg(test)]
mod tests {
    use super::likeness;

    #[test]
    fn words_are_text() {
        for word in ["password", "my_session_key", "primaryKeyColumn", "caching_sha2_password", "same-origin", "ScopeReadKey"] {
            assert!(likeness(word.as_bytes()) > 0, "{word}: {}", likeness(word.as_bytes()));
        }
    }

    #[test]
    fn random_characters_are_not() {
        for value in ["fxqzkvjw", "7f1b0c9e2d8a4b63", "Zk3vQ9xT1mB7", "x8Kq-2LpW_9vR"] {
            assert!(likeness(value.as_bytes()) < -5, "{value}: {}", likeness(value.as_bytes()));
        }
    }
}
