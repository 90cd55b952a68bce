use crate::{
    analyze::{
        aws::restricts,
        check::NoSettings,
        identity::{IdentityCheck, Roster, Ruling},
    },
    model::{About, Severity, Time, control},
};

use super::guest::{Guest, guests, undecided};

/// Finds resources that a service may use for anybody.
pub struct ResourceDeputy;

/// What says on whose behalf a service comes.
const SOURCES: &[&str] = &[
    "aws:sourcearn",
    "aws:sourceaccount",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
    "kms:calleraccount",
    "kms:viaservice",
    "lambda:eventsourcetoken",
];

impl IdentityCheck for ResourceDeputy {
    const ABOUT: About = About {
        id: "aws-resource-confused-deputy",
        title: "A service may use a resource on behalf of anybody",
        explain: "The policy that hangs on a queue, topic, function or bucket lets a service of AWS use it and does not say on whose behalf. Anybody with an account \
                  can make that service do it: a bucket of his that sends to this queue, an API of his that calls this function.\n\nAdd `aws:SourceArn` with \
                  what uses it, or `aws:SourceAccount` with your account (for functions: `--source-arn`, `--source-account`).",
        controls: &[&control::NHI4, &control::CSF_PR_AA_05],
        see: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html"],
    };
    type Settings = NoSettings;

    fn judge(roster: &Roster, _: &NoSettings, _: Time, rule: &mut dyn FnMut(Ruling)) {
        undecided(roster, &["Policy"], rule);
        // A grant is made for one user of one service, which says so itself.
        for guest in guests(roster).filter(|guest| guest.grant.is_none() && !guided(guest)) {
            let services: Vec<&str> =
                guest.principals.services.iter().map(String::as_str).filter(|name| !name.contains("logging.s3")).collect();
            if let Some(first) = services.first() {
                let because = format!("{first} may {} on behalf of anybody: nothing names an account or a source", guest.may().0);
                rule(Ruling::Finding(guest.finding(roster, &Self::ABOUT, first, Severity::Medium, because).and("services", services)));
            }
        }
    }
}

/// Whether it says on whose behalf a service may come.
fn guided(guest: &Guest<'_>) -> bool {
    guest.statement.conditions.iter().any(|condition| SOURCES.contains(&condition.key.as_str()) && restricts(condition))
}

#[cfg(test)]
mod tests {
    use super::ResourceDeputy;
    use crate::{
        analyze::{check::NoSettings, identity::sample},
        model::Time,
    };

    #[test]
    fn a_service_must_say_for_whom_it_comes() {
        let told = |condition: &str| {
            let policy = sample::trust(r#"{"Service":"s3.amazonaws.com"}"#, "sqs:SendMessage", condition);
            let roster = sample::roster([sample::resource("arn:aws:sqs:eu-west-1:111111111111:q", &policy)]);
            sample::found::<ResourceDeputy>(&roster, &NoSettings {}, Time(0)).0.into_iter().map(|(_, because)| because).collect::<Vec<_>>()
        };
        assert_eq!(told("{}"), ["s3.amazonaws.com may use or change it on behalf of anybody: nothing names an account or a source"]);
        assert!(told(r#"{"ArnLike":{"aws:SourceArn":"arn:aws:s3:::own"}}"#).is_empty());
        assert!(told(r#"{"StringEquals":{"aws:SourceAccount":"111111111111"}}"#).is_empty());
        assert_eq!(told(r#"{"StringEqualsIfExists":{"aws:SourceAccount":"111111111111"}}"#).len(), 1);
    }
}
