//! Judges of policies that hang on resources: who may use a bucket, a key, a queue, a secret, a function.

mod function_open;
mod guest;
mod key_rotation;
mod resource_deputy;
mod resource_outside;
mod resource_public;

use super::IdentityJudge;

/// Every check about policies of resources.
pub const SHARING_CHECKS: &[&dyn IdentityJudge] = &[
    &function_open::FunctionOpen,
    &key_rotation::KeyRotation,
    &resource_deputy::ResourceDeputy,
    &resource_outside::ResourceOutside,
    &resource_public::ResourcePublic,
];
