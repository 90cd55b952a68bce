//! Readers of what declares an account: Terraform's source, states and plans, templates of CloudFormation.
//!
//! What is declared need not exist yet, and then has no ARN. It is made up from account, path and name, as AWS will make it; where
//! nothing tells the account, it is `000000000000`.

mod arns;
pub(super) mod cloudformation;
mod estate;
mod policy;
mod references;
mod resource;
mod running;
mod sharing;
pub(super) mod source;
pub(super) mod terraform;
mod told;
mod unknown;
