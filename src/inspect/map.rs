use std::ops::Range;

/// Says where the bytes of a decoded text stand in the text that it was decoded from.
#[derive(Debug, Default)]
pub struct Map {
    pieces: Vec<Piece>,
}

/// A stretch of decoded text, up to the next piece.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Piece {
    inner: usize,
    outer: Range<usize>,
    /// The encoding that was taken off; `None`: copied as it was.
    wrapping: Option<&'static str>,
}

impl Map {
    /// Says where the bytes from `inner` on, up to the next call, stand.
    pub fn push(&mut self, inner: usize, outer: Range<usize>, wrapping: Option<&'static str>) {
        if let Some(last) = self.pieces.last_mut() {
            // What was copied goes on.
            if wrapping.is_none() && last.wrapping.is_none() && last.outer.end == outer.start && inner - last.inner == last.outer.len() {
                last.outer.end = outer.end;
                return;
            }
        }
        self.pieces.push(Piece { inner, outer, wrapping });
    }

    /// Where a stretch of the decoded text stands, and which encodings were taken off in it or right beside it.
    pub fn outer(&self, inner: &Range<usize>) -> (Range<usize>, Vec<&'static str>) {
        let first = self.pieces.partition_point(|p| p.inner <= inner.start).saturating_sub(1);
        let behind = self.pieces.partition_point(|p| p.inner < inner.end.max(inner.start + 1)).max(first + 1).min(self.pieces.len());
        let Some(inside) = self.pieces.get(first..behind).filter(|p| !p.is_empty()) else { return (0..0, Vec::new()) };
        let (head, tail) = (&inside[0], &inside[inside.len() - 1]);
        let start = if head.wrapping.is_some() { head.outer.start } else { head.outer.start + (inner.start - head.inner) };
        let end = if tail.wrapping.is_some() { tail.outer.end } else { tail.outer.start + inner.end.saturating_sub(tail.inner) };
        let near = self.pieces.get(first.saturating_sub(1)..(behind + 1).min(self.pieces.len())).unwrap_or(inside);
        let mut wrappings: Vec<&'static str> = inside.iter().filter_map(|p| p.wrapping).collect();
        if wrappings.is_empty() {
            wrappings = near.iter().filter_map(|p| p.wrapping).collect();
        }
        wrappings.sort_unstable();
        wrappings.dedup();
        (start..end.max(start), wrappings)
    }

    /// Whether nothing was decoded.
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }
}

/// Writes a text anew in which encoded stretches are replaced by what they say: only they and what stands around them on
/// their lines, so that names beside values stay beside them.
#[derive(Debug)]
pub struct Rewriting<'b> {
    outer: &'b [u8],
    /// Up to where the outer text was copied or replaced.
    done: usize,
    /// The decoded text.
    pub bytes: Vec<u8>,
    /// Where it comes from.
    pub map: Map,
}

/// How much of a line goes along on either side of an encoded stretch, bytes.
const REACH: usize = 160;
/// Up to which distance two stretches are written as one text with all that is between, bytes.
const TOGETHER: usize = 512;
/// The same where nothing but one long word is between: the body of a key.
const ONE_WORD: usize = 8 << 10;

impl<'b> Rewriting<'b> {
    /// Starts with nothing.
    pub fn of(outer: &'b [u8]) -> Self {
        Self { outer, done: 0, bytes: Vec::new(), map: Map::default() }
    }

    /// Adds what an encoded stretch says. Stretches come in order; one that overlaps the last is left out.
    pub fn put(&mut self, at: Range<usize>, text: &[u8], wrapping: &'static str) {
        if at.start < self.done || at.end > self.outer.len() {
            return;
        }
        if self.done > 0 && self.continues(at.start) {
            self.copy(self.done..at.start);
        } else {
            self.close();
            self.copy(self.line_start(at.start)..at.start);
        }
        self.map.push(self.bytes.len(), at.clone(), Some(wrapping));
        self.bytes.extend_from_slice(text);
        self.done = at.end;
    }

    /// Adds what follows the last stretch on its line. To be called at the end.
    pub fn close(&mut self) {
        if self.done == 0 || self.bytes.is_empty() {
            return;
        }
        let rest = &self.outer[self.done..(self.done + REACH).min(self.outer.len())];
        let end = self.done + memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        self.copy(self.done..end);
        self.map.push(self.bytes.len(), end..end, None);
        self.bytes.push(b'\n');
        self.done = end;
    }

    fn copy(&mut self, range: Range<usize>) {
        if !range.is_empty() {
            self.map.push(self.bytes.len(), range.clone(), None);
            self.bytes.extend_from_slice(&self.outer[range]);
        }
    }

    /// Whether a stretch belongs to the same text as the last one.
    fn continues(&self, start: usize) -> bool {
        let between = &self.outer[self.done..start];
        between.len() <= TOGETHER
            || (between.len() <= ONE_WORD
                && between.iter().all(|b| b.is_ascii_graphic() && !matches!(b, b'"' | b'\'' | b',' | b'<' | b'>')))
    }

    /// Where the line begins, or the first word that begins near enough.
    fn line_start(&self, at: usize) -> usize {
        let floor = at.saturating_sub(REACH).max(self.done);
        let before = &self.outer[floor..at];
        if let Some(end) = memchr::memrchr2(b'\n', b'\r', before) {
            return floor + end + 1;
        }
        if floor == 0 || floor == self.done {
            return floor;
        }
        floor
            + before
                .iter()
                .position(|b| !b.is_ascii_graphic() || matches!(b, b'"' | b'\'' | b',' | b';' | b'{' | b'('))
                .unwrap_or(before.len())
    }
}

#[cfg(test)]
mod tests {
    use super::Rewriting;

    #[test]
    fn what_is_decoded_knows_where_it_stood() {
        let outer = b"first\nkey: ENCODED tail\nlast";
        let mut text = Rewriting::of(outer);
        text.put(11..18, b"plain", "base64");
        text.close();
        assert_eq!(text.bytes, b"key: plain tail\n");
        assert_eq!(text.map.outer(&(5..10)), (11..18, vec!["base64"]));
        assert_eq!(text.map.outer(&(6..8)), (11..18, vec!["base64"]));
        assert_eq!(text.map.outer(&(0..3)), (6..9, vec!["base64"]));
        assert_eq!(text.map.outer(&(3..15)).0, 9..23);
    }

    #[test]
    fn small_replacements_leave_the_rest_where_it_is() {
        let outer = b"u=a%40b%2Fc;";
        let mut text = Rewriting::of(outer);
        text.put(3..6, b"@", "percent");
        text.put(7..10, b"/", "percent");
        text.close();
        assert_eq!(text.bytes, b"u=a@b/c;\n");
        assert_eq!(text.map.outer(&(2..7)).0, 2..11);
        assert_eq!(text.map.outer(&(2..3)).0, 2..3);
    }
}
