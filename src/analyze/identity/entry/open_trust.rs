use crate::{
    analyze::{
        aws::{self, Openness, policy::Statement},
        check::NoSettings,
        identity::{IdentityCheck, Roster, Ruling},
    },
    model::{About, Finding, Privilege, Severity, Time, control},
};

use super::door::{Door, doors};

/// Finds roles that let in more than they should.
pub struct OpenTrust;

impl IdentityCheck for OpenTrust {
    const ABOUT: About = About {
        id: "aws-open-trust",
        title: "A role lets in more than it should",
        explain: "Who may become a role stands in its trust policy. Open to *anybody*: the principal `*` without a condition that ties it to somebody, or a shared \
                  issuer of tokens (GitHub Actions, GitLab, HCP Terraform, Buildkite and others) without a condition on the claim that says whose token it \
                  is; `ForAllValues` and `IfExists` do not count, for they hold where the claim is missing, and `aws:PrincipalArn` does not where its \
                  pattern takes every account. *Wide*: a pattern that more than one owner, every repository of an owner or every namespace of a cluster fits, or \
                  a network and nothing else. *Outsider*: another account, of which no inventory is known, without an external id.\n\nName who may come in: an exact ARN, \
                  `aws:PrincipalOrgID`, `sub` with owner, repository and branch or environment, `sts:ExternalId` for a third party.",
        controls: &[&control::NHI4, &control::NHI6, &control::CSF_PR_AA_04, &control::CIS_AWS_2_21],
        see: &[],
    };
    type Settings = NoSettings;

    fn judge(roster: &Roster, _: &NoSettings, _: Time, rule: &mut dyn FnMut(Ruling)) {
        for door in doors(roster, rule) {
            let ours = |account: &str| account == door.member.identity.scope || roster.estate.accounts.contains(account);
            let Some(trust) = door.principal.role.as_ref().map(|role| &role.trust) else { continue };
            let mut told = Vec::new();
            for open in aws::openness(trust, &ours) {
                if !told.contains(&open.what) {
                    rule(Ruling::Finding(finding(&door, &trust.statements[open.statement], &open).and("width", open.width)));
                    told.push(open.what);
                }
            }
        }
    }
}

fn finding(door: &Door<'_>, statement: &Statement, open: &Openness) -> Finding {
    let powerful = door.member.standing.as_ref().is_some_and(|standing| standing.privilege >= Privilege::Escalates);
    let severity = match open.width {
        "anybody" => Severity::Critical,
        "wide" if powerful => Severity::Critical,
        "outsider" if !powerful => Severity::Medium,
        _ => Severity::High,
    };
    door.finding(&OpenTrust::ABOUT, statement, open.width, severity, &open.what)
}

#[cfg(test)]
mod tests {
    use super::OpenTrust;
    use crate::{
        analyze::{check::NoSettings, identity::sample},
        model::{
            Entity, Severity, Time,
            entity::{Account, Identity, IdentityKind},
        },
    };

    fn told(principal: &str, condition: &str) -> Option<Severity> {
        let role = sample::role("deploy", &sample::trust(principal, "sts:*", condition), "s3:List*");
        let (said, _) = sample::found::<OpenTrust>(&sample::roster(role), &NoSettings {}, Time(0));
        assert!(said.len() < 2, "{said:?}");
        said.first().map(|(severity, _)| *severity)
    }

    #[test]
    fn an_open_door_is_told_by_how_far_it_is_open() {
        let github = r#"{"Federated":"arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com"}"#;
        assert_eq!(told(r#""*""#, "{}"), Some(Severity::Critical));
        assert_eq!(told(github, r#"{"StringLike":{"token.actions.githubusercontent.com:sub":"repo:acme/*"}}"#), Some(Severity::High));
        assert_eq!(told(r#"{"AWS":"222222222222"}"#, "{}"), Some(Severity::Medium));
        assert_eq!(told(r#"{"Service":"ec2.amazonaws.com"}"#, "{}"), None);
    }

    #[test]
    fn a_role_without_a_trust_is_not_called_closed() {
        let uri = format!("arn:aws:iam::{}:role/deploy", sample::ACCOUNT);
        let roster = sample::roster([Entity::Identity(Identity::new("aws", IdentityKind::Role, uri, "deploy", sample::ACCOUNT))]);
        assert_eq!(sample::found::<OpenTrust>(&roster, &NoSettings {}, Time(0)), (Vec::new(), 1));
    }

    #[test]
    fn an_account_with_an_inventory_is_no_outsider() {
        let role = || sample::role("deploy", &sample::trust(r#"{"AWS":"222222222222"}"#, "sts:*", "{}"), "s3:List*");
        let told = |roster| sample::found::<OpenTrust>(&roster, &NoSettings {}, Time(0)).0.len();
        let ours = Account { provider: "aws".into(), id: "222222222222".into(), ..Account::default() };
        assert_eq!([told(sample::roster(role())), told(sample::roster(role().into_iter().chain([Entity::Account(ours)])))], [1, 0]);
    }
}
