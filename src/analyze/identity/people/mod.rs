//! Judges of permission sets: what people may do in accounts by single sign-on, and who has that.

mod set_spread;
mod set_unassigned;

use super::IdentityJudge;
use crate::model::entity::{Identity, IdentityKind};

use super::{Member, Roster};

/// Every check about permission sets.
pub const PEOPLE_CHECKS: &[&dyn IdentityJudge] = &[&set_spread::SetSpread, &set_unassigned::SetUnassigned];

/// The permission sets of a roster.
fn sets(roster: &Roster) -> impl Iterator<Item = &Member> {
    roster.members.values().filter(|member| member.identity.kind == IdentityKind::PermissionSet)
}

/// Who has a permission set, and where: `group admins`, `111111111111`; `None` where nobody tells.
fn assigned(set: &Identity) -> Option<Vec<(&str, &str)>> {
    if set.lacks("AccountAssignments") {
        return None;
    }
    let words = set.attributes.get(Identity::ASSIGNED)?;
    Some(words.split("; ").filter_map(|one| one.rsplit_once(" in ")).collect())
}

/// Why nobody can say who has a permission set.
const UNTOLD: &str = "no inventory tells who has the permission set";
