//! Marks by which somebody accepts a credential on its line.
//!
//! Ours, and those that people have written for other scanners. A mark counts on the exact line (or, in its next-line form, on the
//! line before), at most [`REACH`] bytes away: a mark somewhere in a minified file does not cover all of it. What is no text has no
//! lines. The secret itself is never searched: a password may be any word.

use std::{collections::BTreeSet, ops::Range, sync::LazyLock};

use aho_corasick::AhoCorasick;

use crate::model::{IdleMark, Mark, OWN_MARK, presentable};

use super::Lines;

/// How far a mark may stand from the secret, bytes.
const REACH: usize = 1024;

/// How another scanner's mark is told from a word that happens to be there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Needs {
    /// Nothing: it is no word of any language.
    Nothing,
    /// The start of a comment right before it.
    Comment,
    /// The same, and behind it nothing or a list that names one of bandit's checks for secrets.
    Bandit,
    /// The same, and behind it a list that names one of those checks.
    Noqa,
}

/// Marks on the line of the secret.
const SAME_LINE: &[(&str, Needs)] = &[
    ("gitleaks:allow", Needs::Nothing),
    ("betterleaks:allow", Needs::Nothing),
    ("trufflehog:ignore", Needs::Nothing),
    ("kingfisher:ignore", Needs::Nothing),
    ("pragma: allowlist secret", Needs::Comment),
    ("pragma: allowlist-secret", Needs::Comment),
    ("pragma: whitelist secret", Needs::Comment),
    ("ggignore", Needs::Comment),
    ("nosec", Needs::Bandit),
    ("noqa:", Needs::Noqa),
    ("secretlint-disable-line", Needs::Comment),
];

/// Marks on the line before.
const NEXT_LINE: &[(&str, Needs)] = &[
    ("pragma: allowlist nextline secret", Needs::Comment),
    ("pragma: allowlist-nextline secret", Needs::Comment),
    ("pragma: whitelist nextline secret", Needs::Comment),
    ("secretlint-disable-next-line", Needs::Comment),
];

/// Our own mark for the line before.
const OWN_NEXT_LINE: &str = "unhidden:allow-next-line";

/// How a comment begins, in any language.
const LEADERS: &[&str] = &["#", "//", "/*", "*", "--", "<!--", "'", ";", "%"];

/// What bandit and ruff call hard-coded passwords.
const PASSWORD_CHECKS: &[&str] = &["B105", "B106", "B107", "S105", "S106", "S107", "hardcoded_password"];

/// Every mark holds one of these: most lines are done with one look.
static HINTS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let hints = [":allow", ":ignore", "pragma:", "ggignore", "nosec", "noqa:", "secretlint-disable"];
    AhoCorasick::new(hints).expect("seven words are few")
});

/// The mark that covers a secret, if any. One that counts goes before one that does not.
///
/// `secrets` are all stretches of the document that may be secret, ascending: a reason never quotes one.
pub fn mark(bytes: &[u8], secret: &Range<usize>, secrets: &[Range<usize>]) -> Option<Mark> {
    let head = start_of_line(bytes, secret.start)..secret.start;
    let tail = secret.end..end_of_line(bytes, secret.end);
    let before = line_before(bytes, head.start);
    let places = [(tail, OWN_MARK, SAME_LINE), (head, OWN_MARK, SAME_LINE), (before, OWN_NEXT_LINE, NEXT_LINE)];
    let mut useless = None;
    for (range, own, others) in places {
        if !HINTS.is_match(&bytes[range.clone()]) {
            continue;
        }
        let Some(text) = text(&bytes[range.clone()]) else { continue };
        if let Some((at, reason)) = own_mark(text, own) {
            let mark = Mark { spelling: own.into(), reason: reason_of(&range, at, reason, secrets) };
            if mark.counts() {
                return Some(mark);
            }
            useless = Some(mark);
        }
        if let Some((spelling, _)) = others.iter().find(|(spelling, needs)| stands(text, spelling, *needs)) {
            return Some(Mark { spelling: spelling.trim_end_matches(':').into(), reason: None });
        }
    }
    useless
}

/// Tells those of our own marks in comments that cover none of the stretches in which something was seen.
pub(super) fn idle(bytes: &[u8], seen: &[Range<usize>], tell: &mut dyn FnMut(IdleMark)) {
    let mut marks = memchr::memmem::find_iter(bytes, OWN_MARK).peekable();
    if marks.peek().is_none() {
        return;
    }
    let mut lines = Lines::new(bytes);
    let (first, last): (BTreeSet<u32>, BTreeSet<u32>) = seen.iter().map(|at| lines.span(at)).map(|span| (span.line, span.end_line)).unzip();
    for at in marks {
        let line = start_of_line(bytes, at)..end_of_line(bytes, at);
        let Some(text) = text(&bytes[line.clone()]).filter(|text| text.len() == line.len()) else { continue };
        let (before, from) = text.split_at(at - line.start);
        let next = from.starts_with(OWN_NEXT_LINE);
        let found = own_mark(from, if next { OWN_NEXT_LINE } else { OWN_MARK }).filter(|(at, _)| *at == 0);
        // `<reason>` stands in documentation.
        let Some((_, reason)) = found.filter(|(_, reason)| leads(before) && !reason.starts_with('<')) else { continue };
        let number = lines.span(&(at..at)).line;
        let covers = if next { first.contains(&(number + 1)) } else { first.contains(&number) || last.contains(&number) };
        if !covers {
            tell(IdleMark { line: number, reason: presentable(reason) });
        }
    }
}

/// The first of our marks in a piece of a line, as a word of its own, with what stands behind it.
fn own_mark<'t>(text: &'t str, own: &str) -> Option<(usize, &'t str)> {
    text.match_indices(own).find_map(|(at, _)| {
        let (before, behind) = (&text[..at], &text[at + own.len()..]);
        // In a string, the reason ends with it.
        let reason = if leads(before) { behind } else { behind.split('"').next().unwrap_or(behind) };
        (free(before.chars().next_back()) && ends(behind)).then(|| (at, trimmed(reason)))
    })
}

/// Whether a word may begin behind a character.
fn free(before: Option<char>) -> bool {
    before.is_none_or(|c| !(c.is_alphanumeric() || matches!(c, '_' | '-' | ':')))
}

/// Whether a word ends before this.
fn ends(behind: &str) -> bool {
    behind.chars().next().is_none_or(|c| !(c.is_alphanumeric() || matches!(c, '_' | '-')))
}

/// A reason without the end of the comment or string in which it stands.
fn trimmed(text: &str) -> &str {
    let ends = ["*/", "-->", "#}", "}}", "%>", "\"}", "\"]", "\")", "'}", "']", "')", "\"", "'", ",", ";", "`"];
    let mut text = text.trim();
    while let Some(shorter) = ends.iter().find_map(|end| text.strip_suffix(end)) {
        text = shorter.trim_end();
    }
    text.trim_start_matches([':', '-', '–', '—']).trim_start()
}

/// The reason of a mark; where a secret stands in it, only that is said.
fn reason_of(range: &Range<usize>, at: usize, reason: &str, secrets: &[Range<usize>]) -> Option<String> {
    let behind = range.start + at..range.end;
    let first = secrets.partition_point(|s| s.end <= behind.start);
    if !reason.is_empty() && secrets[first..].iter().take_while(|s| s.start < behind.end).any(|s| s.end > behind.start) {
        return Some("(withheld: a credential stands in it)".into());
    }
    presentable(reason)
}

fn stands(text: &str, spelling: &str, needs: Needs) -> bool {
    text.match_indices(spelling).any(|(at, _)| {
        let (before, behind) = (&text[..at], &text[at + spelling.len()..]);
        let word = free(before.chars().next_back()) && (spelling.ends_with(':') || ends(behind));
        word && match needs {
            Needs::Nothing => true,
            Needs::Comment => leads(before),
            Needs::Bandit => leads(before) && (!names_checks(behind) || names_passwords(behind)),
            Needs::Noqa => leads(before) && names_passwords(behind),
        }
    })
}

/// Whether a comment begins right behind this text.
fn leads(before: &str) -> bool {
    let text = before.trim_end();
    // `https://` begins no comment, and a quote right before a word no BASIC one.
    let quote = text.ends_with('\'') && text.len() == before.len();
    !text.ends_with("://") && !quote && LEADERS.iter().any(|leader| text.ends_with(leader))
}

/// Whether ids of bandit's checks follow.
fn names_checks(behind: &str) -> bool {
    let first = behind.trim_start_matches([':', ' ']).split([',', ' ']).next().unwrap_or_default();
    first.len() == 4 && first.starts_with('B') && first[1..].bytes().all(|b| b.is_ascii_digit())
}

fn names_passwords(behind: &str) -> bool {
    let list = behind.split('#').next().unwrap_or_default();
    list.split([',', ' ', ':']).any(|word| PASSWORD_CHECKS.iter().any(|check| word.starts_with(check)))
}

/// A stretch of a line as text; `None` where it is none.
fn text(bytes: &[u8]) -> Option<&str> {
    let binary = bytes.iter().any(|b| matches!(b, 0..=8 | 0x0e..=0x1a | 0x1c..=0x1f));
    let valid = || match std::str::from_utf8(bytes) {
        Ok(text) => Some(text),
        // The stretch may begin or end in the middle of a character.
        Err(e) => std::str::from_utf8(&bytes[..e.valid_up_to()]).ok().or_else(|| tail_of(bytes)),
    };
    if binary { None } else { valid().filter(|t| !t.is_empty()) }
}

fn tail_of(bytes: &[u8]) -> Option<&str> {
    (1..4).find_map(|skip| std::str::from_utf8(bytes.get(skip..)?).ok())
}

/// Where the line begins, or [`REACH`] bytes before.
fn start_of_line(bytes: &[u8], at: usize) -> usize {
    let floor = at.saturating_sub(REACH);
    memchr::memrchr2(b'\n', b'\r', &bytes[floor..at]).map_or(floor, |i| floor + i + 1)
}

/// Where the line ends, or [`REACH`] bytes behind.
fn end_of_line(bytes: &[u8], at: usize) -> usize {
    let ceiling = at.saturating_add(REACH).min(bytes.len());
    memchr::memchr2(b'\n', b'\r', &bytes[at..ceiling]).map_or(ceiling, |i| at + i)
}

/// The end of the line before the one that begins there; empty where there is none.
fn line_before(bytes: &[u8], start: usize) -> Range<usize> {
    let end = match &bytes[..start] {
        [.., b'\r', b'\n'] => start - 2,
        [.., b'\n' | b'\r'] => start - 1,
        _ => return 0..0,
    };
    start_of_line(bytes, end)..end
}

#[cfg(test)]
mod tests {
    use super::mark;

    /// The spelling and the reason of the mark that covers `SECRET` in a text.
    fn covering(text: &str) -> Option<(String, Option<String>)> {
        let at = text.find("SECRET").expect("it is there");
        let secret = at..at + text[at..].find(|c: char| c.is_whitespace() || c == '"').unwrap_or(text.len() - at);
        mark(text.as_bytes(), &secret, std::slice::from_ref(&secret)).map(|m| (m.spelling, m.reason))
    }

    fn spelling(text: &str) -> Option<String> {
        covering(text).map(|(spelling, _)| spelling)
    }

    #[test]
    fn the_pass_over_all_literals_looks_for_our_mark() {
        assert_eq!(crate::engine::tables::MARK, crate::model::OWN_MARK);
    }

    #[test]
    fn the_secret_itself_is_no_mark() {
        assert_eq!(covering("PASSWORD=SECRET-gitleaks:allow#unhidden:allow\n"), None);
        assert_eq!(covering("PASSWORD=\"SECRET\" # nosec").map(|m| m.0).as_deref(), Some("nosec"));
    }

    #[test]
    fn a_line_ends_where_an_editor_ends_it() {
        for end in ["\n", "\r\n", "\r"] {
            assert_eq!(spelling(&format!("x=SECRET{end}# gitleaks:allow{end}")), None);
            assert_eq!(spelling(&format!("# gitleaks:allow{end}x=SECRET{end}")), None);
            assert_eq!(spelling(&format!("# unhidden:allow-next-line why{end}x=SECRET{end}")).as_deref(), Some("unhidden:allow-next-line"));
            assert_eq!(spelling(&format!("# unhidden:allow-next-line why{end}{end}x=SECRET{end}")), None);
        }
    }

    #[test]
    fn ours_with_a_reason_goes_before_others_and_others_before_ours_without() {
        assert_eq!(covering("SECRET # gitleaks:allow unhidden:allow why"), Some(("unhidden:allow".into(), Some("why".into()))));
        assert_eq!(covering("SECRET # gitleaks:allow unhidden:allow"), Some(("gitleaks:allow".into(), None)));
        assert_eq!(covering(concat!("SECRET /* unhidden:", "allow */")), Some(("unhidden:allow".into(), None)));
    }

    #[test]
    fn a_reason_ends_with_its_comment_or_string() {
        for text in [
            "SECRET /* unhidden:allow why */",
            "SECRET <!-- unhidden:allow why -->",
            "{\"note\": \"unhidden:allow why\", \"key\": \"SECRET\"}",
        ] {
            assert_eq!(covering(text), Some(("unhidden:allow".into(), Some("why".into()))), "{text}");
        }
    }

    #[test]
    fn comments_begin_in_many_ways_and_addresses_in_none() {
        for text in ["SECRET ' ggignore", "SECRET -- ggignore", "SECRET <!-- ggignore -->", "SECRET ; ggignore", "SECRET // ggignore"] {
            assert!(spelling(text).is_some(), "{text}");
        }
        for text in ["SECRET 'ggignore'", "SECRET https://ggignore.dev", "SECRET ggignore"] {
            assert_eq!(spelling(text), None, "{text}");
        }
    }

    #[test]
    fn a_mark_far_away_on_one_line_covers_nothing() {
        assert!(spelling(&format!("SECRET {} # gitleaks:allow", " ".repeat(900))).is_some());
        assert_eq!(spelling(&format!("SECRET {} # gitleaks:allow", "ä".repeat(900))), None);
    }
}
