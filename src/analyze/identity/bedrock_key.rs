use serde::Deserialize;

use crate::model::{
    About, Confidence, Finding, Severity, Subject, Time, control,
    entity::{Holding, HoldingKind, IdentityKind, Status},
};

use super::{IdentityCheck, Member, Roster, Ruling};

/// Finds API keys of Bedrock that live long, and users that were made for one.
pub struct BedrockKey;

/// How long a key may live.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Life {
    /// Days from its making to its end.
    pub days: i64,
}

impl Default for Life {
    fn default() -> Self {
        Self { days: 30 }
    }
}

/// The service of these keys, as IAM names it.
pub(super) const SERVICE: &str = "bedrock.amazonaws.com";

impl IdentityCheck for BedrockKey {
    const ABOUT: About = About {
        id: "aws-bedrock-long-term-key",
        title: "A long-term API key of Bedrock",
        explain: "An API key of Amazon Bedrock is a bearer token: it signs nothing, and whoever sees it can use it. One without an end is high, one that lives longer \
                  than 30 days medium. The console makes a user `BedrockAPIKey-…` for each, with a policy, who stays when the key is gone (low). The credential \
                  report tells of none of them.\n\nUse short-term keys (at most twelve hours) or signed requests; delete the keys, then their users. Setting: \
                  `[check.aws-bedrock-long-term-key] days = 30`.",
        controls: &[&control::NHI7, &control::NHI1, &control::CSF_PR_AA_01],
        see: &["https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html"],
    };
    type Settings = Life;

    fn judge(roster: &Roster, life: &Life, now: Time, rule: &mut dyn FnMut(Ruling)) {
        for member in roster.members.values() {
            let keys = || member.holdings.iter().filter(|h| is_key(h));
            for key in keys().filter(|key| key.status != Status::Inactive && key.expires.is_none_or(|end| end > now)) {
                rule_on(member, key, life).into_iter().for_each(&mut *rule);
            }
            // Only a whole inventory can say that he has none.
            if is_phantom(member) && keys().next().is_none() && roster.counted.contains_key(&member.identity.scope) {
                let because = format!("{} was made for an API key of Bedrock that is gone", member.identity.name);
                let subject = Subject::identity(&member.identity.uri, "");
                rule(Ruling::Finding(Finding::new(&Self::ABOUT, subject, Severity::Low, Confidence::Medium, because)));
            }
        }
    }
}

/// Whether a credential is an API key of Bedrock.
pub(super) fn is_key(holding: &Holding) -> bool {
    holding.kind == HoldingKind::ServiceSpecific && holding.attributes.get("service").is_some_and(|service| service == SERVICE)
}

/// Whether the console made a user for a key.
fn is_phantom(member: &Member) -> bool {
    member.identity.kind == IdentityKind::User && member.identity.name.starts_with("BedrockAPIKey-")
}

fn rule_on(member: &Member, key: &Holding, life: &Life) -> Option<Ruling> {
    let uri = &member.identity.uri;
    let subject = Subject::identity(uri, &key.handle);
    let finding =
        |severity, because| Finding::new(&BedrockKey::ABOUT, subject, severity, Confidence::High, because).and("key", key.handle.clone());
    let Some(end) = key.expires else {
        let because = format!("API key {} of Bedrock has no end", key.handle);
        return Some(Ruling::Finding(finding(Severity::High, because).and("expires", "never")));
    };
    let Some(made) = key.created else {
        return Some(Ruling::Undecided {
            identity: uri.clone(),
            why: "the inventory does not say when an API key of Bedrock was made".into(),
        });
    };
    let days = made.days_until(end);
    let because = format!("API key {} of Bedrock lives for {days} days, until {}", key.handle, end.date());
    (days > life.days).then(|| Ruling::Finding(finding(Severity::Medium, because).and_beyond("days", days, format!("> {}", life.days))))
}

#[cfg(test)]
mod tests {
    use super::{BedrockKey, Life, SERVICE};
    use crate::{
        analyze::identity::{IdentityCheck, Ruling, sample},
        model::{
            Entity, Severity, Time,
            entity::{Holding, HoldingKind, Status},
        },
    };

    fn said(end: Option<i64>, day: i64) -> Option<Severity> {
        let mut key = Holding {
            status: Status::Active,
            created: Some(Time(0)),
            ..Holding::new("aws:111111111111:user/ci", HoldingKind::ServiceSpecific, "A1")
        };
        key.expires = end.map(|day| Time(day * 86_400));
        key.attributes.insert("service".into(), SERVICE.into());
        let roster = sample::roster([Entity::Identity(sample::user("ci", 0)), Entity::Holding(key)]);
        let said = sample::rulings(|rule| BedrockKey::judge(&roster, &Life::default(), Time(day * 86_400), rule));
        said.into_iter().find_map(|ruling| if let Ruling::Finding(found) = ruling { Some(found.severity) } else { None })
    }

    #[test]
    fn thirty_days_pass_one_more_does_not_and_no_end_is_worse() {
        assert_eq!(
            [said(Some(30), 0), said(Some(31), 0), said(None, 0), said(Some(31), 31)],
            [None, Some(Severity::Medium), Some(Severity::High), None]
        );
    }

    #[test]
    fn a_user_whose_key_is_gone_is_told_only_where_all_keys_are_known() {
        let mut roster = sample::roster([Entity::Identity(sample::user("BedrockAPIKey-a1", 0))]);
        let said = |roster: &_| sample::rulings(|rule| BedrockKey::judge(roster, &Life::default(), Time(0), rule)).len();
        assert_eq!(said(&roster), 0);
        roster.counted.insert(sample::ACCOUNT.into(), Time(0));
        assert_eq!(said(&roster), 1);
    }
}
