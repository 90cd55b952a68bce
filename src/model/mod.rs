//! The words we speak: values without I/O, threads or a clock.
//!
//! Everything above this floor talks in these types; nothing here knows who uses them.

mod about;
mod allow;
mod appearance;
mod beside;
mod content;
pub mod control;
mod credential;
pub mod entity;
mod fact;
mod fault;
mod finding;
mod fingerprint;
mod flaw;
mod handle;
mod inventory;
mod level;
mod observed;
mod origin;
mod owners;
mod part;
mod secret;
mod sighting;
mod standing;
mod target;
mod time;

pub use about::About;
pub use allow::{Allow, AllowedBy, IdleMark, Mark, Notes, OWN_MARK, presentable};
pub use appearance::{Appearance, Introduction, RefClass, RefClasses};
pub use beside::beside;
pub use content::ContentId;
pub use control::Control;
pub use credential::{Companion, Credential, CredentialKey, Kind, MADE_UP, Proof};
pub use entity::Entity;
pub use fact::Fact;
pub use fault::{Fault, FaultKind};
pub use finding::{Evidence, Finding, Subject};
pub use fingerprint::{Fingerprint, Pepper};
pub use flaw::Flaw;
pub use handle::{handles, handles_of_holding};
pub use inventory::{Chain, Held, Known, Place, Related};
pub use level::{Certainty, Confidence, Privilege, Severity};
pub use observed::Observed;
pub use origin::{Document, Kin, Origin, Source, within};
pub use owners::OwnerLine;
pub use part::Part;
pub use secret::{Preview, Secret};
pub use sighting::{Sighting, Span};
pub use standing::{Share, Standing, Step, WhatIf, Witness};
pub use target::{Target, TargetError};
pub use time::Time;
