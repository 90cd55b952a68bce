use crate::{
    analyze::{
        aws::{
            Principal,
            policy::{Principals, Statement},
            restricts,
        },
        identity::{Member, Roster, Ruling},
    },
    model::{
        About, Confidence, Finding, Privilege, Severity, Subject,
        entity::{GrantKind, IdentityKind},
    },
};

/// A role, with who may become it.
pub(super) struct Door<'r> {
    /// The role.
    pub member: &'r Member,
    /// What it was granted.
    pub principal: &'r Principal,
}

/// The roles of a roster that their owners can change; of those without a trust nothing is claimed.
pub(super) fn doors<'r>(roster: &'r Roster, rule: &mut dyn FnMut(Ruling)) -> Vec<Door<'r>> {
    let roles = roster.members.values().filter(|member| member.identity.kind == IdentityKind::Role);
    let mut all = Vec::new();
    for member in roles.filter(|member| !member.identity.uri.contains(":role/aws-service-role/")) {
        if let Some(principal) = roster.principal(&member.identity.uri).filter(|principal| principal.role.is_some()) {
            all.push(Door { member, principal });
            continue;
        }
        let told = member.grants.iter().any(|grant| grant.kind == GrantKind::Trust);
        let why = if told { "its trust cannot be understood" } else { "no inventory tells who may become it" };
        rule(Ruling::Undecided { identity: member.identity.uri.clone(), why: why.into() });
    }
    all
}

impl<'r> Door<'r> {
    /// What lets somebody in, with whom it names.
    pub fn open(&self) -> impl Iterator<Item = (&'r Statement, &'r Principals)> + use<'r> {
        let trust = self.principal.role.as_ref().map(|role| &role.trust);
        let statements = trust.into_iter().flat_map(|trust| &trust.statements).filter(|statement| statement.allows);
        statements.filter_map(|statement| Some((statement, statement.principals.as_ref()?)))
    }

    /// Whether the role can read secrets or data in bulk, or more.
    pub fn strong(&self) -> bool {
        self.member.standing.as_ref().is_some_and(|standing| standing.privilege >= Privilege::Sensitive)
    }

    /// One severity for a role that can read secrets or more, and one for the others.
    pub fn severity(&self, strong: Severity, weak: Severity) -> Severity {
        if self.strong() { strong } else { weak }
    }

    /// What is wrong with one of its statements.
    pub fn finding(&self, about: &About, statement: &Statement, what: &str, severity: Severity, because: &str) -> Finding {
        let identity = &self.member.identity;
        let subject = Subject::identity(&identity.uri, format!("statement {} {what}", statement.number));
        let standing = self.member.standing.as_ref().filter(|standing| standing.is_known());
        let privilege = standing.map_or("unknown", |standing| standing.privilege.name());
        Finding::new(about, subject, severity, Confidence::High, format!("{}: {because}", identity.name))
            .and("statement", statement.number)
            .and("privilege", privilege)
    }
}

/// Whether a statement is restricted by a condition on a key that `fits`.
pub(super) fn restricted(statement: &Statement, fits: impl Fn(&str) -> bool) -> bool {
    statement.conditions.iter().any(|condition| fits(&condition.key) && restricts(condition))
}

/// Whether a statement says on behalf of whom a service may come in.
pub(super) fn on_behalf(statement: &Statement) -> bool {
    const SOURCES: &[&str] = &["aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths"];
    restricted(statement, |key| SOURCES.contains(&key))
}
