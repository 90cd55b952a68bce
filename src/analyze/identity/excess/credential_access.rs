use crate::{
    analyze::{
        check::NoSettings,
        identity::{IdentityCheck, Roster, Ruling},
    },
    model::{About, Severity, Time, control},
};

use super::wide::{self, Wide};

/// Finds identities that can make or get credentials of others.
pub struct CredentialAccess;

/// What gives a credential of somebody or something else. Those that make an administrator of nearly anybody are ways of their own.
const GIVES: &[&str] = &[
    "apigateway:POST",
    "appsync:CreateApiKey",
    "bedrock:CallWithBearerToken",
    "codeartifact:GetAuthorizationToken",
    "cognito-identity:GetCredentialsForIdentity",
    "cognito-identity:GetOpenIdToken",
    "cognito-identity:GetOpenIdTokenForDeveloperIdentity",
    "connect:GetFederationToken",
    "ec2:GetPasswordData",
    "ec2-instance-connect:SendSSHPublicKey",
    "ecr:GetAuthorizationToken",
    "eks:AccessKubernetesApi",
    "gamelift:GetComputeAccess",
    "gamelift:GetComputeAuthToken",
    "gamelift:RequestUploadCredentials",
    "iam:CreateAccessKey",
    "iam:CreateLoginProfile",
    "iam:CreateServiceSpecificCredential",
    "iam:ResetServiceSpecificCredential",
    "iam:UpdateLoginProfile",
    "iam:UploadSSHPublicKey",
    "lightsail:CreateKeyPair",
    "lightsail:DownloadDefaultKeyPair",
    "lightsail:GetInstanceAccessDetails",
    "lightsail:GetRelationalDatabaseMasterUserPassword",
    "rds-db:connect",
    "redshift:GetClusterCredentials",
    "redshift:GetClusterCredentialsWithIAM",
    "redshift-serverless:GetCredentials",
    "sts:AssumeRoot",
    "sts:GetFederationToken",
];

/// Those that everybody who pulls an image or a package needs, and that open no more than other permissions allow.
const USUAL: &[&str] = &["codeartifact:GetAuthorizationToken", "ecr:GetAuthorizationToken", "sts:GetFederationToken"];

impl IdentityCheck for CredentialAccess {
    const ABOUT: About = About {
        id: "aws-credential-access",
        title: "An identity may get the credentials of others",
        explain: "The policies of the identity allow it, on everything, calls that answer with a credential of somebody or something else: access keys and \
                  passwords of users, passwords of machines and databases, tokens of clusters. Who has the identity has those, and keeps them when the \
                  identity is taken away from him. Calls whose tokens open no more than other permissions allow (`ecr:GetAuthorizationToken`) count only beside \
                  others.\n\nName the users, machines and databases in `Resource`, or take the permission away.",
        controls: &[&control::NHI5, &control::NHI2, &control::CSF_PR_AA_05],
        see: &[],
    };
    type Settings = NoSettings;

    fn judge(roster: &Roster, _: &NoSettings, _: Time, rule: &mut dyn FnMut(Ruling)) {
        let gives = |one: &Wide| GIVES.contains(&one.action.as_str()) && !USUAL.contains(&one.action.as_str());
        wide::judge(&Self::ABOUT, roster, rule, gives, |_, _| Some((Severity::High, "may get credentials of others")));
    }
}

#[cfg(test)]
mod tests {
    use super::{CredentialAccess, GIVES};
    use crate::analyze::{aws::actions, identity::sample};

    #[test]
    fn calls_that_answer_with_a_credential_are_told() {
        assert_eq!(
            sample::allowed::<CredentialAccess>(r#"["ec2:GetPasswordData","rds-db:connect"]"#, "*"),
            ["ci may get credentials of others: ec2:GetPasswordData, rds-db:connect"]
        );
        assert!(sample::allowed::<CredentialAccess>(r#""ecr:GetAuthorizationToken""#, "*").is_empty());
    }

    #[test]
    fn every_call_of_the_list_is_one_that_aws_has() {
        let unknown: Vec<_> = GIVES.iter().filter(|action| actions::level(action).is_none()).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
    }
}
