use crate::{
    analyze::{
        aws::Principal,
        identity::{Member, NO_POLICY, Roster, Ruling},
    },
    model::{Certainty, Privilege, entity::IdentityKind},
};

/// An identity, with what it was granted.
pub(super) struct Held<'r> {
    /// The identity.
    pub member: &'r Member,
    /// What it was granted.
    pub principal: &'r Principal,
}

/// The users and roles of a roster that their owners can change; of those without any policy nothing is claimed.
pub(super) fn held<'r>(roster: &'r Roster, rule: &mut dyn FnMut(Ruling)) -> Vec<Held<'r>> {
    let mut all = Vec::new();
    for member in roster.members.values().filter(|member| member.identity.kind != IdentityKind::Root) {
        // A permission set is judged as the roles that it becomes in accounts.
        if member.identity.kind == IdentityKind::PermissionSet || member.identity.uri.contains(":role/aws-service-role/") {
            continue;
        }
        match roster.principal(&member.identity.uri) {
            Some(principal) => all.push(Held { member, principal }),
            None => rule(Ruling::Undecided { identity: member.identity.uri.clone(), why: NO_POLICY.into() }),
        }
    }
    all
}

impl Held<'_> {
    /// Whether it is administrator, or may become one, however sure that is.
    pub fn may_rule(&self) -> bool {
        self.member.standing.as_ref().is_some_and(|standing| standing.privilege >= Privilege::Escalates)
    }

    /// Whether it is administrator, or certainly becomes one: then a stronger finding says all.
    pub fn rules(&self) -> bool {
        let Some(standing) = &self.member.standing else { return false };
        standing.privilege == Privilege::Admin || standing.privilege == Privilege::Escalates && standing.certainty == Certainty::Certain
    }
}
