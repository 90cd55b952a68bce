use std::{borrow::Cow, fmt::Write};

/// Makes a name safe to print on one line: control characters, line separators, characters that turn the direction of text or
/// cannot be seen, and words that a CI system would take for a command are spelled out.
pub fn escape(text: &str) -> Cow<'_, str> {
    clean(text, false)
}

/// The same for text that may have line breaks.
pub fn escape_text(text: &str) -> Cow<'_, str> {
    clean(text, true)
}

fn clean(text: &str, lines: bool) -> Cow<'_, str> {
    let command = text.contains("##") || text.contains("::");
    if !command && !text.chars().any(|c| dangerous(c, lines)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    let mut last = ' ';
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        // `##vso[…]` and `::set-output …::` are commands to CI systems that read the log; `arn:aws:iam::1…` and `arn:aws:s3:::name` are none.
        let behind = rest.as_str().trim_start_matches(':');
        let number =
            c == ':' && (behind.starts_with(|next: char| next.is_ascii_digit() || next == '*') || behind.starts_with("aws:policy/"));
        let bucket = c == ':' && ["arn:aws:s3:", "arn:aws:s3::", "arn:aws:sso:", "arn:aws:sso::"].iter().any(|end| out.ends_with(end));
        let doubled = matches!(c, '#' | ':') && c == last && !number && !bucket;
        if doubled || dangerous(c, lines) {
            let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
        } else {
            out.push(c);
        }
        last = c;
    }
    Cow::Owned(out)
}

fn dangerous(c: char, lines: bool) -> bool {
    if c == '\n' { !lines } else { invisible(c) }
}

/// Whether a character steers what shows it, or cannot be seen.
pub(super) fn invisible(c: char) -> bool {
    match c {
        c if c.is_control() => true,
        // Invisible and direction-turning characters, line and paragraph separators, tags.
        '\u{ad}'
        | '\u{61c}'
        | '\u{180e}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}' => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn nothing_that_steers_a_terminal_or_a_ci_log_gets_through() {
        assert_eq!(escape("src/a.rs"), "src/a.rs");
        assert_eq!(escape("a\n\u{1b}[2J"), "a\\u{a}\\u{1b}[2J");
        assert_eq!(escape("\u{202e}gpj.exe"), "\\u{202e}gpj.exe");
        assert_eq!(escape("::set-output name=x::y"), ":\\u{3a}set-output name=x:\\u{3a}y");
        assert_eq!(escape("arn:aws:iam::111111111111:user/a"), "arn:aws:iam::111111111111:user/a");
        assert_eq!(escape("on arn:aws:s3:::data/*"), "on arn:aws:s3:::data/*");
        assert_eq!(escape("arn:aws:sso:::permissionSet/i/p"), "arn:aws:sso:::permissionSet/i/p");
        assert_eq!(escape("s3:::set-output x::"), "s3:\\u{3a}\\u{3a}set-output x:\\u{3a}");
        assert_eq!(escape("##vso[task]"), "#\\u{23}vso[task]");
    }
}
