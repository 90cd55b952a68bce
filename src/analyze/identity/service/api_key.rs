use serde::Deserialize;

use crate::{
    analyze::identity::{IdentityCheck, Roster, Ruling},
    model::{About, Confidence, Finding, Severity, Subject, Time, control, entity::Resource},
};

use super::text;

/// Finds keys to interfaces that nobody renews, and interfaces to which a key is all that it takes.
pub struct ApiKey;

/// When a key is old.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Age {
    /// Days since it was made.
    pub days: i64,
}

impl Default for Age {
    fn default() -> Self {
        Self { days: 365 }
    }
}

impl IdentityCheck for ApiKey {
    const ABOUT: About = About {
        id: "aws-api-key",
        title: "A key to an interface is old, or all that it takes",
        explain: "A key of API Gateway never ends by itself: one that works and is more than 365 days old is low. It counts calls and is no login; whoever has it is everybody \
                  who has the app. An interface of AppSync whose authentication is `API_KEY` lets in whoever has one of its keys, and \
                  the key lies in every copy of the app: medium.\n\nMake a new key, give it to those who call, and delete the old one. Let interfaces ask who comes: \
                  IAM, a user pool, an authorizer. Setting: `[check.aws-api-key] days = 365`.",
        controls: &[&control::NHI4, &control::NHI7, &control::CSF_PR_AA_01],
        see: &["https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html"],
    };
    type Settings = Age;

    fn judge(roster: &Roster, age: &Age, now: Time, rule: &mut dyn FnMut(Ruling)) {
        for key in roster.belongings.values() {
            match text(key, Resource::KEY) {
                Some("gateway") if key.says(Resource::ENABLED) != Some(false) => gateway(key, age, now, rule),
                Some("graph") if text(key, Resource::AUTHENTICATION) == Some("API_KEY") => graph(key, rule),
                _ => {}
            }
        }
    }
}

fn gateway(key: &Resource, age: &Age, now: Time, rule: &mut dyn FnMut(Ruling)) {
    let Some(made) = text(key, Resource::CREATED).and_then(Time::parse) else {
        let why = "the inventory does not say when a key of API Gateway was made".to_owned();
        return rule(Ruling::Undecided { identity: key.uri.clone(), why });
    };
    let days = made.days_until(now);
    if days > age.days {
        let because = format!("the key {} of API Gateway is {days} days old and never ends", name(key));
        let finding = Finding::new(&ApiKey::ABOUT, Subject::identity(&key.uri, ""), Severity::Low, Confidence::High, because);
        rule(Ruling::Finding(finding.and_beyond("days", days, format!("> {}", age.days))));
    }
}

fn graph(api: &Resource, rule: &mut dyn FnMut(Ruling)) {
    let keys = text(api, Resource::COUNT).unwrap_or("0");
    if keys == "0" {
        return;
    }
    let because = format!("whoever has a key comes in to the interface {} of AppSync", name(api));
    let finding = Finding::new(&ApiKey::ABOUT, Subject::identity(&api.uri, ""), Severity::Medium, Confidence::High, because);
    rule(Ruling::Finding(finding.and("keys", keys)));
}

fn name(resource: &Resource) -> &str {
    text(resource, Resource::NAME).unwrap_or(&resource.uri)
}

#[cfg(test)]
mod tests {
    use super::{Age, ApiKey};
    use crate::{
        analyze::identity::sample,
        model::{Entity, Severity, Time, entity::Resource},
    };

    fn told(attributes: &[(&str, &str)]) -> (Option<Severity>, usize) {
        let mut key = Resource::new("arn:aws:apigateway:eu-west-1:111111111111:/apikeys/k", sample::ACCOUNT);
        key.attributes.extend(attributes.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())));
        let now = Time::parse("2026-01-02T00:00:00Z").expect("a moment");
        let (found, undecided) = sample::found::<ApiKey>(&sample::roster([Entity::Resource(key)]), &Age::default(), now);
        (found.first().map(|(severity, _)| *severity), undecided)
    }

    #[test]
    fn a_key_of_a_gateway_may_be_a_year_old() {
        let made = |at, enabled| told(&[(Resource::KEY, "gateway"), (Resource::ENABLED, enabled), (Resource::CREATED, at)]);
        assert_eq!(made("2025-01-02T00:00:00Z", "yes"), (None, 0));
        assert_eq!(made("2025-01-01T00:00:00Z", "yes"), (Some(Severity::Low), 0));
        assert_eq!(made("2025-01-01T00:00:00Z", "no"), (None, 0));
        assert_eq!(told(&[(Resource::KEY, "gateway")]), (None, 1));
    }

    #[test]
    fn an_interface_that_asks_for_more_than_a_key_is_none() {
        let asks = |kind, count| told(&[(Resource::KEY, "graph"), (Resource::AUTHENTICATION, kind), (Resource::COUNT, count)]).0;
        assert_eq!([asks("API_KEY", "1"), asks("API_KEY", "0"), asks("AWS_IAM", "1")], [Some(Severity::Medium), None, None]);
    }
}
