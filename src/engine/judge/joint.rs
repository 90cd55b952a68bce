//! What joins name and value, and what that says.

use super::{
    super::assignment::{Assignment, Joint},
    evidence::Evidence,
    notes::Notes,
    words,
};

/// How far a look goes along a line, bytes.
const LINE: usize = 400;

/// Observes how name and value are joined.
pub(super) fn observe(bytes: &[u8], found: &Assignment, seen: &mut Notes) {
    match found.joint {
        Joint::Assigned => {}
        Joint::Compared => seen.note(Evidence::Compared),
        Joint::Passed => seen.note(Evidence::Passed),
        Joint::Paired => seen.note(Evidence::Paired),
        Joint::Element => seen.note(Evidence::Element),
        Joint::Query => seen.note(Evidence::Query),
        Joint::Flag => seen.note(Evidence::Flag),
        Joint::Blank => seen.note(if found.quote.is_some() { Evidence::BlankQuoted } else { Evidence::Blank }),
    }
    let in_string = found.quote.is_none() && in_string(bytes, found);
    seen.note_if(in_string, Evidence::InString);
    seen.note_if(found.quote.is_none() && !in_string, Evidence::Unquoted);
    if found.goes_on {
        seen.note(Evidence::GoesOn);
    }
    if let Some(call) = &found.call {
        let fetches = words::FETCHING.is_match(&bytes[call.clone()]) || matches!(&bytes[call.clone()], b"t" | b"_" | b"$t");
        seen.note(if fetches { Evidence::Fetched } else { Evidence::Wrapped });
    }
}

/// Whether name and value stand inside one quoted text: `"user=x&password=y"`.
fn in_string(bytes: &[u8], found: &Assignment) -> bool {
    let floor = found.name.start.saturating_sub(LINE);
    let start = memchr::memrchr(b'\n', &bytes[floor..found.name.start]).map_or(floor, |at| floor + at + 1);
    let mut open = None;
    let mut at = start;
    while at < found.name.start {
        match bytes[at] {
            b'\\' => at += 1,
            quote @ (b'"' | b'\'' | b'`') => match open {
                None => open = Some(quote),
                Some(own) if own == quote => open = None,
                Some(_) => {}
            },
            _ => {}
        }
        at += 1;
    }
    let end = bytes[found.value.end..].iter().take(LINE).take_while(|byte| **byte != b'\n');
    open.is_some_and(|open| end.clone().any(|byte| *byte == open) && found.name.start > start)
}
