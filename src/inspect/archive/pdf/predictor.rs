use memchr::memmem;

/// How the rows of a stream were written as differences from what stands before them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Predictor {
    /// Whether each row says how, as in PNG; else all are differences from the left.
    tagged: bool,
    /// Bytes of a row.
    row: usize,
    /// Bytes of a sample and its neighbours: how far to the left the other one stands.
    step: usize,
}

/// The longest row, bytes.
const LONGEST: usize = 1 << 20;

impl Predictor {
    /// The one that the description of a stream names.
    pub fn named(described: &[u8]) -> Option<Self> {
        let number = |name: &[u8]| {
            let rest = described[memmem::find(described, name)? + name.len()..].trim_ascii_start();
            let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
            std::str::from_utf8(&rest[..digits]).ok()?.parse::<usize>().ok()
        };
        let kind = number(b"/Predictor")?;
        let bits = number(b"/BitsPerComponent").unwrap_or(8).checked_mul(number(b"/Colors").unwrap_or(1))?;
        let row = bits.checked_mul(number(b"/Columns").unwrap_or(1))?.div_ceil(8);
        let read = (kind >= 10 || (kind == 2 && bits.is_multiple_of(8))) && (1..=LONGEST).contains(&row);
        read.then_some(Self { tagged: kind >= 10, row, step: bits.div_ceil(8).max(1) })
    }

    /// Takes the differences back.
    pub fn undone(self, data: &[u8]) -> Vec<u8> {
        let mut bytes: Vec<u8> = Vec::with_capacity(data.len());
        for tagged in data.chunks(self.row + usize::from(self.tagged)) {
            let (how, row) = if self.tagged { (tagged[0], &tagged[1..]) } else { (1, tagged) };
            let start = bytes.len();
            for (at, byte) in row.iter().enumerate() {
                let left = if at >= self.step { bytes[start + at - self.step] } else { 0 };
                let above = |back: usize| if at >= back { start.checked_sub(self.row).map_or(0, |row| bytes[row + at - back]) } else { 0 };
                let guess = match how {
                    1 => left,
                    2 => above(0),
                    3 => u8::midpoint(left, above(0)),
                    4 => paeth(left, above(0), above(self.step)),
                    _ => 0,
                };
                bytes.push(byte.wrapping_add(guess));
            }
        }
        bytes
    }
}

/// That of three neighbours which is nearest to left plus above less what is between them.
fn paeth(left: u8, above: u8, corner: u8) -> u8 {
    let (a, b, c) = (i16::from(left), i16::from(above), i16::from(corner));
    let (to_left, to_above, to_corner) = ((b - c).abs(), (a - c).abs(), (a + b - 2 * c).abs());
    match (to_left <= to_above && to_left <= to_corner, to_above <= to_corner) {
        (true, _) => left,
        (false, true) => above,
        (false, false) => corner,
    }
}

#[cfg(test)]
mod tests {
    use super::Predictor;

    #[test]
    fn rows_are_read_as_png_writes_them() {
        let predictor = Predictor::named(b"<</DecodeParms<</Predictor 15/Columns 4>>>>").expect("one is named");
        // None, left, above, average and Paeth, each of the row `abcd`.
        let rows = [[0, 97, 98, 99, 100], [1, 97, 1, 1, 1], [2, 0, 0, 0, 0], [3, 49, 1, 1, 1], [4, 0, 0, 0, 0]];
        let text = predictor.undone(&rows.concat());
        assert_eq!(String::from_utf8_lossy(&text), "abcdabcdabcdabcdabcd");
        let left = Predictor::named(b"<</Predictor 2 /Colors 2 /Columns 2>>").expect("one is named");
        assert_eq!(left.undone(&[97, 98, 1, 1]), b"abbc");
    }

    #[test]
    fn what_names_none_or_one_without_end_is_left() {
        for described in
            [&b"<</Filter/FlateDecode>>"[..], b"<</Predictor 1>>", b"<</Predictor 12/Columns 99999999999>>", b"<</Predictor 12/Columns 0>>"]
        {
            assert_eq!(Predictor::named(described), None);
        }
    }
}
