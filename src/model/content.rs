use std::fmt;

/// The name of some bytes: the id that git gives a blob (or commit, or tag) with these bytes.
///
/// 20 bytes in a SHA-1 repository and for files, 32 in a SHA-256 repository.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentId {
    bytes: [u8; 32],
    len: u8,
}

impl ContentId {
    /// Takes an object id of 20 or 32 bytes; any other length is `None`.
    pub fn new(id: &[u8]) -> Option<Self> {
        if id.len() != 20 && id.len() != 32 {
            return None;
        }
        let mut bytes = [0; 32];
        bytes[..id.len()].copy_from_slice(id);
        Some(Self { bytes, len: if id.len() == 20 { 20 } else { 32 } })
    }

    /// Reads an object id from 40 or 64 hexadecimal digits.
    pub fn from_hex(text: &[u8]) -> Option<Self> {
        let mut bytes = [0; 32];
        if text.len() != 40 && text.len() != 64 {
            return None;
        }
        data_encoding::HEXLOWER_PERMISSIVE.decode_mut(text, &mut bytes[..text.len() / 2]).ok()?;
        Self::new(&bytes[..text.len() / 2])
    }

    /// The raw id, 20 or 32 bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }
}

impl fmt::Display for ContentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&data_encoding::HEXLOWER.encode(self.as_bytes()))
    }
}

impl fmt::Debug for ContentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::ContentId;

    #[test]
    fn hex_and_back() {
        let hex = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391";
        assert_eq!(ContentId::from_hex(hex.as_bytes()).map(|id| id.to_string()).as_deref(), Some(hex));
        assert_eq!(ContentId::from_hex(b"e69de2"), None);
        assert_eq!(ContentId::from_hex(&[b'x'; 40]), None);
    }
}
