//! How wide the trust of a role is.

use super::policy::{Condition, Policy, Statement};

/// A trust that lets in more than it should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Openness {
    /// `anybody`, `wide` or `outsider`: how far it is open.
    pub width: &'static str,
    /// What is wrong, in words.
    pub what: String,
    /// The number of the statement.
    pub statement: usize,
}

/// Conditions that tie a request to somebody.
const BINDING: &[&str] = &[
    "aws:principalorgid",
    "aws:principalarn",
    "aws:principalaccount",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:principalorgpaths",
    "sts:externalid",
    "aws:sourceorgid",
    "aws:userid",
    "aws:principalisawsservice",
];

/// Issuers that everybody can have tokens from, with the claim that says whose token it is.
const SHARED_ISSUERS: &[(&str, &str)] = &[
    ("token.actions.githubusercontent.com", "sub"),
    ("gitlab.com", "sub"),
    ("oidc.circleci.com", "sub"),
    ("app.terraform.io", "sub"),
    ("api.bitbucket.org", "sub"),
    ("agent.buildkite.com", "sub"),
    ("vstoken.dev.azure.com", "sub"),
    ("oidc.vercel.com", "sub"),
    ("accounts.google.com", "sub"),
    ("oidc.eks.", "sub"),
    ("cognito-identity.amazonaws.com", "aud"),
];

/// How wide a trust is, the widest first; empty where it is narrow. `account` is the account of the role.
pub fn openness(trust: &Policy, account: &str) -> Vec<Openness> {
    let mut all: Vec<Openness> = trust.statements.iter().filter(|s| s.allows).flat_map(|s| of_statement(s, account)).collect();
    let rank = |width: &str| ["anybody", "wide", "outsider"].iter().position(|known| *known == width);
    all.sort_by_key(|open| (rank(open.width), open.statement));
    all
}

fn of_statement(statement: &Statement, account: &str) -> Vec<Openness> {
    let Some(principals) = &statement.principals else { return Vec::new() };
    let open = |width, what: String| Openness { width, what, statement: statement.number };
    let bound = statement.conditions.iter().any(|c| BINDING.contains(&c.key.as_str()) && restricts(c));
    let mut all = Vec::new();
    if (principals.anybody || principals.except) && !bound {
        all.push(open("anybody", "any AWS principal may become it".into()));
    }
    for name in principals.aws.iter().filter(|_| !principals.except) {
        let owner = if name.len() == 12 { Some(name.as_str()) } else { name.split(':').nth(4) };
        if owner.is_some_and(|owner| owner != account && owner.len() == 12) && !bound {
            all.push(open("outsider", format!("account {} may become it without an external id", owner.unwrap_or_default())));
        }
    }
    all.extend(principals.federated.iter().filter_map(|provider| federated(provider, statement)).map(|(width, what)| open(width, what)));
    all
}

/// What is wrong with the trust in a provider of identities.
fn federated(provider: &str, statement: &Statement) -> Option<(&'static str, String)> {
    let host = provider.split_once("oidc-provider/").map_or(provider, |(_, host)| host);
    let (issuer, claim) = SHARED_ISSUERS.iter().find(|(issuer, _)| host.starts_with(issuer))?;
    let on_claim = |key: &str| key.rsplit_once(':').is_some_and(|(_, name)| name == *claim) || owner(key);
    let tied: Vec<&Condition> = statement.conditions.iter().filter(|c| on_claim(&c.key)).collect();
    if !tied.iter().any(|c| restricts(c)) {
        return Some(("anybody", format!("anybody with a token of {issuer} may become it: nothing restricts {claim}")));
    }
    let wide = |value: &String| {
        let rest = value.split_once(':').map_or(value.as_str(), |(_, rest)| rest);
        let first = rest.split(['/', ':']).next().unwrap_or_default();
        first.contains('*') || first.is_empty()
    };
    let loose = tied.iter().flat_map(|c| &c.values).find(|value| value.contains('*') && wide(value));
    if let Some(value) = loose {
        return Some(("wide", format!("tokens of {issuer} with {claim} like `{value}` may become it: that is more than one owner")));
    }
    let whole = tied.iter().flat_map(|c| &c.values).find(|value| {
        let owner = value.split_once(':').map_or(value.as_str(), |(_, rest)| rest);
        owner.split_once('/').is_some_and(|(_, repository)| repository.starts_with('*'))
    });
    whole.map(|value| ("wide", format!("every repository or project of an owner may become it (`{value}`)")))
}

/// Claims that tie a token to an owner as well.
fn owner(key: &str) -> bool {
    ["repository_owner", "repository_owner_id", "repository", "repository_id", "namespace_path", "project_path", "organization_id"]
        .iter()
        .any(|claim| key.rsplit_once(':').is_some_and(|(_, name)| name == *claim))
}

/// Whether a condition leaves anything out: not where its key may be missing, nor where every value will do.
fn restricts(condition: &Condition) -> bool {
    condition.demands() && !condition.values.is_empty() && !condition.values.iter().any(|value| value.chars().all(|c| c == '*'))
}

#[cfg(test)]
mod tests {
    use super::{super::policy::Policy, openness};

    fn width(principal: &str, condition: &str) -> Option<&'static str> {
        let text = format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{principal},"Action":"sts:*","Condition":{condition}}}}}"#
        );
        openness(&Policy::parse(&text).expect("a trust"), "111111111111").first().map(|open| open.width)
    }

    #[test]
    fn anybody_is_anybody_unless_something_ties_him() {
        assert_eq!(width(r#""*""#, "{}"), Some("anybody"));
        assert_eq!(width(r#"{"AWS":"*"}"#, r#"{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}"#), None);
        assert_eq!(width(r#"{"AWS":"*"}"#, r#"{"StringEqualsIfExists":{"aws:PrincipalOrgID":"o-1"}}"#), Some("anybody"));
        assert_eq!(width(r#"{"AWS":"*"}"#, r#"{"StringLike":{"aws:PrincipalArn":"*"}}"#), Some("anybody"));
        assert_eq!(width(r#"{"AWS":"arn:aws:iam::222222222222:root"}"#, "{}"), Some("outsider"));
        assert_eq!(width(r#"{"AWS":"222222222222"}"#, r#"{"StringEquals":{"sts:ExternalId":"x"}}"#), None);
        assert_eq!(width(r#"{"AWS":"arn:aws:iam::111111111111:root"}"#, "{}"), None);
    }

    #[test]
    fn a_federation_without_a_subject_is_open_to_all() {
        let github = r#"{"Federated":"arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com"}"#;
        let on = |operator: &str, sub: &str| {
            width(github, &format!(r#"{{"{operator}":{{"token.actions.githubusercontent.com:sub":"{sub}"}}}}"#))
        };
        assert_eq!(width(github, r#"{"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com"}}"#), Some("anybody"));
        assert_eq!(on("StringLike", "repo:acme/app:*"), None);
        assert_eq!(on("StringLike", "repo:acme/*"), Some("wide"));
        assert_eq!(on("StringLike", "repo:acme*"), Some("wide"));
        assert_eq!(on("StringLike", "*"), Some("anybody"));
        assert_eq!(on("ForAllValues:StringLike", "repo:acme/app:*"), Some("anybody"));
    }
}
