use std::collections::BTreeSet;

use crate::{
    analyze::{
        aws::{
            self, Attached,
            actions::{self, Level},
            narrows,
            policy::{Names, Statement},
        },
        check::NoSettings,
        exposure::counted,
        identity::{IdentityCheck, Roster, Ruling, of_people},
    },
    model::{About, Confidence, Finding, Privilege, Severity, Subject, Time, control, entity::Identity},
};

use super::held::held;

/// Finds statements that allow more than anybody can have meant.
pub struct LooseStatement;

/// Services of which all is too much in any case.
const GRAVE: &[&str] = &["iam", "sts", "kms", "s3", "secretsmanager", "ssm", "organizations", "lambda", "ec2"];

impl IdentityCheck for LooseStatement {
    const ABOUT: About = About {
        id: "aws-loose-statement",
        title: "A statement allows more than anybody can have meant",
        explain: "A statement of a policy that hangs on the identity itself allows all but some actions (`NotAction`), all but some resources (`NotResource`), every \
                  action of a service on everything, or `iam:PassRole` for every role and service; or, in a policy that its owners wrote, a pattern that \
                  stands for actions that change things (`s3:Put*`) on everything. What it allows grows with every service and resource that is added, \
                  without anybody deciding so. A resource such as `arn:aws:iam::*:*` is everything, too, however narrow it looks, and a condition that \
                  every request meets or that whoever asks can meet (`aws:SecureTransport`, `aws:UserAgent`, `*`) limits nothing.\n\nWrite down the actions \
                  that are used and the resources that they are used on. Where an exception is meant, deny it in a statement of its own. \
                  Administrators have a check of their own, and are not told here; what people have by single sign-on is low.",
        controls: &[&control::NHI5, &control::CSF_PR_AA_05, &control::CIS_AWS_2_14, &control::PCI_7_2_5],
        see: &[],
    };
    type Settings = NoSettings;

    fn judge(roster: &Roster, _: &NoSettings, _: Time, rule: &mut dyn FnMut(Ruling)) {
        for held in held(roster, rule) {
            if held.member.standing.as_ref().is_some_and(|standing| standing.privilege == Privilege::Admin) {
                continue;
            }
            // What a group has is not the user's to narrow.
            for attached in held.principal.policies.iter().filter(|attached| attached.group.is_none()) {
                for statement in attached.policy.statements.iter().filter(|s| s.allows && !s.conditions.iter().any(narrows)) {
                    for (what, severity) in loose(statement, attached, &held.member.identity.scope) {
                        rule(Ruling::Finding(finding(&held.member.identity, attached, statement, &what, severity)));
                    }
                }
            }
        }
    }
}

fn finding(identity: &Identity, attached: &Attached, statement: &Statement, what: &str, severity: Severity) -> Finding {
    let policy = attached.name.rsplit('/').next().unwrap_or(&attached.name);
    let number = statement.number;
    let subject = Subject::identity(&identity.uri, format!("{} statement {number} {what}", attached.name));
    let because = format!("{policy} of {} (statement {number}) allows {what}", identity.name);
    let severity = if of_people(identity) { Severity::Low.min(severity) } else { severity };
    let finding = Finding::new(&LooseStatement::ABOUT, subject, severity, Confidence::High, because)
        .and("policy", attached.name.clone())
        .and("statement", number);
    let vain: Vec<String> = statement.conditions.iter().map(|condition| condition.key.clone()).collect();
    if vain.is_empty() { finding } else { finding.and("conditions-that-limit-nothing", vain) }
}

/// What is too wide about a statement, in words.
fn loose(statement: &Statement, attached: &Attached, account: &str) -> Vec<(String, Severity)> {
    let everywhere = |action: &str| aws::universal(&statement.resources, action, account);
    let mut all = Vec::new();
    match &statement.actions {
        Names::Except(others) if !others.iter().any(|pattern| pattern == "*:*") => {
            let severity = if everywhere("iam:") || everywhere("s3:") { Severity::High } else { Severity::Medium };
            all.push((format!("every action but {}", others.join(", ")), severity));
        }
        Names::Except(_) => {}
        Names::Only(patterns) => {
            let whole: Vec<&str> = patterns.iter().filter_map(|p| whole(p)).filter(|service| everywhere(&format!("{service}:"))).collect();
            all.extend(services(&whole));
            all.extend(changes(statement, patterns, account).filter(|_| aws::account_of(&attached.name) != Some("aws")));
            let roles = statement.resources.cover(&format!("arn:aws:iam::{account}:role/*"));
            if roles && patterns.iter().any(|pattern| pattern == "iam:passrole") {
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
    pattern.strip_suffix(":*").filter(|service| *service != "*" && actions::is_service(service))
}

/// All actions of some services.
fn services(whole: &[&str]) -> Option<(String, Severity)> {
    let count: usize = whole.iter().map(|service| actions::expand(&format!("{service}:*")).count()).sum();
    let severity = if whole.iter().any(|service| GRAVE.contains(service)) { Severity::High } else { Severity::Medium };
    (!whole.is_empty()).then(|| (format!("all {count} actions of {} on everything", whole.join(", ")), severity))
}

/// Patterns that stand for actions that change things, on everything.
fn changes(statement: &Statement, patterns: &[String], account: &str) -> Option<(String, Severity)> {
    let (mut named, mut changing) = (Vec::new(), BTreeSet::new());
    for pattern in patterns.iter().filter(|pattern| pattern.contains(['*', '?']) && !pattern.ends_with(":*")) {
        let before = changing.len();
        let matched = actions::expand(pattern).filter(|(_, action)| action.level >= Level::Write);
        let on_all = matched.map(|(service, action)| format!("{service}:{}", action.name));
        changing.extend(on_all.filter(|action| aws::universal(&statement.resources, action, account)));
        if changing.len() > before {
            named.push(pattern.as_str());
        }
    }
    let told = format!("{} on everything ({} to change things)", named.join(", "), counted(changing.len(), "action"));
    (!named.is_empty()).then_some((told, Severity::Medium))
}

#[cfg(test)]
mod tests {
    use super::LooseStatement;
    use crate::{
        analyze::{check::NoSettings, identity::sample},
        model::{Severity, Time},
    };

    fn told(statement: &str) -> Vec<(Severity, String)> {
        let roster = sample::standing("ci", &format!(r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow",{statement}}}}}"#));
        sample::found::<LooseStatement>(&roster, &NoSettings {}, Time(0)).0
    }

    #[test]
    fn complements_and_whole_services_are_told() {
        let severities = |statement| told(statement).into_iter().map(|(severity, _)| severity).collect::<Vec<_>>();
        assert_eq!(severities(r#""NotAction":"iam:*","Resource":"*""#), [Severity::High]);
        assert_eq!(severities(r#""NotAction":"iam:*","Resource":"arn:aws:sqs:eu-west-1:111111111111:q""#), [Severity::Medium]);
        assert_eq!(severities(r#""Action":"s3:Get*","NotResource":"arn:aws:s3:::private/*""#), [Severity::High]);
        assert_eq!(severities(r#""Action":["s3:*","sqs:*"],"Resource":"*""#), [Severity::High], "one statement, one finding");
        assert_eq!(severities(r#""Action":"sqs:*","Resource":"*""#), [Severity::Medium]);
        assert_eq!(severities(r#""Action":"s3:*","Resource":"arn:aws:s3:::*""#), [Severity::High]);
        assert_eq!(severities(r#""Action":"iam:PassRole","Resource":"arn:aws:iam::*:*""#), [Severity::Low]);
        assert_eq!(severities(r#""Action":"iam:PassRole","Resource":"arn:aws:iam::111111111111:role/*""#), [Severity::Low]);
    }

    #[test]
    fn a_pattern_of_actions_that_change_things_is_told_with_their_number() {
        assert_eq!(
            told(r#""Action":["sqs:Send*","sqs:Get*"],"Resource":"*""#),
            [(Severity::Medium, "own of ci (statement 0) allows sqs:send* on everything (1 action to change things)".to_owned())]
        );
        assert!(told(r#""Action":"sqs:Send*","Resource":"arn:aws:sqs:eu-west-1:111111111111:q""#).is_empty());
    }

    #[test]
    fn a_condition_that_limits_nothing_is_none() {
        let with = |condition: &str| told(&format!(r#""Action":"s3:*","Resource":"*","Condition":{condition}"#)).len();
        assert_eq!(with(r#"{"Bool":{"aws:SecureTransport":"true"}}"#), 1);
        assert_eq!(with(r#"{"StringLike":{"aws:UserAgent":"ci"}}"#), 1);
        assert_eq!(with(r#"{"IpAddress":{"aws:SourceIp":["0.0.0.0/1","128.0.0.0/1"]}}"#), 1);
        assert_eq!(with(r#"{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#), 0);
        assert_eq!(with(r#"{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}"#), 0);
        assert_eq!(with(r#"{"StringEqualsIfExists":{"aws:ResourceTag/team":"ci"}}"#), 1);
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
