//! Whose tokens a trust in an issuer takes.

use super::{
    issuers::{Issuer, Says},
    restricts,
};
use crate::analyze::aws::policy::{Condition, Statement};

/// How far a trust in an issuer reaches, the narrowest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Spread {
    /// One use of one project.
    Narrow,
    /// Every use of one project: every branch, tag, pull request, environment.
    Contexts,
    /// All projects of one customer.
    Tenant,
    /// Customers whose names begin alike.
    Tenants,
    /// Anybody with a token of the issuer.
    Anybody,
}

/// Whose tokens a statement takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Federation {
    /// How far it reaches.
    pub spread: Spread,
    /// Why, in words.
    pub what: String,
    /// How the claim should be written.
    pub form: &'static str,
}

/// Whose tokens of a provider a statement takes; `None` where the issuer is one's own, or nobody knows it.
pub fn federation(provider: &str, statement: &Statement) -> Option<Federation> {
    let issuer = Issuer::of(provider)?;
    let tied = statement.conditions.iter().filter(|c| restricts(c)).filter_map(|c| read(issuer, c));
    // All conditions must hold: the narrowest counts. Any of its values will do: the widest of these.
    Some(tied.min_by_key(|found| found.spread).unwrap_or_else(|| untied(issuer, statement)))
}

/// What a statement takes that says nothing of the claim.
fn untied(issuer: &'static Issuer, statement: &Statement) -> Federation {
    let (name, claim, form) = (&issuer.name, &issuer.claim, issuer.form.as_str());
    let vain = statement.conditions.iter().find(|c| claim_of(c) == Some(claim.as_str()) && c.holds_where_absent());
    let why = match vain {
        Some(_) => format!("the condition on {claim} holds where the claim is missing, too"),
        None => format!("nothing restricts {claim}"),
    };
    let (spread, what) = match issuer.tenant {
        Some(_) => (Spread::Anybody, format!("anybody with a token of {name} may become it: {why}")),
        None => (Spread::Tenant, format!("every {} may become it: {why}", issuer.things)),
    };
    Federation { spread, what, form }
}

/// The claim that a condition is about: keys are written `issuer:claim`.
fn claim_of(condition: &Condition) -> Option<&str> {
    condition.key.rsplit_once(':').map(|(_, claim)| claim)
}

/// What a condition leaves in; `None` where it is about something else.
fn read(issuer: &'static Issuer, condition: &Condition) -> Option<Federation> {
    let claim = claim_of(condition)?;
    let pattern = condition.takes_patterns();
    let found = condition.values.iter().map(|value| match issuer.also.get(claim) {
        _ if claim == issuer.claim => subject(issuer, value, pattern),
        Some(Says::Tenant) => (Spread::Tenant, format!("{claim} `{value}`")),
        _ => (Spread::Contexts, format!("{claim} `{value}`")),
    });
    let known = claim == issuer.claim || issuer.also.contains_key(claim);
    let (spread, value) = found.max_by_key(|(spread, _)| *spread).filter(|_| known)?;
    let name = &issuer.name;
    let what = match spread {
        Spread::Anybody => format!("anybody with a token of {name} may become it (`{value}`)"),
        Spread::Tenants => format!("tokens of {name} with {claim} like `{value}` may become it: that is more than one owner"),
        Spread::Tenant => format!("every {} may become it (`{value}`)", issuer.things),
        Spread::Contexts => format!("every {} may become it (`{value}`)", issuer.uses),
        Spread::Narrow => String::new(),
    };
    Some(Federation { spread, what, form: &issuer.form })
}

/// How far a value of the claim itself reaches.
fn subject(issuer: &Issuer, value: &str, pattern: bool) -> (Spread, String) {
    let wild = |part: &str| pattern && part.contains(['*', '?']);
    let parts: Vec<&str> = value.split([':', '/']).collect();
    let first = parts.iter().position(|part| wild(part)).unwrap_or(usize::MAX);
    let all = |part: &str| part.chars().all(|c| matches!(c, '*' | '?'));
    let spread = match (first, issuer.tenant) {
        (at, Some(tenant)) if at < tenant || at == tenant && all(parts[at]) => Spread::Anybody,
        (at, Some(tenant)) if at == tenant => Spread::Tenants,
        (at, _) if at < issuer.project || at == issuer.project && parts[at].starts_with('*') => Spread::Tenant,
        (usize::MAX, _) if parts.last() == Some(&"pull_request") => Spread::Contexts,
        (at, _) if at > issuer.project && at != usize::MAX && all(parts[at]) && parts.len() == at + 1 => Spread::Contexts,
        _ => Spread::Narrow,
    };
    (spread, value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Spread, federation};
    use crate::analyze::aws::policy::Policy;

    fn spread(address: &str, condition: &str) -> Option<Spread> {
        let provider = format!("arn:aws:iam::111111111111:oidc-provider/{address}");
        let text = format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{{"Federated":"{provider}"}},"Action":"sts:*","Condition":{condition}}}}}"#
        );
        federation(&provider, &Policy::parse(&text).expect("a trust").statements[0]).map(|found| found.spread)
    }

    fn on(address: &str, operator: &str, claim: &str, value: &str) -> Option<Spread> {
        spread(address, &format!(r#"{{"{operator}":{{"{address}:{claim}":"{value}"}}}}"#))
    }

    #[test]
    fn the_first_open_part_of_a_subject_says_how_far_it_reaches() {
        const GITHUB: &str = "token.actions.githubusercontent.com";
        const EKS: &str = "oidc.eks.eu-west-1.amazonaws.com/id/A";
        for (address, value, known) in [
            (GITHUB, "repo:*", Spread::Anybody),
            (GITHUB, "*:ref:refs/heads/main", Spread::Anybody),
            (GITHUB, "repo:*/app:ref:refs/heads/main", Spread::Anybody),
            (GITHUB, "repo:acme*", Spread::Tenants),
            (GITHUB, "repo:acme/*", Spread::Tenant),
            (GITHUB, "repo:acme/app:*", Spread::Contexts),
            (GITHUB, "repo:acme/app:pull_request", Spread::Contexts),
            (GITHUB, "repo:acme/app:environment:*", Spread::Contexts),
            (GITHUB, "repo:acme/app-*:ref:refs/heads/main", Spread::Narrow),
            (GITHUB, "repo:acme/app:ref:refs/heads/release-*", Spread::Narrow),
            ("gitlab.com", "project_path:*", Spread::Anybody),
            ("gitlab.com", "project_path:acme/*:ref_type:branch:ref:main", Spread::Tenant),
            ("app.terraform.io", "organization:acme:project:*:workspace:*:run_phase:*", Spread::Tenant),
            ("app.terraform.io", "organization:*:project:p:workspace:w:run_phase:apply", Spread::Anybody),
            ("oidc.circleci.com/org/0a", "org/0a/project/*/user/*", Spread::Tenant),
            (EKS, "system:serviceaccount:*:*", Spread::Tenant),
            (EKS, "system:serviceaccount:prod:*", Spread::Contexts),
            (EKS, "system:serviceaccount:prod:app", Spread::Narrow),
        ] {
            assert_eq!(on(address, "StringLike", "sub", value), Some(known), "{value}");
        }
        // A star is a star for StringEquals, and no token has one.
        assert_eq!(on(GITHUB, "StringEquals", "sub", "repo:*"), Some(Spread::Narrow));
    }

    #[test]
    fn what_is_in_the_address_need_not_be_in_the_claim() {
        assert_eq!(spread("oidc.eks.eu-west-1.amazonaws.com/id/A", "{}"), Some(Spread::Tenant));
        assert_eq!(spread("app.terraform.io", "{}"), Some(Spread::Anybody));
        assert_eq!(spread("id.acme.example", "{}"), None);
    }

    #[test]
    fn all_conditions_together_count() {
        let both = |owner: &str| {
            let at = "token.actions.githubusercontent.com";
            spread(at, &format!(r#"{{"StringLike":{{"{at}:sub":"repo:*","{at}:{owner}":"acme"}}}}"#))
        };
        assert_eq!(both("repository_owner"), Some(Spread::Tenant));
        assert_eq!(both("repository"), Some(Spread::Contexts));
        assert_eq!(both("actor"), Some(Spread::Anybody));
    }
}
