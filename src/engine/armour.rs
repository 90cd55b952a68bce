//! Stretches the match of a header (`-----BEGIN …-----`) to where the armoured block ends.

use std::ops::Range;

use memchr::memmem;

use super::pattern::{Match, Pattern, Slots};

/// What begins the next block: a search for an end stops here, so that headers without an end stay cheap.
const BEGIN: &[u8] = b"-----BEGIN";
/// How many base64 bytes must follow a header whose block is cut off.
const LEAST_BODY: usize = 64;

/// How a block ends.
#[derive(Debug)]
pub struct Closing {
    /// What the end looks like.
    pub pattern: Pattern,
    /// How far behind its header it may be, in bytes.
    pub reach: usize,
}

impl Closing {
    /// Stretches whole match and secret to the end of the block. Says whether the block is cut off, or `None` if there is none.
    pub fn stretch(&self, bytes: &[u8], found: &mut Match, slots: &mut Slots) -> Option<bool> {
        let body = self.body(bytes, found.whole.end);
        if let Some(end) = self.pattern.first(bytes, body.clone(), slots) {
            found.whole.end = end.whole.end;
            found.secret.end = end.whole.end;
            return Some(false);
        }
        let (len, base64) = run(&bytes[body]);
        if base64 < LEAST_BODY {
            return None;
        }
        found.whole.end += len;
        found.secret.end = found.whole.end;
        Some(true)
    }

    /// From the end of the header to where its end may be: within reach, before the next block.
    fn body(&self, bytes: &[u8], start: usize) -> Range<usize> {
        let end = (start + self.reach).min(bytes.len());
        start..memmem::find(&bytes[start..end], BEGIN).map_or(end, |next| start + next)
    }
}

/// How long the run of base64, white space and escape characters is (without white space at its end), and how much is base64.
fn run(body: &[u8]) -> (usize, usize) {
    let base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    let end = body.iter().position(|byte| !base64(*byte) && !byte.is_ascii_whitespace() && *byte != b'\\').unwrap_or(body.len());
    let body = body[..end].trim_ascii_end();
    (body.len(), body.iter().filter(|byte| base64(**byte)).count())
}

#[cfg(test)]
mod tests {
    use super::{Closing, Match, Pattern};

    /// Runs a header at the start of each text that begins with one; tells where blocks end and whether they are cut off.
    fn blocks(text: &str, reach: usize) -> Vec<Option<(usize, bool)>> {
        let header = Pattern::new("(?<secret>-----BEGIN [A-Z]{1,9} KEY-----)".into(), 40, 0);
        let closing = Closing { pattern: Pattern::new("-----END [A-Z]{1,9} KEY-----".into(), 40, 0), reach };
        let mut slots = Vec::new();
        let mut block = |(at, begin): (usize, &str)| {
            let mut found: Match = header.at(text.as_bytes(), at..at + begin.len(), &mut slots)?;
            let truncated = closing.stretch(text.as_bytes(), &mut found, &mut slots)?;
            assert_eq!(found.secret, found.whole);
            Some((found.whole.end, truncated))
        };
        text.match_indices("-----BEGIN").map(&mut block).collect()
    }

    fn key(body: &str, end: &str) -> String {
        format!("-----BEGIN TEST {}-----{body}{end}", "KEY")
    }

    #[test]
    fn a_block_ends_at_its_own_end() {
        let end = format!("-----END TEST {}-----", "KEY");
        let whole = key("\nabc\n", &end);
        assert_eq!(blocks(&whole, 100), [Some((whole.len(), false))]);
        // The end of another block is not its own, nor is one out of reach.
        assert_eq!(blocks(&(key("\n", "") + &whole), 100), [None, Some((whole.len() + key("\n", "").len(), false))]);
        assert_eq!(blocks(&key(&"#".repeat(100), &end), 100), [None]);
    }

    #[test]
    fn a_block_that_is_cut_off_ends_with_its_base64() {
        let body = format!("\\n{}\n{}", "Ab+/".repeat(12), "cd==".repeat(4));
        let text = key(&body, "  \n\"rest");
        assert_eq!(blocks(&text, 1000), [Some((text.len() - 8, true))]);
        assert_eq!(blocks(&key("\nabcd\n", "rest"), 1000), [None]);
    }

    #[test]
    fn headers_without_an_end_share_the_text_among_them() {
        let text = key("\n", "").repeat(100_000);
        let closing = Closing { pattern: Pattern::new("-----END".into(), 8, 0), reach: 1 << 16 };
        let bodies = text.match_indices("KEY-----").map(|(at, header)| closing.body(text.as_bytes(), at + header.len()).len());
        assert!(bodies.sum::<usize>() < text.len());
    }
}
