//! A pack: thousands of objects in one file, most of them told as deltas.

use super::{
    delta,
    forest::Forest,
    hash::{Hash, Kind},
    inflate::{Inflate, grow},
    map::Map,
    pack_index::PackIndex,
};

/// What an entry stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Base<'a> {
    /// Nothing: it is whole, and of this kind.
    Whole(Kind),
    /// The entry at this offset of the same pack.
    Offset(u64),
    /// The object of this id.
    Id(&'a [u8]),
}

/// One entry's header, and the compressed bytes behind it.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// Bytes that inflating must give: the object, or the delta.
    pub size: u64,
    /// What it stands on.
    pub base: Base<'a>,
    /// From the first compressed byte to the next entry.
    pub body: &'a [u8],
}

/// Reads the header of the entry that starts `bytes`, which lies at `offset` of its pack.
pub fn entry(bytes: &[u8], offset: u64, hash: Hash) -> Option<Entry<'_>> {
    let (mut byte, mut at, mut shift) = (*bytes.first()?, 1, 4);
    let kind = byte >> 4 & 7;
    let mut size = u64::from(byte & 15);
    while byte & 0x80 != 0 {
        byte = *bytes.get(at)?;
        at += 1;
        if shift > 57 {
            return None;
        }
        size |= u64::from(byte & 0x7f) << shift;
        shift += 7;
    }
    let base = match kind {
        1..=4 => Base::Whole(Kind::ALL[usize::from(kind) - 1]),
        6 => Base::Offset(offset.checked_sub(distance(bytes, &mut at)?)?),
        7 => {
            at += hash.len();
            Base::Id(bytes.get(at - hash.len()..at)?)
        }
        _ => return None,
    };
    Some(Entry { size, base, body: bytes.get(at..)? })
}

/// How far before a delta its base lies.
fn distance(bytes: &[u8], at: &mut usize) -> Option<u64> {
    let mut byte = *bytes.get(*at)?;
    *at += 1;
    let mut distance = u64::from(byte & 0x7f);
    while byte & 0x80 != 0 {
        byte = *bytes.get(*at)?;
        *at += 1;
        distance = distance.checked_add(1)?.checked_mul(128)? | u64::from(byte & 0x7f);
    }
    (distance > 0).then_some(distance)
}

/// Offsets of entries, ascending, in 4 bytes each for packs of less than 4 GiB.
pub struct Offsets {
    low: Vec<u32>,
    high: Vec<u8>,
}

impl Offsets {
    fn new(sorted: &[(u64, u32)], end: u64) -> Self {
        let all = || sorted.iter().map(|(offset, _)| *offset).chain([end]);
        let low = all().map(|o| u32::try_from(o & 0xffff_ffff).expect("32 bits")).collect();
        let high = if end >> 32 == 0 { Vec::new() } else { all().map(|o| u8::try_from(o >> 32).unwrap_or(u8::MAX)).collect() };
        Self { low, high }
    }

    /// Where the entry at `position` begins; for the one behind the last, where the last one ends.
    #[inline]
    pub fn at(&self, position: usize) -> u64 {
        u64::from(self.low[position]) | self.high.get(position).map_or(0, |high| u64::from(*high) << 32)
    }

    /// Which entry begins at `offset`.
    fn position(&self, offset: u64) -> Option<usize> {
        let (mut low, mut high) = (0, self.low.len() - 1);
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.at(middle) < offset { low = middle + 1 } else { high = middle }
        }
        (low + 1 < self.low.len() && self.at(low) == offset).then_some(low)
    }
}

/// An open pack. Positions number its entries in the order in which they lie in the file.
pub struct Pack {
    /// How faults name it.
    pub name: String,
    /// Objects, by id.
    pub index: PackIndex,
    /// Delta trees.
    pub forest: Forest,
    /// Whether it came from a partial clone, whose absent objects are somewhere else by agreement.
    pub promisor: bool,
    data: Map,
    hash: Hash,
    offsets: Offsets,
    rows: Vec<u32>,
}

/// Git makes no longer chains of deltas; a longer one is only walked, never followed for one object.
pub const DEEPEST: usize = 4096;

/// Bytes before the first entry of a pack.
pub const HEADER: usize = 12;

impl Pack {
    /// Puts a pack and its index together. An offset outside of the pack is taken for its end, where no entry can be read.
    pub fn new(name: String, data: Map, index: PackIndex, hash: Hash) -> Self {
        let end = data.len().saturating_sub(hash.len()) as u64;
        let mut sorted: Vec<(u64, u32)> =
            (0u32..).take(index.count()).map(|row| (index.offset(row as usize).unwrap_or(end).min(end), row)).collect();
        sorted.sort_unstable();
        let offsets = Offsets::new(&sorted, end);
        let rows = sorted.into_iter().map(|(_, row)| row).collect();
        let mut pack = Self { name, index, forest: Forest::default(), promisor: false, data, hash, offsets, rows };
        pack.forest = Forest::grow(&pack);
        pack
    }

    /// How many objects it has.
    pub fn count(&self) -> usize {
        self.rows.len()
    }

    /// The row in the index of the entry at `position`.
    #[inline]
    pub fn row(&self, position: u32) -> u32 {
        self.rows[position as usize]
    }

    /// The length of the pack without its check sum.
    pub fn end(&self) -> u64 {
        self.offsets.at(self.rows.len())
    }

    /// Where an entry begins.
    #[inline]
    pub fn offset(&self, position: u32) -> u64 {
        self.offsets.at(position as usize)
    }

    /// The position of the object of a row.
    pub fn position(&self, row: u32) -> Option<u32> {
        let found = self.offsets.position(self.index.offset(row as usize)?)?;
        u32::try_from(found).ok().filter(|p| self.row(*p) == row)
    }

    /// The entry at `position`; `None` where there is nothing readable.
    #[inline]
    pub fn entry(&self, position: u32) -> Option<Entry<'_>> {
        let (from, to) = (self.offsets.at(position as usize), self.offsets.at(position as usize + 1));
        let bytes = self.data.get(usize::try_from(from).ok()?.max(HEADER)..usize::try_from(to).ok()?)?;
        entry(bytes, from, self.hash)
    }

    /// The position of the object on which `entry` stands; `None` for whole ones and where it is not in this pack.
    fn base(&self, entry: &Entry<'_>) -> Option<u32> {
        match entry.base {
            Base::Whole(_) => None,
            Base::Offset(offset) => self.offsets.position(offset).and_then(|p| u32::try_from(p).ok()),
            Base::Id(id) => self.position(self.index.find(id)?),
        }
    }

    /// Whether a part of the pack or of its index was gone when it was read.
    pub fn was_cut(&self) -> bool {
        self.data.was_cut() || self.index.was_cut()
    }

    /// Reads one object by walking its chain of deltas: for a few objects only. `most` bounds every size.
    pub fn read(&self, position: u32, inflate: &mut Inflate, most: usize) -> Option<(Kind, Vec<u8>)> {
        let (mut chain, mut entry) = (Vec::new(), self.entry(position)?);
        let kind = loop {
            if let Base::Whole(kind) = entry.base {
                break kind;
            }
            let base = self.base(&entry)?;
            chain.push(entry);
            if chain.len() > DEEPEST {
                return None;
            }
            entry = self.entry(base)?;
        };
        let (mut base, mut delta, mut out) = (Vec::new(), Vec::new(), Vec::new());
        let mut length = inflated(&entry, inflate, &mut base, most)?;
        for entry in chain.into_iter().rev() {
            let stated = inflated(&entry, inflate, &mut delta, most)?;
            length = delta::apply(&base[..length], &delta[..stated], &mut out, None, most)?;
            std::mem::swap(&mut base, &mut out);
        }
        base.truncate(length);
        Some((kind, base))
    }

    /// The size of one object, from its header or from that of its delta.
    pub fn size(&self, position: u32, inflate: &mut Inflate) -> Option<u64> {
        let entry = self.entry(position)?;
        if matches!(entry.base, Base::Whole(_)) {
            return Some(entry.size);
        }
        let mut head = [0; 20];
        let length = inflate.prefix(entry.body, &mut head)?;
        delta::sizes(&head[..length]).map(|(_, size, _)| size)
    }
}

/// Inflates an entry into `out`; how long it is.
pub fn inflated(entry: &Entry<'_>, inflate: &mut Inflate, out: &mut Vec<u8>, most: usize) -> Option<usize> {
    let size = usize::try_from(entry.size).ok().filter(|size| *size <= most)?;
    // A header may claim anything: deflate cannot make more than 1032 bytes of one.
    if size / 1032 > entry.body.len() {
        return None;
    }
    grow(out, size);
    inflate.exactly(entry.body, out, size).map(|()| size)
}
