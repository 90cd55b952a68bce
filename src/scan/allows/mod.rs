//! What somebody accepted: which places it covers, what it amounts to, and what covers nothing.

mod baseline;
mod matcher;
mod ordinals;

use std::collections::BTreeSet;

use globset::{Glob, GlobBuilder};

use crate::model::{Allow, Fault, Pepper, Target};

pub use baseline::{Baseline, BaselineError, Entry};
pub(super) use matcher::{Matcher, idle_mark};
pub(super) use ordinals::Ordinals;

/// Longest glob, bytes.
const LONGEST_GLOB: usize = 1024;

/// What a run is told to accept.
#[derive(Default)]
pub struct Allows {
    /// Whether marks in documents count.
    pub inline: bool,
    /// From the settings of whoever scans and of what is scanned, the former first.
    pub list: Vec<Allow>,
    /// Whether one from the settings that covers nothing is a finding: not where the settings serve many targets.
    pub settings_are_for_this: bool,
    /// Targets, by their names in the record, of which only the files or only the history is looked at.
    pub halves: BTreeSet<String>,
    /// What was known before.
    pub baseline: Option<Baseline>,
    /// The baseline that is to be written, as it was.
    pub rewrite: Option<Baseline>,
    /// Why the settings of a target could not be read.
    pub faults: Vec<(Target, Fault)>,
}

impl Allows {
    /// The key of digests, where a baseline is read or written.
    pub fn salt(&self) -> Option<&Pepper> {
        self.baseline.as_ref().or(self.rewrite.as_ref()).map(Baseline::salt)
    }
}

/// Reads the glob of an allow, as `--exclude` reads its own.
pub fn glob(pattern: &str) -> Result<Glob, String> {
    if pattern.is_empty() || pattern.len() > LONGEST_GLOB {
        return Err(format!("a path has 1 to {LONGEST_GLOB} bytes"));
    }
    GlobBuilder::new(pattern).build().map_err(|e| e.kind().to_string())
}
