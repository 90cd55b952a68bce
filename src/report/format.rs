use std::io;

use crate::model::About;

use super::Report;

/// Writes a report in one form.
pub trait Format: Sync {
    /// What it says of itself; its id is what `--format` takes.
    fn about(&self) -> &'static About;

    /// Writes the whole report. Where the record cannot be read, the error holds a [`StoreError`](crate::store::StoreError).
    fn write(&self, report: &Report<'_>, look: Look, out: &mut dyn io::Write) -> io::Result<()>;
}

/// What the face knows of where a report goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Columns of the terminal; `None` where it is none.
    pub width: Option<u16>,
    /// Whether colour is wanted.
    pub colour: bool,
}
