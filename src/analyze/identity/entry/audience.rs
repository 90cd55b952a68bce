use crate::{
    analyze::{
        check::NoSettings,
        identity::{IdentityCheck, Roster, Ruling},
    },
    model::{About, Severity, Time, control},
};

use super::door::{doors, restricted};

/// Finds trusts in issuers that take tokens made for somebody else.
pub struct Audience;

impl IdentityCheck for Audience {
    const ABOUT: About = About {
        id: "aws-oidc-audience-open",
        title: "A role takes tokens that were made for somebody else",
        explain: "The provider of identities that the role trusts vouches for several audiences, and the trust does not say for which of them a token must be \
                  made (`ISSUER:aud`): a token that was given to another service is taken, too. AWS itself refuses audiences that the provider does not \
                  list, so a provider with one audience is no finding; where no inventory lists the audiences (`aws iam get-open-id-connect-provider`), \
                  nothing is claimed.\n\nAdd `StringEquals` on `ISSUER:aud` (for GitHub Actions and most others: `sts.amazonaws.com`), and take audiences that \
                  nobody uses off the provider.",
        controls: &[&control::NHI6, &control::CSF_PR_AA_04],
        see: &[],
    };
    type Settings = NoSettings;

    fn judge(roster: &Roster, _: &NoSettings, _: Time, rule: &mut dyn FnMut(Ruling)) {
        for door in doors(roster, rule) {
            for (statement, principals) in door.open() {
                let said = |key: &str| [":aud", ":azp", ":oaud"].iter().any(|claim| key.ends_with(claim));
                for provider in principals.federated.iter().filter(|name| name.contains(":oidc-provider/") && !restricted(statement, said))
                {
                    let clients = roster.providers.get(provider).map(|provider| &provider.clients).filter(|clients| !clients.is_empty());
                    let Some(clients) = clients else {
                        let why = "no inventory tells for which audiences the provider vouches".into();
                        rule(Ruling::Undecided { identity: door.member.identity.uri.clone(), why });
                        continue;
                    };
                    if clients.len() > 1 {
                        let issuer = provider.rsplit("oidc-provider/").next().unwrap_or_default();
                        let because = format!("tokens of {issuer} for any of {} audiences may become it", clients.len());
                        let severity = door.severity(Severity::High, Severity::Medium);
                        let finding = door.finding(&Self::ABOUT, statement, issuer, severity, &because);
                        let listed: Vec<String> = clients.iter().cloned().collect();
                        rule(Ruling::Finding(finding.and_beyond("audiences", listed, "<= 1 without a condition on aud")));
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Audience;
    use crate::{
        analyze::{check::NoSettings, identity::sample},
        model::{Entity, Time, entity::Provider},
    };

    const ISSUER: &str = "arn:aws:iam::111111111111:oidc-provider/id.acme.example";

    /// How many findings, and how many undecided.
    fn told(condition: &str, clients: Option<&[&str]>) -> (usize, usize) {
        let trust = sample::trust(&format!(r#"{{"Federated":"{ISSUER}"}}"#), "sts:AssumeRoleWithWebIdentity", condition);
        let provider = clients.map(|clients| {
            Entity::Provider(Provider {
                uri: ISSUER.into(),
                kind: "oidc".into(),
                scope: sample::ACCOUNT.into(),
                issuer: "id.acme.example".into(),
                clients: clients.iter().map(|client| (*client).to_owned()).collect(),
                created: None,
                expires: None,
            })
        });
        let roster = sample::roster(sample::role("deploy", &trust, "s3:List*").into_iter().chain(provider));
        let (found, undecided) = sample::found::<Audience>(&roster, &NoSettings {}, Time(0));
        (found.len(), undecided)
    }

    #[test]
    fn what_the_provider_lists_decides() {
        assert_eq!(told("{}", Some(&["a", "b"])), (1, 0));
        assert_eq!(told("{}", Some(&["a"])), (0, 0), "AWS refuses all others");
        assert_eq!(told("{}", Some(&[])), (0, 1));
        assert_eq!(told("{}", None), (0, 1));
        assert_eq!(told(r#"{"StringEquals":{"id.acme.example:aud":"a"}}"#, None), (0, 0));
        assert_eq!(told(r#"{"StringEqualsIfExists":{"id.acme.example:aud":"a"}}"#, Some(&["a", "b"])), (1, 0));
    }
}
