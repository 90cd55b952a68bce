//! The whole program, as people run it: real repositories, the real binary, a scrubbed environment and a fixed clock.
//!
//! No string in these files looks like a credential: tokens are made at run time from pieces and a seed ([`support`]).

mod allows;
mod aws;
mod aws_server;
mod baselines;
mod certificates;
mod checks;
mod cli;
mod databases;
mod documents;
mod drift;
mod flow;
mod history;
mod identities;
mod keys;
mod labels;
mod members;
mod records;
mod secrecy;
mod support;
mod tls_material;
mod unwrap;
