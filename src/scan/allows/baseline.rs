use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::{self, Write as _},
};

use crate::model::{Fingerprint, Pepper};

/// What the first line of a baseline begins with.
const MAGIC: &str = "# unhidden baseline 1, salt ";

/// What was known when it was written: one entry a line, sorted, in no other order and with nothing else, so that two versions of
/// it merge line by line.
pub struct Baseline {
    file: String,
    salt: Pepper,
    entries: BTreeSet<Entry>,
}

/// A credential as a baseline names it.
#[derive(Debug, Clone)]
pub struct Entry {
    name: Name,
    rule: String,
    /// As it stands in the file.
    path: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Name {
    /// Where the secret cannot be guessed: wherever it lies. The path is for people.
    Digest(Fingerprint),
    /// Else: which of its rule at that path.
    Ordinal(u32),
}

/// Why a baseline cannot be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum BaselineError {
    /// The first line is not that of a baseline.
    #[error("it is no baseline: its first line is not `{MAGIC}…`")]
    NoBaseline,
    /// A line is no entry.
    #[error("line {0} is no entry: a digest or a number, a rule and a path")]
    NoEntry(usize),
    /// Two files with different salts were put together.
    #[error("line {0} has another salt: two baselines that began apart cannot be merged; write one anew")]
    TwoSalts(usize),
}

impl Entry {
    /// A credential that nobody can guess, with a path to show.
    pub fn digest(digest: Fingerprint, rule: String, path: &str) -> Self {
        Self { name: Name::Digest(digest), rule, path: shown(path) }
    }

    /// Any other credential.
    pub fn ordinal(ordinal: u32, rule: String, path: &str) -> Self {
        Self { name: Name::Ordinal(ordinal), rule, path: shown(path) }
    }

    /// The rule.
    pub fn rule(&self) -> &str {
        &self.rule
    }

    /// The path, or one of them.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What tells it from others: the path of a digest does not.
    fn key(&self) -> (Name, &str, &str) {
        (self.name, &self.rule, if matches!(self.name, Name::Digest(_)) { "" } else { &self.path })
    }

    fn parse(line: &str) -> Option<Self> {
        let mut parts = line.splitn(3, ' ');
        let (name, rule, path) = (parts.next()?, parts.next()?, parts.next()?);
        let name = match name.parse::<u32>() {
            Ok(ordinal) => Name::Ordinal(ordinal),
            Err(_) => Name::Digest(Fingerprint::from_bytes(ungrouped(name)?)),
        };
        (!rule.is_empty() && !path.is_empty()).then(|| Self { name, rule: rule.into(), path: path.into() })
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Entry {}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}

/// The line of an entry.
impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name {
            Name::Digest(digest) => write!(f, "{} {} {}", grouped(digest.as_bytes()), self.rule, self.path),
            Name::Ordinal(ordinal) => write!(f, "{ordinal} {} {}", self.rule, self.path),
        }
    }
}

impl Baseline {
    /// A baseline that knows nothing.
    pub fn empty(file: &str, salt: Pepper) -> Self {
        Self { file: file.into(), salt, entries: BTreeSet::new() }
    }

    /// Reads a baseline. Lines that stand twice, as after a merge, are one.
    pub fn parse(file: &str, text: &str) -> Result<Self, BaselineError> {
        let salt = |line: &str| line.trim_end().strip_prefix(MAGIC).and_then(ungrouped::<32>);
        let first = text.lines().next().and_then(salt).ok_or(BaselineError::NoBaseline)?;
        let mut entries = BTreeSet::new();
        for (number, line) in (1..).zip(text.lines()).skip(1) {
            if line.starts_with(MAGIC) && salt(line) != Some(first) {
                return Err(BaselineError::TwoSalts(number));
            }
            if !line.starts_with('#') && !line.trim().is_empty() {
                entries.insert(Entry::parse(line.trim_end()).ok_or(BaselineError::NoEntry(number))?);
            }
        }
        Ok(Self { file: file.into(), salt: Pepper::new(first), entries })
    }

    /// The key of its digests.
    pub fn salt(&self) -> &Pepper {
        &self.salt
    }

    /// The name of its file.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// What it knows.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter()
    }

    /// Its own entry of that name.
    pub fn find(&self, entry: &Entry) -> Option<&Entry> {
        self.entries.get(entry)
    }

    /// The text of a baseline with that salt and those entries.
    pub fn text(salt: &Pepper, entries: impl IntoIterator<Item = Entry>) -> String {
        let mut lines: BTreeMap<Entry, String> = BTreeMap::new();
        for entry in entries {
            let line = entry.to_string();
            let known = lines.entry(entry).or_insert_with(|| line.clone());
            if line < *known {
                *known = line;
            }
        }
        let mut lines: Vec<String> = lines.into_values().collect();
        lines.sort_unstable();
        let mut text = format!("{MAGIC}{}\n", grouped(salt.as_bytes()));
        for line in lines {
            let _ = writeln!(text, "{line}");
        }
        text
    }
}

/// Hexadecimal digits in groups of eight, which no scanner takes for a key.
fn grouped(bytes: &[u8]) -> String {
    bytes.chunks(4).map(|group| data_encoding::HEXLOWER.encode(group)).collect::<Vec<_>>().join("-")
}

fn ungrouped<const N: usize>(text: &str) -> Option<[u8; N]> {
    let groups: Vec<&str> = text.split('-').collect();
    if groups.len() != N / 4 || groups.iter().any(|g| g.len() != 8) {
        return None;
    }
    data_encoding::HEXLOWER.decode(groups.concat().as_bytes()).ok()?.try_into().ok()
}

/// A path on one line.
fn shown(path: &str) -> String {
    path.chars()
        .flat_map(|c| if c.is_control() { c.escape_default().collect::<Vec<_>>() } else { vec![c] })
        .collect::<String>()
        .trim_end()
        .into()
}

#[cfg(test)]
mod tests {
    use super::{Baseline, BaselineError, Entry};
    use crate::model::{Fingerprint, Pepper};

    fn salt() -> Pepper {
        Pepper::new([7; 32])
    }

    #[test]
    fn what_was_written_is_read_and_doubles_are_one() {
        let strong = |path| Entry::digest(Fingerprint::from_bytes([9; 16]), "a.token".into(), path);
        let text = Baseline::text(&salt(), [strong("z"), strong("a b"), Entry::ordinal(2, "a.password".into(), "x\ny")]);
        insta::assert_snapshot!(text, @r"
        # unhidden baseline 1, salt 07070707-07070707-07070707-07070707-07070707-07070707-07070707-07070707
        09090909-09090909-09090909-09090909 a.token a b
        2 a.password x\ny
        ");
        let merged = format!("{text}{}", text.lines().nth(2).expect("an entry"));
        let read = Baseline::parse("file", &merged).expect("a baseline");
        assert_eq!(read.entries().count(), 2);
        assert_eq!(Baseline::text(read.salt(), read.entries().cloned()), text);
        assert!(read.find(&strong("elsewhere")).is_some());
    }

    #[test]
    fn what_is_no_baseline_is_refused() {
        let good = Baseline::text(&salt(), []);
        let other = Baseline::text(&Pepper::new([8; 32]), []);
        assert_eq!(Baseline::parse("f", "").err(), Some(BaselineError::NoBaseline));
        assert_eq!(Baseline::parse("f", &good.replace("salt 0", "salt x")).err(), Some(BaselineError::NoBaseline));
        assert_eq!(Baseline::parse("f", &format!("{good}{other}")).err(), Some(BaselineError::TwoSalts(2)));
        assert_eq!(Baseline::parse("f", &format!("{good}<<<<<<< HEAD\n")).err(), Some(BaselineError::NoEntry(2)));
    }
}
