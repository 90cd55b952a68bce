//! Finds the text of an armoured block, whatever language it was pasted into: escaped line ends, quotes, concatenation, indentation,
//! comment marks, diff marks.

use super::{Found, text};

/// Longest stretch before the match that may belong to its first line.
pub(super) const LONGEST_LEAD: usize = 256;

/// Longest block that is read.
const LONGEST: usize = 1 << 17;

/// Escapes of JSON and XML that stand for one character.
const ESCAPES: &[(&str, char)] = &[
    ("\\u002b", '+'),
    ("\\u002B", '+'),
    ("\\u002f", '/'),
    ("\\u002F", '/'),
    ("\\u003d", '='),
    ("\\u003D", '='),
    ("\\u000a", '\n'),
    ("&#10;", '\n'),
    ("&#xA;", '\n'),
    ("&#xa;", '\n'),
    ("&#13;", '\n'),
    ("&#xD;", '\n'),
    ("&#43;", '+'),
    ("&#61;", '='),
];

/// An armoured block.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Block {
    /// What stands between `-----BEGIN` and `-----`.
    pub label: String,
    /// Header lines (`Proc-Type: 4,ENCRYPTED`).
    pub headers: Vec<String>,
    /// The base64 text without line ends; the checksum line of `OpenPGP` is apart.
    pub body: String,
    /// The four characters of the checksum line of `OpenPGP`.
    pub checksum: Option<String>,
    /// Whether its end is there.
    pub closed: bool,
}

impl Block {
    /// Whether a header says that the body was encrypted as a whole (RFC 1421).
    pub fn sealed(&self) -> bool {
        self.headers.iter().any(|header| header.starts_with("Proc-Type:") && header.ends_with("ENCRYPTED"))
    }

    /// The algorithm that the label names.
    pub fn algorithm(&self) -> Option<String> {
        ["RSA ", "EC ", "DSA "].iter().find(|name| self.label.starts_with(**name)).map(|name| name.trim_end().to_ascii_lowercase())
    }

    /// The bytes of the body; of one that is cut off, as many as there are.
    pub fn decoded(&self) -> Option<Vec<u8>> {
        let clean = self.body.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='));
        let whole = if self.closed { self.body.len() } else { self.body.len() & !3 };
        clean.then(|| text::base64(&self.body.as_bytes()[..whole])).flatten().filter(|bytes| bytes.len() >= 16)
    }
}

/// Label and bytes of the block in a match, and whether its end is there.
pub(super) fn bytes(found: &Found<'_>) -> Option<(String, Vec<u8>, bool)> {
    let whole = found.whole();
    if let Some((label, bytes)) = plain(whole) {
        return Some((label.to_owned(), bytes, true));
    }
    let block = block(found.before(LONGEST_LEAD), whole)?;
    let bytes = block.decoded().unwrap_or_default();
    Some((block.label, bytes, block.closed))
}

/// A block as tools write it: nothing but base64 and line ends between its two lines. Most are, and they need no second look.
fn plain(whole: &[u8]) -> Option<(&str, Vec<u8>)> {
    let rest = whole.strip_prefix(b"-----BEGIN ")?;
    let (label, rest) = rest.split_at(memchr::memmem::find(rest, b"-----")?);
    let rest = &rest[5..];
    let body = &rest[..memchr::memmem::find(rest, b"-----END")?];
    let text: Vec<u8> = body.iter().copied().filter(|byte| !matches!(byte, b'\r' | b'\n')).collect();
    let clean = text.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='));
    Some((text::utf8(label)?, clean.then(|| text::base64(&text)).flatten()?))
}

/// The first block of a match; `lead` stands before the match and tells what each line begins with.
pub(super) fn block(lead: &[u8], whole: &[u8]) -> Option<Block> {
    let text = String::from_utf8_lossy(&whole[..whole.len().min(LONGEST)]);
    // SSH.com writes four dashes and a blank.
    let (before, rest) = text.split_once("-----BEGIN ").or_else(|| text.split_once("---- BEGIN "))?;
    let (label, rest) = rest.split_once("----")?;
    let rest = rest.trim_start_matches('-');
    let end = ["-----END", "---- END", "-----"].into_iter().find_map(|end| rest.find(end));
    let lead = format!("{}{before}", String::from_utf8_lossy(lead));
    let mark = lead.rsplit('\n').next().unwrap_or_default().trim();
    let body = &rest[..end.unwrap_or(rest.len())];
    Some(Block { closed: end.is_some(), ..assemble(label, &lines(&unescaped(body), mark)) })
}

/// Sorts lines into headers, body and checksum.
fn assemble(label: &str, lines: &[String]) -> Block {
    let mut block = Block { label: label.trim().to_owned(), headers: Vec::new(), body: String::new(), checksum: None, closed: true };
    for line in lines {
        if block.body.is_empty() && line.contains(':') {
            block.headers.push(line.clone());
        } else if line.len() == 5 && line.starts_with('=') {
            block.checksum = Some(line[1..].to_owned());
        } else {
            block.body.extend(line.chars().filter(|c| !c.is_whitespace()));
        }
    }
    block
}

/// Text with escaped characters as they are meant.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some((escape, meant)) = ESCAPES.iter().find(|(escape, _)| rest.starts_with(escape)) {
            out.push(*meant);
            rest = &rest[escape.len()..];
            continue;
        }
        if c == '\\' {
            let tail = rest.trim_start_matches('\\');
            out.push(match tail.chars().next() {
                Some('/') => '/',
                _ => '\n',
            });
            rest = tail.strip_prefix(['n', 'r', 't', '/']).unwrap_or(tail);
            continue;
        }
        out.push(if c == '\r' { '\n' } else { c });
        rest = &rest[c.len_utf8()..];
    }
    out
}

/// The lines without what their language puts around them.
fn lines(text: &str, mark: &str) -> Vec<String> {
    text.lines().map(|line| bare(line, mark)).filter(|line| !line.is_empty()).collect()
}

/// A line without the mark that all lines begin with, without indentation, joints and quotes.
fn bare(line: &str, mark: &str) -> String {
    let line = line.trim();
    let line = if mark.is_empty() { line } else { line.strip_prefix(mark).unwrap_or(line).trim() };
    let joint = |c: char| matches!(c, '+' | '.' | '&' | ',' | ';' | ')' | '|');
    let quote = |c: char| matches!(c, '"' | '\'' | '`');
    let mut line = line;
    // A joint is one only beside white space or a quote: `+` is a character of base64, too.
    while let Some(rest) =
        line.strip_prefix(joint).filter(|rest| rest.is_empty() || rest.starts_with(|c: char| c.is_whitespace() || quote(c)))
    {
        line = rest.trim_start();
    }
    while let Some(rest) =
        line.strip_suffix(joint).filter(|rest| rest.is_empty() || rest.ends_with(|c: char| c.is_whitespace() || quote(c)))
    {
        line = rest.trim_end();
    }
    line.trim_matches(quote).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::{Block, block};

    /// Two lines of body, of which the second begins and ends with a `+`.
    const BODY: [&str; 2] = ["QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo=", "+abc/def+"];

    fn pasted(lead: &str, text: &str) -> Block {
        let text = text.replace("BEGIN", "-----BEGIN SOME KEY-----").replace("END", "-----END SOME KEY-----");
        block(lead.as_bytes(), text.as_bytes()).expect("a block")
    }

    #[test]
    fn the_same_text_comes_out_of_every_language() {
        let [a, b] = BODY;
        let pastes = [
            ("", format!("BEGIN\n{a}\n{b}\nEND")),
            ("", format!("BEGIN\r\n{a}\r\n{b}\r\nEND")),
            ("key: |\n    ", format!("BEGIN\n    {a}\n    {b}\n    END")),
            ("{\"k\": \"", format!("BEGIN\\n{a}\\n{b}\\nEND")),
            ("{\\\"k\\\": \\\"", format!("BEGIN\\\\n{a}\\\\n{b}\\\\nEND")),
            ("k = \"", format!("BEGIN\\n\" +\n    \"{a}\\n\" +\n    \"{b}\\n\" +\n    \"END")),
            ("k = '", format!("BEGIN' .\n '{a}' .\n '{b}' .\n 'END")),
            ("k = ['", format!("BEGIN',\n '{a}',\n '{b}',\n 'END")),
            ("x\n+", format!("BEGIN\n+{a}\n+{b}\n+END")),
            ("x\n// ", format!("BEGIN\n// {a}\n// {b}\n// END")),
            ("x\n# ", format!("BEGIN\n# {a}\n# {b}\n# END")),
            ("k=\"", format!("BEGIN\\\n{a}\\\n{b}\\\nEND")),
            ("", format!("BEGIN\\u000a{}\\n{}\\nEND", a.replace('=', "\\u003d"), b.replace('+', "\\u002B").replace('/', "\\/"))),
            ("<k>", format!("BEGIN&#xA;{a}&#10;{b}&#10;END")),
            ("", format!("BEGIN {a} {b} END")),
        ];
        for (lead, text) in pastes {
            assert_eq!(pasted(lead, &text).body, BODY.concat(), "{text}");
        }
    }

    #[test]
    fn headers_and_checksum_stand_apart() {
        let block = pasted("", "BEGIN\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nQUJD\n=abcd\nEND");
        assert_eq!(block.headers, ["Proc-Type: 4,ENCRYPTED", "DEK-Info: AES-128-CBC,00"]);
        assert_eq!((block.body.as_str(), block.checksum.as_deref()), ("QUJD", Some("abcd")));
    }
}
