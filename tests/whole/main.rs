//! The whole program, as people run it: real repositories, the real binary, a scrubbed environment and a fixed clock.
//!
//! No string in these files looks like a credential: tokens are made at run time from pieces and a seed ([`support`]).

mod allows;
mod aws;
mod aws_accounts;
mod aws_anywhere;
mod aws_people;
mod aws_pieces;
mod aws_resources;
mod aws_scenario;
mod aws_server;
mod aws_things;
mod baselines;
mod certificates;
mod chains;
mod checks;
mod cli;
mod cloudformation;
mod corners;
mod databases;
mod declared_sharing;
mod documents;
mod doubtful;
mod drift;
mod emulator;
mod excess;
mod flaws;
mod flow;
mod history;
mod identities;
mod keys;
mod labels;
mod managed;
mod members;
mod owners;
mod records;
mod resources;
mod scopes;
mod secrecy;
mod support;
mod terraform;
mod terraform_source;
mod tls_material;
mod trusts;
mod unwrap;
mod weak_keys;
