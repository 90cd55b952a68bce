use crate::{
    analyze::{
        aws::policy::Condition,
        check::NoSettings,
        identity::{IdentityCheck, Roster, Ruling},
    },
    model::{About, Severity, Time, control},
};

use super::door::doors;

/// Finds conditions that no request can meet.
pub struct NeverHolds;

impl IdentityCheck for NeverHolds {
    const ABOUT: About = About {
        id: "aws-trust-never-holds",
        title: "A trust compares with a pattern where patterns are none",
        explain: "A condition compares by `StringEquals` with a value that has a `*`. For `StringEquals` a star is a star, so no request meets the condition, and \
                  the statement lets nobody in. What looks narrow does not work; whoever repairs it in a hurry tends to take the condition away.\n\nWrite the \
                  whole value, or `StringLike` with a pattern that is as narrow as was meant.",
        controls: &[&control::NHI4],
        see: &[],
    };
    type Settings = NoSettings;

    fn judge(roster: &Roster, _: &NoSettings, _: Time, rule: &mut dyn FnMut(Ruling)) {
        for door in doors(roster, rule) {
            for (statement, _) in door.open() {
                for condition in statement.conditions.iter().filter(|condition| never(condition)) {
                    let value = condition.values.first().map_or("", String::as_str);
                    let because = format!("no request can have `{value}` as {}: for StringEquals a star is a star", condition.key);
                    let finding = door.finding(&Self::ABOUT, statement, &condition.key, Severity::Low, &because);
                    rule(Ruling::Finding(finding.and("value", value)));
                }
            }
        }
    }
}

/// Whether a condition demands a value that nothing can have.
fn never(condition: &Condition) -> bool {
    const NEVER: &[&str] = &["aws:principalarn", "aws:sourcearn", "aws:principalorgid", "aws:sourceaccount", "aws:principalaccount"];
    let claim = condition.key.ends_with(":sub") || condition.key.ends_with(":aud");
    let starred = |value: &String| value.contains('*');
    (claim || NEVER.contains(&condition.key.as_str()))
        && condition.demands()
        && !condition.takes_patterns()
        && !condition.values.is_empty()
        && condition.values.iter().all(starred)
}

#[cfg(test)]
mod tests {
    use super::NeverHolds;
    use crate::{
        analyze::{check::NoSettings, identity::sample},
        model::Time,
    };

    fn told(condition: &str) -> Vec<String> {
        let trust = sample::trust(r#"{"AWS":"*"}"#, "sts:AssumeRole", condition);
        let roster = sample::roster(sample::role("deploy", &trust, "s3:List*"));
        let found = sample::found::<NeverHolds>(&roster, &NoSettings {}, Time(0)).0;
        found.into_iter().map(|(_, because)| because).collect()
    }

    #[test]
    fn a_star_for_string_equals_is_told() {
        let key = "token.actions.githubusercontent.com:sub";
        assert_eq!(
            told(&format!(r#"{{"StringEquals":{{"{key}":"repo:acme/app:*"}}}}"#)),
            [format!("deploy: no request can have `repo:acme/app:*` as {key}: for StringEquals a star is a star")]
        );
        assert_eq!(told(r#"{"StringEquals":{"aws:PrincipalArn":"arn:aws:iam::1:role/*"}}"#).len(), 1);
    }

    #[test]
    fn patterns_and_values_that_may_have_a_star_are_not() {
        assert!(told(r#"{"StringLike":{"a.example:sub":"repo:acme/app:*"}}"#).is_empty());
        assert!(told(r#"{"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::1:role/*"}}"#).is_empty());
        assert!(told(r#"{"StringEquals":{"a.example:sub":["a*","b"]}}"#).is_empty(), "one of them will do");
        assert!(told(r#"{"StringEquals":{"sts:ExternalId":"a*"}}"#).is_empty());
    }
}
