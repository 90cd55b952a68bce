use crate::{
    analyze::{
        check::NoSettings,
        identity::{IdentityCheck, Roster, Ruling},
    },
    model::{About, Confidence, Finding, Severity, Subject, Time, control},
};

/// Finds SAML providers whose metadata have ended.
pub struct ProviderExpired;

impl IdentityCheck for ProviderExpired {
    const ABOUT: About = About {
        id: "aws-saml-provider-expired",
        title: "What a SAML provider said of itself has ended",
        explain: "The metadata of the SAML provider, with the certificate by which its assertions are known, are no longer valid. Nobody looks after it: \
                  either nobody comes in by it any more, or a key is believed that its owner gave up. Where no inventory tells until when \
                  they are valid, nothing is claimed.\n\nUpload new metadata, or delete the provider.",
        controls: &[&control::NHI7, &control::CSF_PR_AA_01],
        see: &[],
    };
    type Settings = NoSettings;

    fn judge(roster: &Roster, _: &NoSettings, now: Time, rule: &mut dyn FnMut(Ruling)) {
        for provider in roster.providers.values().filter(|provider| provider.kind == "saml") {
            let Some(end) = provider.expires else {
                let why = "no inventory tells until when its metadata are valid".into();
                rule(Ruling::Undecided { identity: provider.uri.clone(), why });
                continue;
            };
            if end < now {
                let name = provider.uri.rsplit('/').next().unwrap_or_default();
                let because = format!("the metadata of the SAML provider {name} ended on {}", end.date());
                let finding = Finding::new(&Self::ABOUT, Subject::identity(&provider.uri, ""), Severity::Medium, Confidence::High, because);
                rule(Ruling::Finding(finding.and_beyond("valid-until", end.to_string(), format!(">= {now}"))));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ProviderExpired;
    use crate::{
        analyze::{check::NoSettings, identity::sample},
        model::{Entity, Time, entity::Provider},
    };

    #[test]
    fn metadata_end_a_moment_after_their_last() {
        let told = |expires: Option<i64>| {
            let provider = Provider {
                uri: "arn:aws:iam::111111111111:saml-provider/okta".into(),
                kind: "saml".into(),
                scope: sample::ACCOUNT.into(),
                issuer: String::new(),
                clients: std::collections::BTreeSet::new(),
                created: None,
                expires: expires.map(Time),
            };
            let roster = sample::roster([Entity::Provider(provider)]);
            let (found, undecided) = sample::found::<ProviderExpired>(&roster, &NoSettings {}, Time(100));
            (found.len(), undecided)
        };
        assert_eq!([told(Some(99)), told(Some(100)), told(None)], [(1, 0), (0, 0), (0, 1)]);
    }
}
