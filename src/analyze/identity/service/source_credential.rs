use crate::{
    analyze::{
        check::NoSettings,
        identity::{IdentityCheck, Roster, Ruling},
    },
    model::{About, Confidence, Finding, Severity, Subject, Time, control, entity::Resource},
};

use super::text;

/// Finds credentials for sources that `CodeBuild` keeps for all builds.
pub struct SourceCredential;

/// How a credential authenticates that somebody typed in, with what it is and how bad that is.
const KEPT: &[(&str, &str, Severity)] = &[
    ("PERSONAL_ACCESS_TOKEN", "a personal access token", Severity::High),
    ("BASIC_AUTH", "a password", Severity::High),
    ("OAUTH", "the consent of a person", Severity::Medium),
];

impl IdentityCheck for SourceCredential {
    const ABOUT: About = About {
        id: "aws-codebuild-source-credential",
        title: "CodeBuild keeps a person's credential for sources",
        explain: "A personal access token or a password that was put into CodeBuild serves every build of the account in that region: whoever may start or change one fetches, \
                  and often pushes, as the person whose it is, until somebody takes it back. High; the consent of a person by OAuth is medium, which is the same with a \
                  way to take it back.\n\nUse a connection (AWS CodeConnections) with an app that is installed for the repositories it needs, or a secret of one project \
                  (`SECRETS_MANAGER`); then `aws codebuild delete-source-credentials --arn ARN`, and revoke the token at its host.",
        controls: &[&control::NHI2, &control::NHI6, &control::NHI10, &control::CSF_PR_AA_01],
        see: &["https://docs.aws.amazon.com/codebuild/latest/userguide/access-tokens.html"],
    };
    type Settings = NoSettings;

    fn judge(roster: &Roster, _: &NoSettings, _: Time, rule: &mut dyn FnMut(Ruling)) {
        for kept in roster.belongings.values() {
            let (Some(host), Some(kind)) = (text(kept, Resource::SOURCE), text(kept, Resource::AUTHENTICATION)) else { continue };
            let Some((_, what, severity)) = KEPT.iter().find(|(word, ..)| *word == kind) else { continue };
            let because = format!("all builds of the region fetch from {host} with {what}");
            let finding = Finding::new(&Self::ABOUT, Subject::identity(&kept.uri, ""), *severity, Confidence::High, because);
            rule(Ruling::Finding(finding.and("authentication", kind)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::SourceCredential;
    use crate::{
        analyze::{check::NoSettings, identity::sample},
        model::{Entity, Severity, Time, entity::Resource},
    };

    #[test]
    fn what_a_person_gave_is_told_and_a_connection_is_not() {
        let told = |kind: &str| {
            let mut kept = Resource::new("arn:aws:codebuild:eu-west-1:111111111111:token/github", sample::ACCOUNT);
            kept.attributes.insert(Resource::SOURCE.into(), "GITHUB".into());
            kept.attributes.insert(Resource::AUTHENTICATION.into(), kind.into());
            let (found, _) = sample::found::<SourceCredential>(&sample::roster([Entity::Resource(kept)]), &NoSettings {}, Time(0));
            found.first().map(|(severity, _)| *severity)
        };
        assert_eq!(told("PERSONAL_ACCESS_TOKEN"), Some(Severity::High));
        assert_eq!(told("OAUTH"), Some(Severity::Medium));
        assert_eq!([told("CODECONNECTIONS"), told("SECRETS_MANAGER")], [None, None]);
    }
}
