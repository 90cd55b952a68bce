//! Which check needs which call of an account: what was asked in vain leaves those undecided that hang on it.

use std::collections::BTreeSet;

use crate::model::entity::Account;

use super::Roster;

const KEYS: &[&str] = &[
    "aws-inactive-key-kept",
    "aws-key-age",
    "aws-key-at-user-creation",
    "aws-key-unused",
    "aws-two-active-keys",
    "leak-not-rotated",
    "leak-still-active",
    "leaked-key-of-admin",
];
const LIMITS: &[&str] = &["aws-organization-limits-nothing"];
const PLAIN: &[&str] = &["plaintext-in-configuration"];
const POWERS: &[&str] = &["aws-administrator", "aws-privilege-escalation"];
const RESOURCES: &[&str] = &["aws-resource-confused-deputy", "aws-resource-outside", "aws-resource-public"];
const RUNS: &[&str] = &["aws-workload-administrator", "plaintext-in-configuration"];
const SETS: &[&str] = &["aws-permission-set-spread", "aws-permission-set-unassigned"];
const USERS: &[&str] = &[
    "aws-administrator",
    "aws-console-without-factor",
    "aws-inactive-key-kept",
    "aws-key-age",
    "aws-key-at-user-creation",
    "aws-key-unused",
    "aws-privilege-escalation",
    "aws-two-active-keys",
    "human-console-on-service-user",
    "leak-not-rotated",
    "leak-still-active",
    "leaked-key-of-admin",
];

/// The checks that a call tells something, by its permission, in order. Where there are none, the comment says why nothing is lost.
pub const NEEDS: &[(&str, &[&str])] = &[
    ("acm:GetCertificate", &["leak-still-active"]),
    ("acm:ListCertificates", &["aws-server-certificate", "leak-still-active"]),
    ("apigateway:GET", &["aws-api-key"]),
    ("appsync:ListApiKeys", &["aws-api-key"]),
    ("appsync:ListGraphqlApis", &["aws-api-key"]),
    ("backup:GetBackupVaultAccessPolicy", RESOURCES),
    ("backup:ListBackupVaults", RESOURCES),
    ("batch:DescribeJobDefinitions", RUNS),
    ("cloudformation:DescribeStacks", RUNS),
    ("codebuild:BatchGetProjects", RUNS),
    ("codebuild:ListProjects", RUNS),
    ("codebuild:ListSourceCredentials", &["aws-codebuild-source-credential"]),
    ("cognito-identity:DescribeIdentityPool", &["aws-cognito-unauth"]),
    ("cognito-identity:GetIdentityPoolRoles", &["aws-cognito-unauth"]),
    ("cognito-identity:ListIdentityPools", &["aws-cognito-unauth"]),
    ("ec2:DescribeInstanceAttribute", PLAIN),
    ("ec2:DescribeInstances", &["aws-key-pair", "aws-metadata-open", "aws-workload-administrator", "plaintext-in-configuration"]),
    ("ec2:DescribeKeyPairs", &["aws-key-pair", "leak-still-active"]),
    ("ec2:DescribeLaunchTemplateVersions", &["aws-key-pair", "plaintext-in-configuration"]),
    ("ec2:DescribeLaunchTemplates", &["aws-key-pair", "plaintext-in-configuration"]),
    ("ecr:DescribeRepositories", RESOURCES),
    ("ecr:GetRepositoryPolicy", RESOURCES),
    ("ecs:DescribeServices", &["aws-workload-administrator"]),
    ("ecs:DescribeTaskDefinition", RUNS),
    ("ecs:ListClusters", &["aws-workload-administrator"]),
    ("ecs:ListServices", &["aws-workload-administrator"]),
    ("ecs:ListTaskDefinitionFamilies", RUNS),
    ("elasticfilesystem:DescribeFileSystemPolicy", RESOURCES),
    ("elasticfilesystem:DescribeFileSystems", RESOURCES),
    ("es:DescribeDomains", RESOURCES),
    ("es:ListDomainNames", RESOURCES),
    ("events:ListEventBuses", RESOURCES),
    ("glue:GetConnections", PLAIN),
    ("glue:GetJobs", RUNS),
    // An older report may be there.
    ("iam:GenerateCredentialReport", &[]),
    ("iam:GenerateServiceLastAccessedDetails", &["aws-action-unused", "aws-service-unused"]),
    ("iam:GetAccessKeyLastUsed", &["aws-key-unused", "unused-identity"]),
    // Smaller calls tell the same.
    ("iam:GetAccountAuthorizationDetails", &[]),
    ("iam:GetAccountSummary", &["aws-root-user"]),
    (
        "iam:GetCredentialReport",
        &["aws-console-without-factor", "aws-key-at-user-creation", "aws-root-user", "human-console-on-service-user", "unused-identity"],
    ),
    ("iam:GetGroup", POWERS),
    ("iam:GetGroupPolicy", POWERS),
    ("iam:GetOpenIDConnectProvider", &["aws-oidc-audience-open"]),
    ("iam:GetPolicyVersion", POWERS),
    ("iam:GetRole", &["owner-missing"]),
    ("iam:GetRolePolicy", POWERS),
    ("iam:GetSSHPublicKey", &["leak-still-active"]),
    ("iam:GetServerCertificate", &["leak-still-active"]),
    ("iam:GetServiceLastAccessedDetails", &["aws-action-unused", "aws-service-unused"]),
    ("iam:GetUser", &["owner-missing"]),
    ("iam:GetUserPolicy", POWERS),
    ("iam:ListAccessKeys", KEYS),
    ("iam:ListEntitiesForPolicy", POWERS),
    ("iam:ListGroupPolicies", POWERS),
    ("iam:ListGroups", POWERS),
    ("iam:ListInstanceProfiles", &["aws-machine-commands-machines", "aws-metadata-open", "aws-workload-administrator"]),
    ("iam:ListMFADevices", &["aws-console-without-factor"]),
    ("iam:ListOpenIDConnectProviders", &["aws-oidc-audience-open", "aws-provider-unused"]),
    ("iam:ListOrganizationsFeatures", &["aws-root-central"]),
    ("iam:ListPolicies", POWERS),
    ("iam:ListPolicyVersions", POWERS),
    ("iam:ListRolePolicies", POWERS),
    ("iam:ListRoles", &["aws-role-session"]),
    ("iam:ListSAMLProviders", &["aws-provider-unused", "aws-saml-provider-expired"]),
    ("iam:ListSSHPublicKeys", &["aws-uploaded-key", "leak-still-active"]),
    ("iam:ListServerCertificates", &["aws-server-certificate", "leak-still-active"]),
    ("iam:ListServiceSpecificCredentials", &["aws-bedrock-long-term-key", "aws-service-credential-age"]),
    ("iam:ListSigningCertificates", &["aws-uploaded-key"]),
    ("iam:ListUserPolicies", POWERS),
    ("iam:ListUsers", USERS),
    ("iam:ListVirtualMFADevices", &["aws-root-user"]),
    // A name.
    ("identitystore:DescribeGroup", &[]),
    // A name.
    ("identitystore:DescribeUser", &[]),
    ("iot:GetPolicy", &["aws-iot-policy-open"]),
    ("iot:ListCertificates", &["aws-iot-cert-shared"]),
    ("iot:ListPolicies", &["aws-iot-policy-open"]),
    ("iot:ListPrincipalThings", &["aws-iot-cert-shared"]),
    ("kms:DescribeKey", &["aws-kms-rotation"]),
    ("kms:GetKeyPolicy", RESOURCES),
    ("kms:GetKeyRotationStatus", &["aws-kms-rotation"]),
    ("kms:ListGrants", &["aws-resource-outside"]),
    ("kms:ListKeys", &["aws-kms-rotation", "aws-resource-confused-deputy", "aws-resource-outside", "aws-resource-public"]),
    ("lambda:GetPolicy", &["aws-function-open", "aws-resource-confused-deputy", "aws-resource-outside", "aws-resource-public"]),
    ("lambda:ListFunctionUrlConfigs", &["aws-function-open"]),
    (
        "lambda:ListFunctions",
        &[
            "aws-function-open",
            "aws-resource-confused-deputy",
            "aws-resource-outside",
            "aws-resource-public",
            "aws-workload-administrator",
            "plaintext-in-configuration",
        ],
    ),
    ("organizations:DescribeOrganization", LIMITS),
    ("organizations:DescribePolicy", LIMITS),
    // Names.
    ("organizations:ListAccounts", &[]),
    ("organizations:ListAccountsForParent", LIMITS),
    ("organizations:ListOrganizationalUnitsForParent", LIMITS),
    ("organizations:ListPolicies", LIMITS),
    ("organizations:ListRoots", LIMITS),
    ("organizations:ListTargetsForPolicy", LIMITS),
    ("rolesanywhere:ListCrls", &["aws-roles-anywhere-revocation"]),
    ("rolesanywhere:ListProfiles", &["aws-roles-anywhere-policy", "aws-roles-anywhere-session"]),
    ("rolesanywhere:ListTrustAnchors", &["aws-roles-anywhere-authority", "aws-roles-anywhere-revocation"]),
    // What is found is told with less confidence.
    ("s3:GetAccountPublicAccessBlock", &[]),
    // The policy is asked for all the same.
    ("s3:GetBucketLocation", &[]),
    ("s3:GetBucketPolicy", RESOURCES),
    // What is found is told with less confidence.
    ("s3:GetBucketPublicAccessBlock", &[]),
    ("s3:ListAllMyBuckets", RESOURCES),
    ("sagemaker:DescribeNotebookInstance", &["aws-workload-administrator"]),
    ("sagemaker:DescribeNotebookInstanceLifecycleConfig", PLAIN),
    ("sagemaker:ListNotebookInstanceLifecycleConfigs", PLAIN),
    ("sagemaker:ListNotebookInstances", &["aws-workload-administrator"]),
    ("secretsmanager:GetResourcePolicy", RESOURCES),
    ("secretsmanager:GetSecretValue", &["secret-also-in-manager"]),
    (
        "secretsmanager:ListSecrets",
        &[
            "aws-resource-confused-deputy",
            "aws-resource-outside",
            "aws-resource-public",
            "aws-secret-rotation",
            "aws-secret-unused",
            "secret-also-in-manager",
        ],
    ),
    ("sns:GetTopicAttributes", RESOURCES),
    ("sns:ListTopics", RESOURCES),
    ("sqs:GetQueueAttributes", RESOURCES),
    ("sqs:ListQueues", RESOURCES),
    ("ssm:DescribeParameters", PLAIN),
    ("ssm:GetParameters", PLAIN),
    ("sso:DescribePermissionSet", &["aws-permission-set-spread", "aws-permission-set-unassigned", "aws-role-session"]),
    ("sso:GetInlinePolicyForPermissionSet", POWERS),
    ("sso:GetPermissionsBoundaryForPermissionSet", POWERS),
    ("sso:ListAccountAssignments", SETS),
    ("sso:ListAccountsForProvisionedPermissionSet", SETS),
    ("sso:ListCustomerManagedPolicyReferencesInPermissionSet", POWERS),
    ("sso:ListInstances", &["aws-permission-set-spread", "aws-permission-set-unassigned", "aws-role-session"]),
    ("sso:ListManagedPoliciesInPermissionSet", POWERS),
    ("sso:ListPermissionSets", &["aws-permission-set-spread", "aws-permission-set-unassigned", "aws-role-session"]),
    ("states:DescribeStateMachine", RUNS),
    ("states:ListStateMachines", RUNS),
    // Without it nothing is read.
    ("sts:GetCallerIdentity", &[]),
];

/// The checks that something asked in vain leaves undecided, with the account and why. Credentials that were no longer accepted leave all of them so.
pub fn unanswered(roster: &Roster) -> Vec<(&'static str, String, String)> {
    let mut all = Vec::new();
    for account in roster.accounts.values() {
        let root = format!("arn:aws:iam::{}:root", account.id);
        for permission in account.attributes.keys().filter_map(|name| name.strip_prefix(Account::REFUSED)) {
            let why = if permission == "*" {
                "the credentials stopped being accepted".to_owned()
            } else {
                format!("{permission} was not answered")
            };
            all.extend(checks(permission).into_iter().map(|check| (check, root.clone(), why.clone())));
        }
    }
    all
}

fn checks(permission: &str) -> BTreeSet<&'static str> {
    let hit = NEEDS.iter().filter(|(known, _)| permission == "*" || *known == permission);
    hit.flat_map(|(_, checks)| checks.iter().copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::{NEEDS, unanswered};
    use crate::{
        analyze::identity::{all, sample},
        model::{Entity, entity::Account},
    };

    fn told(permission: &str) -> Vec<(&'static str, String)> {
        let attributes = [(format!("{}{permission}", Account::REFUSED), "x".to_owned())].into();
        let account = Account { provider: "aws".into(), id: sample::ACCOUNT.into(), attributes, ..Account::default() };
        unanswered(&sample::roster([Entity::Account(account)])).into_iter().map(|(check, _, why)| (check, why)).collect()
    }

    #[test]
    fn what_was_not_answered_leaves_those_undecided_that_hang_on_it() {
        assert_eq!(told("iam:ListRoles"), [("aws-role-session", "iam:ListRoles was not answered".to_owned())]);
        assert!(told("iam:GetAccountAuthorizationDetails").is_empty() && told("iam:DeleteUser").is_empty());
        let everything = told("*");
        assert!(everything.len() > 40 && everything.iter().all(|(_, why)| why.contains("credentials")), "{everything:?}");
    }

    #[test]
    fn every_check_in_the_table_is_one() {
        let known: Vec<&str> =
            all().map(|check| check.about().id).chain(crate::analyze::CHECKS.iter().map(|check| check.about().id)).collect();
        for (permission, checks) in NEEDS {
            assert!(checks.iter().all(|check| known.contains(check)), "{permission}: {checks:?}");
        }
    }
}
