/// A constant, as far as it leads to a string or to the name of a field.
#[derive(Debug, Clone, Copy)]
pub(super) enum Constant<'b> {
    /// The bytes of a string.
    Text(&'b [u8]),
    /// A string of the program: the number of its bytes.
    String(u16),
    /// A field of a class, or a name with its type: two numbers.
    Pair(u16, u16),
    /// Anything else, and the numbers that are none.
    Other,
}

/// The constant pool of a class.
pub(super) struct Pool<'b> {
    /// By number; the first is none.
    pub constants: Vec<Constant<'b>>,
    /// Whether all of them were read.
    pub whole: bool,
    /// What follows it.
    pub rest: Bytes<'b>,
}

impl<'b> Pool<'b> {
    /// Reads it from its count on, up to its end or to where it breaks.
    pub fn read(bytes: &'b [u8]) -> Self {
        let mut rest = Bytes(bytes);
        let count = usize::from(rest.two().unwrap_or(0));
        let mut constants = vec![Constant::Other];
        while constants.len() < count {
            let Some((constant, numbers)) = one(&mut rest) else { break };
            constants.push(constant);
            constants.extend((1..numbers).map(|_| Constant::Other));
        }
        let whole = count > 0 && constants.len() >= count;
        Self { constants, whole, rest }
    }

    /// The constant with some number.
    pub fn get(&self, number: u16) -> Constant<'b> {
        self.constants.get(usize::from(number)).copied().unwrap_or(Constant::Other)
    }

    /// The bytes of a string constant.
    pub fn bytes(&self, number: u16) -> Option<&'b [u8]> {
        if let Constant::Text(bytes) = self.get(number) { Some(bytes) } else { None }
    }
}

/// Reads a constant; says how many numbers it takes.
fn one<'b>(rest: &mut Bytes<'b>) -> Option<(Constant<'b>, usize)> {
    let constant = match rest.take(1)?[0] {
        1 => {
            let length = rest.two()?;
            Constant::Text(rest.take(usize::from(length))?)
        }
        8 => Constant::String(rest.two()?),
        9 | 12 => Constant::Pair(rest.two()?, rest.two()?),
        // Numbers of eight bytes take two.
        5 | 6 => return rest.take(8).map(|_| (Constant::Other, 2)),
        3 | 4 | 10 | 11 | 17 | 18 => rest.take(4).map(|_| Constant::Other)?,
        7 | 16 | 19 | 20 => rest.take(2).map(|_| Constant::Other)?,
        15 => rest.take(3).map(|_| Constant::Other)?,
        _ => return None,
    };
    Some((constant, 1))
}

/// Bytes that are read from the front.
#[derive(Clone, Copy)]
pub(super) struct Bytes<'b>(pub &'b [u8]);

impl<'b> Bytes<'b> {
    /// The next bytes.
    pub fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    /// The next number of two bytes.
    pub fn two(&mut self) -> Option<u16> {
        self.take(2)?.try_into().ok().map(u16::from_be_bytes)
    }

    /// The next number of four bytes.
    pub fn four(&mut self) -> Option<usize> {
        let number = self.take(4)?.try_into().ok().map(u32::from_be_bytes)?;
        usize::try_from(number).ok()
    }
}

/// What a string says: UTF-16 of which each unit is written in one to three bytes.
pub(super) fn text(bytes: &[u8]) -> String {
    let mut units = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((first, behind)) = rest.split_first() {
        let length = match first {
            0x00..=0x7f => 0,
            0xc0..=0xdf => 1,
            0xe0..=0xef => 2,
            _ => usize::MAX,
        };
        let Some((more, behind)) = behind.split_at_checked(length).filter(|(more, _)| more.iter().all(|b| b & 0xc0 == 0x80)) else {
            units.push(0xfffd);
            rest = behind;
            continue;
        };
        let head = u16::from(*first) & [0x7f, 0x1f, 0x0f][length];
        units.push(more.iter().fold(head, |unit, byte| unit << 6 | u16::from(byte & 0x3f)));
        rest = behind;
    }
    String::from_utf16_lossy(&units)
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn strings_are_read_as_java_writes_them() {
        let cases: &[(&[u8], &str)] = &[
            (b"plain", "plain"),
            (b"a\xc0\x80b", "a\0b"),
            (b"\xc3\xa9\xe2\x82\xac", "é€"),
            (b"\xed\xa0\xbd\xed\xb8\x80!", "😀!"),
            (b"\xffa\xc3", "\u{fffd}a\u{fffd}"),
        ];
        for (bytes, said) in cases {
            assert_eq!(text(bytes), *said, "{}", bytes.escape_ascii());
        }
    }
}
