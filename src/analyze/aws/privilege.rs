//! How much a principal may do by itself, without becoming somebody else.

use std::{collections::BTreeMap, sync::Arc};

use crate::model::{Certainty, Privilege, Witness};

use super::{
    actions::{Level, spelled, worst},
    effective::{At, Request, allows},
    estate::{Attached, Boundary, Estate, Principal, PrincipalKind},
    invited,
    policy::{Context, Names, Policy, Truth},
    resource,
};

/// Who may do all of these everywhere is an administrator: identities, keys, data, machines, the trail that tells of it.
const ADMINISTRATION: &[&str] = &[
    "iam:CreateUser",
    "iam:CreateAccessKey",
    "iam:AttachUserPolicy",
    "iam:AttachRolePolicy",
    "iam:PutUserPolicy",
    "iam:PutRolePolicy",
    "iam:CreatePolicyVersion",
    "iam:UpdateAssumeRolePolicy",
    "iam:PassRole",
    "iam:DeleteUser",
    "sts:AssumeRole",
    "s3:GetObject",
    "s3:PutObject",
    "s3:DeleteBucket",
    "s3:PutBucketPolicy",
    "ec2:RunInstances",
    "ec2:TerminateInstances",
    "lambda:CreateFunction",
    "lambda:UpdateFunctionCode",
    "kms:Decrypt",
    "kms:PutKeyPolicy",
    "secretsmanager:GetSecretValue",
    "ssm:SendCommand",
    "ssm:GetParameter",
    "dynamodb:Scan",
    "dynamodb:DeleteTable",
    "rds:DeleteDBInstance",
    "cloudformation:CreateStack",
    "cloudtrail:StopLogging",
    "logs:DeleteLogGroup",
    "sqs:SendMessage",
    "sns:Publish",
    "ecs:RunTask",
];

/// What reads secrets or data in bulk, gives credentials, or changes who may do what.
const SENSITIVE: &[&str] = &[
    "s3:GetObject",
    "secretsmanager:GetSecretValue",
    "ssm:GetParameter",
    "ssm:GetParameters",
    "ssm:GetParametersByPath",
    "dynamodb:Scan",
    "dynamodb:Query",
    "dynamodb:BatchGetItem",
    "dynamodb:ExportTableToPointInTime",
    "rds:CreateDBSnapshot",
    "rds:ModifyDBSnapshotAttribute",
    "ec2:CreateSnapshot",
    "ec2:ModifySnapshotAttribute",
    "ebs:GetSnapshotBlock",
    "kms:Decrypt",
    "kms:CreateGrant",
    "kms:PutKeyPolicy",
    "sqs:ReceiveMessage",
    "logs:GetLogEvents",
    "athena:GetQueryResults",
    "redshift:GetClusterCredentials",
    "rds-data:ExecuteStatement",
    "lambda:GetFunction",
    "ecr:BatchGetImage",
    "codecommit:GitPull",
    "iam:CreateAccessKey",
    "iam:CreateLoginProfile",
    "iam:UpdateLoginProfile",
    "iam:CreateServiceSpecificCredential",
    "iam:ResetServiceSpecificCredential",
    "iam:UploadSSHPublicKey",
    "iam:AttachUserPolicy",
    "iam:AttachRolePolicy",
    "iam:AttachGroupPolicy",
    "iam:PutUserPolicy",
    "iam:PutRolePolicy",
    "iam:PutGroupPolicy",
    "iam:CreatePolicyVersion",
    "iam:SetDefaultPolicyVersion",
    "iam:AddUserToGroup",
    "iam:UpdateAssumeRolePolicy",
    "iam:DeleteUserPermissionsBoundary",
    "iam:DeleteRolePermissionsBoundary",
    "iam:PassRole",
    "sts:AssumeRole",
    "sts:AssumeRoot",
    "s3:PutBucketPolicy",
    "s3:PutBucketAcl",
    "secretsmanager:PutResourcePolicy",
    "lambda:AddPermission",
    "sns:AddPermission",
    "sqs:AddPermission",
    "organizations:CreatePolicy",
    "organizations:AttachPolicy",
    "sso:AttachManagedPolicyToPermissionSet",
    "sso:PutInlinePolicyToPermissionSet",
    "codeartifact:GetAuthorizationToken",
    "ecr:GetAuthorizationToken",
    "eks:AccessKubernetesApi",
    "rds-db:connect",
    "ssm:StartSession",
    "ssm:SendCommand",
    "ec2-instance-connect:SendSSHPublicKey",
    "lightsail:DownloadDefaultKeyPair",
    "cognito-identity:GetCredentialsForIdentity",
];

/// What a principal may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reach {
    pub privilege: Privilege,
    pub certainty: Certainty,
    /// What makes it so.
    pub because: Vec<Witness>,
}

/// Everything in an account, for an action of a service: the widest pattern that only that account's resources match.
pub(super) fn universe(action: &str, account: &str) -> String {
    match action.split(':').next().unwrap_or_default() {
        "s3" => "arn:aws:s3:::*".to_owned(),
        service @ ("iam" | "sts") => format!("arn:aws:{service}::{account}:*"),
        service => format!("arn:aws:{service}:*:{account}:*"),
    }
}

/// Whether some resources are all that an action can be done on, in an account.
pub fn universal(resources: &Names, action: &str, account: &str) -> bool {
    resources.cover(&universe(action, account))
}

/// Whether a principal may do an action on everything in its account.
pub fn everywhere(estate: &Estate, principal: &Principal, action: &str) -> Option<super::Answer> {
    // Roles are assumed by their ARNs, which belong to `iam`.
    let kind = if action == "sts:AssumeRole" { "iam:" } else { action };
    let all = universe(kind, &principal.account);
    let answer = allows(estate, principal, &Request::new(&action.to_lowercase(), At::All(&all)))?;
    Some(answer.spelled(action))
}

/// Judges one principal.
pub(super) fn reach(estate: &Estate, principal: &Principal) -> Reach {
    if principal.kind == PrincipalKind::Root {
        return Reach { privilege: Privilege::Admin, certainty: Certainty::Certain, because: Vec::new() };
    }
    let (mut certainty, mut because) = (Certainty::Certain, Vec::new());
    let admin = ADMINISTRATION.iter().all(|action| {
        let Some(answer) = everywhere(estate, principal, action) else { return false };
        certainty = certainty.min(answer.certainty);
        because.push(answer.witness);
        true
    });
    if admin {
        return Reach { privilege: Privilege::Admin, certainty, because: distinct(because) };
    }
    let strong: Vec<super::Answer> = SENSITIVE.iter().filter_map(|action| everywhere(estate, principal, action)).collect();
    if let Some(certainty) = strong.iter().map(|answer| answer.certainty).max() {
        let because = strong.into_iter().filter(|answer| answer.certainty == certainty).map(|answer| answer.witness).collect();
        return Reach { privilege: Privilege::Sensitive, certainty, because };
    }
    let (own, invited) = (little(estate, principal), invited::best(estate, principal));
    let more = |reach: &Reach| (reach.privilege, reach.certainty) > (own.privilege, own.certainty);
    invited.filter(more).unwrap_or(own)
}

/// The most that a policy gives by itself to whoever has it, in an account.
pub fn alone(policy: &Arc<Policy>, account: &str) -> Privilege {
    let principal = Principal {
        arn: format!("arn:aws:iam::{account}:user/anybody"),
        account: account.to_owned(),
        kind: PrincipalKind::User,
        policies: vec![Attached { name: String::new(), group: None, policy: Arc::clone(policy) }],
        boundary: Boundary::None,
        groups: Vec::new(),
        tags: BTreeMap::new(),
        keys: BTreeMap::new(),
        role: None,
    };
    reach(&Estate::default(), &principal).privilege
}

/// One witness a statement: what an administrator may do needs no list.
fn distinct(mut all: Vec<Witness>) -> Vec<Witness> {
    all.sort_by(|a, b| (&a.policy, a.statement).cmp(&(&b.policy, b.statement)));
    all.dedup_by(|a, b| (&a.policy, a.statement) == (&b.policy, b.statement));
    all.iter_mut().for_each(|witness| (witness.action, witness.resource) = ("*".into(), "*".into()));
    all
}

/// Whether anything else is left that changes or reads.
fn little(estate: &Estate, principal: &Principal) -> Reach {
    let mut best = Reach { privilege: Privilege::None, certainty: Certainty::Certain, because: Vec::new() };
    let context = Context { principal: Some(&principal.keys), ..Context::default() };
    for attached in &principal.policies {
        for statement in attached.policy.statements.iter().filter(|s| s.allows) {
            let truth = statement.holds(&context, attached.policy.variables);
            let all = ["*:*".to_owned()];
            let actions: &[String] = match &statement.actions {
                Names::Only(actions) => actions,
                Names::Except(_) => &all,
            };
            for action in actions.iter().filter(|_| truth != Truth::False).filter(|action| left(estate, principal, &context, action)) {
                let privilege = if worst(action) <= Level::Read { Privilege::Read } else { Privilege::Write };
                let refused = |names: &[String]| !names.is_empty() && names.iter().all(|name| resource::refused(estate, name).is_some());
                let doubt = truth == Truth::Unknown || statement.resources.named().is_some_and(refused);
                let certainty = if doubt { Certainty::Conditional } else { Certainty::Certain };
                if (best.privilege, best.because.is_empty() || best.certainty >= certainty) < (privilege, true) || best.because.is_empty() {
                    let resource = statement.resources.named().map_or("*", |names| names.first().map_or("*", String::as_str));
                    let witness = Witness {
                        action: spelled(action),
                        resource: resource.into(),
                        policy: attached.name.clone(),
                        statement: statement.number,
                    };
                    best = Reach { privilege, certainty, because: vec![witness] };
                }
            }
        }
    }
    if matches!(principal.boundary, Boundary::Unknown) && best.privilege > Privilege::None {
        best.certainty = Certainty::Possible;
    }
    best
}

/// Whether anything of a pattern of actions is left by denials, boundary and what limits the account.
fn left(estate: &Estate, principal: &Principal, context: &Context<'_>, action: &str) -> bool {
    let denied =
        principal.policies.iter().flat_map(|a| a.policy.statements.iter().map(move |s| (s, a.policy.variables))).any(|(s, variables)| {
            !s.allows && s.actions.cover(action) && s.resources(context, variables).cover("*") && s.holds(context, variables) == Truth::True
        });
    let lets = |policy: &Policy| {
        policy.statements.iter().any(|s| s.allows && s.actions.meet(action))
            && !policy
                .statements
                .iter()
                .any(|s| !s.allows && s.actions.cover(action) && s.resources.cover("*") && s.holds(context, true) == Truth::True)
    };
    let bounded = match &principal.boundary {
        Boundary::Policy { policy, .. } => lets(policy),
        Boundary::None | Boundary::Unknown => true,
    };
    let controls = estate.controls.get(&principal.account).into_iter().flatten();
    !denied && bounded && controls.into_iter().all(|level| level.iter().any(|policy| lets(policy)))
}
