//! One report, many formats, one verdict. Formats write, they never judge.
//!
//! To add a format, write a file with its `ABOUT` and register it in the two lines below.

mod accepted;
mod allowed;
mod certificates;
mod escape;
mod format;
pub mod identities;
mod identity;
mod json;
mod jsonl;
mod load;
pub mod profile;
mod table;
mod verdict;
mod visible;

pub use certificates::Certificates;
pub use escape::{escape, escape_text};
pub use format::{Format, Look};
pub use json::SCHEMA;
pub use load::{Entries, Report};
pub use verdict::{Policy, Verdict};

/// Every format.
pub const FORMATS: &[&dyn Format] = &[&table::Table, &json::Json, &jsonl::JsonLines];

/// The format of that name.
pub fn format(name: &str) -> Option<&'static dyn Format> {
    FORMATS.iter().copied().find(|f| f.about().id == name)
}
