//! Policies that an identity has and of which no inventory tells what they allow.

use std::collections::BTreeSet;

use crate::{
    analyze::aws::managed,
    model::entity::{Grant, GrantKind},
};

use super::{Member, Roster, estate::group};

/// Why nobody can say that an identity may not do something.
pub(super) const UNTOLD: &str = "no inventory tells what one of its policies allows";

/// The names of the policies of an identity and of its groups whose text nobody tells, and what the collector says that it could not read of it.
pub(super) fn untold(member: &Member, roster: &Roster) -> BTreeSet<String> {
    let members = member.grants.iter().filter(|grant| grant.kind == GrantKind::Member);
    let groups = members.filter_map(|grant| roster.groups.get(&group(roster, &member.identity.scope, &grant.via)));
    let all = member.grants.iter().chain(groups.flatten());
    let nameless = member.identity.untold_powers().map(|part| format!("{part} (a call that was refused)"));
    all.filter_map(|grant| open(grant, roster)).chain(nameless).collect()
}

/// The name of a policy of which nobody tells all, with what it hangs on, where its source says that.
fn open(grant: &Grant, roster: &Roster) -> Option<String> {
    if !is_told(grant, roster) {
        return Some(grant.via.clone());
    }
    let text = match grant.kind {
        GrantKind::Inline => grant.document.as_deref(),
        GrantKind::Attached => {
            roster.policies.get(&grant.via)?.versions.iter().find(|version| version.default).map(|v| v.document.as_str())
        }
        _ => None,
    };
    let on: Vec<&str> = Grant::unknowns(text?).collect();
    (!on.is_empty()).then(|| format!("{} (hangs on {})", grant.via, on.join(", ")))
}

fn is_told(grant: &Grant, roster: &Roster) -> bool {
    match grant.kind {
        GrantKind::Inline => grant.document.is_some(),
        GrantKind::Attached => {
            let own = roster.policies.get(&grant.via).is_some_and(|policy| policy.versions.iter().any(|version| version.default));
            own || managed::text(&grant.via).is_some()
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::untold;
    use crate::{
        analyze::identity::{sample, standings},
        model::{
            Certainty, Entity, Time,
            entity::{Grant, GrantKind, Identity},
        },
    };

    fn grant(kind: GrantKind, via: &str) -> Entity {
        Entity::Grant(Grant { to: sample::user("ci", 0).uri, kind, via: via.into(), document: None })
    }

    #[test]
    fn a_policy_without_a_text_makes_what_is_known_a_lower_bound() {
        let mine = format!("arn:aws:iam::{}:policy/mine", sample::ACCOUNT);
        let mut roster =
            sample::roster([Entity::Identity(sample::user("ci", 0)), grant(GrantKind::Attached, &mine), grant(GrantKind::Inline, "own")]);
        let member = roster.members.values().next().expect("a member");
        assert_eq!(untold(member, &roster).into_iter().collect::<Vec<_>>(), [mine.clone(), "own".to_owned()]);
        let standing = standings(&mut roster, Time(0)).into_values().next().expect("a power").standing;
        assert_eq!(standing.certainty, Certainty::Possible);
        assert!(standing.because.iter().any(|why| why.contains(&mine)), "{:?}", standing.because);
    }

    #[test]
    fn a_policy_that_aws_manages_is_known_without_its_text() {
        let mut roster =
            sample::roster([Entity::Identity(sample::user("ci", 0)), grant(GrantKind::Attached, "arn:aws:iam::aws:policy/ReadOnlyAccess")]);
        let member = roster.members.values().next().expect("a member");
        assert!(untold(member, &roster).is_empty());
        let standing = standings(&mut roster, Time(0)).into_values().next().expect("a power").standing;
        assert_eq!(standing.certainty, Certainty::Certain);
    }

    #[test]
    fn what_a_refused_call_would_tell_makes_it_one_too_and_tags_give_nothing() {
        let known = |parts: &str| {
            let mut user = sample::user("ci", 0);
            user.native = Some("AIDAX".into());
            user.attributes.insert(Identity::UNTOLD.into(), parts.into());
            let own = sample::inline(&user.uri, r#"{"Statement":{"Effect":"Allow","Action":"s3:ListBucket","Resource":"*"}}"#);
            let roster = sample::roster([Entity::Identity(user), own]);
            roster.members.values().next().and_then(|member| member.standing.as_ref()).map(|standing| standing.certainty)
        };
        assert_eq!(known("AttachedManagedPolicies, Tags"), Some(Certainty::Possible));
        assert_eq!(known("RoleLastUsed, Tags"), Some(Certainty::Certain));
    }
}
