//! Rules and acceptances of other tools in our formats.
//!
//! What they wrote is read into a `Foreign` rule or an `Allow`, whatever the tool; a rule's pattern is made ours
//! (`pattern`), gets anchors (`literals`) and examples (`sample`), and is tried by the same laws as our own (`settle`).
//! Whatever cannot be carried over becomes a `Note` with its file and line: nothing is lost in silence.

mod accept;
mod aim;
mod allowlist;
mod bounds;
mod convert;
mod detect_secrets;
mod dialect;
mod gitleaks;
mod glob;
mod literals;
mod pattern;
mod sample;
mod settle;
mod tree;
mod unicode;
mod write;
mod yaml;

use std::collections::BTreeSet;

pub use write::{allows, rules};

/// The largest file that is read, in bytes.
pub const LARGEST: usize = 64 << 20;

/// How many rules are read at once: the largest set known has some eight hundred.
const MOST_RULES: usize = 5_000;

/// The sorts of file that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// `.gitleaks.toml` and what others write in its format.
    Gitleaks,
    /// `.gitleaksignore`.
    GitleaksIgnore,
    /// A report of gitleaks in JSON, as a baseline.
    GitleaksReport,
    /// `.secrets.baseline` of detect-secrets.
    DetectSecrets,
    /// Rules of kingfisher in YAML.
    Kingfisher,
    /// Rules of noseyparker or titus in YAML.
    Noseyparker,
}

impl Source {
    /// All sorts with their names.
    pub const NAMES: &'static [(Self, &'static str)] = &[
        (Self::Gitleaks, "gitleaks"),
        (Self::GitleaksIgnore, "gitleaksignore"),
        (Self::GitleaksReport, "gitleaks-report"),
        (Self::DetectSecrets, "detect-secrets"),
        (Self::Kingfisher, "kingfisher"),
        (Self::Noseyparker, "noseyparker"),
    ];

    /// The sort of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(_, known)| *known == name).map(|(source, _)| *source)
    }

    /// What a file is, by its name and its text; `None` where nothing tells.
    pub fn guess(name: &str, text: &str) -> Option<Self> {
        let name = name.rsplit(['/', '\\']).next().unwrap_or(name).to_ascii_lowercase();
        let has = |end: &str| name.ends_with(end);
        if has("leaksignore") {
            Some(Self::GitleaksIgnore)
        } else if has(".toml") {
            Some(Self::Gitleaks)
        } else if has(".yml") || has(".yaml") {
            Some(if text.contains("kingfisher.") || text.contains("min_entropy:") { Self::Kingfisher } else { Self::Noseyparker })
        } else if text.contains("\"plugins_used\"") {
            Some(Self::DetectSecrets)
        } else if text.trim_start().starts_with('[') && (text.contains("\"RuleID\"") || has(".json")) {
            Some(Self::GitleaksReport)
        } else {
            None
        }
    }
}

/// Why a file cannot be read at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// The file is not text.
    #[error("{file}:{line}: not UTF-8")]
    NotText {
        /// The file's name.
        file: String,
        /// The line of the first bad byte.
        line: usize,
    },
    /// The file is too large.
    #[error("{file}: larger than {LARGEST} bytes")]
    Large {
        /// The file's name.
        file: String,
    },
    /// Nothing tells what it is.
    #[error("{file}: neither its name nor its text says which tool wrote it")]
    Unknown {
        /// The file's name.
        file: String,
    },
    /// The file is not of its format.
    #[error("{file}:{line}: {cause}")]
    Format {
        /// The file's name.
        file: String,
        /// From 1.
        line: usize,
        /// What is wrong.
        cause: String,
    },
}

/// Where something stands in a file of another tool.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct At {
    /// The file's name.
    pub file: String,
    /// From 1.
    pub line: usize,
}

/// What could not be carried over, or not all of it, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Note {
    /// Where it stands.
    pub at: At,
    /// What it is, and why.
    pub text: String,
    /// Whether something is lost altogether, rather than changed.
    pub lost: bool,
}

/// A rule as another tool has it.
#[derive(Debug, Clone, Default)]
struct Foreign {
    at: Option<At>,
    /// Whose format it is: the first half of its id here.
    tool: &'static str,
    id: String,
    title: String,
    pattern: String,
    group: Option<u32>,
    entropy: Option<String>,
    keywords: Vec<String>,
    confidence: &'static str,
    see: Vec<String>,
    examples: Vec<String>,
    counter: Vec<String>,
    /// What narrows it.
    scope: Scoping,
    /// What stands beside it that has no place here.
    remarks: Vec<String>,
}

/// What narrows a rule beside its pattern, as it is written here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Scoping {
    /// Globs of which one must match the path.
    paths: Vec<String>,
    /// What must stand near, within so many lines.
    near: Vec<(String, usize)>,
    /// Patterns of secrets that are none.
    secret: Vec<String>,
    /// Patterns of matches that are none.
    matched: Vec<String>,
    /// Patterns of lines on which there is none.
    line: Vec<String>,
    /// Words in secrets that are none.
    words: Vec<String>,
}

impl Scoping {
    /// Adds what another one excepts.
    fn except(&mut self, other: &Self) {
        let lists = [
            (&mut self.secret, &other.secret),
            (&mut self.matched, &other.matched),
            (&mut self.line, &other.line),
            (&mut self.words, &other.words),
        ];
        for (mine, theirs) in lists {
            mine.extend(theirs.iter().cloned());
            mine.sort();
            mine.dedup();
        }
    }
}

impl Foreign {
    fn at(&self) -> At {
        self.at.clone().unwrap_or(At { file: String::new(), line: 1 })
    }
}

/// A rule in our format, not yet written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carried {
    /// Where it came from.
    pub at: At,
    /// `tool.name`.
    pub id: String,
    /// Its id there.
    pub theirs: String,
    title: String,
    kind: &'static str,
    anchors: Vec<String>,
    context: bool,
    ignore_case: bool,
    pattern: String,
    proofs: Vec<String>,
    confidence: &'static str,
    explain: String,
    see: Vec<String>,
    examples: Vec<String>,
    counter: Vec<String>,
    overlaps: Vec<String>,
    scope: Scoping,
    remarks: Vec<String>,
}

/// An acceptance in our format, not yet written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Allow {
    /// Where it came from.
    pub at: At,
    /// Only of this rule.
    pub rule: Option<String>,
    /// Only at paths that match this glob.
    pub path: Option<String>,
    /// Only what this commit brought.
    pub commit: Option<String>,
    /// Why.
    pub reason: String,
}

/// What came of some files.
#[derive(Debug, Default)]
pub struct Imported {
    /// How many rules the files had.
    pub read: usize,
    /// How many of them were carried over.
    pub carried: usize,
    /// The rules, by id. One of theirs may have become several.
    pub rules: Vec<Carried>,
    /// The acceptances.
    pub allows: Vec<Allow>,
    /// What could not be carried over as it was.
    pub notes: Vec<Note>,
}

/// What is read of a file, before it is made ours.
#[derive(Debug, Default)]
struct Reading {
    rules: Vec<Foreign>,
    allows: Vec<Allow>,
    notes: Vec<Note>,
    /// Rules that were told in a note already.
    lost: usize,
}

/// Reads files of other tools, given as name and bytes; `source` says what all of them are.
pub fn import(files: &[(&str, &[u8])], source: Option<Source>) -> Result<Imported, ImportError> {
    let mut all = Reading::default();
    for (name, bytes) in files {
        let reading = read(name, bytes, source)?;
        let ids: BTreeSet<(&str, &str)> = reading.rules.iter().map(|rule| (rule.tool, rule.id.as_str())).collect();
        // A later file changes what an earlier one says.
        all.rules.retain(|rule| !ids.contains(&(rule.tool, rule.id.as_str())));
        all.rules.extend(reading.rules);
        all.allows.extend(reading.allows);
        all.notes.extend(reading.notes);
        all.lost += reading.lost;
        if all.rules.len() > MOST_RULES {
            let line = all.rules[MOST_RULES].at().line;
            return Err(ImportError::Format { file: (*name).to_owned(), line, cause: format!("more than {MOST_RULES} rules") });
        }
    }
    let mut imported = Imported { read: all.rules.len() + all.lost, notes: all.notes, allows: all.allows, ..Imported::default() };
    let carried = convert::all(&all.rules, &mut imported.notes);
    imported.rules = settle::settle(carried, &mut imported.notes);
    let mut theirs: Vec<(&At, &str)> = imported.rules.iter().map(|rule| (&rule.at, rule.theirs.as_str())).collect();
    theirs.sort_unstable();
    theirs.dedup();
    imported.carried = theirs.len();
    imported.allows = aim::all(std::mem::take(&mut imported.allows), &imported.rules, &mut imported.notes);
    imported.notes.sort();
    imported.notes.dedup();
    Ok(imported)
}

fn read(name: &str, bytes: &[u8], source: Option<Source>) -> Result<Reading, ImportError> {
    let file = || name.to_owned();
    if bytes.len() > LARGEST {
        return Err(ImportError::Large { file: file() });
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = memchr::memchr_iter(b'\n', &bytes[..error.valid_up_to()]).count() + 1;
        ImportError::NotText { file: file(), line }
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match source.or_else(|| Source::guess(name, text)).ok_or_else(|| ImportError::Unknown { file: file() })? {
        Source::Gitleaks => gitleaks::read(name, text),
        Source::GitleaksIgnore => Ok(accept::fingerprints(name, text)),
        Source::GitleaksReport => accept::report(name, text),
        Source::DetectSecrets => detect_secrets::read(name, text),
        Source::Kingfisher => yaml::read(name, text, "kingfisher"),
        Source::Noseyparker => yaml::read(name, text, "noseyparker"),
    }
}

/// Why a document in JSON cannot be read.
fn json(file: &str, error: &serde_json::Error) -> ImportError {
    ImportError::Format { file: file.to_owned(), line: error.line().max(1), cause: error.to_string() }
}
