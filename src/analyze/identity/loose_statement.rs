use crate::{
    analyze::{
        aws::{
            self, actions,
            policy::{Names, Policy, Statement},
        },
        check::NoSettings,
    },
    model::{
        About, Confidence, Finding, Privilege, Severity, Subject, Time, control,
        entity::{Grant, GrantKind, Identity},
    },
};

use super::{IdentityCheck, Roster, Ruling};

/// Finds statements that allow more than anybody can have meant.
pub struct LooseStatement;

/// Services of which all is too much in any case.
const GRAVE: &[&str] = &["iam", "sts", "kms", "s3", "secretsmanager", "ssm", "organizations", "lambda", "ec2"];

impl IdentityCheck for LooseStatement {
    const ABOUT: About = About {
        id: "aws-loose-statement",
        title: "A statement allows more than anybody can have meant",
        explain: "A statement of the identity's own policies (inline, or attached and written by its owners) allows all but some actions (`NotAction`), all but some \
                  resources (`NotResource`), every action of a service on everything, or `iam:PassRole` for every role and service. What it allows grows with \
                  every service and resource that is added, without anybody deciding so. A resource such as `arn:aws:iam::*:*` is everything, too, however \
                  narrow it looks.\n\nWrite down the actions that are used and the resources that they are used on. Where an exception is meant, deny it in a \
                  statement of its own. Administrators have a check of their own, and are not told here.",
        controls: &[&control::NHI5, &control::CSF_PR_AA_05, &control::CIS_AWS_2_14, &control::PCI_7_2_5],
        see: &[],
    };
    type Settings = NoSettings;

    fn judge(roster: &Roster, _: &NoSettings, _: Time, rule: &mut dyn FnMut(Ruling)) {
        for member in roster.members.values() {
            if member.standing.as_ref().is_some_and(|standing| standing.privilege == Privilege::Admin) {
                continue;
            }
            for grant in &member.grants {
                let Some(policy) = text(roster, grant).and_then(|text| Policy::parse(text).ok()) else { continue };
                for statement in policy.statements.iter().filter(|s| s.allows && !s.conditions.iter().any(aws::policy::Condition::demands))
                {
                    for (what, severity) in loose(statement, &member.identity.scope) {
                        rule(Ruling::Finding(finding(&member.identity, grant, statement.number, &what, severity)));
                    }
                }
            }
        }
    }
}

/// The text of a policy that its owners can change.
fn text<'r>(roster: &'r Roster, grant: &'r Grant) -> Option<&'r str> {
    match grant.kind {
        GrantKind::Inline => grant.document.as_deref(),
        GrantKind::Attached if !grant.via.starts_with("arn:aws:iam::aws:") => {
            let versions = &roster.policies.get(&grant.via)?.versions;
            versions.iter().find(|version| version.default).map(|version| version.document.as_str())
        }
        _ => None,
    }
}

fn finding(identity: &Identity, grant: &Grant, number: usize, what: &str, severity: Severity) -> Finding {
    let policy = grant.via.rsplit('/').next().unwrap_or(&grant.via);
    let subject = Subject::identity(&identity.uri, format!("{} statement {number} {what}", grant.via));
    let because = format!("{policy} of {} (statement {number}) allows {what}", identity.name);
    Finding::new(&LooseStatement::ABOUT, subject, severity, Confidence::High, because)
        .and("policy", grant.via.clone())
        .and("statement", number)
}

/// What is too wide about a statement, in words.
fn loose(statement: &Statement, account: &str) -> Vec<(String, Severity)> {
    let everywhere = |action: &str| aws::universal(&statement.resources, action, account);
    let mut all = Vec::new();
    match &statement.actions {
        Names::Except(others) if !others.iter().any(|pattern| pattern == "*:*") => {
            let severity = if everywhere("iam:") || everywhere("s3:") { Severity::High } else { Severity::Medium };
            all.push((format!("every action but {}", others.join(", ")), severity));
        }
        Names::Except(_) => {}
        Names::Only(patterns) => {
            all.extend(
                patterns.iter().filter_map(|pattern| whole(pattern)).filter(|service| everywhere(&format!("{service}:"))).map(service),
            );
            if patterns.iter().any(|pattern| pattern == "iam:passrole") && everywhere("iam:") {
                all.push(("iam:PassRole for every role and service".into(), Severity::Low));
            }
        }
    }
    if let (Names::Except(others), Names::Only(actions)) = (&statement.resources, &statement.actions) {
        all.push((format!("{} on everything but {}", actions.join(", "), others.join(", ")), Severity::High));
    }
    all
}

/// The service of which a pattern means every action.
fn whole(pattern: &str) -> Option<&str> {
    pattern.strip_suffix(":*").filter(|service| actions::is_service(service))
}

fn service(service: &str) -> (String, Severity) {
    let count = actions::expand(&format!("{service}:*")).count();
    let severity = if GRAVE.contains(&service) { Severity::High } else { Severity::Medium };
    (format!("all {count} actions of {service} on everything"), severity)
}

#[cfg(test)]
mod tests {
    use super::LooseStatement;
    use crate::{
        analyze::{
            check::NoSettings,
            identity::{IdentityCheck, Ruling, sample},
        },
        model::{Severity, Time},
    };

    fn told(statement: &str) -> Vec<(Severity, String)> {
        let roster = sample::standing("ci", &format!(r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow",{statement}}}}}"#));
        let said = sample::rulings(|rule| LooseStatement::judge(&roster, &NoSettings {}, Time(0), rule));
        let findings = said.into_iter().filter_map(|ruling| if let Ruling::Finding(found) = ruling { Some(found) } else { None });
        findings.map(|found| (found.severity, found.because)).collect()
    }

    #[test]
    fn complements_and_whole_services_are_told() {
        let severities = |statement| told(statement).into_iter().map(|(severity, _)| severity).collect::<Vec<_>>();
        assert_eq!(severities(r#""NotAction":"iam:*","Resource":"*""#), [Severity::High]);
        assert_eq!(severities(r#""NotAction":"iam:*","Resource":"arn:aws:sqs:eu-west-1:111111111111:q""#), [Severity::Medium]);
        assert_eq!(severities(r#""Action":"s3:Get*","NotResource":"arn:aws:s3:::private/*""#), [Severity::High]);
        assert_eq!(severities(r#""Action":["s3:*","sqs:*"],"Resource":"*""#), [Severity::High, Severity::Medium]);
        assert_eq!(severities(r#""Action":"s3:*","Resource":"arn:aws:s3:::*""#), [Severity::High]);
        assert_eq!(severities(r#""Action":"iam:PassRole","Resource":"arn:aws:iam::*:*""#), [Severity::Low]);
    }

    #[test]
    fn what_is_narrow_is_not() {
        assert!(told(r#""Action":"s3:*","Resource":"arn:aws:s3:::own/*""#).is_empty());
        assert!(told(r#""NotAction":"*","Resource":"*""#).is_empty());
        assert!(
            told(r#""Action":"iam:PassRole","Resource":"*","Condition":{"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}"#)
                .is_empty()
        );
        assert!(told(r#""Action":"*","Resource":"*""#).is_empty(), "an administrator has a check of his own");
    }
}
