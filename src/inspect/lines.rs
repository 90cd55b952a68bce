use std::ops::Range;

use crate::model::Span;

/// Finds line and column of byte offsets, cheapest when they are asked in ascending order.
///
/// A line ends at LF, at CR LF, or at a CR alone. Columns count characters; a byte that is no UTF-8 counts as one.
pub struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u32,
    column: u32,
}

/// How far some lines were counted, to go on from there.
#[derive(Debug, Clone, Copy, Default)]
pub struct Mark(usize, u32, u32);

impl<'a> Lines<'a> {
    /// Starts at the first byte.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, line: 1, column: 1 }
    }

    /// Goes on where a count of the same bytes was left.
    pub fn resume(bytes: &'a [u8], Mark(at, line, column): Mark) -> Self {
        Self { bytes, at, line: line.max(1), column: column.max(1) }
    }

    /// Where to go on.
    pub fn mark(&self) -> Mark {
        Mark(self.at, self.line, self.column)
    }

    /// Line and column of a byte offset.
    fn locate(&mut self, offset: usize) -> (u32, u32) {
        let offset = offset.min(self.bytes.len());
        if offset < self.at {
            *self = Self::new(self.bytes);
        }
        let mut start = self.at;
        for end in memchr::memchr2_iter(b'\n', b'\r', &self.bytes[self.at..offset]) {
            let end = self.at + end;
            if self.bytes[end] == b'\r' && self.bytes.get(end + 1) == Some(&b'\n') {
                continue;
            }
            start = end + 1;
            self.line = self.line.saturating_add(1);
            self.column = 1;
        }
        self.column = self.column.saturating_add(characters(&self.bytes[start..offset]));
        self.at = offset;
        (self.line, self.column)
    }

    /// The span of a stretch of bytes.
    pub fn span(&mut self, range: &Range<usize>) -> Span {
        let (line, column) = self.locate(range.start);
        let start = (self.at, self.line, self.column);
        let (end_line, end_column) = self.locate(range.end);
        // The next question is more often about a place between the two than behind the end.
        (self.at, self.line, self.column) = start;
        Span { line, column, end_line, end_column }
    }

    /// The bytes from `lines` line ends before a stretch to as many behind it, at most `most` bytes each way.
    pub fn around(bytes: &[u8], range: &Range<usize>, lines: usize, most: usize) -> Range<usize> {
        let floor = range.start.saturating_sub(most);
        let ceiling = range.end.saturating_add(most).min(bytes.len());
        let before = memchr::memrchr_iter(b'\n', &bytes[floor..range.start]).nth(lines).map_or(floor, |i| floor + i + 1);
        let after = memchr::memchr_iter(b'\n', &bytes[range.end..ceiling]).nth(lines).map_or(ceiling, |i| range.end + i);
        before..after
    }
}

/// How many characters these bytes are: everything but UTF-8 continuation bytes.
fn characters(bytes: &[u8]) -> u32 {
    let count = bytes.iter().filter(|b| **b & 0xC0 != 0x80).count();
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Lines;

    #[test]
    fn every_kind_of_line_end_counts_once() {
        let text = b"a\r\nb\rc\nd";
        let mut lines = Lines::new(text);
        let found: Vec<_> = [0, 3, 5, 7].iter().map(|at| (lines.span(&(*at..at + 1)).line, lines.span(&(*at..at + 1)).column)).collect();
        assert_eq!(found, [(1, 1), (2, 1), (3, 1), (4, 1)]);
    }

    #[test]
    fn columns_count_characters() {
        let text = "äöü=x".as_bytes();
        assert_eq!(Lines::new(text).span(&(7..8)).column, 5);
    }

    #[test]
    fn the_neighbourhood_ends_at_line_ends() {
        let text = b"1\n2\n3\n4\n5\n";
        assert_eq!(&text[Lines::around(text, &(4..5), 1, 100)], b"2\n3\n4");
        assert_eq!(&text[Lines::around(text, &(4..5), 9, 1)], b"\n3\n");
    }

    proptest! {
        #[test]
        fn the_order_of_questions_does_not_matter(text in "[a\\r\\nä]{0,40}", a in 0usize..40, b in 0usize..40) {
            let bytes = text.as_bytes();
            let mut both = Lines::new(bytes);
            both.span(&(a..a));
            prop_assert_eq!(both.span(&(b..b)), Lines::new(bytes).span(&(b..b)));
        }
    }
}
