use crate::{
    analyze::{
        aws::actions::Level,
        check::NoSettings,
        identity::{IdentityCheck, Roster, Ruling},
    },
    model::{About, Severity, Time, control},
};

use super::wide;

/// Finds identities that may change everything of some kind.
pub struct Infrastructure;

impl IdentityCheck for Infrastructure {
    const ABOUT: About = About {
        id: "aws-unlimited-write",
        title: "An identity may change things without limit",
        explain: "The policies of the identity name actions that change things and not the things: `Resource` is everything. A mistake or a thief reaches all of \
                  them. Patterns of one's own policies that stand for such actions are told as loose statements.\n\nName the resources that the work needs.",
        controls: &[&control::NHI5, &control::CSF_PR_AA_05],
        see: &[],
    };
    type Settings = NoSettings;

    fn judge(roster: &Roster, _: &NoSettings, _: Time, rule: &mut dyn FnMut(Ruling)) {
        wide::judge(
            &Self::ABOUT,
            roster,
            rule,
            |one| one.outright && one.level == Level::Write,
            |_| Some((Severity::Low, "may change things without limit")),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::Infrastructure;
    use crate::analyze::identity::sample;

    #[test]
    fn changes_without_limit_are_told_once() {
        assert_eq!(
            sample::allowed::<Infrastructure>(
                r#"["sqs:SendMessage","sns:Publish","ec2:TerminateInstances","dynamodb:DeleteTable","s3:ListAllMyBuckets"]"#,
                "*"
            ),
            ["ci may change things without limit: sqs:SendMessage, sns:Publish, ec2:TerminateInstances and 1 more"]
        );
        assert!(sample::allowed::<Infrastructure>(r#""sqs:SendMessage""#, "arn:aws:sqs:eu-west-1:111111111111:q").is_empty());
        assert!(sample::allowed::<Infrastructure>(r#""sqs:Send*""#, "*").is_empty(), "a pattern is a loose statement");
    }
}
