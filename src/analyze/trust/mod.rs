//! How far an identity is to be trusted: a risk from 0 to 100, with what it is made of and what would lower it.
//!
//! Observations fall into groups that do not depend on each other; in a group only the worst counts. The likelihood of misuse is
//! `L = 1 − Π (1 − l)` over the groups, the impact `I` what the identity may do times where it does it, and the risk
//! `100 · √(L · I)`, bounded by a few gates. What nobody could tell is left out of the lower figure and taken at its prior in the
//! upper one. The weights are data with a version (`weights.toml`); nothing here is calibrated against incidents.

mod factors;
mod score;
mod weights;

pub use factors::{Case, observe};
pub use score::{Score, score};
pub use weights::Weights;
