use std::sync::Arc;

use crate::{
    analyze::{
        aws::{self, policy::Policy},
        check::NoSettings,
        identity::{IdentityCheck, Roster, Ruling},
    },
    model::{
        About, Confidence, Finding, Privilege, Severity, Subject, Time, control,
        entity::{GrantKind, PolicyText},
    },
};

/// Finds strong policies that nobody has, yet.
pub struct UnattachedPolicy;

impl IdentityCheck for UnattachedPolicy {
    const ABOUT: About = About {
        id: "aws-unattached-strong-policy",
        title: "A policy that allows everything lies ready",
        explain: "A policy of one's own makes an administrator of whoever gets it, and hangs on nobody. One call gives it to somebody, and its name rarely says what \
                  it does. Policies that serve as boundaries are left out, for they give nothing.\n\nDelete it.",
        controls: &[&control::NHI5, &control::CIS_AWS_2_14],
        see: &[],
    };
    type Settings = NoSettings;

    fn judge(roster: &Roster, _: &NoSettings, _: Time, rule: &mut dyn FnMut(Ruling)) {
        for policy in roster.policies.values().filter(|policy| aws::account_of(&policy.uri) != Some("aws")) {
            let account = aws::account_of(&policy.uri).unwrap_or_default();
            let strong = counts(policy).is_some_and(|text| aws::alone(&text, account) == Privilege::Admin);
            if !strong || hangs(roster, policy) {
                continue;
            }
            if policy.attachments.is_none() {
                let why = "no inventory tells on how many a policy hangs".into();
                rule(Ruling::Undecided { identity: policy.uri.clone(), why });
                continue;
            }
            let because = format!("the policy {} of account {account} allows everything, and hangs on nobody", policy.name);
            let subject = Subject::identity(&policy.uri, "");
            let finding = Finding::new(&Self::ABOUT, subject, Severity::Low, Confidence::High, because);
            rule(Ruling::Finding(finding.and("attachments", policy.attachments)));
        }
    }
}

/// The version of a policy that counts.
fn counts(policy: &PolicyText) -> Option<Arc<Policy>> {
    let version = policy.versions.iter().find(|version| version.default)?;
    Policy::parse(&version.document).ok().map(Arc::new)
}

/// Whether a policy hangs on anybody, as a boundary too.
fn hangs(roster: &Roster, policy: &PolicyText) -> bool {
    let grants = roster.members.values().flat_map(|member| &member.grants).chain(roster.groups.values().flatten());
    let mut named = grants.filter(|grant| matches!(grant.kind, GrantKind::Attached | GrantKind::Boundary));
    policy.attachments.is_some_and(|count| count > 0) || named.any(|grant| grant.via == policy.uri)
}

#[cfg(test)]
mod tests {
    use super::UnattachedPolicy;
    use crate::{
        analyze::{check::NoSettings, identity::sample},
        model::{
            Entity, Time,
            entity::{Grant, GrantKind, PolicyText, PolicyVersion},
        },
    };

    const ARN: &str = "arn:aws:iam::111111111111:policy/all";

    fn policy(action: &str, attachments: Option<u64>) -> Entity {
        let document = format!(r#"{{"Statement":{{"Effect":"Allow","Action":"{action}","Resource":"*"}}}}"#);
        let versions = vec![PolicyVersion { id: "v1".into(), default: true, document }];
        Entity::Policy(PolicyText { uri: ARN.into(), name: "all".into(), versions, attachments })
    }

    fn told(entities: impl IntoIterator<Item = Entity>) -> (usize, usize) {
        let (found, undecided) = sample::found::<UnattachedPolicy>(&sample::roster(entities), &NoSettings {}, Time(0));
        (found.len(), undecided)
    }

    #[test]
    fn a_strong_policy_on_nobody_is_told() {
        assert_eq!(told([policy("*", Some(0))]), (1, 0));
        assert_eq!(told([policy("*", Some(1))]), (0, 0));
        assert_eq!(told([policy("s3:*", Some(0))]), (0, 0));
        assert_eq!(told([policy("*", None)]), (0, 1));
    }

    #[test]
    fn policies_of_aws_lie_ready_for_everybody_in_every_partition() {
        let of_aws = |arn: &str| {
            let Entity::Policy(policy) = policy("*", Some(0)) else { panic!("a policy") };
            told([Entity::Policy(PolicyText { uri: arn.into(), ..policy })])
        };
        assert_eq!(of_aws("arn:aws:iam::aws:policy/AdministratorAccess"), (0, 0));
        assert_eq!(of_aws("arn:aws-us-gov:iam::aws:policy/AdministratorAccess"), (0, 0));
    }

    #[test]
    fn a_boundary_gives_nothing() {
        let user = sample::user("ci", 0);
        let grant = Grant { to: user.uri.clone(), kind: GrantKind::Boundary, via: ARN.into(), document: None };
        assert_eq!(told([policy("*", Some(0)), Entity::Identity(user), Entity::Grant(grant)]), (0, 0));
    }
}
