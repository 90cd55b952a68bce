use std::collections::HashMap;

use super::pool::{Bytes, Constant, Pool, text};

/// Instructions that load a constant, with one and with two bytes of its number.
const LOAD: u8 = 0x12;
const LOAD_WIDE: u8 = 0x13;
/// Instructions that give a field what was loaded.
const PUT: [u8; 2] = [0xb3, 0xb5];

/// The names of the fields that are given string constants, by the number of the string's bytes.
pub(super) fn of(pool: &Pool<'_>) -> HashMap<u16, String> {
    let mut names = Names { pool, all: HashMap::new() };
    // Where the class breaks off, what was read so far is there.
    let _ = names.class();
    names.all
}

struct Names<'p, 'b> {
    pool: &'p Pool<'b>,
    all: HashMap<u16, String>,
}

impl Names<'_, '_> {
    fn class(&mut self) -> Option<()> {
        let mut rest = self.pool.rest;
        rest.take(6)?;
        let interfaces = rest.two()?;
        rest.take(usize::from(interfaces) * 2)?;
        // Fields, then methods.
        for _ in 0..2 {
            for _ in 0..rest.two()? {
                self.member(&mut rest)?;
            }
        }
        Some(())
    }

    fn member(&mut self, rest: &mut Bytes<'_>) -> Option<()> {
        rest.take(2)?;
        let (name, _kind) = (rest.two()?, rest.two()?);
        for _ in 0..rest.two()? {
            let (kind, length) = (rest.two()?, rest.four()?);
            let mut data = Bytes(rest.take(length)?);
            match self.pool.bytes(kind) {
                Some(b"ConstantValue") => self.give(data.two()?, name),
                Some(b"Code") => {
                    data.take(4)?;
                    let length = data.four()?;
                    self.code(data.take(length)?);
                }
                _ => {}
            }
        }
        Some(())
    }

    /// Looks for a constant that is loaded and at once put into a field. Where instructions begin is not known, but what looks
    /// so by chance would have to name a string and a field.
    fn code(&mut self, code: &[u8]) {
        for at in memchr::memchr2_iter(LOAD, LOAD_WIDE, code) {
            let mut rest = Bytes(&code[at + 1..]);
            let loaded = if code[at] == LOAD { rest.take(1).map(|one| u16::from(one[0])) } else { rest.two() };
            let put = rest.take(1).is_some_and(|next| PUT.contains(&next[0]));
            if let (Some(string), true, Some(field)) = (loaded, put, rest.two())
                && let Constant::Pair(_, described) = self.pool.get(field)
                && let Constant::Pair(name, _) = self.pool.get(described)
            {
                self.give(string, name);
            }
        }
    }

    /// The first name stays.
    fn give(&mut self, string: u16, name: u16) {
        if let (Constant::String(bytes), Some(name)) = (self.pool.get(string), self.pool.bytes(name)) {
            self.all.entry(bytes).or_insert_with(|| text(name));
        }
    }
}
