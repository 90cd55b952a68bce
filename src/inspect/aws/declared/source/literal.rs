//! Where in a source texts stand that anybody may have written anything into: strings, heredocs and remarks. What stands outside of
//! them are names of other things, and numbers.

use std::ops::Range;

/// What a place of a source is in.
enum Within<'t> {
    /// An expression or a body, with so many open braces of its own.
    Code(usize),
    /// A text in quotes.
    Quotes,
    /// A text up to a line with a word.
    Heredoc(&'t str),
}

/// Goes through a source.
struct Walk<'t> {
    text: &'t str,
    at: usize,
    /// Where the text began in which it is.
    start: usize,
    within: Vec<Within<'t>>,
    found: Vec<Range<usize>>,
}

/// The stretches that are no code.
pub(super) fn literals(text: &str) -> Vec<Range<usize>> {
    let mut walk = Walk { text, at: 0, start: 0, within: vec![Within::Code(0)], found: Vec::new() };
    while walk.at < text.len() {
        match walk.within.last() {
            Some(Within::Quotes) => walk.quotes(),
            Some(Within::Heredoc(mark)) => walk.heredoc(mark),
            _ => walk.code(),
        }
    }
    if !matches!(walk.within.last(), Some(Within::Code(_)) | None) {
        walk.found.push(walk.start..text.len());
    }
    walk.found.retain(|range| !range.is_empty());
    walk.found
}

impl<'t> Walk<'t> {
    fn rest(&self) -> &'t [u8] {
        &self.text.as_bytes()[self.at..]
    }

    fn code(&mut self) {
        let rest = self.rest();
        match rest {
            [b'"', ..] => self.opens(Within::Quotes, 1),
            [b'#', ..] | [b'/', b'/', ..] => {
                let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
                self.found.push(self.at + 1..self.at + end);
                self.at += end;
            }
            [b'/', b'*', ..] => {
                let end = memchr::memmem::find(&rest[2..], b"*/").map_or(rest.len(), |end| end + 2);
                self.found.push(self.at + 2..self.at + end);
                self.at += end + 2;
            }
            [b'<', b'<', ..] => match heredoc(&self.text[self.at..]) {
                Some((mark, length)) => self.opens(Within::Heredoc(mark), length),
                None => self.at += 2,
            },
            [b'{', ..] => self.braces(1),
            [b'}', ..] => self.braces(-1),
            _ => self.at += 1,
        }
    }

    /// Comes to a brace. One that closes more than the code has opened ends an expression within a text.
    fn braces(&mut self, by: isize) {
        self.at += 1;
        let inner = self.within.len() > 1;
        match self.within.last_mut() {
            Some(Within::Code(open)) if by > 0 || *open > 0 => *open = open.saturating_add_signed(by),
            Some(Within::Code(_)) if inner => {
                self.within.pop();
                self.start = self.at;
            }
            _ => {}
        }
    }

    fn opens(&mut self, within: Within<'t>, length: usize) {
        self.within.push(within);
        self.at += length;
        self.start = self.at;
    }

    fn quotes(&mut self) {
        match self.rest() {
            [b'\\', ..] => self.at += 2,
            [b'"', ..] => self.closes(),
            rest => self.template(rest),
        }
    }

    fn heredoc(&mut self, mark: &str) {
        match self.rest() {
            [b'\n', after @ ..] if after.split(|b| *b == b'\n').next().unwrap_or_default().trim_ascii() == mark.as_bytes() => self.closes(),
            rest => self.template(rest),
        }
    }

    fn closes(&mut self) {
        self.found.push(self.start..self.at);
        self.within.pop();
        self.at += 1;
    }

    /// Takes a step within a text, or into an expression in it.
    fn template(&mut self, rest: &[u8]) {
        match rest {
            [b'$' | b'%', b'$' | b'%', b'{', ..] => self.at += 3,
            [b'$' | b'%', b'{', ..] => {
                self.found.push(self.start..self.at);
                self.opens(Within::Code(0), 2);
            }
            _ => self.at += 1,
        }
    }
}

/// The word that ends a heredoc which begins here, and how long its beginning is.
fn heredoc(text: &str) -> Option<(&str, usize)> {
    let line = text.split('\n').next()?;
    let mark = line.strip_prefix("<<-").or_else(|| line.strip_prefix("<<"))?.trim_end();
    let word = mark.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && mark.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    // The line break belongs to the text: the mark may stand on the very next line.
    word.then_some((mark, line.len()))
}

#[cfg(test)]
mod tests {
    use super::literals;

    fn texts(source: &str) -> Vec<&str> {
        literals(source).into_iter().map(|range| &source[range]).collect()
    }

    #[test]
    fn what_is_in_quotes_is_a_text_but_for_what_it_refers_to() {
        assert_eq!(texts(r#"a = "x" + b.c["d"]"#), ["x", "d"]);
        assert_eq!(texts(r#"a = "x${f("y", {b = "z"})}w""#), ["x", "y", "z", "w"]);
        assert_eq!(texts(r#"a = "x\"y$${z}""#), [r#"x\"y$${z}"#]);
        assert_eq!(texts("resource \"a\" \"b\" {\n  c = try(d[0].e, \"\")\n}\n"), ["a", "b"]);
    }

    #[test]
    fn heredocs_and_remarks_are_texts() {
        assert_eq!(
            texts("a = <<-EOF\n  x ${b[\"c\"]}\n  EOF\nd = \"e\" # f \"g\n/* h */ i = 1 << 2\n"),
            ["\n  x ", "c", "e", " f \"g", " h "]
        );
        assert_eq!(texts("a = <<EOF\nEOF\nb = c\n"), Vec::<&str>::new());
        assert_eq!(texts("a = \"open"), ["open"]);
    }
}
