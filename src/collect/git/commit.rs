//! Reading commits and annotated tags: headers only, and as forgiving as history is old.

use super::hash::Kind;
use crate::model::{ContentId, Time};

/// The headers of a commit that place things in history.
pub struct Header<'a> {
    /// Its root tree.
    pub tree: ContentId,
    /// Its parents, first parent first.
    pub parents: Vec<ContentId>,
    /// `Name <mail>` of the author.
    pub author: &'a [u8],
    /// When it was committed; 0 where nothing readable stands.
    pub date: Time,
}

/// The value of the next header line if it has this key, and what stands behind it.
fn line<'a>(bytes: &'a [u8], key: &str) -> Option<(&'a [u8], &'a [u8])> {
    let rest = bytes.strip_prefix(key.as_bytes())?.strip_prefix(b" ")?;
    let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    Some((&rest[..end], rest.get(end + 1..).unwrap_or_default()))
}

/// Splits `Name <mail> 1700000000 +0000`. Far dates are cut to the range, unreadable ones are 0.
fn person(value: &[u8]) -> (&[u8], Time) {
    let end = memchr::memrchr(b'>', value).map_or(0, |at| at + 1);
    let date = std::str::from_utf8(&value[end..]).ok().and_then(|rest| rest.split_whitespace().next()).map_or(0, seconds);
    (if end == 0 { value } else { &value[..end] }, Time(date))
}

fn seconds(text: &str) -> i64 {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return 0;
    }
    text.parse().unwrap_or(if text.starts_with('-') { i64::MIN } else { i64::MAX })
}

impl<'a> Header<'a> {
    /// Reads a commit; `None` when it has no tree.
    pub fn read(bytes: &'a [u8]) -> Option<Self> {
        let (tree, mut rest) = line(bytes, "tree")?;
        let mut parents = Vec::new();
        while let Some((parent, behind)) = line(rest, "parent") {
            parents.extend(ContentId::from_hex(parent));
            rest = behind;
        }
        let (mut author, mut date) = (None, Time(0));
        while !rest.is_empty() && rest[0] != b'\n' {
            if let Some((value, _)) = line(rest, "author") {
                author.get_or_insert(person(value).0);
            } else if let Some((value, _)) = line(rest, "committer") {
                let (name, when) = person(value);
                author.get_or_insert(name);
                date = when;
                break;
            }
            rest = memchr::memchr(b'\n', rest).map_or(&[], |end| &rest[end + 1..]);
        }
        Some(Self { tree: ContentId::from_hex(tree)?, parents, author: author.unwrap_or_default(), date })
    }
}

/// The headers of an annotated tag.
pub struct TagHeader<'a> {
    /// What it points at.
    pub target: ContentId,
    /// What it says that to be.
    pub kind: Kind,
    /// Its name.
    pub name: &'a [u8],
    /// `Name <mail>` of the tagger.
    pub tagger: &'a [u8],
    /// When it was made.
    pub date: Time,
}

impl<'a> TagHeader<'a> {
    /// Reads a tag; `None` when it points at nothing.
    pub fn read(bytes: &'a [u8]) -> Option<Self> {
        let (target, rest) = line(bytes, "object")?;
        let (kind, rest) = line(rest, "type")?;
        let (name, rest) = line(rest, "tag")?;
        let (tagger, date) = line(rest, "tagger").map_or((&b""[..], Time(0)), |(value, _)| person(value));
        Some(Self { target: ContentId::from_hex(target)?, kind: Kind::named(kind)?, name, tagger, date })
    }
}

#[cfg(test)]
mod tests {
    use super::{Header, TagHeader};

    const ID: &str = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391";

    #[test]
    fn odd_authors_and_dates_are_read_as_far_as_they_go() {
        for (who, author, date) in [
            ("A B <a@x> 17 +0000", "A B <a@x>", 17),
            ("A <a@x> 9223372036854775807 +0000", "A <a@x>", i64::MAX),
            ("A <a@x> 99999999999999999999 +9999", "A <a@x>", i64::MAX),
            ("A <a@x> -1 -0000", "A <a@x>", -1),
            ("A <a@x> xyz", "A <a@x>", 0),
            ("noemail 5 +0000", "noemail 5 +0000", 0),
            ("", "", 0),
        ] {
            let text = format!(
                "tree {ID}\nparent {ID}\nauthor {who}\nmergetag object {ID}\n committer no\ncommitter {who}\n\ncommitter X <x> 9 +0000\n"
            );
            let header = Header::read(text.as_bytes()).expect("a commit");
            assert_eq!(
                (header.author, header.date.0, header.parents.len()),
                (author.as_bytes(), if who.starts_with("noemail") { 0 } else { date }, 1),
                "{who}"
            );
        }
        assert!(Header::read(b"parent x\n").is_none());
    }

    #[test]
    fn a_tag_without_a_tagger_is_a_tag() {
        let text = format!("object {ID}\ntype blob\ntag v1\n\nmessage\n");
        let tag = TagHeader::read(text.as_bytes()).expect("a tag");
        assert_eq!((tag.name, tag.tagger), (&b"v1"[..], &b""[..]));
    }
}
