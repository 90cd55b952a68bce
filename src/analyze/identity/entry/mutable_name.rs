use crate::{
    analyze::{
        aws::{Spread, federation, policy::Statement, restricts},
        check::NoSettings,
        identity::{IdentityCheck, Roster, Ruling},
    },
    model::{About, Privilege, Severity, Time, control},
};

use super::door::doors;

/// Finds powerful roles whose trust knows a project by a name that can change hands.
pub struct MutableName;

/// The issuers that tell of a project by a number, too, which is never given to another.
const NUMBERED: &[&str] = &["oidc-provider/token.actions.githubusercontent.com", "oidc-provider/gitlab.com"];

impl IdentityCheck for MutableName {
    const ABOUT: About = About {
        id: "aws-oidc-mutable-name",
        title: "A powerful role knows its repository by name alone",
        explain: "The role is an administrator, or can become one, and its trust names owner and repository of GitHub Actions or GitLab in words. Who renames or deletes an account gives its name \
                  back: whoever takes it then, and makes a repository of the same name, comes in. Whether that happened is not known offline; as long as the owner keeps his name, nothing \
                  is wrong, so this is information, and one that matters for accounts of persons more than for those of companies.\n\nTie the trust to what is never given again: \
                  `repository_owner_id` and `repository_id` at GitHub (as claims, or as parts of `sub`, which an organization can set), `namespace_id` and `project_id` at GitLab.",
        controls: &[&control::NHI6, &control::CSF_PR_AA_04],
        see: &["https://docs.github.com/en/actions/reference/security/oidc"],
    };
    type Settings = NoSettings;

    fn judge(roster: &Roster, _: &NoSettings, _: Time, rule: &mut dyn FnMut(Ruling)) {
        for door in doors(roster, rule) {
            let standing = door.member.standing.as_ref().filter(|standing| standing.is_known());
            if standing.is_none_or(|standing| standing.privilege < Privilege::Escalates) {
                continue;
            }
            for (statement, principals) in door.open().filter(|(statement, _)| !is_numbered(statement)) {
                let shared = principals.federated.iter().filter(|provider| NUMBERED.iter().any(|one| provider.ends_with(one)));
                // Who comes in by no name at all is told by a stronger finding.
                let named = shared.filter_map(|provider| federation(provider, statement)).any(|found| found.spread < Spread::Tenants);
                if named {
                    let because = "it knows who may come in by a name that whoever holds it can give up, and another can take";
                    rule(Ruling::Finding(door.finding(&Self::ABOUT, statement, "name", Severity::Info, because)));
                }
            }
        }
    }
}

/// Whether a condition ties it to a number.
fn is_numbered(statement: &Statement) -> bool {
    statement.conditions.iter().filter(|condition| restricts(condition)).any(|condition| {
        let claim = condition.key.rsplit(':').next().unwrap_or_default();
        claim.ends_with("_id") || condition.values.iter().all(|value| value.contains("_id:"))
    })
}

#[cfg(test)]
mod tests {
    use super::MutableName;
    use crate::{
        analyze::{check::NoSettings, identity::sample},
        model::Time,
    };

    fn told(condition: &str, actions: &str) -> usize {
        let github = r#"{"Federated":"arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com"}"#;
        let trust = sample::trust(github, "sts:AssumeRoleWithWebIdentity", condition);
        sample::found::<MutableName>(&sample::roster(sample::role("deploy", &trust, actions)), &NoSettings {}, Time(0)).0.len()
    }

    const BY_NAME: &str = r#"{"StringEquals":{"token.actions.githubusercontent.com:sub":"repo:acme/app:ref:refs/heads/main"}}"#;

    #[test]
    fn a_powerful_role_that_knows_a_name_alone_is_told() {
        assert_eq!([told(BY_NAME, "*"), told(BY_NAME, "s3:PutObject")], [1, 0]);
    }

    #[test]
    fn a_number_is_never_given_again() {
        let both = r#"{"StringEquals":{"token.actions.githubusercontent.com:sub":"repo:acme/app:ref:refs/heads/main","token.actions.githubusercontent.com:repository_owner_id":"123"}}"#;
        let within = r#"{"StringLike":{"token.actions.githubusercontent.com:sub":"repository_owner_id:123:repository_id:456:*"}}"#;
        assert_eq!([told(both, "*"), told(within, "*")], [0, 0]);
        assert_eq!(told("{}", "*"), 0, "open to anybody is another finding");
    }
}
