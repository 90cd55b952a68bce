//! All objects of a repository: its packs, its loose objects, and those of the stores that it borrows from.
//!
//! Objects are numbered by *rows*: pack after pack in the order of ids, then the loose ones. An object that lies in several
//! places has several rows; the first is its own, by which everything else names it.

use std::path::{Path, PathBuf};

use super::{
    bits::SharedBits,
    file::Names,
    hash::{Hash, Kind},
    inflate::Inflate,
    loose::{Head, Loose},
    losses::Losses,
    map::Map,
    pack::Pack,
    pack_index::{Bytes, PackIndex},
    reindex,
};
use crate::model::{ContentId, Fault, FaultKind};

/// The objects of a repository.
pub struct Store {
    /// The object format.
    pub hash: Hash,
    /// Packs, in the order of directories and names.
    pub packs: Vec<Pack>,
    /// Loose objects.
    pub loose: Loose,
    /// Rows that were given to an inspector.
    pub read: SharedBits,
    /// Objects that could not be read.
    pub losses: Losses,
    /// How files are named.
    pub names: Names,
    /// The first row of each pack, and then of the loose objects, and then the number of rows.
    starts: Vec<u32>,
}

/// Where a row leads.
pub enum Home<'a> {
    /// Into a pack, and the row there.
    Pack(&'a Pack, u32),
    /// To a loose object of this rank.
    Loose(u32),
}

impl Store {
    /// Opens all packs and lists all loose objects of `dirs`, the repository's own first.
    pub fn open(dirs: &[PathBuf], hash: Hash, names: &Names, faults: &mut Vec<Fault>) -> Self {
        let packs: Vec<Pack> = dirs.iter().flat_map(|dir| open_packs(&dir.join("pack"), hash, names, faults)).collect();
        let loose = Loose::list(dirs, hash, names, faults);
        let counts = packs.iter().map(Pack::count).chain([loose.count()]);
        let starts: Vec<u32> = std::iter::once(0)
            .chain(counts.scan(0u64, |sum, count| {
                *sum += count as u64;
                Some(u32::try_from(*sum).unwrap_or(u32::MAX - 1))
            }))
            .collect();
        let rows = starts.last().map_or(0, |rows| *rows as usize);
        Self { hash, packs, loose, read: SharedBits::new(rows), losses: Losses::default(), names: names.clone(), starts }
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.starts[self.packs.len() + 1] as usize
    }

    /// The row of the object at `position` of a pack.
    #[inline]
    pub fn row(&self, pack: usize, position: u32) -> u32 {
        self.starts[pack] + self.packs[pack].row(position)
    }

    /// The row of a loose object.
    pub fn loose_row(&self, rank: u32) -> u32 {
        self.starts[self.packs.len()] + rank
    }

    /// Where the object of a row lies.
    pub fn home(&self, row: u32) -> Home<'_> {
        let part = self.starts.partition_point(|start| *start <= row) - 1;
        match self.packs.get(part) {
            Some(pack) => Home::Pack(pack, row - self.starts[part]),
            None => Home::Loose(row - self.starts[self.packs.len()]),
        }
    }

    /// The id of a row.
    pub fn id(&self, row: u32) -> &[u8] {
        match self.home(row) {
            Home::Pack(pack, row) => pack.index.id(row as usize),
            Home::Loose(rank) => self.loose.id(rank),
        }
    }

    /// The id of a row, to keep.
    pub fn content(&self, row: u32) -> ContentId {
        ContentId::new(self.id(row)).expect("ids have 20 or 32 bytes")
    }

    /// The first row of an object.
    pub fn find(&self, id: &[u8]) -> Option<u32> {
        if id.len() != self.hash.len() {
            return None;
        }
        let packed = self.packs.iter().zip(&self.starts).find_map(|(pack, start)| pack.index.find(id).map(|row| start + row));
        packed.or_else(|| self.loose.find(id).map(|rank| self.loose_row(rank)))
    }

    /// Whether `row` is the first of its object.
    pub fn is_first(&self, row: u32) -> bool {
        row < self.starts[1] || self.find(self.id(row)) == Some(row)
    }

    /// Reads one object from wherever it can be read; for a few objects only.
    pub fn load(&self, id: &[u8], inflate: &mut Inflate, most: usize) -> Option<(Kind, Vec<u8>)> {
        self.load_elsewhere(id, None, inflate, most)
    }

    /// Reads one object from another place than the pack of this number.
    pub fn load_elsewhere(&self, id: &[u8], not: Option<usize>, inflate: &mut Inflate, most: usize) -> Option<(Kind, Vec<u8>)> {
        let others = self.packs.iter().enumerate().filter(|(number, _)| Some(*number) != not);
        let mut packed = others.filter_map(|(_, pack)| Some((pack, pack.position(pack.index.find(id)?)?)));
        packed
            .find_map(|(pack, position)| pack.read(position, inflate, most))
            .or_else(|| self.load_loose(self.loose.find(id)?, inflate, most))
    }

    /// The pack of a row; `None` for a loose object.
    pub fn pack_of(&self, row: u32) -> Option<usize> {
        let part = self.starts.partition_point(|start| *start <= row) - 1;
        (part < self.packs.len()).then_some(part)
    }

    fn load_loose(&self, rank: u32, inflate: &mut Inflate, most: usize) -> Option<(Kind, Vec<u8>)> {
        let head = Head::open(&self.loose.path(rank), &self.names, inflate).ok()?.ok()?;
        let (kind, mut out) = (head.kind, Vec::new());
        let range = head.read(inflate, &mut out, most as u64).ok()?;
        out.truncate(range.end);
        out.drain(..range.start);
        Some((kind, out))
    }

    /// How many bytes an object has.
    pub fn size(&self, id: &[u8]) -> Option<u64> {
        let inflate = &mut Inflate::default();
        match self.home(self.find(id)?) {
            Home::Pack(pack, row) => pack.size(pack.position(row)?, inflate),
            Home::Loose(rank) => Some(Head::open(&self.loose.path(rank), &self.names, inflate).ok()?.ok()?.size),
        }
    }

    /// Whether some of the packs came from a partial clone.
    pub fn promisor(&self) -> bool {
        self.packs.iter().any(|pack| pack.promisor)
    }

    /// Tells which objects could not be read.
    pub fn tell_losses(&self, fault: &mut dyn FnMut(Fault)) {
        let place = |row| match self.home(row) {
            Home::Pack(pack, _) => pack.name.clone(),
            Home::Loose(rank) => self.names.show(&self.loose.path(rank)),
        };
        self.losses.tell(place, |row| self.content(row).to_string(), fault);
    }
}

/// Opens the packs of one directory.
fn open_packs(dir: &Path, hash: Hash, names: &Names, faults: &mut Vec<Fault>) -> Vec<Pack> {
    let listed = names.list(dir, faults);
    let has = |name: &Path| listed.binary_search_by(|(other, _)| other.as_os_str().cmp(name.as_os_str())).is_ok();
    let mut packs = Vec::new();
    for (name, _) in &listed {
        let name = Path::new(name);
        match name.extension().and_then(|e| e.to_str()) {
            Some("pack") => match open_pack(&dir.join(name), has(&name.with_extension("idx")), hash, names, faults) {
                Ok(mut pack) => {
                    pack.promisor = has(&name.with_extension("promisor"));
                    packs.push(pack);
                }
                Err(fault) => faults.push(fault),
            },
            Some("idx") if !has(&name.with_extension("pack")) => {
                faults.push(names.fault(FaultKind::Missing, &dir.join(name), "the index of a pack that is not there"));
            }
            _ => {}
        }
    }
    packs
}

fn open_pack(path: &Path, indexed: bool, hash: Hash, names: &Names, faults: &mut Vec<Fault>) -> Result<Pack, Fault> {
    let map = |path: &Path| Map::new(&names.open(path)?).map_err(|e| Fault::io(names.show(path), "map", &e));
    let data = map(path)?;
    if data.len() < 12 + hash.len() {
        return Err(names.fault(FaultKind::Truncated, path, format!("a pack of {} bytes: cut", data.len())));
    }
    if !data.starts_with(b"PACK\0\0\0\x02") && !data.starts_with(b"PACK\0\0\0\x03") {
        faults.push(names.fault(FaultKind::Malformed, path, "the header is not that of a pack of version 2 or 3"));
    }
    let index = if indexed { Some(read_index(&path.with_extension("idx"), &data, hash, names, faults)) } else { None };
    let index = match index {
        Some(Ok(index)) => index,
        broken => {
            if let Some(Err(fault)) = broken {
                faults.push(fault);
            }
            let rebuilt = reindex::rebuild(&data, hash).map_err(|what| names.fault(FaultKind::Malformed, path, what))?;
            if let Some(lost) = rebuilt.lost {
                faults.push(names.fault(FaultKind::Malformed, path, lost));
            }
            rebuilt.index
        }
    };
    Ok(Pack::new(names.show(path), data, index, hash))
}

fn read_index(path: &Path, data: &[u8], hash: Hash, names: &Names, faults: &mut Vec<Fault>) -> Result<PackIndex, Fault> {
    let map = Map::new(&names.open(path)?).map_err(|e| Fault::io(names.show(path), "map", &e))?;
    let index = PackIndex::new(Bytes::Mapped(map), hash)
        .map_err(|what| names.fault(FaultKind::Malformed, path, format!("{what}: the pack is read without it")))?;
    if index.pack_sum() != &data[data.len() - hash.len()..] {
        let pack = path.with_extension("pack");
        faults.push(names.fault(FaultKind::Truncated, &pack, "the pack does not end as its index says: it is cut, or another"));
    }
    Ok(index)
}
