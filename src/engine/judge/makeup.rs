//! Of what sorts of characters a value is made, counted once for all that ask.

const DIGIT: u16 = 1;
const LOWER: u16 = 1 << 1;
const UPPER: u16 = 1 << 2;
/// No hexadecimal digit.
const BEYOND_HEX: u16 = 1 << 3;
/// These join words, and stand in base64 and the like.
const JOINER: u16 = 1 << 4;
/// Neither letter, digit nor joiner.
const SYMBOL: u16 = 1 << 5;
/// None of what is usual in names, paths, numbers and lists either.
const SIGN: u16 = 1 << 6;
const BLANK: u16 = 1 << 7;
const CONTROL: u16 = 1 << 8;
/// No ASCII.
const FOREIGN: u16 = 1 << 9;

/// The sorts of each byte.
const SORTS: [u16; 256] = {
    let (mut sorts, mut byte) = ([0; 256], 0_u8);
    loop {
        sorts[byte as usize] = sorts_of(byte);
        match byte.checked_add(1) {
            Some(next) => byte = next,
            None => break sorts,
        }
    }
};

const fn sorts_of(byte: u8) -> u16 {
    let own = match byte {
        b'0'..=b'9' => DIGIT,
        b'a'..=b'z' => LOWER,
        b'A'..=b'Z' => UPPER,
        b'-' | b'_' | b'+' | b'/' | b'=' | b'.' => JOINER,
        b':' | b',' => SYMBOL,
        b' ' => SYMBOL | BLANK,
        0x80.. => SYMBOL | SIGN | FOREIGN,
        ..0x20 => SYMBOL | SIGN | CONTROL,
        _ => SYMBOL | SIGN,
    };
    if byte.is_ascii_hexdigit() { own } else { own | BEYOND_HEX }
}

/// What a value is made of.
#[derive(Debug, Clone, Copy, Default)]
pub struct Makeup {
    /// How many characters.
    pub len: usize,
    /// How many digits.
    pub digits: usize,
    /// How many ASCII letters.
    pub letters: usize,
    sorts: u16,
}

impl Makeup {
    /// Counts.
    pub fn of(value: &[u8]) -> Self {
        let mut makeup = Self { len: value.len(), ..Self::default() };
        for sorts in value.iter().map(|byte| SORTS[usize::from(*byte)]) {
            makeup.sorts |= sorts;
            makeup.digits += usize::from(sorts & DIGIT);
            makeup.letters += usize::from(sorts & (LOWER | UPPER) != 0);
        }
        makeup
    }

    /// How many characters there are to choose from.
    pub fn alphabet(&self) -> u32 {
        if self.digits == self.len {
            return 10;
        }
        if self.hexadecimal() && self.digits > 0 && !(self.any(LOWER) && self.any(UPPER)) {
            return 16;
        }
        let sorts = [(LOWER, 26), (UPPER, 26), (DIGIT, 10), (SYMBOL, 24), (JOINER, 2)];
        sorts.iter().filter(|(sort, _)| self.any(*sort)).map(|(_, count)| count).sum()
    }

    /// Whether there is nothing but hexadecimal digits.
    pub fn hexadecimal(&self) -> bool {
        !self.any(BEYOND_HEX)
    }

    /// Whether there is a control character.
    pub fn controls(&self) -> bool {
        self.any(CONTROL)
    }

    /// Whether there are signs that are unusual in names, paths, numbers and lists.
    pub fn signs(&self) -> bool {
        self.any(SIGN)
    }

    /// Whether there is a blank.
    pub fn blanks(&self) -> bool {
        self.any(BLANK)
    }

    /// Whether there is anything beyond ASCII.
    pub fn foreign(&self) -> bool {
        self.any(FOREIGN)
    }

    fn any(&self, sort: u16) -> bool {
        self.sorts & sort != 0
    }
}

#[cfg(test)]
mod tests {
    use super::Makeup;

    #[test]
    fn the_alphabet_is_that_of_the_sorts_that_are_there() {
        let cases = [("0123", 10), ("00ff", 16), ("00fF", 62), ("ff", 26), ("Ab", 52), ("a-b", 28), ("a b", 50), ("a1!-Z", 88), ("", 10)];
        for (value, alphabet) in cases {
            assert_eq!(Makeup::of(value.as_bytes()).alphabet(), alphabet, "{value}");
        }
    }

    #[test]
    fn each_sort_is_seen() {
        let sorts = |value: &str| {
            let made = Makeup::of(value.as_bytes());
            (made.digits, made.letters, made.controls(), made.signs(), made.blanks(), made.foreign(), made.hexadecimal())
        };
        assert_eq!(sorts("c0ffee"), (1, 5, false, false, false, false, true));
        assert_eq!(sorts("g:/, "), (0, 1, false, false, true, false, false));
        assert_eq!(sorts("\x07$\u{e9}"), (0, 0, true, true, false, true, false));
    }
}
