//! Inspectors read bytes. They never do I/O.
//!
//! An inspector turns a document into facts, or takes off a wrapping so that what is inside is inspected again. To add one,
//! write a file with its `ABOUT` and register it in the two lines below.

mod inspector;
mod key_files;
mod lines;
mod marks;
mod secrets;
mod strength;
mod utf16;

pub use inspector::{Inspector, Outcome, Workbench};
pub use lines::Lines;

/// Every inspector, in the order in which they see a document.
pub const INSPECTORS: &[&dyn Inspector] = &[&secrets::Secrets, &utf16::Utf16, &key_files::KeyFiles];
