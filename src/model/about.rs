use serde::Serialize;

use super::Control;

/// What a plug-in, a rule or a check says of itself: shown by `explain`, kept with each run that used it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct About {
    /// Stable kebab-case name (`exposed-credential`, `filesystem`).
    pub id: &'static str,
    /// One line without a full stop.
    pub title: &'static str,
    /// What it does, why it matters, what to do about it: paragraphs of plain text.
    pub explain: &'static str,
    /// The risks and controls of public frameworks that it speaks to.
    pub controls: &'static [&'static Control],
    /// Addresses of the sources behind it.
    pub see: &'static [&'static str],
}
