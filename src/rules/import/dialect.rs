//! What other regular expression languages write differently, in ours: Go's RE2 and what came to it from Perl.

/// Rewrites a pattern: braces and brackets that stand for themselves, `(?#…)`, `\<`, `\Q…\E`, `\Z`, `\h`. Comments and blanks of a
/// verbose pattern stay; a pattern that is ours already stays as it is.
pub fn normalize(pattern: &str) -> String {
    let mut rewriter = Rewriter { rest: pattern, out: String::with_capacity(pattern.len() + 16), class: None, verbose: verbose(pattern) };
    while !rewriter.rest.is_empty() {
        rewriter.step();
    }
    rewriter.out
}

struct Rewriter<'p> {
    rest: &'p str,
    out: String,
    /// In a bracketed class: how many bytes of it have been written.
    class: Option<usize>,
    /// Whether `#` begins a comment.
    verbose: bool,
}

/// Whether a pattern sets the flag `x` somewhere.
fn verbose(pattern: &str) -> bool {
    let flags = pattern.split("(?").skip(1).filter_map(|rest| rest.split([')', ':']).next());
    flags
        .into_iter()
        .any(|flags| flags.split('-').next().is_some_and(|set| set.contains('x') && set.bytes().all(|b| b.is_ascii_alphabetic())))
}

impl Rewriter<'_> {
    fn step(&mut self) {
        if let Some(escaped) = self.rest.strip_prefix('\\') {
            self.escape(escaped);
        } else if self.class.is_some() {
            self.inside();
        } else {
            self.outside();
        }
    }

    fn take(&mut self, bytes: usize) {
        let (taken, rest) = self.rest.split_at(bytes);
        self.out.push_str(taken);
        self.class = self.class.map(|written| written + bytes);
        self.rest = rest;
    }

    fn put(&mut self, text: &str, bytes: usize) {
        self.out.push_str(text);
        self.class = self.class.map(|written| written + text.len());
        self.rest = &self.rest[bytes..];
    }

    fn escape(&mut self, escaped: &str) {
        let Some(letter) = escaped.chars().next() else { return self.put(r"\\", 1) };
        match letter {
            'Q' => {
                let quoted = escaped[1..].split(r"\E").next().unwrap_or("");
                let end = 2 + quoted.len();
                let text = regex_syntax::escape(quoted);
                self.put(&text, end);
                if self.rest.starts_with(r"\E") {
                    self.rest = &self.rest[2..];
                }
            }
            'E' => self.rest = &self.rest[2..],
            'Z' => self.put(r"\z", 2),
            'h' if self.class.is_some() => self.put(r" \t", 2),
            'h' => self.put(r"[ \t]", 2),
            '<' | '>' => self.put(if letter == '<' { "<" } else { ">" }, 2),
            _ => self.take(1 + letter.len_utf8()),
        }
    }

    /// In a class `[` and doubled `&`, `~` and `-` stand for themselves.
    fn inside(&mut self) {
        let first = self.class == Some(0);
        match self.rest.as_bytes() {
            [b'^', ..] if first => {
                self.out.push('^');
                self.rest = &self.rest[1..];
            }
            [b']', ..] if first => self.put(r"\]", 1),
            [b']', ..] => {
                self.take(1);
                self.class = None;
            }
            [b'[', b':', ..] if self.rest.contains(":]") => {
                let end = self.rest.find(":]").map_or(1, |at| at + 2);
                self.take(end);
            }
            [b'[', ..] => self.put(r"\[", 1),
            [b'&', b'&', ..] => self.put(r"\&", 1),
            [b'~', b'~', ..] => self.put(r"\~", 1),
            [b'-', b'-', ..] => self.put(r"\-", 1),
            _ => self.take(self.rest.chars().next().map_or(1, char::len_utf8)),
        }
    }

    fn outside(&mut self) {
        match self.rest.as_bytes() {
            [b'[', ..] => {
                self.take(1);
                self.class = Some(0);
            }
            [b'(', b'?', b'#', ..] => {
                let end = self.rest.find(')').map_or(self.rest.len(), |at| at + 1);
                self.rest = &self.rest[end..];
            }
            [b'#', ..] if self.verbose => {
                let end = self.rest.find('\n').unwrap_or(self.rest.len());
                self.rest = &self.rest[end..];
            }
            [b'{', ..] if !repeats(self.rest) => self.put(r"\{", 1),
            _ => self.take(self.rest.chars().next().map_or(1, char::len_utf8)),
        }
    }
}

/// Whether a brace begins `{n}`, `{n,}` or `{n,m}`.
fn repeats(rest: &str) -> bool {
    let Some((inner, _)) = rest[1..].split_once('}') else { return false };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match inner.split_once(',') {
        Some((least, most)) => digits(least) && (most.is_empty() || digits(most)),
        None => digits(inner),
    }
}

#[cfg(test)]
mod tests {
    use super::normalize;

    #[test]
    fn what_stands_for_itself_is_escaped() {
        for (theirs, ours) in [
            (r"^\${(?:[A-Z]+)}$", r"^\$\{(?:[A-Z]+)}$"),
            (r"a{2}b{3,}c{4,5}{x}", r"a{2}b{3,}c{4,5}\{x}"),
            (r"[\w[{]+[^]a-]", r"[\w\[{]+[^\]a-]"),
            (r"[[:alpha:]&&-]", r"[[:alpha:]\&&-]"),
            (r"\Qa.b\E+\<c\Z", r"a\.b+<c\z"),
            (r"\h[\h]\", r"[ \t][ \t]\\"),
            ("a(?# b[ )c", "ac"),
            ("(?xi)a # b[\n{", "(?xi)a \n\\{"),
            ("a#{", r"a#\{"),
        ] {
            assert_eq!(normalize(theirs), ours);
            assert_eq!(normalize(ours), ours, "what is ours stays");
        }
    }

    #[test]
    fn a_pattern_that_never_ends_does_no_harm() {
        for text in ["[", "[^", "[[:", "{", r"\Q", r"(\", "é{é", "[é"] {
            normalize(text);
        }
    }
}
