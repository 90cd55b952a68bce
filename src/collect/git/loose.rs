//! Loose objects: one file each, named by its id.

use std::{
    fs::File,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use super::{
    file::Names,
    hash::{Hash, Kind},
    inflate::Inflate,
    losses::Why,
};
use crate::model::{ContentId, Fault};

/// All loose objects of some object directories, sorted by id, each once.
pub struct Loose {
    dirs: Vec<PathBuf>,
    objects: Vec<(ContentId, u16)>,
}

impl Loose {
    /// Lists the objects of `dirs`.
    pub fn list(dirs: &[PathBuf], hash: Hash, names: &Names, faults: &mut Vec<Fault>) -> Self {
        let mut objects = Vec::new();
        for (number, dir) in (0u16..).zip(dirs) {
            for byte in 0..=255u8 {
                let first = format!("{byte:02x}");
                for (rest, kind) in names.list(&dir.join(&first), faults) {
                    let id = rest
                        .to_str()
                        .filter(|rest| rest.len() + 2 == hash.len() * 2)
                        .and_then(|rest| ContentId::from_hex(format!("{first}{rest}").as_bytes()));
                    if let (Some(id), false) = (id, kind.is_dir()) {
                        objects.push((id, number));
                    }
                }
            }
        }
        objects.sort_unstable();
        objects.dedup_by_key(|object| object.0);
        Self { dirs: dirs.to_vec(), objects }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.objects.len()
    }

    /// The id of the object of a rank.
    pub fn id(&self, rank: u32) -> &[u8] {
        self.objects[rank as usize].0.as_bytes()
    }

    /// The rank of an id.
    pub fn find(&self, id: &[u8]) -> Option<u32> {
        let rank = self.objects.binary_search_by(|(other, _)| other.as_bytes().cmp(id)).ok()?;
        u32::try_from(rank).ok()
    }

    /// The file of the object of a rank.
    pub fn path(&self, rank: u32) -> PathBuf {
        let (id, dir) = &self.objects[rank as usize];
        let hex = id.to_string();
        self.dirs[usize::from(*dir)].join(&hex[..2]).join(&hex[2..])
    }
}

/// A loose object whose header was read.
pub struct Head {
    /// What it is.
    pub kind: Kind,
    /// How many bytes it has, by its own account.
    pub size: u64,
    /// Bytes of header before its first one.
    skip: usize,
    file: File,
    compressed: Vec<u8>,
}

/// Compressed bytes that are read to learn what an object is.
const FIRST: u64 = 4096;

impl Head {
    /// Opens the file of an object.
    pub fn open(path: &Path, names: &Names, inflate: &mut Inflate) -> Result<Result<Self, Why>, Fault> {
        let mut file = names.open(path)?;
        let mut compressed = Vec::new();
        (&mut file).take(FIRST).read_to_end(&mut compressed).map_err(|e| Fault::io(names.show(path), "read", &e))?;
        if compressed.is_empty() {
            return Ok(Err(Why::Cut("its file is empty")));
        }
        let mut head = [0; 64];
        let header = inflate.prefix(&compressed, &mut head).and_then(|length| parse(&head[..length]));
        let Some((kind, size, skip)) = header else { return Ok(Err(Why::Broken("its file is corrupt: no header inflates"))) };
        Ok(Ok(Self { kind, size, skip, file, compressed }))
    }

    /// Reads all of it into `out`; where its bytes lie there.
    pub fn read(mut self, inflate: &mut Inflate, out: &mut Vec<u8>, most: u64) -> Result<std::ops::Range<usize>, Why> {
        let whole = self.size.checked_add(self.skip as u64).filter(|_| self.size <= most).ok_or(Why::Large(self.size))?;
        let whole = usize::try_from(whole).map_err(|_| Why::Large(self.size))?;
        // Deflate never makes bytes that do not compress longer than this; the rest of a longer file is of no use.
        let rest: io::Result<usize> = self.file.take(most + most / 1000 + 1024).read_to_end(&mut self.compressed);
        rest.map_err(|_| Why::Cut("its file cannot be read to the end"))?;
        if whole / 1032 > self.compressed.len() {
            return Err(Why::Broken("its file is corrupt: far too short for its size"));
        }
        inflate.exactly(&self.compressed, out, whole).ok_or(Why::Broken("its file is corrupt: it does not inflate"))?;
        Ok(self.skip..whole)
    }
}

/// Reads `kind size\0`.
fn parse(head: &[u8]) -> Option<(Kind, u64, usize)> {
    let end = memchr::memchr(0, head)?;
    let space = memchr::memchr(b' ', &head[..end])?;
    let size = std::str::from_utf8(&head[space + 1..end]).ok()?;
    let size = size.bytes().all(|b| b.is_ascii_digit()).then(|| size.parse().ok())??;
    Some((Kind::named(&head[..space])?, size, end + 1))
}
