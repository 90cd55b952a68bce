use std::process::ExitCode;

/// How the program ends; the numbers are a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done, and nothing that was asked about stands against it.
    Done = 0,
    /// Findings at or above `--fail-on`.
    Fail = 1,
    /// Not done: usage, settings, access, record.
    NotDone = 2,
    /// Done in part: something could not be seen.
    Incomplete = 3,
    /// Interrupted.
    Interrupted = 130,
    /// The reader of the report went away before its end.
    BrokenPipe = 141,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}
