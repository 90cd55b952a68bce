use std::collections::HashMap;

use memchr::memmem;

/// What the codes of a font mean: its `ToUnicode` table.
pub(super) struct Codes {
    meanings: HashMap<u32, String>,
    /// Bytes of a code.
    pub width: usize,
}

/// Codes of a range that are listed, at most.
const LONGEST_RANGE: u32 = 0xffff;

impl Codes {
    /// Reads a table; `None` where the stream is none.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let mut codes = Self { meanings: HashMap::new(), width: 2 };
        for part in parts(bytes, b"beginbfchar", b"endbfchar") {
            let listed = hexes(part);
            listed.chunks_exact(2).for_each(|pair| codes.add(&pair[0], 0, &pair[1]));
        }
        for part in parts(bytes, b"beginbfrange", b"endbfrange") {
            for line in part.split(|b| *b == b'\n' || *b == b'\r') {
                codes.range(&hexes(line), memchr::memchr(b'[', line).is_some());
            }
        }
        (!codes.meanings.is_empty()).then_some(codes)
    }

    fn range(&mut self, listed: &[Vec<u8>], each: bool) {
        let [first, last, meanings @ ..] = listed else { return };
        if each {
            (0..).zip(meanings).for_each(|(step, meaning)| self.add(first, step, meaning));
        } else if let [meaning] = meanings {
            let count = number(last).saturating_sub(number(first)).min(LONGEST_RANGE);
            for step in 0..=count {
                let mut moved = meaning.clone();
                if let Some(unit) = moved.last_chunk_mut::<2>() {
                    *unit = u16::from_be_bytes(*unit).wrapping_add(u16::try_from(step).unwrap_or(u16::MAX)).to_be_bytes();
                }
                self.add(first, step, &moved);
            }
        }
    }

    fn add(&mut self, code: &[u8], step: u32, meaning: &[u8]) {
        self.width = code.len().clamp(1, 4);
        let units: Vec<u16> = meaning.as_chunks::<2>().0.iter().map(|unit| u16::from_be_bytes(*unit)).collect();
        self.meanings.insert(number(code).wrapping_add(step), String::from_utf16_lossy(&units));
    }

    /// What a code means.
    pub fn meaning(&self, code: &[u8]) -> Option<&str> {
        self.meanings.get(&number(code)).map(String::as_str)
    }
}

fn number(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte))
}

/// What stands between two words, each time.
fn parts<'b>(bytes: &'b [u8], begin: &[u8], end: &[u8]) -> Vec<&'b [u8]> {
    let starts: Vec<usize> = memmem::find_iter(bytes, begin).map(|at| at + begin.len()).collect();
    starts.into_iter().map(|at| &bytes[at..at + memmem::find(&bytes[at..], end).unwrap_or(bytes.len() - at)]).collect()
}

/// The strings in angle brackets.
fn hexes(bytes: &[u8]) -> Vec<Vec<u8>> {
    let inside = bytes.split(|b| *b == b'<').skip(1).map(|rest| rest.split(|b| *b == b'>').next().unwrap_or_default());
    inside.map(super::text::hex).collect()
}
