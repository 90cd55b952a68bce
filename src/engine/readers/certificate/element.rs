//! Elements of BER with the bytes at which they stand: certificates that are broken are rarely DER.

use x509_parser::asn1_rs::{Any, FromBer as _, Header, Tag};

/// How deep elements may lie in each other.
const DEEPEST: usize = 32;
/// Parts of an element that are looked at: hostile ones have millions.
const MOST: usize = 1 << 12;

/// One element.
#[derive(Debug, Clone)]
pub(super) struct Element<'a> {
    /// Its tag and content.
    pub any: Any<'a>,
    /// All of its bytes.
    pub whole: &'a [u8],
}

impl<'a> Element<'a> {
    /// The first element of some bytes; what stands behind it is left out.
    pub fn first(bytes: &'a [u8]) -> Option<Self> {
        let (rest, any) = Any::from_ber(bytes).ok()?;
        Some(Self { any, whole: &bytes[..bytes.len() - rest.len()] })
    }

    /// The parts of a sequence; `None` where it is none, or cannot be read to its end.
    pub fn parts(&self) -> Option<Vec<Self>> {
        if self.any.tag() != Tag::Sequence {
            return None;
        }
        let (mut rest, mut parts) = (self.any.data, Vec::new());
        while !rest.is_empty() {
            let part = Self::first(rest).filter(|_| parts.len() < MOST)?;
            rest = &rest[part.whole.len()..];
            parts.push(part);
        }
        Some(parts)
    }
}

/// The byte at which some bytes cease to be elements in elements; `None` where they do not.
pub(super) fn flaw(bytes: &[u8]) -> Option<usize> {
    let (mut at, mut ends) = (0, vec![bytes.len()]);
    while let Some(end) = ends.last().copied() {
        if at == end {
            ends.pop();
            continue;
        }
        let Ok((rest, header)) = Header::from_ber(&bytes[at..end]) else { return Some(at) };
        let content = end - rest.len();
        let Some(behind) = header.length().definite().ok().and_then(|length| content.checked_add(length)).filter(|behind| *behind <= end)
        else {
            return Some(at);
        };
        if header.is_constructed() && ends.len() < DEEPEST {
            ends.push(behind);
            at = content;
        } else {
            at = behind;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::flaw;

    #[test]
    fn the_first_element_that_does_not_fit_into_the_one_around_it_is_the_flaw() {
        assert_eq!(flaw(&[0x30, 5, 2, 1, 1, 5, 0]), None);
        assert_eq!(flaw(&[0x30, 5, 2, 1, 1, 5, 1]), Some(5));
        assert_eq!(flaw(&[0x30, 5, 0x30, 4, 1, 5, 1]), Some(2));
        assert_eq!(flaw(&[0x30, 0x80, 0, 0]), Some(0));
        assert_eq!(flaw(&[0x30; 400]), Some(2));
    }
}
