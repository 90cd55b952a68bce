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
                  them. Actions for which AWS knows no resource to name, those that make something new, and those by which every program writes its logs, metrics and traces, are left out. Patterns \
                  of one's own policies that stand for such actions are told as loose statements.\n\nName the resources that the work needs.",
        controls: &[&control::NHI5, &control::CSF_PR_AA_05],
        see: &[],
    };
    type Settings = NoSettings;

    fn judge(roster: &Roster, _: &NoSettings, _: Time, rule: &mut dyn FnMut(Ruling)) {
        wide::judge(
            &Self::ABOUT,
            roster,
            rule,
            |one| one.outright && one.level == Level::Write && one.boundable && reaches(&one.action),
            // Where it may make itself administrator, however sure that is, that finding names the same actions.
            |held, _| (!held.may_rule()).then_some((Severity::Low, "may change things without limit")),
        );
    }
}

/// Whether it reaches what is there: not what makes something new, nor how every program tells of itself, for which the policies that AWS
/// offers name no resources either.
fn reaches(action: &str) -> bool {
    let (service, name) = action.split_once(':').unwrap_or_default();
    !name.starts_with("Create") && !matches!(service, "xray" | "ssmmessages" | "ec2messages") && !DAILY.contains(&action)
}

/// Actions by which programs write logs and metrics, and machines tell of themselves.
const DAILY: &[&str] = &[
    "cloudwatch:PutMetricData",
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "logs:PutRetentionPolicy",
    "ssm:PutComplianceItems",
    "ssm:PutConfigurePackageResult",
    "ssm:UpdateAssociationStatus",
    "ssm:UpdateInstanceAssociationStatus",
    "ssm:UpdateInstanceInformation",
];

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
        let none = sample::allowed::<Infrastructure>(
            r#"["logs:PutLogEvents","xray:PutTraceSegments","ec2:EnableSerialConsoleAccess","sns:CreateTopic"]"#,
            "*",
        );
        assert!(none.is_empty(), "telling of itself, and what cannot be narrowed: {none:?}");
    }
}
