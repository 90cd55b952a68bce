use std::collections::BTreeSet;

use crate::{
    analyze::{
        aws::PrincipalKind,
        check::NoSettings,
        identity::{IdentityCheck, Roster, Ruling},
    },
    model::{About, Confidence, Finding, Severity, Subject, Time, control},
};

/// Finds providers of identities that no role believes.
pub struct ProviderUnused;

impl IdentityCheck for ProviderUnused {
    const ABOUT: About = About {
        id: "aws-provider-unused",
        title: "No role believes a provider of identities",
        explain: "The account has a provider of identities (OIDC or SAML) that the trust of no role names. It opens nothing today, and everything that somebody \
                  writes into a trust tomorrow, long after whoever set it up has left. Where the roles of the account are not known, nothing is \
                  claimed.\n\nDelete the provider.",
        controls: &[&control::NHI1, &control::CSF_PR_AA_01],
        see: &[],
    };
    type Settings = NoSettings;

    fn judge(roster: &Roster, _: &NoSettings, _: Time, rule: &mut dyn FnMut(Ruling)) {
        let roles = roster.estate.principals.iter().filter(|p| p.kind == PrincipalKind::Role);
        let (mut accounts, mut believed) = (BTreeSet::new(), BTreeSet::new());
        for role in roles {
            accounts.insert(role.account.as_str());
            let statements = role.role.iter().flat_map(|role| &role.trust.statements);
            believed.extend(statements.filter_map(|s| s.principals.as_ref()).flat_map(|p| &p.federated));
        }
        for provider in roster.providers.values().filter(|provider| !believed.contains(&provider.uri)) {
            if !accounts.contains(provider.scope.as_str()) {
                let why = "no inventory tells the roles of its account".into();
                rule(Ruling::Undecided { identity: provider.uri.clone(), why });
                continue;
            }
            let counted = roster.counted.contains_key(&provider.scope);
            let confidence = if counted { Confidence::High } else { Confidence::Medium };
            let name = provider.uri.split_once("-provider/").map_or(provider.uri.as_str(), |(_, name)| name);
            let because = format!("no role of account {} believes the {} provider {name}", provider.scope, provider.kind.to_uppercase());
            let subject = Subject::identity(&provider.uri, "");
            rule(Ruling::Finding(Finding::new(&Self::ABOUT, subject, Severity::Low, confidence, because)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ProviderUnused;
    use crate::{
        analyze::{check::NoSettings, identity::sample},
        model::{Entity, Severity, Time, entity::Provider},
    };

    const ISSUER: &str = "arn:aws:iam::111111111111:oidc-provider/id.acme.example";

    fn provider() -> Entity {
        Entity::Provider(Provider {
            uri: ISSUER.into(),
            kind: "oidc".into(),
            scope: sample::ACCOUNT.into(),
            issuer: String::new(),
            clients: std::collections::BTreeSet::new(),
            created: None,
            expires: None,
        })
    }

    #[test]
    fn a_provider_needs_a_role_that_believes_it() {
        let told = |federated: &str| {
            let trust = sample::trust(&format!(r#"{{"Federated":"{federated}"}}"#), "sts:AssumeRoleWithWebIdentity", "{}");
            let roster = sample::roster(sample::role("deploy", &trust, "s3:List*").into_iter().chain([provider()]));
            sample::found::<ProviderUnused>(&roster, &NoSettings {}, Time(0))
        };
        let because = "no role of account 111111111111 believes the OIDC provider id.acme.example";
        assert_eq!(told("cognito-identity.amazonaws.com"), (vec![(Severity::Low, because.to_owned())], 0));
        assert_eq!(told(ISSUER), (Vec::new(), 0));
    }

    #[test]
    fn without_roles_nothing_is_claimed() {
        let (found, undecided) = sample::found::<ProviderUnused>(&sample::roster([provider()]), &NoSettings {}, Time(0));
        assert_eq!((found.len(), undecided), (0, 1));
    }
}
