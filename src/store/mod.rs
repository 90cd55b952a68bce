//! The cellar: one `SQLite` file, one writer, one atomic finish.
//!
//! Tables are private; the `report_*` views are the contract (docs/report.md). No column can hold a raw secret: what comes
//! in here are fingerprints, previews and places.

mod allow;
mod chains;
mod entity;
mod error;
mod kinship;
mod known;
mod locker;
mod neighbours;
mod open;
mod page;
mod read;
mod schema;
mod standing;
mod stretch;
mod write;

pub use allow::{StoredAllow, StoredAllowFinding, StoredBaseline};
pub use entity::StoredEntity;
pub use error::StoreError;
pub use open::Record;
pub use page::{StoredEntry, StoredFinding, Weight};
pub use read::{StoredAbout, StoredRun};
pub use schema::VERSION;
pub use standing::{StoredBefore, StoredIdentity, StoredIdentityFinding, StoredUndecided};
/// A place of a credential as the record has it.
pub type StoredPlace = crate::model::Place;
pub use write::{Finish, RunId, RunState, RunTotals};
