//! Reading trees. Their names are never used as paths of this machine.

/// What an entry of a tree is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// A directory.
    Tree,
    /// A file, or a symbolic link: bytes.
    Blob,
    /// A commit of another repository.
    Link,
}

/// One entry of a tree.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// What it is, by its mode.
    pub kind: EntryKind,
    /// Its name, any bytes but NUL.
    pub name: &'a [u8],
    /// The object's id.
    pub id: &'a [u8],
}

/// The entries of a tree, as far as they can be read.
pub struct Entries<'a> {
    bytes: &'a [u8],
    hash: usize,
    /// Whether something stands there that is no entry.
    pub broken: bool,
}

/// Reads the entries of a tree whose ids have `hash` bytes.
pub fn entries(bytes: &[u8], hash: usize) -> Entries<'_> {
    Entries { bytes, hash, broken: false }
}

impl<'a> Iterator for Entries<'a> {
    type Item = Entry<'a>;

    #[inline]
    fn next(&mut self) -> Option<Entry<'a>> {
        if self.bytes.is_empty() {
            return None;
        }
        if let Some((entry, rest)) = split(self.bytes, self.hash) {
            self.bytes = rest;
            return Some(entry);
        }
        self.broken = true;
        self.bytes = &[];
        None
    }
}

#[inline]
fn split(bytes: &[u8], hash: usize) -> Option<(Entry<'_>, &[u8])> {
    let space = bytes.iter().take(8).position(|b| *b == b' ')?;
    let end = space + 1 + memchr::memchr(0, &bytes[space + 1..])?;
    let (id, rest) = bytes[end + 1..].split_at_checked(hash)?;
    Some((Entry { kind: kind(&bytes[..space]), name: &bytes[space + 1..end], id }, rest))
}

/// The kind that an octal mode stands for: its upper digits, whatever the lower ones say.
#[inline]
fn kind(mode: &[u8]) -> EntryKind {
    let mode = mode.iter().fold(0u32, |mode, digit| mode << 3 | u32::from(digit & 7));
    match mode & 0o170_000 {
        0o040_000 => EntryKind::Tree,
        0o160_000 => EntryKind::Link,
        _ => EntryKind::Blob,
    }
}

#[cfg(test)]
mod tests {
    use super::{EntryKind, entries};

    #[test]
    fn evil_names_are_only_bytes_and_a_cut_tree_is_said_to_be_broken() {
        let mut tree = Vec::new();
        for (mode, name) in [("40000", ".."), ("100644", "a/../b"), ("160000", "sub"), ("777777", ""), ("040000", ".git")] {
            tree.extend_from_slice(format!("{mode} {name}\0").as_bytes());
            tree.extend_from_slice(&[7; 20]);
        }
        let kinds: Vec<_> = entries(&tree, 20).map(|entry| entry.kind).collect();
        assert_eq!(kinds, [EntryKind::Tree, EntryKind::Blob, EntryKind::Link, EntryKind::Blob, EntryKind::Tree]);
        let mut cut = entries(&tree[..tree.len() - 1], 20);
        assert_eq!((cut.by_ref().count(), cut.broken), (4, true));
    }
}
