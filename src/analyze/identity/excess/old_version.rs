use std::sync::Arc;

use crate::{
    analyze::{
        aws::{self, policy::Policy},
        check::NoSettings,
        identity::{IdentityCheck, Roster, Ruling},
    },
    model::{About, Confidence, Finding, Privilege, Severity, Subject, Time, control, entity::PolicyVersion},
};

/// Finds old versions of policies that allow more than the one that counts.
pub struct OldVersion;

impl IdentityCheck for OldVersion {
    const ABOUT: About = About {
        id: "aws-old-policy-version",
        title: "An old version of a policy allows more than the one that counts",
        explain: "A policy keeps its older versions, and one of them allows more. Whoever may call `iam:SetDefaultPolicyVersion` on it gets that back, for all on \
                  whom the policy hangs, without writing a policy.\n\nDelete versions that were left behind for a reason.",
        controls: &[&control::NHI5, &control::CSF_PR_AA_05],
        see: &[],
    };
    type Settings = NoSettings;

    fn judge(roster: &Roster, _: &NoSettings, _: Time, rule: &mut dyn FnMut(Ruling)) {
        for policy in roster.policies.values().filter(|policy| aws::account_of(&policy.uri) != Some("aws")) {
            let account = aws::account_of(&policy.uri).unwrap_or_default();
            let gives = |version: &PolicyVersion| Some(aws::alone(&Arc::new(Policy::parse(&version.document).ok()?), account));
            let Some(now) = policy.versions.iter().find(|version| version.default).and_then(gives) else { continue };
            let others = policy.versions.iter().filter(|version| !version.default);
            let worst = others.filter_map(|version| Some((gives(version)?, version))).max_by_key(|(privilege, _)| *privilege);
            let Some((then, version)) = worst.filter(|(then, _)| *then > now && *then >= Privilege::Sensitive) else { continue };
            let used = policy.attachments != Some(0);
            let severity = if used { Severity::Medium } else { Severity::Low };
            let because = format!(
                "version {} of the policy {} gives `{then}`, and the one that counts `{now}`: one call brings it back",
                version.id, policy.name
            );
            let finding = Finding::new(&Self::ABOUT, Subject::identity(&policy.uri, &version.id), severity, Confidence::High, because);
            rule(Ruling::Finding(finding.and_beyond("privilege", then.name(), format!("<= {now}"))));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::OldVersion;
    use crate::{
        analyze::{check::NoSettings, identity::sample},
        model::{
            Entity, Severity, Time,
            entity::{PolicyText, PolicyVersion},
        },
    };

    fn told(old: &str, new: &str, attachments: u64) -> Option<Severity> {
        let version = |id: &str, default, action: &str| PolicyVersion {
            id: id.into(),
            default,
            document: format!(r#"{{"Statement":{{"Effect":"Allow","Action":"{action}","Resource":"*"}}}}"#),
        };
        let policy = PolicyText {
            uri: "arn:aws:iam::111111111111:policy/ci".into(),
            name: "ci".into(),
            versions: vec![version("v1", false, old), version("v2", true, new)],
            attachments: Some(attachments),
        };
        let roster = sample::roster([Entity::Policy(policy)]);
        sample::found::<OldVersion>(&roster, &NoSettings {}, Time(0)).0.first().map(|(severity, _)| *severity)
    }

    #[test]
    fn more_in_the_past_is_told() {
        assert_eq!(told("*", "s3:GetObject", 1), Some(Severity::Medium));
        assert_eq!(told("*", "s3:GetObject", 0), Some(Severity::Low));
        assert_eq!(told("s3:GetObject", "*", 1), None);
        assert_eq!(told("s3:GetObject", "s3:GetObject", 1), None);
        assert_eq!(told("sqs:SendMessage", "s3:List*", 1), None, "little more is none");
    }
}
