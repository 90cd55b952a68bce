use serde::Deserialize;

use crate::{
    analyze::identity::{IdentityCheck, Roster, Ruling},
    model::{About, Confidence, Finding, Privilege, Severity, Subject, Time, control},
};

use super::anchor::{name, profiles};

/// Finds profiles whose sessions last long.
pub struct ProfileSession;

/// How long a session may be.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Longest {
    /// Hours.
    pub hours: i64,
}

impl Default for Longest {
    fn default() -> Self {
        Self { hours: 4 }
    }
}

impl IdentityCheck for ProfileSession {
    const ABOUT: About = About {
        id: "aws-roles-anywhere-session",
        title: "A certificate opens a role for long",
        explain: "The profile of IAM Roles Anywhere gives sessions of more than 4 hours. Credentials of a session work until they end, even when the certificate is \
                  revoked meanwhile; a machine that has its certificate gets new ones whenever it needs them. Medium where a role of the profile can read secrets or \
                  more.\n\nSet the duration to an hour, which is the default (`aws rolesanywhere update-profile --duration-seconds 3600`). Setting: \
                  `[check.aws-roles-anywhere-session] hours = 4`.",
        controls: &[&control::NHI7, &control::TENET_3],
        see: &["https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_CreateProfile.html"],
    };
    type Settings = Longest;

    fn judge(roster: &Roster, longest: &Longest, _: Time, rule: &mut dyn FnMut(Ruling)) {
        for profile in profiles(roster) {
            let uri = &profile.resource.uri;
            let Some(seconds) = profile.resource.attributes.get("seconds").and_then(|text| text.parse::<i64>().ok()) else {
                rule(Ruling::Undecided { identity: uri.clone(), why: "no inventory tells how long its sessions are".into() });
                continue;
            };
            if seconds > longest.hours * 3600 {
                let strong = profile.strongest(roster).is_some_and(|(_, privilege)| privilege >= Privilege::Sensitive);
                let severity = if strong { Severity::Medium } else { Severity::Low };
                let because = format!("a certificate opens roles of the profile {} for {} hours", name(profile.resource), seconds / 3600);
                let finding = Finding::new(&Self::ABOUT, Subject::identity(uri, ""), severity, Confidence::High, because);
                rule(Ruling::Finding(finding.and_beyond("seconds", seconds, format!("> {}", longest.hours * 3600))));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Longest, ProfileSession};
    use crate::{
        analyze::identity::sample,
        model::{Entity, Severity, Time, entity::Resource},
    };

    #[test]
    fn four_hours_pass_and_a_second_more_does_not() {
        let told = |seconds: Option<&str>, actions: &str| {
            let mut profile = Resource::new("arn:aws:rolesanywhere:eu-west-1:111111111111:profile/p", sample::ACCOUNT);
            profile.attributes.insert("roles".into(), format!("arn:aws:iam::{}:role/plant", sample::ACCOUNT));
            profile.attributes.extend(seconds.map(|seconds| ("seconds".to_owned(), seconds.to_owned())));
            let trust = sample::trust(r#"{"Service":"rolesanywhere.amazonaws.com"}"#, "sts:AssumeRole", "{}");
            let all = sample::role("plant", &trust, actions).into_iter().chain([Entity::Resource(profile)]);
            let (found, undecided) = sample::found::<ProfileSession>(&sample::roster(all), &Longest::default(), Time(0));
            (found.first().map(|(severity, _)| *severity), undecided)
        };
        assert_eq!(told(Some("14400"), "*"), (None, 0));
        assert_eq!(told(Some("14401"), "*"), (Some(Severity::Medium), 0));
        assert_eq!(told(Some("14401"), "sqs:SendMessage"), (Some(Severity::Low), 0));
        assert_eq!(told(None, "*"), (None, 1));
    }
}
