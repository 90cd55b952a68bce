//! Collectors fetch bytes. They never interpret them.
//!
//! A collector turns a target into parcels: promises of documents, each with the place where it lies. To add one, write a
//! file with its `ABOUT` and register it in the two lines below.

#[cfg(feature = "aws")]
pub mod aws;
mod collector;
mod crew;
mod error;
mod file;
mod filesystem;
pub mod git;
mod path;
mod stream;
mod visit;

pub use collector::{Collector, Desk, Outlet, Parcel};
pub use crew::{Alone, Crew};
pub use error::CollectError;
pub use file::mode_of;
pub use path::show_path;
pub use visit::{AccountSettings, Settings, Visit};

/// Every collector. History comes before files, because a tracked, unmodified file is its blob and is read once.
pub const COLLECTORS: &[&dyn Collector] = &[
    &git::Git,
    &filesystem::Filesystem,
    &stream::Stream,
    #[cfg(feature = "aws")]
    &aws::Aws,
];

/// All schemes that some collector serves, without the bare path and standard input.
pub fn schemes() -> Vec<&'static str> {
    let mut all: Vec<_> = COLLECTORS.iter().flat_map(|c| c.schemes()).copied().filter(|s| s.len() > 1).collect();
    all.sort_unstable();
    all.dedup();
    all
}
