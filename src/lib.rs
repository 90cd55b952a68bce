//! unhidden brings non-human identities and the credentials that they leave lying about into the light.
//!
//! A run goes one way: **collect → inspect → store → analyze → report**. No stage calls back; results flow down channels,
//! settings down arguments. A room uses only floors below its own (`tests/architecture.rs` holds that):
//!
//! ```text
//! 7 main.rs     parse, run, exit
//! 6 cli/        the face: the only room that prints, reads environment and clock, or exits
//! 5 scan/       one run, from targets to findings
//! 4 inspect/    readers: bytes → facts
//! 4 report/     one report, many formats, one verdict
//! 3 rules/      the rule book: TOML → Rule, built-ins made at build time, the laws every rule keeps
//! 2 engine/     patterns in, hits out; proofs and readers of what was hit: no files, no threads, no clock
//! 2 collect/    fetchers: targets → parcels
//! 2 analyze/    judges: a credential with its places, the identities of an inventory → findings, pure functions
//! 2 store/      the cellar: SQLite, one writer
//! 1 model/      the words we speak: no I/O, no threads, no clock
//! ```
//!
//! A credential is known in three ways. By its form: a rule with a literal, a pattern and offline proofs. By the word before it: a
//! *context rule*, where a format has no prefix of its own. Or by the name that it is given to: [`engine::assignment`] reads
//! `name = value` in any format, [`engine::judge`] weighs what speaks for and against the value, and what depends on the path is
//! added when the path is known, which in a history is last. The readers of [`inspect`] take off what a document is wrapped in
//! ([`inspect::archive`], [`inspect::encoding`]), and everything inside is inspected again.
//!
//! Two ideas carry the weight. *Collectors fetch, inspectors read*: a collector turns a target into parcels, promises of
//! documents; an inspector turns bytes into facts. And *the join*: what lies in a file and what an inventory knows are both a
//! [`model::Credential`], tied by handle or by keyed fingerprint.
//!
//! What an inventory tells is a [`model::Entity`]: an identity, what it holds, what it was granted. At the end of a run all that
//! is known of identities, from this run and earlier ones, is put together into a roster ([`analyze::identity`]); [`analyze::aws`]
//! says what each may do and by which steps it becomes administrator, [`analyze::trust`] how far it is to be trusted; and the
//! checks on credentials see whose a leaked key is ([`model::Held`]) before they judge it. An inventory need not be of what is
//! there: Terraform's source, a plan and a template tell what would be ([`inspect::aws`]), and are judged in the same way; a state
//! tells what somebody remembers. Each word keeps its *basis* ([`model::entity::Basis`]) and its file, and where two disagree the roster says
//! which counts.
//!
//! What an account was asked in vain is a fault, and a document of that account as well: [`analyze::identity::NEEDS`] says which checks
//! hang on each call, and those are undecided, live and from saved answers. [`collect::aws::ASKED`] lists every call that is ever made.
//!
//! Some documents say little alone: a file of Terraform needs those beside it. Of such an inspector takes a [`model::Part`], and the
//! parts of a target are put together when their places are known.
//!
//! What depends on where something lies is settled when all places are known, in a history last ([`scan`]): values that names are
//! given, rules of users that count at some paths only ([`engine::scope`]), old inventories, and *flaws*: public things that cannot
//! be read, which are faults unless they were made so for a test.
//!
//! A check names the risks and controls of public frameworks by constants ([`model::control`]), and compares with the last run
//! where it asks what changed.

pub mod analyze;
pub mod cli;
pub mod collect;
pub mod engine;
pub mod inspect;
pub mod model;
pub mod report;
pub mod rules;
pub mod scan;
pub mod store;
