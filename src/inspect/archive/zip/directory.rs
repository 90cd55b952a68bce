use super::entry::Entry;

const END: &[u8] = b"PK\x05\x06";
const END_SIZE: usize = 22;
const END64: &[u8] = b"PK\x06\x06";
const LOCATOR: &[u8] = b"PK\x06\x07";
const LOCATOR_SIZE: usize = 20;
/// A comment may stand behind the end record.
const LONGEST_COMMENT: usize = u16::MAX as usize;

/// The list of members at the end of an archive.
pub(super) struct Directory {
    start: usize,
    end: usize,
    /// How far the archive lies behind the start of the document.
    shift: usize,
    /// How many members the end record promises.
    pub count: u64,
}

/// Whether the last bytes are an end record without a comment.
pub(super) fn ends_with_one(bytes: &[u8]) -> bool {
    bytes.len().checked_sub(END_SIZE).is_some_and(|at| bytes[at..].starts_with(END) && bytes.ends_with(&[0, 0]))
}

impl Directory {
    /// Finds it from the end of the document.
    pub fn find(bytes: &[u8]) -> Option<Self> {
        let floor = bytes.len().saturating_sub(END_SIZE + LONGEST_COMMENT);
        memchr::memmem::rfind_iter(&bytes[floor..], END).find_map(|at| Self::at(bytes, floor + at))
    }

    fn at(bytes: &[u8], at: usize) -> Option<Self> {
        let record = bytes.get(at..at + END_SIZE)?;
        let (mut count, mut size, mut offset) = (number(record, 10, 2)?, number(record, 12, 4)?, number(record, 16, 4)?);
        let mut end = at;
        if (count == 0xffff || size == 0xffff_ffff || offset == 0xffff_ffff)
            && let Some((at64, record)) = record64(bytes, at)
        {
            (count, size, offset) = (number(record, 32, 8)?, number(record, 40, 8)?, number(record, 48, 8)?);
            end = at64;
        }
        // The directory ends where the end record begins, so its place is known whatever lies before the archive.
        let start = end.checked_sub(usize::try_from(size).ok()?)?;
        let shift = start.saturating_sub(usize::try_from(offset).ok()?);
        (count == 0 || bytes[start..end].starts_with(Entry::SIGNATURE)).then_some(Self { start, end, shift, count })
    }

    /// The members with the places of their headers.
    pub fn entries<'b>(&self, bytes: &'b [u8]) -> impl Iterator<Item = (Entry<'b>, usize)> {
        let mut rest = &bytes[self.start..self.end];
        let shift = self.shift;
        std::iter::from_fn(move || {
            let (entry, offset, behind) = Entry::listed(rest)?;
            rest = behind;
            Some((entry, usize::try_from(offset).ok()?.checked_add(shift)?))
        })
    }
}

/// The record for archives that are too large for the old one.
fn record64(bytes: &[u8], end: usize) -> Option<(usize, &[u8])> {
    let locator = bytes.get(end.checked_sub(LOCATOR_SIZE)?..end).filter(|l| l.starts_with(LOCATOR))?;
    let named = usize::try_from(number(locator, 8, 8)?).ok()?;
    // Where other bytes stand before the archive, the place it names is wrong; the record has 56 bytes without extensions.
    let places = [named, end.checked_sub(LOCATOR_SIZE + 56)?];
    places.into_iter().find_map(|at| Some((at, bytes.get(at..at.checked_add(56)?).filter(|r| r.starts_with(END64))?)))
}

/// A little-endian number.
pub(super) fn number(bytes: &[u8], at: usize, size: usize) -> Option<u64> {
    Some(bytes.get(at..at + size)?.iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
}
