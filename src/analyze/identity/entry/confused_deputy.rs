use crate::{
    analyze::{
        check::NoSettings,
        identity::{IdentityCheck, Roster, Ruling},
    },
    model::{About, Severity, Time, control},
};

use super::door::{doors, on_behalf};

/// Services that say on behalf of whom they come, and whose own pages ask for a condition on it in the trust of a role. Others, as
/// Lambda and EC2, do not say it when they assume a role: such a condition would shut them out.
const DEPUTIES: &[&str] = &[
    "amplify.amazonaws.com",
    "appsync.amazonaws.com",
    "bedrock.amazonaws.com",
    "braket.amazonaws.com",
    "chatbot.amazonaws.com",
    "cloudtrail.amazonaws.com",
    "codebuild.amazonaws.com",
    "comprehend.amazonaws.com",
    "datasync.amazonaws.com",
    "delivery.logs.amazonaws.com",
    "ecs-tasks.amazonaws.com",
    "firehose.amazonaws.com",
    "forecast.amazonaws.com",
    "iot.amazonaws.com",
    "ivs.amazonaws.com",
    "kendra.amazonaws.com",
    "lexv2.amazonaws.com",
    "logs.amazonaws.com",
    "monitoring.rds.amazonaws.com",
    "omics.amazonaws.com",
    "personalize.amazonaws.com",
    "pipes.amazonaws.com",
    "rekognition.amazonaws.com",
    "scheduler.amazonaws.com",
    "ses.amazonaws.com",
    "ssm.amazonaws.com",
    "states.amazonaws.com",
    "textract.amazonaws.com",
    "transcribe.amazonaws.com",
    "transfer.amazonaws.com",
    "vpc-flow-logs.amazonaws.com",
];

impl IdentityCheck for ConfusedDeputy {
    const ABOUT: About = About {
        id: "aws-confused-deputy",
        title: "A service may use a role on behalf of anybody",
        explain: "The trust of the role names a service of AWS and not on whose behalf the service may come. Where somebody in another account gets the service \
                  to use the ARN of this role, it does. Only services are told that say on whose behalf they come, and whose documentation asks for the \
                  condition; medium where the role can read secrets or more.\n\nAdd `aws:SourceAccount` with your account, or `aws:SourceArn` with the thing \
                  that uses the role.",
        controls: &[&control::NHI4],
        see: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html"],
    };
    type Settings = NoSettings;

    fn judge(roster: &Roster, _: &NoSettings, _: Time, rule: &mut dyn FnMut(Ruling)) {
        for door in doors(roster, rule) {
            for (statement, principals) in door.open().filter(|(statement, _)| !on_behalf(statement)) {
                let named: Vec<&str> = principals.services.iter().map(String::as_str).filter(|name| DEPUTIES.contains(name)).collect();
                if let Some(first) = named.first() {
                    let because = format!("{first} may use it on behalf of anybody: nothing names an account or a source");
                    let severity = door.severity(Severity::Medium, Severity::Low);
                    rule(Ruling::Finding(door.finding(&Self::ABOUT, statement, first, severity, &because).and("services", named)));
                }
            }
        }
    }
}

/// Finds roles that a service may use for anybody.
pub struct ConfusedDeputy;

#[cfg(test)]
mod tests {
    use super::{ConfusedDeputy, DEPUTIES};
    use crate::{analyze::identity::sample, model::Severity};

    #[test]
    fn only_services_that_say_on_whose_behalf_are_told() {
        assert_eq!(sample::served::<ConfusedDeputy>("states.amazonaws.com", "{}", "s3:GetObject"), Some(Severity::Medium));
        assert_eq!(sample::served::<ConfusedDeputy>("states.amazonaws.com", "{}", "sqs:SendMessage"), Some(Severity::Low));
        assert_eq!(
            sample::served::<ConfusedDeputy>("states.amazonaws.com", r#"{"StringEquals":{"aws:SourceAccount":"111111111111"}}"#, "*"),
            None
        );
        assert_eq!(
            sample::served::<ConfusedDeputy>("states.amazonaws.com", r#"{"StringEqualsIfExists":{"aws:SourceAccount":"1"}}"#, "*"),
            Some(Severity::Medium)
        );
        assert_eq!(sample::served::<ConfusedDeputy>("lambda.amazonaws.com", "{}", "*"), None);
        assert!(DEPUTIES.is_sorted());
    }
}
