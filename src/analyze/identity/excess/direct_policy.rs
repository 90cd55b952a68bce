use crate::{
    analyze::{
        check::NoSettings,
        identity::{IdentityCheck, Roster, Ruling},
    },
    model::{
        About, Confidence, Finding, Severity, Subject, Time, control,
        entity::{GrantKind, IdentityKind},
    },
};

use super::held::held;

/// Finds users who were given permissions one by one.
pub struct DirectPolicy;

impl IdentityCheck for DirectPolicy {
    const ABOUT: About = About {
        id: "aws-user-direct-policy",
        title: "A user has policies of his own",
        explain: "Policies hang on the user himself and not on a group. Nobody sees by the group what a sort of user may do, and what was given once stays. \
                  Hygiene, so low, and one finding for all policies of a user.\n\nPut the user into a group that has the policies; better, replace him by a \
                  role.",
        controls: &[&control::CIS_AWS_2_13, &control::CSF_PR_AA_05],
        see: &[],
    };
    type Settings = NoSettings;

    fn judge(roster: &Roster, _: &NoSettings, _: Time, rule: &mut dyn FnMut(Ruling)) {
        for held in held(roster, rule).into_iter().filter(|held| held.member.identity.kind == IdentityKind::User) {
            let of = |kind: GrantKind| {
                let grants = held.member.grants.iter().filter(move |grant| grant.kind == kind);
                grants.map(|grant| grant.via.clone()).collect::<Vec<String>>()
            };
            let (inline, attached) = (of(GrantKind::Inline), of(GrantKind::Attached));
            let count = inline.len() + attached.len();
            if count == 0 {
                continue;
            }
            let identity = &held.member.identity;
            let because = format!("{} has {count} {} of his own", identity.name, if count == 1 { "policy" } else { "policies" });
            let subject = Subject::identity(&identity.uri, "");
            let finding = Finding::new(&Self::ABOUT, subject, Severity::Low, Confidence::High, because);
            rule(Ruling::Finding(finding.and_beyond("policies", count, "<= 0").and("inline", inline).and("attached", attached)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::DirectPolicy;
    use crate::{
        analyze::{check::NoSettings, identity::sample},
        model::{
            Entity, Time,
            entity::{Grant, GrantKind, Identity},
        },
    };

    #[test]
    fn one_finding_tells_all_of_a_user_and_groups_are_none() {
        let user = Identity { native: Some("AIDAX".into()), ..sample::user("ci", 0) };
        let of = |kind, via: &str| Entity::Grant(Grant { to: user.uri.clone(), kind, via: via.into(), document: None });
        let told = |grants: &[Entity]| {
            let roster = sample::roster(grants.iter().cloned().chain([Entity::Identity(user.clone())]));
            sample::found::<DirectPolicy>(&roster, &NoSettings {}, Time(0)).0.into_iter().map(|(_, because)| because).collect::<Vec<_>>()
        };
        let two = [of(GrantKind::Attached, "arn:aws:iam::aws:policy/ReadOnlyAccess"), sample::inline(&user.uri, r#"{"Statement":[]}"#)];
        assert_eq!(told(&two), ["ci has 2 policies of his own"]);
        assert_eq!(told(&two[..1]), ["ci has 1 policy of his own"]);
        assert!(told(&[of(GrantKind::Member, "builders"), of(GrantKind::Boundary, "arn:x")]).is_empty());
    }
}
