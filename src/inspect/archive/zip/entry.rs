use std::{io::Read, ops::ControlFlow};

use crate::{inspect::archive::opening::Opening, model::FaultKind};

use super::{directory::number, method};

/// Begins a member.
pub(super) const LOCAL: &[u8] = b"PK\x03\x04";
const LOCAL_SIZE: usize = 30;
const LISTED_SIZE: usize = 46;
/// Versions that a header may ask for; above that it is none.
const NEWEST: u64 = 200;

/// A member, as the directory or its own header describes it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry<'b> {
    flags: u64,
    method: u64,
    crc: u64,
    /// Compressed size; `None` where only what follows the member tells it.
    size: Option<u64>,
    name: &'b [u8],
}

/// Whether a document begins with a member.
pub(super) fn begins_with_one(bytes: &[u8]) -> bool {
    bytes.starts_with(LOCAL) && Entry::local(bytes, 0).is_some() || bytes.starts_with(b"PK\x07\x08PK\x03\x04")
}

impl<'b> Entry<'b> {
    /// Begins an entry of the directory.
    pub const SIGNATURE: &'static [u8] = b"PK\x01\x02";

    /// Reads an entry of the directory; gives the place of its header and what follows.
    pub fn listed(bytes: &'b [u8]) -> Option<(Self, u64, &'b [u8])> {
        let fixed = bytes.get(..LISTED_SIZE).filter(|f| f.starts_with(Self::SIGNATURE))?;
        let field = |at, size| number(fixed, at, size);
        let length = |at| field(at, 2).and_then(|n| usize::try_from(n).ok());
        let (named, extra, comment) = (length(28)?, length(30)?, length(32)?);
        let name = bytes.get(LISTED_SIZE..LISTED_SIZE + named)?;
        let extra = bytes.get(LISTED_SIZE + named..LISTED_SIZE + named + extra)?;
        let rest = bytes.get(LISTED_SIZE + named + extra.len() + comment..)?;
        let (packed, _, offset) = large(extra, field(20, 4)?, field(24, 4)?, field(42, 4)?);
        Some((Self { flags: field(8, 2)?, method: field(10, 2)?, crc: field(16, 4)?, size: Some(packed), name }, offset, rest))
    }

    /// Reads the header of a member; gives the place of its data.
    pub fn local(bytes: &'b [u8], at: usize) -> Option<(Self, usize)> {
        let fixed = bytes.get(at..at + LOCAL_SIZE).filter(|f| f.starts_with(LOCAL))?;
        let field = |at, size| number(fixed, at, size);
        let named = usize::try_from(field(26, 2)?).ok()?;
        let start = at + LOCAL_SIZE + named + usize::try_from(field(28, 2)?).ok()?;
        let name = bytes.get(at + LOCAL_SIZE..at + LOCAL_SIZE + named)?;
        let (flags, method) = (field(6, 2)?, field(8, 2)?);
        if field(4, 2)? & 0xff > NEWEST || named == 0 || start > bytes.len() || !method::is_one(method) {
            return None;
        }
        let extra = &bytes[at + LOCAL_SIZE + named..start];
        let (packed, ..) = large(extra, field(18, 4)?, field(22, 4)?, 0);
        let size = (flags & 8 == 0 || packed > 0).then_some(packed);
        Some((Self { flags, method, crc: field(14, 4)?, size, name }, start))
    }

    /// Where the data of a listed member begin: its own header says how long it is.
    pub fn data_start(bytes: &[u8], at: usize) -> Option<usize> {
        let fixed = bytes.get(at..at.checked_add(LOCAL_SIZE)?).filter(|f| f.starts_with(LOCAL))?;
        let length = |at| number(fixed, at, 2).and_then(|n| usize::try_from(n).ok());
        Some(at + LOCAL_SIZE + length(26)? + length(28)?).filter(|start| *start <= bytes.len())
    }

    /// The name for people.
    pub fn name(&self) -> String {
        String::from_utf8_lossy(self.name).into_owned()
    }

    /// Whether it has no data.
    pub fn is_empty(&self) -> bool {
        self.size == Some(0)
    }

    /// Hands on what is in it; says how many bytes of the archive it used.
    pub fn open(&self, bytes: &[u8], start: usize, opening: &mut Opening<'_, '_>) -> ControlFlow<(), usize> {
        let rest = &bytes[start..];
        let claimed = self.size.map_or(rest.len(), |size| usize::try_from(size).unwrap_or(usize::MAX));
        let packed = &rest[..claimed.min(rest.len())];
        if packed.is_empty() {
            return ControlFlow::Continue(0);
        }
        let used = if self.flags & 1 != 0 || self.method == method::AES {
            opening.fault(FaultKind::Unsupported, &self.name(), "encrypted; not scanned");
            if self.size.is_some() { packed.len() } else { 1 }
        } else {
            self.decode(packed, opening)?
        };
        if self.size.is_some() && packed.len() < claimed {
            opening.fault(
                FaultKind::Truncated,
                &self.name(),
                "the archive ends in the middle of this member; what is there of it was scanned",
            );
        }
        ControlFlow::Continue(used)
    }

    fn decode(&self, packed: &[u8], opening: &mut Opening<'_, '_>) -> ControlFlow<(), usize> {
        let name = self.name();
        let stored = self.method == method::STORED;
        if stored {
            // Without a size it ends where the next header begins.
            let end = if self.size.is_some() { packed.len() } else { next_header(packed) };
            opening.member(&name, &packed[..end])?;
            self.compare(&name, sum(&packed[..end]), opening);
            return ControlFlow::Continue(end);
        }
        let mut bytes = Vec::new();
        let room = opening.outcome.room().saturating_add(1);
        let used = match method::reader(self.method, packed) {
            Err(error) => {
                opening.broken(&name, &error);
                packed.len()
            }
            Ok(mut reader) => {
                let ended = (&mut reader).take(room).read_to_end(&mut bytes);
                let used = reader.used();
                let flow = opening.member(&name, &bytes);
                match ended {
                    Err(error) => opening.broken(&name, &error),
                    Ok(count) if (count as u64) < room => self.compare(&name, sum(&bytes), opening),
                    Ok(_) => {}
                }
                flow?;
                used
            }
        };
        ControlFlow::Continue(if self.size.is_some() { packed.len() } else { used.max(1) })
    }

    fn compare(&self, name: &str, crc: u32, opening: &mut Opening<'_, '_>) {
        if u64::from(crc) != self.crc && self.size.is_some() {
            opening.fault(FaultKind::Malformed, name, "its checksum (CRC) does not fit; what came out was scanned");
        }
    }
}

fn sum(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

/// Where the next header begins, or the end.
fn next_header(bytes: &[u8]) -> usize {
    let ends = [LOCAL, Entry::SIGNATURE, b"PK\x07\x08"].map(|signature| memchr::memmem::find(bytes, signature));
    ends.into_iter().flatten().min().unwrap_or(bytes.len())
}

/// Sizes and place out of the extra field, where they did not fit: those that are all ones stand there, in this order.
fn large(extra: &[u8], packed: u64, whole: u64, offset: u64) -> (u64, u64, u64) {
    let mut rest = extra;
    let mut field: &[u8] = &[];
    while let (Some(id), Some(size)) = (number(rest, 0, 2), number(rest, 2, 2)) {
        let end = 4 + usize::try_from(size).unwrap_or(usize::MAX - 4);
        let Some(data) = rest.get(4..end) else { break };
        if id == 1 {
            field = data;
            break;
        }
        rest = &rest[end..];
    }
    let mut take = |value: u64| {
        if value != 0xffff_ffff {
            return value;
        }
        let Some(large) = number(field, 0, 8) else { return value };
        field = &field[8..];
        large
    };
    let whole = take(whole);
    let packed = take(packed);
    (packed, whole, take(offset))
}
