use crate::model::{About, Document, Origin};

use super::{Inner, Inspector, Outcome, Workbench};

/// Takes UTF-16 and UTF-32 off text.
pub struct Utf16;

const ABOUT: About = About {
    id: "utf-16",
    title: "UTF-16 and UTF-32 text",
    explain: "Transcodes UTF-16, and UTF-32 with a byte order mark, to UTF-8 and has the text inspected again: PowerShell's > and Notepad write it. The raw bytes are inspected all the \
              same, so a lying byte order mark hides nothing. Line numbers are those of the text.",
    controls: &[],
    see: &[],
};

/// How many of the first bytes are looked at where there is no byte order mark.
const SAMPLE: usize = 64;

#[derive(Clone, Copy)]
enum Order {
    Little,
    Big,
}

impl Inspector for Utf16 {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn wants(&self, _origin: &Origin, head: &[u8]) -> bool {
        order(head).is_some() || matches!(head, [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..])
    }

    fn inspect(&self, document: &Document<'_>, bench: &mut Workbench<'_>, outcome: &mut dyn Outcome) {
        if let Some(text) = utf32(document.bytes) {
            let _ = outcome.inner(bench, Inner { wrapping: "utf-32", name: None, map: None, bytes: text.as_bytes() });
            return;
        }
        let Some(order) = order(document.bytes) else { return };
        let (pairs, _odd) = document.bytes.as_chunks::<2>();
        let units = pairs.iter().map(|pair| match order {
            Order::Little => u16::from_le_bytes(*pair),
            Order::Big => u16::from_be_bytes(*pair),
        });
        let mut text = String::with_capacity(pairs.len() + pairs.len() / 8);
        text.extend(char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).filter(|c| *c != '\u{feff}'));
        let _ = outcome.inner(bench, Inner { wrapping: "utf-16", name: None, map: None, bytes: text.as_bytes() });
    }
}

/// The text of UTF-32 with a byte order mark.
fn utf32(bytes: &[u8]) -> Option<String> {
    let number: fn([u8; 4]) -> u32 = match bytes {
        [0xff, 0xfe, 0, 0, ..] => u32::from_le_bytes,
        [0, 0, 0xfe, 0xff, ..] => u32::from_be_bytes,
        _ => return None,
    };
    let (characters, _odd) = bytes[4..].as_chunks::<4>();
    Some(characters.iter().map(|c| char::from_u32(number(*c)).unwrap_or(char::REPLACEMENT_CHARACTER)).collect())
}

/// The byte order, by the mark or by where the NULs of ASCII text stand.
fn order(head: &[u8]) -> Option<Order> {
    match head {
        [0xff, 0xfe, 0, 0, ..] => None,
        [0xff, 0xfe, ..] => Some(Order::Little),
        [0xfe, 0xff, ..] => Some(Order::Big),
        [_, 0, _, 0, ..] | [0, _, 0, _, ..] => unmarked(&head[..head.len().min(SAMPLE)]),
        _ => None,
    }
}

/// Text of Latin letters has a NUL in nearly every second byte and none between.
fn unmarked(sample: &[u8]) -> Option<Order> {
    let (pairs, _) = sample.as_chunks::<2>();
    let little = pairs.iter().filter(|p| p[1] == 0 && p[0] != 0).count();
    let big = pairs.iter().filter(|p| p[0] == 0 && p[1] != 0).count();
    let most = pairs.len() * 3 / 4;
    if little >= most {
        Some(Order::Little)
    } else if big >= most {
        Some(Order::Big)
    } else {
        None
    }
}
