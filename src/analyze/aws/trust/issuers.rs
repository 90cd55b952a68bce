//! Issuers of tokens, with the claim that says whose a token is: data.

use std::{collections::BTreeMap, sync::OnceLock};

use serde::Deserialize;

/// An issuer whose tokens say by a claim whose they are.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Issuer {
    host: String,
    /// Its name, for people.
    pub name: String,
    /// The claim that says whose a token is.
    pub claim: String,
    /// How that claim is written, for people.
    pub form: String,
    /// Which part of it names the customer; `None`: the issuer's address does already.
    pub tenant: Option<usize>,
    /// Which part names what belongs to the customer.
    pub project: usize,
    /// The projects of a customer, for people.
    pub things: String,
    /// What one project is used for.
    pub uses: String,
    /// Other claims that say so.
    #[serde(default)]
    pub also: BTreeMap<String, Says>,
}

/// What a claim tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Says {
    /// The customer.
    Tenant,
    /// One thing of the customer.
    Project,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[expect(dead_code, reason = "for whoever compares two reports")]
    version: u32,
    issuer: Vec<Issuer>,
}

impl Issuer {
    /// All of them.
    pub fn all() -> &'static [Self] {
        static ALL: OnceLock<Vec<Issuer>> = OnceLock::new();
        ALL.get_or_init(|| toml::from_str::<File>(include_str!("issuers.toml")).expect("our own issuers are TOML").issuer)
    }

    /// The issuer behind a provider: its ARN, or the address of a provider that AWS knows by itself.
    pub fn of(provider: &str) -> Option<&'static Self> {
        let address = provider.split_once("oidc-provider/").map_or(provider, |(_, address)| address);
        let host = address.split('/').next().unwrap_or_default();
        let fits = |known: &str| if known.starts_with('.') { host.ends_with(known) } else { address.starts_with(known) };
        Self::all().iter().find(|issuer| fits(&issuer.host))
    }
}

#[cfg(test)]
mod tests {
    use super::Issuer;

    #[test]
    fn an_issuer_is_known_by_the_start_of_its_address_or_the_end_of_its_host() {
        fn name(provider: &str) -> Option<&'static str> {
            Issuer::of(provider).map(|issuer| issuer.name.as_str())
        }
        let arn = |address: &str| format!("arn:aws:iam::111111111111:oidc-provider/{address}");
        assert_eq!(name(&arn("oidc.circleci.com/org/0a1b")), Some("CircleCI"));
        assert_eq!(name(&arn("oidc.eks.eu-west-1.amazonaws.com/id/ABC")), Some("an EKS cluster"));
        assert_eq!(name(&arn("acme.app.spacelift.io")), Some("Spacelift"));
        assert_eq!(name("cognito-identity.amazonaws.com"), Some("Amazon Cognito"));
        assert_eq!(name(&arn("id.acme.example/app.spacelift.io")), None);
    }

    #[test]
    fn the_form_of_every_claim_has_the_parts_that_are_counted() {
        for issuer in Issuer::all() {
            let parts = issuer.form.split([':', '/']).count();
            assert!(issuer.project < parts && issuer.tenant.is_none_or(|tenant| tenant <= issuer.project), "{}", issuer.name);
        }
    }
}
