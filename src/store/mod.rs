//! The cellar: one `SQLite` file, one writer, one atomic finish.
//!
//! Tables are private; the `report_*` views are the contract (docs/report.md). No column can hold a raw secret: what comes
//! in here are fingerprints, previews and places.

mod error;
mod locker;
mod open;
mod read;
mod schema;
mod write;

pub use error::StoreError;
pub use open::Record;
pub use read::{StoredAbout, StoredFinding, StoredPlace, StoredRun};
pub use schema::VERSION;
pub use write::{Finish, RunId, RunState, RunTotals};
