//! How wide the trust of a role is.

mod federation;
mod issuers;

use super::{
    policy::{Condition, Policy, Principals, Statement},
    vendors::called,
};

pub use federation::{Federation, Spread, federation};

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
    // What services ask for in the policies that they make themselves: topics, keys, access points, functions of Alexa.
    "aws:sourceowner",
    "kms:calleraccount",
    "s3:dataaccesspointaccount",
    "s3:dataaccesspointarn",
    "lambda:eventsourcetoken",
];

/// Conditions that tie a request to a network.
const NETWORK: &[&str] =
    &["aws:sourceip", "aws:vpcsourceip", "aws:sourcevpc", "aws:sourcevpce", "aws:sourcevpcarn", "elasticfilesystem:accessedviamounttarget"];

/// How wide a trust is, the widest first; empty where it is narrow. `ours` says of an account whether it is one of one's own.
pub fn openness(trust: &Policy, ours: &dyn Fn(&str) -> bool) -> Vec<Openness> {
    let mut all: Vec<Openness> = trust.statements.iter().filter(|s| s.allows).flat_map(|s| of_statement(s, ours)).collect();
    let rank = |width: &str| ["anybody", "wide", "outsider"].iter().position(|known| *known == width);
    all.sort_by_key(|open| (rank(open.width), open.statement));
    all
}

fn of_statement(statement: &Statement, ours: &dyn Fn(&str) -> bool) -> Vec<Openness> {
    let Some(principals) = &statement.principals else { return Vec::new() };
    let open = |(width, what): (&'static str, String)| Openness { width, what, statement: statement.number };
    let mut all = Vec::new();
    let met = stranger(principals, statement);
    all.extend(met.map(|met| open((met.width, format!("{} may become it{}", met.who, met.why)))));
    for name in principals.aws.iter().filter(|_| !principals.except && !bound(statement)) {
        if let Some(owner) = account_of(name).filter(|owner| owner.len() == 12 && !wild(owner) && !ours(owner)) {
            all.push(open(("outsider", format!("{} may become it without an external id", called(owner)))));
        }
    }
    all.extend(principals.federated.iter().filter_map(|provider| federated(provider, statement)).map(open));
    all
}

/// The account of a principal: an ARN, or the account itself.
pub fn account_of(name: &str) -> Option<&str> {
    if name.contains(':') { name.split(':').nth(4) } else { Some(name).filter(|name| name.len() == 12) }
}

fn wild(text: &str) -> bool {
    text.contains(['*', '?'])
}

/// Whether a condition ties a statement to somebody.
fn bound(statement: &Statement) -> bool {
    statement.conditions.iter().any(|c| BINDING.contains(&c.key.as_str()) && restricts(c) && !any_account(c))
}

/// Whether a condition on ARNs takes every account: a name that anybody can give to a role of his own.
fn any_account(condition: &Condition) -> bool {
    let open = |value: &String| value.split(':').nth(4).is_none_or(wild);
    condition.key == "aws:principalarn" && condition.takes_patterns() && condition.values.iter().any(open)
}

/// Whom a statement lets in that names nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stranger {
    /// `anybody` or `wide`: how far it is open.
    pub width: &'static str,
    /// Who comes in, in words.
    pub who: String,
    /// What is to be said of that; may be empty.
    pub why: &'static str,
}

/// Whom a statement lets in, where it names nobody and no condition ties him to somebody.
pub fn stranger(principals: &Principals, statement: &Statement) -> Option<Stranger> {
    let open = principals.anybody || principals.except || principals.aws.iter().any(|name| account_of(name).is_some_and(wild));
    if !open || bound(statement) {
        return None;
    }
    let on = |c: &&Condition| NETWORK.contains(&c.key.as_str()) && restricts(c) && !c.takes_everything();
    if let Some(network) = statement.conditions.iter().find(on) {
        let mounted = network.key.starts_with("elasticfilesystem:");
        let from = if mounted { "a network that reaches it".to_owned() } else { network.values.join(", ") };
        let who = format!("any AWS principal that comes from {from}");
        return Some(Stranger { width: "wide", who, why: ": a network is nobody" });
    }
    if let Some(named) = statement.conditions.iter().find(|c| restricts(c) && any_account(c)) {
        let who = format!("a principal of any account whose name is like `{}`", named.values.first().map_or("", String::as_str));
        return Some(Stranger { width: "anybody", who, why: "" });
    }
    Some(Stranger { width: "anybody", who: "any AWS principal".into(), why: "" })
}

/// What is wrong with the trust in a provider of identities.
fn federated(provider: &str, statement: &Statement) -> Option<(&'static str, String)> {
    let found = federation(provider, statement)?;
    match found.spread {
        Spread::Anybody => Some(("anybody", found.what)),
        Spread::Tenants | Spread::Tenant => Some(("wide", found.what)),
        Spread::Contexts | Spread::Narrow => None,
    }
}

/// Whether a condition leaves anything out: not where its key may be missing, nor where every value will do.
pub fn restricts(condition: &Condition) -> bool {
    let every = |value: &String| condition.takes_patterns() && value.chars().all(|c| c == '*');
    condition.demands() && !condition.values.is_empty() && !condition.values.iter().any(every)
}

/// What a request has in any case, or what whoever makes it can say: a condition on it is no limit.
const VAIN: &[&str] =
    &["aws:securetransport", "aws:currenttime", "aws:epochtime", "aws:tokenissuetime", "aws:useragent", "aws:referer", "aws:viaawsservice"];

/// Whether a condition narrows what a statement allows to less than nearly everything.
pub fn narrows(condition: &Condition) -> bool {
    let regions = condition.key == "aws:requestedregion" && condition.values.len() >= 10;
    restricts(condition) && !condition.takes_everything() && !regions && !VAIN.contains(&condition.key.as_str())
}

#[cfg(test)]
mod tests {
    use super::{super::policy::Policy, openness};

    fn told(principal: &str, condition: &str) -> Option<(&'static str, String)> {
        let text = format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{principal},"Action":"sts:*","Condition":{condition}}}}}"#
        );
        let trust = Policy::parse(&text).expect("a trust");
        openness(&trust, &|account| account == "111111111111").into_iter().next().map(|open| (open.width, open.what))
    }

    fn width(principal: &str, condition: &str) -> Option<&'static str> {
        told(principal, condition).map(|(width, _)| width)
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
    fn a_name_that_anybody_can_give_ties_nobody() {
        let named = |pattern: &str| width(r#"{"AWS":"*"}"#, &format!(r#"{{"ArnLike":{{"aws:PrincipalArn":"{pattern}"}}}}"#));
        assert_eq!(named("arn:aws:iam::*:role/deploy"), Some("anybody"));
        assert_eq!(named("*role/deploy"), Some("anybody"));
        assert_eq!(named("arn:aws:iam::111111111111:role/*"), None);
        assert_eq!(width(r#"{"AWS":"arn:aws:iam::*:root"}"#, "{}"), Some("anybody"));
    }

    #[test]
    fn a_network_narrows_and_ties_nobody() {
        let from = |network: &str| told(r#"{"AWS":"*"}"#, &format!(r#"{{"IpAddress":{{"aws:SourceIp":"{network}"}}}}"#));
        assert_eq!(
            from("203.0.113.0/24"),
            Some(("wide", "any AWS principal that comes from 203.0.113.0/24 may become it: a network is nobody".into()))
        );
        assert_eq!(from("0.0.0.0/0").map(|(width, _)| width), Some("anybody"));
        assert_eq!(width(r#"{"AWS":"*"}"#, r#"{"StringEquals":{"aws:SourceVpce":"vpce-1"}}"#), Some("wide"));
    }

    #[test]
    fn a_federation_without_a_subject_is_open_to_all() {
        let github = r#"{"Federated":"arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com"}"#;
        let on =
            |operator: &str, sub: &str| told(github, &format!(r#"{{"{operator}":{{"token.actions.githubusercontent.com:sub":"{sub}"}}}}"#));
        let widths = |operator, sub| on(operator, sub).map(|(width, _)| width);
        assert_eq!(width(github, r#"{"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com"}}"#), Some("anybody"));
        assert_eq!(widths("StringLike", "repo:acme/app:*"), None);
        assert_eq!(widths("StringLike", "repo:acme/*"), Some("wide"));
        assert_eq!(widths("StringLike", "repo:acme*"), Some("wide"));
        assert_eq!(widths("StringLike", "*"), Some("anybody"));
        assert_eq!(
            on("ForAllValues:StringLike", "repo:acme/app:*").expect("open").1,
            "anybody with a token of GitHub Actions may become it: the condition on sub holds where the claim is missing, too"
        );
    }
}
