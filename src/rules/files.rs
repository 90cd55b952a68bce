//! Files that are a credential as a whole: key stores, known by their first bytes. A name alone is never a finding.

use std::sync::LazyLock;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use serde::Deserialize;

use crate::model::{Confidence, Severity};

/// How far into a document the texts may stand that a rule asks for, in bytes.
const REACH: usize = 1 << 16;

/// What one sort of key store looks like.
#[derive(Debug)]
pub struct FileRule {
    /// `key-store.thing`.
    pub id: String,
    /// One line without a full stop.
    pub title: String,
    /// How bad an exposure is.
    pub severity: Severity,
    /// How sure it is where the name fits.
    pub confidence: Confidence,
    /// What it opens, and what to do.
    pub explain: String,
    /// Addresses of descriptions.
    pub see: Vec<String>,
    /// The names that such files have, as globs.
    pub names: Vec<String>,
    /// Templates of such files.
    pub examples: Vec<String>,
    globs: GlobSet,
    magic: Vec<Magic>,
    holds: Vec<String>,
    least: usize,
    named: bool,
}

/// Bytes at a place; `None` is any byte.
#[derive(Debug)]
struct Magic {
    at: usize,
    bytes: Vec<Option<u8>>,
}

/// As it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    id: String,
    title: String,
    names: Vec<String>,
    magic: Vec<String>,
    #[serde(default)]
    holds: Vec<String>,
    least: usize,
    severity: String,
    confidence: String,
    /// Whether the magic is too weak where another name is known.
    #[serde(default)]
    named: bool,
    explain: String,
    see: Vec<String>,
    examples: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    file: Vec<Written>,
}

static RULES: LazyLock<Vec<FileRule>> = LazyLock::new(|| {
    let document: Document = toml::from_str(include_str!("../../rules/files/stores.toml")).expect("a test reads it");
    document.file.into_iter().map(|written| FileRule::new(written).expect("a test makes them all")).collect()
});

/// All rules of files.
pub fn rules() -> &'static [FileRule] {
    &RULES
}

/// By what nearly every document is known to be no key store: its first byte.
struct Heads {
    first: [bool; 256],
    /// Magic that says nothing of the first byte.
    deep: Vec<&'static Magic>,
}

static HEADS: LazyLock<Heads> = LazyLock::new(|| {
    let mut heads = Heads { first: [false; 256], deep: Vec::new() };
    for magic in RULES.iter().flat_map(|rule| &rule.magic) {
        match magic.bytes.first().copied().flatten().filter(|_| magic.at == 0) {
            Some(byte) => heads.first[usize::from(byte)] = true,
            None => heads.deep.push(magic),
        }
    }
    heads
});

/// The rule of the key store that these bytes are, if they are one.
pub fn of(bytes: &[u8]) -> Option<&'static FileRule> {
    let Heads { first, deep } = &*HEADS;
    if !first[usize::from(*bytes.first()?)] && !deep.iter().any(|magic| magic.fits(bytes)) {
        return None;
    }
    RULES.iter().find(|rule| rule.fits(bytes))
}

impl FileRule {
    fn new(written: Written) -> Result<Self, String> {
        let mut globs = GlobSetBuilder::new();
        for name in &written.names {
            globs.add(GlobBuilder::new(name).case_insensitive(true).build().map_err(|e| e.to_string())?);
        }
        Ok(Self {
            severity: written.severity.parse()?,
            confidence: written.confidence.parse()?,
            globs: globs.build().map_err(|e| e.to_string())?,
            magic: written.magic.iter().map(|text| Magic::parse(text).ok_or_else(|| text.clone())).collect::<Result<_, _>>()?,
            id: written.id,
            title: written.title,
            explain: written.explain,
            see: written.see,
            names: written.names,
            examples: written.examples,
            holds: written.holds,
            least: written.least,
            named: written.named,
        })
    }

    /// All that decides what is found and what is said of it.
    pub(super) fn said(&self) -> String {
        let Self { id, title, severity, confidence, explain, see, names, magic, holds, least, named, .. } = self;
        format!("{id} {title} {severity} {confidence} {explain} {see:?} {names:?} {magic:?} {holds:?} {least} {named}")
    }

    /// Whether the bytes are such a file, whatever its name.
    pub fn fits(&self, bytes: &[u8]) -> bool {
        let head = &bytes[..bytes.len().min(REACH)];
        bytes.len() >= self.least
            && self.magic.iter().any(|magic| magic.fits(bytes))
            && self.holds.iter().all(|text| memchr::memmem::find(head, text.as_bytes()).is_some())
    }

    /// How sure it is, by the name where one is known; `None` where the bytes alone say too little.
    pub fn confidence(&self, path: Option<&str>) -> Option<Confidence> {
        match path {
            Some(path) if self.globs.is_match(path) => Some(self.confidence),
            Some(_) if self.named => None,
            _ if self.named => Some(Confidence::Low),
            _ => Some(self.confidence.min(Confidence::Medium)),
        }
    }
}

impl Magic {
    /// `@12:62310500`, `3082????0201`.
    fn parse(text: &str) -> Option<Self> {
        let (at, hex) = match text.strip_prefix('@') {
            Some(rest) => rest.split_once(':').and_then(|(at, hex)| Some((at.parse().ok()?, hex)))?,
            None => (0, text),
        };
        let (pairs, rest) = hex.as_bytes().as_chunks::<2>();
        let byte = |pair: &[u8; 2]| match pair {
            b"??" => Some(None),
            pair => u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok().map(Some),
        };
        let bytes = pairs.iter().map(byte).collect::<Option<Vec<_>>>()?;
        (rest.is_empty() && bytes.len() >= 4).then_some(Self { at, bytes })
    }

    fn fits(&self, bytes: &[u8]) -> bool {
        let there = bytes.get(self.at..self.at + self.bytes.len());
        there.is_some_and(|there| there.iter().zip(&self.bytes).all(|(byte, wanted)| wanted.is_none_or(|wanted| wanted == *byte)))
    }
}

#[cfg(test)]
mod tests {
    use super::{of, rules};
    use crate::{model::Confidence, rules::template};

    #[test]
    fn each_rule_knows_its_own_examples_and_nothing_shorter() {
        for rule in rules() {
            assert!(!rule.examples.is_empty() && rule.id.starts_with("key-store."), "{}", rule.id);
            for (example, seed) in rule.examples.iter().flat_map(|example| (0..20).map(move |seed| (example, seed))) {
                let bytes = template::fill(example, seed).expect("a good template").text;
                assert_eq!(of(&bytes).map(|found| found.id.as_str()), Some(rule.id.as_str()));
                assert!(of(&bytes[..12.min(bytes.len())]).is_none(), "{}: its first bytes alone are no key store", rule.id);
                assert!(of(&bytes[1..]).is_none(), "{}: its bytes stand elsewhere", rule.id);
            }
        }
        assert!(of(b"").is_none() && of(&[0; 4096]).is_none());
    }

    #[test]
    fn ids_are_unique_and_none_is_that_of_another_rule() {
        let book = crate::rules::RuleBook::builtin();
        for (at, rule) in rules().iter().enumerate() {
            assert!(rules()[..at].iter().all(|other| other.id != rule.id) && book.find(&rule.id).is_none(), "{}", rule.id);
        }
    }

    #[test]
    fn the_name_makes_surer_and_a_weak_magic_needs_it() {
        let by_id = |id: &str| rules().iter().find(|rule| rule.id == id).expect(id);
        let keepass = by_id("key-store.keepass");
        assert_eq!(keepass.confidence(Some("a/b/Team.KDBX")), Some(Confidence::High));
        assert_eq!(keepass.confidence(Some("a/b/notes.bin")), Some(Confidence::Medium));
        assert_eq!(keepass.confidence(None), Some(Confidence::Medium));
        let ring = by_id("key-store.gpg-secret-ring");
        assert_eq!((ring.confidence(Some("x/secring.gpg")), ring.confidence(Some("x.bin"))), (Some(Confidence::Medium), None));
    }
}
