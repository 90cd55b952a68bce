use crate::{
    analyze::{
        aws::{self, Openness, policy::Policy},
        check::NoSettings,
    },
    model::{
        About, Confidence, Finding, Privilege, Severity, Subject, Time, control,
        entity::{GrantKind, IdentityKind},
    },
};

use super::{IdentityCheck, Member, Roster, Ruling};

/// Finds roles that let in more than they should.
pub struct OpenTrust;

impl IdentityCheck for OpenTrust {
    const ABOUT: About = About {
        id: "aws-open-trust",
        title: "A role lets in more than it should",
        explain: "Who may become a role stands in its trust policy. Open to *anybody*: the principal `*` without a condition that ties it to somebody, or a shared \
                  issuer of tokens (GitHub Actions, GitLab, CircleCI, Terraform Cloud, Buildkite, EKS and others) without a condition on the claim that says whose \
                  token it is; `ForAllValues` and `IfExists` do not count, for they hold where the claim is missing. *Wide*: a pattern that more than one \
                  owner, or every repository of an owner, fits. *Outsider*: another account without an external id.\n\nName who may come in: an exact ARN, \
                  `aws:PrincipalOrgID`, `sub` with owner, repository and branch or environment, `sts:ExternalId` for a third party.",
        controls: &[&control::NHI4, &control::NHI6, &control::CSF_PR_AA_04, &control::CIS_AWS_2_21],
        see: &[],
    };
    type Settings = NoSettings;

    fn judge(roster: &Roster, _: &NoSettings, _: Time, rule: &mut dyn FnMut(Ruling)) {
        for member in roster.members.values().filter(|member| member.identity.kind == IdentityKind::Role) {
            let Some(text) = member.grants.iter().find(|g| g.kind == GrantKind::Trust).and_then(|g| g.document.as_deref()) else {
                let why = "no inventory tells who may become it".into();
                rule(Ruling::Undecided { identity: member.identity.uri.clone(), why });
                continue;
            };
            let Ok(trust) = Policy::parse(text) else { continue };
            let mut told = Vec::new();
            for open in aws::openness(&trust, &member.identity.scope) {
                if !told.contains(&open.what) {
                    rule(Ruling::Finding(finding(member, &open)));
                    told.push(open.what);
                }
            }
        }
    }
}

fn finding(member: &Member, open: &Openness) -> Finding {
    let identity = &member.identity;
    let powerful = member.standing.as_ref().is_some_and(|standing| standing.privilege >= Privilege::Escalates);
    let severity = match open.width {
        "anybody" => Severity::Critical,
        "wide" if powerful => Severity::Critical,
        "outsider" if !powerful => Severity::Medium,
        _ => Severity::High,
    };
    let privilege = member.standing.as_ref().filter(|standing| standing.is_known()).map_or("unknown", |standing| standing.privilege.name());
    let subject = Subject::identity(&identity.uri, format!("statement {} {}", open.statement, open.width));
    Finding::new(&OpenTrust::ABOUT, subject, severity, Confidence::High, format!("{}: {}", identity.name, open.what))
        .and("width", open.width)
        .and("statement", open.statement)
        .and("privilege", privilege)
}

#[cfg(test)]
mod tests {
    use super::OpenTrust;
    use crate::{
        analyze::{
            check::NoSettings,
            identity::{IdentityCheck, Ruling, sample},
        },
        model::{
            Entity, Severity, Time,
            entity::{Grant, GrantKind, Identity, IdentityKind},
        },
    };

    fn told(principal: &str, condition: &str) -> Option<Severity> {
        let uri = format!("arn:aws:iam::{}:role/deploy", sample::ACCOUNT);
        let document = format!(r#"{{"Statement":{{"Effect":"Allow","Principal":{principal},"Action":"sts:*","Condition":{condition}}}}}"#);
        let trust = Grant { to: uri.clone(), kind: GrantKind::Trust, via: "trust".into(), document: Some(document) };
        let role = Identity::new("aws", IdentityKind::Role, uri, "deploy", sample::ACCOUNT);
        let roster = sample::roster([Entity::Identity(role), Entity::Grant(trust)]);
        let said = sample::rulings(|rule| OpenTrust::judge(&roster, &NoSettings {}, Time(0), rule));
        assert!(said.len() < 2, "{said:?}");
        said.into_iter().find_map(|ruling| if let Ruling::Finding(found) = ruling { Some(found.severity) } else { None })
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
        let said = sample::rulings(|rule| OpenTrust::judge(&roster, &NoSettings {}, Time(0), rule));
        assert!(matches!(said.as_slice(), [Ruling::Undecided { .. }]), "{said:?}");
    }
}
