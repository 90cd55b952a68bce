//! What AWS policies really allow: who may do what, who can become whom, by which steps one becomes administrator.
//!
//! Pure functions over an [`Estate`]: the principals of the accounts with all that was granted to them. Answers are three-valued:
//! certain, conditional (a condition that no inventory can decide), possible (it hangs on something that no inventory tells).

pub mod actions;
mod assume;
mod doors;
mod edges;
mod effective;
mod escalation;
mod estate;
#[cfg(test)]
mod naive;
mod paths;
pub mod policy;
mod privilege;
mod trust;
mod ways;

pub use effective::{Answer, At, Request};
pub use escalation::{Power, powers};
pub use estate::{Attached, Boundary, Estate, Group, Principal, PrincipalKind, Role};
pub use privilege::universal;
pub use trust::{Federation, Openness, Spread, account_of, federation, openness, restricts};
