//! What AWS policies really allow: who may do what, who can become whom, by which steps one becomes administrator.
//!
//! Pure functions over an [`Estate`]: the principals of the accounts with all that was granted to them. Answers are three-valued:
//! certain, conditional (a condition that no inventory can decide), possible (it hangs on something that no inventory tells).

pub mod actions;
mod assume;
mod ceiling;
mod circles;
mod doors;
mod effective;
mod escalation;
mod estate;
#[cfg(test)]
mod families;
mod invited;
pub mod managed;
#[cfg(test)]
mod naive;
#[cfg(test)]
mod naive_conditions;
pub mod policy;
mod privilege;
mod resource;
mod steps;
mod trust;
mod vendors;

pub use assume::assumes;
pub use circles::circles;
pub use doors::Doors;
pub use effective::{Answer, At, Request, allows};
pub use escalation::{Power, powers};
pub use estate::{Attached, Boundary, Estate, Group, Guarded, Principal, PrincipalKind, Role};
pub use privilege::{alone, everywhere, universal};
pub use trust::{Federation, Openness, Spread, account_of, federation, narrows, openness, restricts, stranger};
pub use vendors::{Vendor, called, vendor};
