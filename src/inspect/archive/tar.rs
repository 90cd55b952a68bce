use std::{
    io::{self, Read},
    ops::ControlFlow,
};

use crate::{
    inspect::{Inspector, Outcome, Workbench},
    model::{About, Document, FaultKind, Origin},
};

use super::opening::Opening;

/// Opens tar archives, and the images of OCI and Docker, which are tars of layers.
pub struct Tar;

const ABOUT: About = About {
    id: "tar",
    title: "Tar archives and container images",
    explain: "Inspects every regular file of a tar archive, also where a pax header overrides its size. Container images (OCI, docker save) are tars \
              whose layers are tars again, often compressed: each layer is opened, whatever a later one deletes. Links are not followed.",
    controls: &[],
    see: &[],
};

/// Tar archives consist of blocks.
pub(super) const BLOCK: usize = 512;
/// Longest name or pax header that is read; a longer one is skipped.
const LONGEST: u64 = 64 << 10;

impl Inspector for Tar {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn wants(&self, _origin: &Origin, bytes: &[u8]) -> bool {
        is_tar(bytes)
    }

    fn inspect(&self, document: &Document<'_>, bench: &mut Workbench<'_>, outcome: &mut dyn Outcome) {
        let _ = members(&mut &*document.bytes, &mut Opening { bench, outcome, wrapping: ABOUT.id });
    }
}

/// Whether the first block is a header whose checksum fits.
pub(super) fn is_tar(head: &[u8]) -> bool {
    head.first_chunk::<BLOCK>().is_some_and(|block| block[0] != 0 && block[148..156].iter().any(u8::is_ascii_digit) && fits(block))
}

/// Hands on the members of an archive.
pub(super) fn members(reader: &mut dyn Read, opening: &mut Opening<'_, '_>) -> ControlFlow<()> {
    let mut next = Next::default();
    let mut block = [0; BLOCK];
    loop {
        match fill(reader, &mut block) {
            Ok(BLOCK) => {}
            // Archives of old tools end with their last member.
            Ok(0) => return ControlFlow::Continue(()),
            Ok(_) => return end(opening, FaultKind::Truncated, "ends in the middle of a header"),
            Err(error) => {
                opening.broken("", &error);
                return ControlFlow::Continue(());
            }
        }
        // Two empty blocks are the end, but archives can be put one behind the other.
        if block == [0; BLOCK] {
            continue;
        }
        if !fits(&block) {
            return end(opening, FaultKind::Malformed, "a tar header is corrupt; what follows was not scanned");
        }
        next.member(&block, reader, opening)?;
    }
}

fn end(opening: &mut Opening<'_, '_>, kind: FaultKind, what: &str) -> ControlFlow<()> {
    opening.fault(kind, "", what);
    ControlFlow::Continue(())
}

/// What headers before a member say of it.
#[derive(Default)]
struct Next {
    name: Option<String>,
    size: Option<u64>,
}

impl Next {
    fn member(&mut self, block: &[u8; BLOCK], reader: &mut dyn Read, opening: &mut Opening<'_, '_>) -> ControlFlow<()> {
        let Some(size) = number(&block[124..136]) else {
            return end(opening, FaultKind::Malformed, "a tar member has a size that is no number; what follows was not scanned");
        };
        match block[156] {
            b'L' => self.name = Some(text(&side(reader, size)).trim_end_matches('\0').to_owned()),
            b'x' => self.pax(&side(reader, size)),
            b'K' | b'g' => drop(side(reader, size)),
            // Links, devices, folders and pipes have no bytes, whatever they claim.
            b'1'..=b'6' => *self = Self::default(),
            kind => {
                if kind == b'S' && block[482] != 0 {
                    skip_sparse(reader);
                }
                let Self { name, size: pax } = std::mem::take(self);
                let name = name.unwrap_or_else(|| name_of(block));
                return file(&name, pax.unwrap_or(size), reader, opening);
            }
        }
        ControlFlow::Continue(())
    }

    /// Reads `NN key=value` records.
    fn pax(&mut self, records: &[u8]) {
        let mut rest = records;
        while let Some(space) = memchr::memchr(b' ', rest) {
            let length = std::str::from_utf8(&rest[..space]).ok().and_then(|n| n.parse::<usize>().ok()).unwrap_or(0);
            let Some(record) = rest.get(space + 1..length.saturating_sub(1)) else { return };
            if let Some(path) = record.strip_prefix(b"path=") {
                self.name = Some(text(path));
            } else if let Some(size) = record.strip_prefix(b"size=") {
                self.size = std::str::from_utf8(size).ok().and_then(|n| n.parse().ok());
            }
            rest = &rest[length..];
        }
    }
}

/// Hands on a regular file, and skips what was not read of it.
fn file(name: &str, size: u64, reader: &mut dyn Read, opening: &mut Opening<'_, '_>) -> ControlFlow<()> {
    if name.ends_with('/') && size == 0 {
        return ControlFlow::Continue(());
    }
    let mut limited = Counting { inner: reader.take(size), read: 0 };
    let flow = opening.read(name, &mut limited);
    if flow.is_continue() && limited.read < size {
        let _ = io::copy(&mut limited, &mut io::sink());
    }
    if flow.is_continue() && limited.read < size {
        opening.fault(FaultKind::Truncated, name, "the archive ends in the middle of this member; what is there of it was scanned");
    }
    skip(reader, padding(size));
    flow
}

/// Counts what was read.
struct Counting<R> {
    inner: R,
    read: u64,
}

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.read += count as u64;
        Ok(count)
    }
}

/// The data of a header that describes the next member.
fn side(reader: &mut dyn Read, size: u64) -> Vec<u8> {
    let mut data = Vec::new();
    let _ = reader.take(size.min(LONGEST)).read_to_end(&mut data);
    skip(reader, size.saturating_sub(LONGEST).saturating_add(padding(size)));
    data
}

/// Old sparse files go on in blocks of their own; only what is stored of the file is read.
fn skip_sparse(reader: &mut dyn Read) {
    let mut block = [0; BLOCK];
    while matches!(fill(reader, &mut block), Ok(BLOCK)) && block[504] != 0 {}
}

fn padding(size: u64) -> u64 {
    size.wrapping_neg() % BLOCK as u64
}

fn skip(reader: &mut dyn Read, count: u64) {
    let _ = io::copy(&mut reader.take(count), &mut io::sink());
}

/// Reads a block, or as much of it as there is.
fn fill(reader: &mut dyn Read, block: &mut [u8; BLOCK]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < BLOCK {
        match reader.read(&mut block[filled..])? {
            0 => break,
            count => filled += count,
        }
    }
    Ok(filled)
}

/// The name, with the prefix of POSIX headers.
fn name_of(block: &[u8; BLOCK]) -> String {
    let field = |field: &[u8]| text(field.split(|b| *b == 0).next().unwrap_or_default());
    let prefix = if &block[257..263] == b"ustar\0" { field(&block[345..500]) } else { String::new() };
    let name = field(&block[..100]);
    if prefix.is_empty() { name } else { format!("{prefix}/{name}") }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// An octal number, or a binary one where the first bit says so.
fn number(field: &[u8]) -> Option<u64> {
    if field[0] & 0x80 != 0 {
        let (high, low) = field.split_at(field.len() - 8);
        let sound = high.iter().enumerate().all(|(at, byte)| *byte == if at == 0 { 0x80 } else { 0 });
        return sound.then(|| u64::from_be_bytes(low.try_into().unwrap_or_default()));
    }
    let digits: &[u8] = field.trim_ascii_start();
    let digits = &digits[..digits.iter().position(|b| *b == 0 || *b == b' ').unwrap_or(digits.len())];
    digits.iter().try_fold(0_u64, |sum, digit| matches!(digit, b'0'..=b'7').then(|| sum << 3 | u64::from(digit - b'0')))
}

/// Whether the checksum of a header fits; some tools of old summed signed bytes.
fn fits(block: &[u8; BLOCK]) -> bool {
    let others = || block[..148].iter().chain(&block[156..]);
    let unsigned: u64 = others().map(|b| u64::from(*b)).sum::<u64>() + 8 * 32;
    let signed: i64 = others().map(|b| i64::from(b.cast_signed())).sum::<i64>() + 8 * 32;
    number(&block[148..156]).is_some_and(|sum| sum == unsigned || i64::try_from(sum) == Ok(signed))
}
