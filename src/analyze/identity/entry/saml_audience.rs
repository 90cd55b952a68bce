use crate::{
    analyze::{
        check::NoSettings,
        identity::{IdentityCheck, Roster, Ruling},
    },
    model::{About, Severity, Time, control},
};

use super::door::{doors, restricted};

/// Finds trusts in SAML providers that take assertions made for somebody else.
pub struct SamlAudience;

impl IdentityCheck for SamlAudience {
    const ABOUT: About = About {
        id: "aws-saml-audience-missing",
        title: "A role takes SAML assertions that were made for somebody else",
        explain: "The trust of the role believes a SAML provider and does not say for whom its assertion must be made (`SAML:aud`). An assertion that the \
                  provider gave for another service of the company is taken, too.\n\nAdd `StringEquals` on `SAML:aud` with \
                  `https://signin.aws.amazon.com/saml`, or the endpoint of your region.",
        controls: &[&control::NHI4, &control::CSF_PR_AA_04],
        see: &[],
    };
    type Settings = NoSettings;

    fn judge(roster: &Roster, _: &NoSettings, _: Time, rule: &mut dyn FnMut(Ruling)) {
        for door in doors(roster, rule) {
            for (statement, principals) in door.open() {
                let provider = principals.federated.iter().find(|name| name.contains(":saml-provider/"));
                if let Some(provider) = provider.filter(|_| !restricted(statement, |key| key == "saml:aud")) {
                    let name = provider.rsplit('/').next().unwrap_or_default();
                    let because = format!("assertions of the SAML provider {name} for anybody may become it: nothing restricts SAML:aud");
                    let severity = door.severity(Severity::Medium, Severity::Low);
                    rule(Ruling::Finding(door.finding(&Self::ABOUT, statement, name, severity, &because)));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::SamlAudience;
    use crate::{
        analyze::{check::NoSettings, identity::sample},
        model::{Severity, Time},
    };

    fn told(condition: &str) -> Vec<(Severity, String)> {
        let provider = r#"{"Federated":"arn:aws:iam::111111111111:saml-provider/okta"}"#;
        let trust = sample::trust(provider, "sts:AssumeRoleWithSAML", condition);
        sample::found::<SamlAudience>(&sample::roster(sample::role("people", &trust, "*")), &NoSettings {}, Time(0)).0
    }

    #[test]
    fn a_trust_must_say_for_whom_an_assertion_is() {
        let because = "people: assertions of the SAML provider okta for anybody may become it: nothing restricts SAML:aud";
        assert_eq!(told("{}"), [(Severity::Medium, because.to_owned())]);
        assert!(told(r#"{"StringEquals":{"SAML:aud":"https://signin.aws.amazon.com/saml"}}"#).is_empty());
        assert_eq!(told(r#"{"StringLike":{"SAML:aud":"*"}}"#).len(), 1);
    }
}
