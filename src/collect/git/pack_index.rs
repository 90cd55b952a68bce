//! The index of a pack: which objects it has, sorted by id, and where each begins.

use std::ops::Deref;

use super::{hash::Hash, map::Map};

/// The bytes of an index: from its file, or built here for a pack that has none.
pub enum Bytes {
    /// A file.
    Mapped(Map),
    /// Built in memory.
    Built(Vec<u8>),
}

impl Deref for Bytes {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        match self {
            Self::Mapped(map) => map,
            Self::Built(bytes) => bytes,
        }
    }
}

/// First word of an index of version 2; version 1 has no magic.
const MAGIC: [u8; 4] = [0xff, b't', b'O', b'c'];

/// A checked index. Rows are numbered in the order of ids.
pub struct PackIndex {
    bytes: Bytes,
    hash: Hash,
    count: usize,
    /// Where the first id stands, and how far one is from the next.
    ids: (usize, usize),
    /// Where offsets of 4 and of 8 bytes begin; version 1 has only the former, each before its id.
    offsets: (usize, usize),
    /// The first row of each prefix of `bits` bits, then the number of rows.
    fan: Vec<u32>,
    bits: u32,
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

impl PackIndex {
    /// Takes an index of either version after checking all of it: its check sum, the order of ids, the table of prefixes.
    pub fn new(bytes: Bytes, hash: Hash) -> Result<Self, &'static str> {
        let second = bytes.starts_with(&MAGIC);
        if second && word(&bytes, 4) != Some(2) {
            return Err("an index of an unknown version");
        }
        let table = if second { 8 } else { 0 };
        let count = word(&bytes, table + 255 * 4).ok_or("an index that is cut")? as usize;
        let (h, start) = (hash.len(), table + 1024);
        let (ids, offsets, least) = if second {
            let small = start + count * (h + 4);
            ((start, h), (small, small + count * 4), small + count * 4)
        } else {
            ((start + 4, h + 4), (start, 0), start + count * (h + 4))
        };
        if bytes.len() < least + 2 * h || (!second && bytes.len() != least + 2 * h) || count >= u32::MAX as usize {
            return Err("an index that is cut");
        }
        let mut index = Self { bytes, hash, count, ids, offsets, fan: Vec::new(), bits: if count < 1 << 14 { 8 } else { 16 } };
        index.check(table)?;
        Ok(index)
    }

    fn check(&mut self, table: usize) -> Result<(), &'static str> {
        let body = self.bytes.len() - self.hash.len();
        if self.hash.digest(&[&self.bytes[..body]]).as_bytes() != &self.bytes[body..] {
            return Err("an index whose check sum is wrong");
        }
        let mut fan = vec![0u32; (1 << self.bits) + 1];
        let mut before: &[u8] = &[];
        for row in 0..self.count {
            let id = self.id(row);
            if id <= before {
                return Err("an index whose ids are out of order");
            }
            before = id;
            fan[self.prefix(id) + 1] += 1;
        }
        for i in 1..fan.len() {
            fan[i] += fan[i - 1];
        }
        let step = 1 << (self.bits - 8);
        if (0..256).any(|i| word(&self.bytes, table + i * 4) != fan.get((i + 1) * step).copied()) {
            return Err("an index whose table of prefixes is wrong");
        }
        self.fan = fan;
        Ok(())
    }

    #[inline]
    fn prefix(&self, id: &[u8]) -> usize {
        usize::from(u16::from_be_bytes([id[0], id[1]])) >> (16 - self.bits)
    }

    /// How many objects the pack has.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The id of a row.
    #[inline]
    pub fn id(&self, row: usize) -> &[u8] {
        let at = self.ids.0 + row * self.ids.1;
        &self.bytes[at..at + self.hash.len()]
    }

    /// The row of an id.
    pub fn find(&self, id: &[u8]) -> Option<u32> {
        let prefix = self.prefix(id);
        let (mut low, mut high) = (self.fan[prefix], self.fan[prefix + 1]);
        // Ids are evenly spread: the bytes behind the prefix tell about where to look first.
        let behind = u32::from(if self.bits == 16 { id[2] } else { id[1] });
        let mut probe = low + ((high - low) / 256 * behind + (((high - low) % 256 * behind) >> 8));
        while low < high {
            match self.id(probe as usize).cmp(id) {
                std::cmp::Ordering::Equal => return Some(probe),
                std::cmp::Ordering::Less => low = probe + 1,
                std::cmp::Ordering::Greater => high = probe,
            }
            // A step of a few rows, most often within what is in the cache now; then halves.
            probe = if high - low > 16 {
                low.midpoint(high)
            } else if low > probe {
                low
            } else {
                high - u32::from(high > low)
            };
        }
        None
    }

    /// Where the object of a row begins in the pack, as far as the index says so.
    pub fn offset(&self, row: usize) -> Option<u64> {
        let (small, large) = self.offsets;
        if large == 0 {
            return word(&self.bytes, small + row * (self.hash.len() + 4)).map(u64::from);
        }
        let offset = word(&self.bytes, small + row * 4)?;
        if offset >> 31 == 0 {
            return Some(u64::from(offset));
        }
        let at = large + (offset & 0x7fff_ffff) as usize * 8;
        Some(u64::from_be_bytes(self.bytes.get(at..at + 8)?.try_into().ok()?))
    }

    /// The check sum of the pack that this index was made for.
    pub fn pack_sum(&self) -> &[u8] {
        let h = self.hash.len();
        &self.bytes[self.bytes.len() - 2 * h..self.bytes.len() - h]
    }

    /// Whether a part of the file vanished while it was read.
    pub fn was_cut(&self) -> bool {
        matches!(&self.bytes, Bytes::Mapped(map) if map.was_cut())
    }

    /// Builds an index of version 2 from ids and offsets, for a pack that has none.
    pub fn build(mut objects: Vec<(crate::model::ContentId, u64)>, pack_sum: &[u8], hash: Hash) -> Result<Self, &'static str> {
        objects.sort_unstable();
        objects.dedup_by_key(|object| object.0);
        let mut bytes = [&MAGIC[..], &2u32.to_be_bytes()].concat();
        for first in 0..=255u8 {
            let upto = objects.partition_point(|(id, _)| id.as_bytes()[0] <= first);
            bytes.extend(u32::try_from(upto).map_err(|_| "too many objects")?.to_be_bytes());
        }
        for (id, _) in &objects {
            bytes.extend_from_slice(id.as_bytes());
        }
        bytes.resize(bytes.len() + objects.len() * 4, 0);
        let mut large = Vec::new();
        for (_, offset) in &objects {
            let small = u32::try_from(*offset).ok().filter(|o| o >> 31 == 0);
            let entry = small.unwrap_or_else(|| {
                large.extend(offset.to_be_bytes());
                u32::try_from(large.len() / 8 - 1).unwrap_or(u32::MAX) | 1 << 31
            });
            bytes.extend(entry.to_be_bytes());
        }
        bytes.extend(large);
        bytes.extend_from_slice(pack_sum);
        let sum = hash.digest(&[&bytes]);
        bytes.extend_from_slice(sum.as_bytes());
        Self::new(Bytes::Built(bytes), hash)
    }
}
