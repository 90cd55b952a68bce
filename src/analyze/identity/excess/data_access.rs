use crate::{
    analyze::{
        check::NoSettings,
        identity::{IdentityCheck, Roster, Ruling},
    },
    model::{About, Severity, Time, control},
};

use super::wide::{self, Wide};

/// Finds identities that can carry data off in bulk.
pub struct DataAccess;

/// What gives secrets away.
const SECRETS: &[&str] = &[
    "secretsmanager:GetSecretValue",
    "secretsmanager:BatchGetSecretValue",
    "ssm:GetParameter",
    "ssm:GetParameters",
    "ssm:GetParametersByPath",
];

/// What gives data away.
const DATA: &[&str] = &[
    "athena:GetQueryResults",
    "codecommit:GitPull",
    "dynamodb:BatchGetItem",
    "dynamodb:ExportTableToPointInTime",
    "dynamodb:Query",
    "dynamodb:Scan",
    "ebs:GetSnapshotBlock",
    "ecr:BatchGetImage",
    "lambda:GetFunction",
    "logs:GetLogEvents",
    "rds-data:ExecuteStatement",
    "rds:ModifyDBSnapshotAttribute",
    "ec2:ModifySnapshotAttribute",
    "s3:GetObject",
    "sqs:ReceiveMessage",
];

impl IdentityCheck for DataAccess {
    const ABOUT: About = About {
        id: "aws-data-access",
        title: "An identity may read all data or secrets of an account",
        explain: "The policies of the identity allow it to read data or secrets without naming any: every object of every bucket, every table, queue, log, image, \
                  or every secret. High where secrets are among them: they are the credentials of somebody else. What takes permissions away again \
                  (denials, boundary, limits of the account) is counted. Administrators, and whoever certainly becomes one, have a check of their own; \
                  so have statements that allow all of a service.\n\nName the buckets, tables and secrets that the work needs in `Resource`.",
        controls: &[&control::NHI5, &control::CSF_PR_DS_01, &control::CSF_PR_AA_05],
        see: &[],
    };
    type Settings = NoSettings;

    fn judge(roster: &Roster, _: &NoSettings, _: Time, rule: &mut dyn FnMut(Ruling)) {
        let fits = |one: &Wide| SECRETS.contains(&one.action.as_str()) || DATA.contains(&one.action.as_str());
        wide::judge(&Self::ABOUT, roster, rule, fits, |_, answers| {
            let secrets = answers.iter().any(|answer| SECRETS.contains(&answer.witness.action.as_str()));
            Some(if secrets { (Severity::High, "may read every secret") } else { (Severity::Medium, "may read data without limit") })
        });
    }
}

#[cfg(test)]
mod tests {
    use super::DataAccess;
    use crate::{
        analyze::{check::NoSettings, identity::sample},
        model::{Severity, Time},
    };

    fn told(statements: &str) -> Vec<(Severity, String)> {
        let roster = sample::standing("ci", &format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#));
        sample::found::<DataAccess>(&roster, &NoSettings {}, Time(0)).0
    }

    fn allow(actions: &str, resource: &str) -> String {
        format!(r#"{{"Effect":"Allow","Action":{actions},"Resource":"{resource}"}}"#)
    }

    #[test]
    fn data_and_secrets_without_limit_are_told() {
        let because = "ci may read data without limit: s3:GetObject, sqs:ReceiveMessage".to_owned();
        assert_eq!(told(&allow(r#"["s3:GetObject","sqs:ReceiveMessage"]"#, "*")), [(Severity::Medium, because)]);
        let because = "ci may read every secret: secretsmanager:GetSecretValue".to_owned();
        assert_eq!(told(&allow(r#""secretsmanager:GetSecret*""#, "*")), [(Severity::High, because)]);
        assert_eq!(told(&allow(r#""s3:Get*""#, "arn:aws:s3:::*")).len(), 1, "that is every object, too");
    }

    #[test]
    fn what_is_named_or_taken_away_or_told_by_another_check_is_not() {
        assert!(told(&allow(r#""s3:GetObject""#, "arn:aws:s3:::own/*")).is_empty());
        let deny = r#"{"Effect":"Deny","Action":"s3:*","Resource":"*"}"#;
        assert!(told(&format!("{},{deny}", allow(r#""s3:GetObject""#, "*"))).is_empty());
        assert!(told(&allow(r#""s3:*""#, "*")).is_empty(), "all of a service is a loose statement");
        assert!(told(&allow(r#"["*","s3:GetObject"]"#, "*")).is_empty(), "an administrator");
        assert!(told(&allow(r#"["iam:AttachUserPolicy","s3:GetObject"]"#, "*")).is_empty(), "as good as one");
    }

    #[test]
    fn a_condition_that_leaves_nothing_out_is_none() {
        let with = |condition: &str| {
            told(&format!(r#"{{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{condition}}}"#)).len()
        };
        assert_eq!(with(r#"{"Bool":{"aws:SecureTransport":"true"}}"#), 1);
        assert_eq!(with(r#"{"StringEquals":{"aws:ResourceTag/team":"ci"}}"#), 0);
    }
}
