use crate::{
    analyze::{
        aws::{Spread, federation},
        check::NoSettings,
        identity::{IdentityCheck, Roster, Ruling},
    },
    model::{About, Privilege, Severity, Time, control},
};

use super::door::doors;

/// Finds strong roles that every use of a project may become.
pub struct AnyRef;

impl IdentityCheck for AnyRef {
    const ABOUT: About = About {
        id: "aws-oidc-any-ref",
        title: "Every branch or pull request may become a role that changes things",
        explain: "The trust of the role names a repository, project or namespace, and takes every use of it: all branches, tags, pull requests, environments \
                  (`repo:acme/app:*`), or pull requests outright. Whoever can push a branch that nobody reviewed then has the role. High where the role can \
                  read secrets or more, low where it only changes things; roles that only read are not told.\n\nName the branch or, better, an environment \
                  with required reviewers: `repo:acme/app:environment:production`. Give pull requests a role of their own that reads.",
        controls: &[&control::NHI6, &control::CSF_PR_AA_04],
        see: &[],
    };
    type Settings = NoSettings;

    fn judge(roster: &Roster, _: &NoSettings, _: Time, rule: &mut dyn FnMut(Ruling)) {
        for door in doors(roster, rule) {
            let standing = door.member.standing.as_ref().filter(|standing| standing.is_known());
            if standing.is_none_or(|standing| standing.privilege < Privilege::Write) {
                continue;
            }
            for (statement, principals) in door.open() {
                let found = principals.federated.iter().filter_map(|provider| federation(provider, statement));
                for found in found.filter(|found| found.spread == Spread::Contexts) {
                    let severity = door.severity(Severity::High, Severity::Low);
                    let finding = door.finding(&Self::ABOUT, statement, &found.what, severity, &found.what);
                    rule(Ruling::Finding(finding.and("form", found.form)));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::AnyRef;
    use crate::{
        analyze::{check::NoSettings, identity::sample},
        model::{Severity, Time},
    };

    fn told(sub: &str, actions: &str) -> Vec<(Severity, String)> {
        let github = r#"{"Federated":"arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com"}"#;
        let condition = format!(r#"{{"StringLike":{{"token.actions.githubusercontent.com:sub":"{sub}"}}}}"#);
        let trust = sample::trust(github, "sts:AssumeRoleWithWebIdentity", &condition);
        sample::found::<AnyRef>(&sample::roster(sample::role("deploy", &trust, actions)), &NoSettings {}, Time(0)).0
    }

    #[test]
    fn every_use_of_a_repository_is_told_by_what_the_role_can_do() {
        let severity = |actions| told("repo:acme/app:*", actions).first().map(|(severity, _)| *severity);
        assert_eq!(severity("*"), Some(Severity::High));
        assert_eq!(severity("sqs:SendMessage"), Some(Severity::Low));
        assert_eq!(severity("ec2:DescribeInstances"), None);
        assert_eq!(
            told("repo:acme/app:pull_request", "*")[0].1,
            "deploy: every branch, tag and pull request of a repository at GitHub Actions may become it (`repo:acme/app:pull_request`)"
        );
    }

    #[test]
    fn a_branch_is_narrow_and_an_owner_has_a_check_of_his_own() {
        assert!(told("repo:acme/app:ref:refs/heads/main", "*").is_empty());
        assert!(told("repo:acme/*", "*").is_empty());
    }
}
