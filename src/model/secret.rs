use std::fmt;

use serde::Serialize;

use super::{Fingerprint, Pepper};

/// Credential material, borrowed from the bytes in which it was found.
///
/// Not `Clone`, `Debug`, `Display` or `Serialize`, and it cannot outlive its document: a [`Fact`](super::Fact) is
/// `'static`, so no fact can carry one.
///
/// ```compile_fail
/// use unhidden::model::Secret;
/// let kept: Secret<'static> = { let document = vec![1, 2, 3]; Secret::new(&document) };
/// ```
/// ```compile_fail
/// use unhidden::model::Secret;
/// println!("{:?}", Secret::new(b"raw"));
/// ```
pub struct Secret<'a>(&'a [u8]);

impl<'a> Secret<'a> {
    /// Marks bytes as raw credential material.
    pub fn new(raw: &'a [u8]) -> Self {
        Self(raw)
    }

    /// The keyed digest by which the same secret is known again.
    pub fn fingerprint(&self, pepper: &Pepper) -> Fingerprint {
        pepper.digest(self.0)
    }

    /// What may be shown: the public prefix of `public` bytes, and how long the whole is.
    ///
    /// At most a quarter of the secret is ever shown, so that a rule which claims too long a prefix gives nothing away.
    pub fn preview(&self, public: usize) -> Preview {
        let shown = public.min(self.0.len() / 4).min(24);
        let head: String = self.0[..shown].iter().map(|b| if (b' '..=b'~').contains(b) { char::from(*b) } else { '.' }).collect();
        Preview(format!("{head}… ({})", self.0.len()))
    }
}

/// A safe display of a secret: its public prefix and its length in bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Preview(String);

impl Preview {
    /// Takes back a preview that was stored; never raw material.
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The text to show.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Preview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn a_preview_never_shows_more_than_a_quarter() {
        assert_eq!(Secret::new(b"abcdefgh").preview(8).as_str(), "ab… (8)");
        assert_eq!(Secret::new(b"abc").preview(3).as_str(), "… (3)");
    }
}
