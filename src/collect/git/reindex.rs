//! An index for a pack that has none, or whose own is broken: the pack is read from its start to its end.

use std::collections::HashMap;

use super::{
    delta,
    hash::{Hash, Kind},
    inflate::Inflate,
    pack::{self, Base, DEEPEST, Entry, HEADER},
    pack_index::PackIndex,
};
use crate::model::ContentId;

/// Larger objects are stepped over: their deltas stay without a name.
const MOST: usize = 256 << 20;

/// An index made from the pack alone.
pub struct Rebuilt {
    /// The index.
    pub index: PackIndex,
    /// What could not be found, in words.
    pub lost: Option<String>,
}

/// Reads the pack `data` and names its objects by hashing them.
pub fn rebuild(data: &[u8], hash: Hash) -> Result<Rebuilt, &'static str> {
    let end = data.len().checked_sub(hash.len()).ok_or("a pack that is cut")?;
    let stated = u32::from_be_bytes(data.get(8..HEADER).and_then(|b| b.try_into().ok()).ok_or("a pack that is cut")?);
    let mut scan = Scan { data: &data[..end], hash, inflate: Inflate::default(), entries: Vec::new(), named: HashMap::new() };
    scan.list(stated);
    scan.name();
    let (listed, named) = (scan.entries.len(), scan.named.len());
    let objects: Vec<(ContentId, u64)> = scan.named.iter().map(|(offset, (id, _))| (*id, *offset)).collect();
    let lost = if listed < stated as usize {
        Some(format!(
            "{} of its {stated} objects cannot be found without an index: the pack is broken at byte {}",
            stated as usize - listed,
            scan.broken_at()
        ))
    } else {
        (named < listed).then(|| format!("{} of its {stated} objects cannot be decoded, and so have no name", listed - named))
    };
    Ok(Rebuilt { index: PackIndex::build(objects, &data[end..], hash)?, lost })
}

struct Scan<'a> {
    data: &'a [u8],
    hash: Hash,
    inflate: Inflate,
    /// Offsets, ascending, and the end of each entry.
    entries: Vec<(u64, u64)>,
    named: HashMap<u64, (ContentId, Kind)>,
}

impl Scan<'_> {
    /// Finds where each entry begins: behind the end of the stream before it.
    fn list(&mut self, stated: u32) {
        let (mut at, mut out) = (HEADER, Vec::new());
        for _ in 0..stated {
            let offset = at as u64;
            let Some(entry) = self.data.get(at..).and_then(|bytes| pack::entry(bytes, offset, self.hash)) else { return };
            let Some(size) = usize::try_from(entry.size).ok().filter(|s| *s <= MOST && s / 1032 <= entry.body.len()) else { return };
            let Some(taken) = self.inflate.measured(entry.body, &mut out, size) else { return };
            at = self.data.len() - entry.body.len() + taken;
            self.entries.push((offset, at as u64));
        }
    }

    fn broken_at(&self) -> u64 {
        self.entries.last().map_or(HEADER as u64, |(_, end)| *end)
    }

    fn entry(&self, offset: u64) -> Option<Entry<'_>> {
        let row = self.entries.binary_search_by_key(&offset, |(start, _)| *start).ok()?;
        let (start, end) = self.entries[row];
        pack::entry(self.data.get(usize::try_from(start).ok()?..usize::try_from(end).ok()?)?, offset, self.hash)
    }

    /// Names objects until a round names none: a delta by id may stand on one that comes later.
    fn name(&mut self) {
        let mut by_id: HashMap<ContentId, u64> = HashMap::new();
        loop {
            let before = self.named.len();
            for offset in self.entries.iter().map(|(offset, _)| *offset).collect::<Vec<_>>() {
                if !self.named.contains_key(&offset)
                    && let Some((kind, bytes)) = self.decode(offset, &by_id)
                {
                    let id = self.hash.object(kind, &bytes);
                    self.named.insert(offset, (id, kind));
                    by_id.insert(id, offset);
                }
            }
            if self.named.len() == before {
                return;
            }
        }
    }

    fn decode(&mut self, offset: u64, by_id: &HashMap<ContentId, u64>) -> Option<(Kind, Vec<u8>)> {
        let (mut chain, mut at) = (Vec::new(), offset);
        let kind = loop {
            chain.push(at);
            at = match self.entry(at)?.base {
                Base::Whole(kind) => break kind,
                Base::Offset(base) => base,
                Base::Id(id) => *by_id.get(&ContentId::new(id)?)?,
            };
            if chain.len() > DEEPEST {
                return None;
            }
        };
        let mut inflate = Inflate::default();
        let (mut base, mut delta, mut out, mut length) = (Vec::new(), Vec::new(), Vec::new(), None);
        for at in chain.into_iter().rev() {
            let entry = self.entry(at)?;
            length = match length {
                None => Some(pack::inflated(&entry, &mut inflate, &mut base, MOST)?),
                Some(length) => {
                    let stated = pack::inflated(&entry, &mut inflate, &mut delta, MOST)?;
                    let length = delta::apply(&base[..length], &delta[..stated], &mut out, None, MOST)?;
                    std::mem::swap(&mut base, &mut out);
                    Some(length)
                }
            };
        }
        base.truncate(length?);
        Some((kind, base))
    }
}
