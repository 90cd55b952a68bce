use std::{error::Error, io, path::Path};

use crate::{
    collect::CollectError,
    model::TargetError,
    rules::RuleError,
    scan::{RunError, ScanError},
    store::StoreError,
};

use super::{Exit, ui::Ui};

/// Why a command was not done: one sentence, its causes, and what to do about it.
#[derive(Debug)]
pub struct CommandError {
    what: String,
    causes: Vec<String>,
    hints: Vec<String>,
    exit: Exit,
}

impl CommandError {
    /// A plain error.
    pub fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), causes: Vec::new(), hints: Vec::new(), exit: Exit::NotDone }
    }

    /// An error with all its causes.
    pub fn from_error(error: &(dyn Error + 'static)) -> Self {
        let mut causes = Vec::new();
        let mut next = error.source();
        while let Some(cause) = next {
            causes.push(cause.to_string());
            next = cause.source();
        }
        Self { causes, ..Self::new(error.to_string()) }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// The reader of stdout went away: nothing to say, and nobody to say it to.
    pub fn output(error: &io::Error) -> Self {
        let exit = if error.kind() == io::ErrorKind::BrokenPipe { Exit::BrokenPipe } else { Exit::NotDone };
        Self { causes: vec![error.to_string()], exit, ..Self::new("cannot write the report") }
    }

    /// A file that cannot be read.
    pub fn file(doing: &str, path: &std::path::Path, error: &io::Error) -> Self {
        Self { causes: vec![error.to_string()], ..Self::new(format!("cannot {doing} {}", path.display())) }
    }

    /// Says it on stderr and gives the exit code.
    pub fn tell(&self, ui: &Ui) -> Exit {
        if self.exit != Exit::BrokenPipe {
            ui.error(&self.what, &self.causes, &self.hints);
        }
        self.exit
    }
}

impl From<StoreError> for CommandError {
    fn from(error: StoreError) -> Self {
        let told = Self::from_error(&error);
        match error {
            StoreError::Foreign { .. } => told.hint("name another file with --record"),
            StoreError::Newer { .. } => told.hint("use a newer unhidden, or another file with --record"),
            StoreError::Damaged { .. } => {
                told.hint("move it away (`sqlite3 FILE .recover` may save what is in it), or name another file with --record")
            }
            StoreError::Locked { .. } => told.hint("wait for that process, or name another file with --record"),
            StoreError::ReadOnly { .. } | StoreError::Open { .. } | StoreError::Link { .. } => {
                told.hint("name a file that you may write with --record")
            }
            StoreError::Full { .. } => {
                told.hint("make room, or name a file on another disk with --record; what the record held before is intact")
            }
            StoreError::NoSuchRun { .. } => told.hint("`unhidden scan` makes one"),
            StoreError::Sqlite { .. } => told,
        }
    }
}

impl From<RunError> for CommandError {
    fn from(error: RunError) -> Self {
        match error {
            RunError::Store(error) => error.into(),
            RunError::Scan(ScanError::Collect(CollectError::NotARepository { path, hint })) => {
                let told = Self::new(format!("{} is not a git repository", path.display()));
                let told = hint.into_iter().fold(told, Self::hint);
                told.hint(format!("`dir:{}` scans the files alone", path.display()))
            }
            other => hint_of(&other).into_iter().fold(Self::from_error(&other), Self::hint),
        }
    }
}

/// What helps where an account cannot be read.
fn hint_of(error: &RunError) -> Option<&'static str> {
    match error {
        #[cfg(feature = "aws")]
        RunError::Scan(ScanError::Collect(CollectError::Account { trouble, .. })) => trouble.hint,
        _ => None,
    }
}

impl From<RuleError> for CommandError {
    fn from(error: RuleError) -> Self {
        Self::from_error(&error)
    }
}

/// An unknown scheme, with the nearest known one.
pub fn target(error: &TargetError, schemes: &[&str]) -> CommandError {
    let told = CommandError::from_error(error);
    match error {
        TargetError::UnknownScheme { scheme, .. } => {
            let told = nearest(scheme, schemes).into_iter().fold(told, |t, s| t.hint(format!("did you mean `{s}:`?")));
            told.hint(format!(
                "targets are PATH, {} and - (standard input)",
                schemes
                    .iter()
                    .map(|s| if *s == "aws" { "aws:PROFILE".to_owned() } else { format!("{s}:PATH") })
                    .collect::<Vec<_>>()
                    .join(", ")
            ))
        }
        TargetError::Empty(_) => told,
    }
}

/// The known name that is nearest to a misspelt one, if any is near.
pub fn nearest<'n>(name: &str, known: &[&'n str]) -> Option<&'n str> {
    let scored = known.iter().map(|k| (strsim::damerau_levenshtein(name, k), *k));
    scored.min().filter(|(distance, k)| *distance <= 1.max(k.len() / 3)).map(|(_, k)| k)
}

/// A path that is not there.
pub fn missing(path: &Path) -> CommandError {
    CommandError::new(format!("no such file or directory: {}", path.display()))
}
