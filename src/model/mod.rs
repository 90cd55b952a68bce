//! The words we speak: values without I/O, threads or a clock.
//!
//! Everything above this floor talks in these types; nothing here knows who uses them.

mod about;
mod allow;
mod appearance;
mod content;
mod credential;
mod fact;
mod fault;
mod finding;
mod fingerprint;
mod inventory;
mod level;
mod observed;
mod origin;
mod secret;
mod sighting;
mod target;
mod time;

pub use about::About;
pub use allow::{Allow, AllowedBy, IdleMark, Mark, Notes, OWN_MARK, presentable};
pub use appearance::{Appearance, Introduction, RefClass, RefClasses};
pub use content::ContentId;
pub use credential::{Companion, Credential, CredentialKey, Kind, Proof};
pub use fact::Fact;
pub use fault::{Fault, FaultKind};
pub use finding::{Evidence, Finding};
pub use fingerprint::{Fingerprint, Pepper};
pub use inventory::{Known, Place};
pub use level::{Confidence, Severity};
pub use observed::Observed;
pub use origin::{Document, Kin, Origin, Source, within};
pub use secret::{Preview, Secret};
pub use sighting::{Sighting, Span};
pub use target::{Target, TargetError};
pub use time::Time;
