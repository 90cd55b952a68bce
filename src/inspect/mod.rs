//! Inspectors read bytes. They never do I/O.
//!
//! An inspector turns a document into facts, or takes off a wrapping so that what is inside is inspected again. To add one,
//! write a file with its `ABOUT` and register it in the table of its wing: here, in [`archive`], [`aws`] or [`encoding`].

pub mod archive;
pub mod aws;
mod bundles;
mod certificates;
mod code_owners;
pub mod encoding;
mod explained;
mod inspector;
mod key_files;
mod lines;
mod map;
mod marks;
mod private_keys;
mod secrets;
mod stores;
mod strength;
mod utf16;

pub use encoding::Remembered;
pub use explained::Explained;
pub use inspector::{Inner, Inspector, Limits, Outcome, Workbench};
pub use lines::{Lines, Mark};
pub use map::{Map, Rewriting};
pub use marks::mark;

/// The inspectors that belong to no wing, in the order in which they see a document.
pub const INSPECTORS: &[&dyn Inspector] = &[
    &secrets::Secrets,
    &utf16::Utf16,
    &key_files::KeyFiles,
    &bundles::Bundles,
    &certificates::Certificates,
    &private_keys::PrivateKeys,
    &code_owners::CodeOwners,
];

/// All inspectors, in the order in which they see a document: what lies there in clear comes first.
pub fn all() -> impl Iterator<Item = &'static dyn Inspector> {
    INSPECTORS.iter().chain(aws::AWS).chain(encoding::ENCODINGS).chain(archive::ARCHIVES).copied()
}
