//! Patterns in, hits out: no files, no threads, no clock.
//!
//! A document goes through one pass that finds the literals of all rules ([`prefilter`]); where what stands around a literal fits
//! ([`anchor`]), there is a candidate; the rule's pattern runs there and nowhere else ([`pattern`], [`hits`]). The tables are
//! made when the program is built, out of what the syntax of the patterns tells ([`shape`]). What the offline proofs say of a hit
//! is told by [`proofs`], what its format tells in clear by [`readers`].

pub mod anchor;
pub mod armour;
pub mod assignment;
mod automaton;
pub mod bitmap;
pub mod byteset;
pub mod context;
pub mod extra;
pub mod finder;
pub mod hits;
pub mod judge;
mod kin;
#[cfg(test)]
mod oracle;
pub mod pair;
pub mod pattern;
#[cfg(test)]
mod plan;
pub mod prefilter;
pub mod proofs;
pub mod readers;
pub mod scope;
pub mod shape;
pub mod tables;
pub mod word;

pub use anchor::{Anchor, Anchors, Candidate, RuleIndex};
pub use byteset::ByteSet;
pub use finder::{Finder, Scratch};
pub use hits::{Form, Hit};
pub use prefilter::Prefilter;
