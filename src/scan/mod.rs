//! One run: from targets to facts in order.
//!
//! Collectors offer parcels, workers open and inspect them, a ledger gathers what they learned. Threads and channels live
//! here and nowhere else; the same targets give the same ledger, whatever their number.

pub mod allows;
mod blind;
mod coded;
mod crowd;
mod error;
mod flaws;
mod inline;
mod judge;
mod ledger;
mod lies;
mod notes;
mod owners;
mod pending;
mod pipeline;
mod primes;
mod roster;
mod run;
mod spot;
mod survey;
mod tally;
mod unwrap;
mod worker;

pub use error::ScanError;
pub use ledger::{Ledger, Sighted, Way};
pub use run::{Ended, Plan, RunError, run};
pub use survey::{Saver, Survey, Surveyed, survey};
pub use tally::Tally;
