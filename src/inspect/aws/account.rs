use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{
    inspect::{Inspector, Outcome, Workbench},
    model::{About, Document, Entity, Origin, entity::Account},
};

use super::{
    document::{account, begins, parse},
    told::Told,
};

/// Reads what `aws sts get-caller-identity` prints.
pub(super) struct CallerIdentity;

const CALLER: About = About {
    id: "aws-caller-identity",
    title: "The AWS account that was asked",
    explain: "Reads what `aws sts get-caller-identity` prints. In the folder of an account, as `unhidden scan aws:` makes it, it says that the account itself \
              was asked for everything.",
    controls: &[],
    see: &["https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html"],
};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Caller {
    account: String,
    #[serde(default)]
    arn: Option<String>,
}

impl Inspector for CallerIdentity {
    fn about(&self) -> &'static About {
        &CALLER
    }

    fn wants(&self, _origin: &Origin, bytes: &[u8]) -> bool {
        bytes.len() < 4096 && begins(bytes, &["UserId", "Account"]) && memchr::memmem::find(bytes, b"\"Arn\"").is_some()
    }

    fn inspect(&self, document: &Document<'_>, bench: &mut Workbench<'_>, outcome: &mut dyn Outcome) {
        let mut told = Told::new(bench, outcome);
        // A small object with these keys may be anything else.
        let Ok(caller) = serde_json::from_slice::<Caller>(document.bytes) else { return };
        if caller.account.len() != 12 || !caller.account.bytes().all(|b| b.is_ascii_digit()) {
            return;
        }
        let mut attributes: BTreeMap<String, String> = caller.arn.into_iter().map(|arn| ("asked-by".to_owned(), arn)).collect();
        if account(document.origin, None).as_ref() == Some(&caller.account) {
            attributes.insert(Account::LIVE.into(), "yes".into());
        }
        told.tell(Entity::Account(Account { provider: "aws".into(), id: caller.account, attributes, ..Account::default() }));
    }
}

/// Reads what `aws iam get-account-summary` prints.
pub(super) struct AccountSummary;

const SUMMARY: About = About {
    id: "aws-account-summary",
    title: "What an AWS account holds, in numbers",
    explain: "Reads what `aws iam get-account-summary` prints: whether the root user has a second factor and access keys.",
    controls: &[],
    see: &["https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html"],
};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Summary {
    summary_map: BTreeMap<String, i64>,
}

/// What is of use: the rest are quotas.
const NUMBERS: &[&str] =
    &["AccountMFAEnabled", "AccountAccessKeysPresent", "AccountSigningCertificatesPresent", "Users", "Roles", "Groups"];

impl Inspector for AccountSummary {
    fn about(&self) -> &'static About {
        &SUMMARY
    }

    fn wants(&self, _origin: &Origin, bytes: &[u8]) -> bool {
        begins(bytes, &["SummaryMap"])
    }

    fn inspect(&self, document: &Document<'_>, bench: &mut Workbench<'_>, outcome: &mut dyn Outcome) {
        let mut told = Told::new(bench, outcome);
        let Some(summary) = parse::<Summary>(document, "a summary of an AWS account", &mut told) else { return };
        // Without a folder that says whose numbers these are, they say nothing.
        let Some(id) = account(document.origin, None) else { return };
        let numbers = summary.summary_map.into_iter().filter(|(name, _)| NUMBERS.contains(&name.as_str()));
        let attributes = numbers.map(|(name, number)| (name, number.to_string())).collect();
        told.tell(Entity::Account(Account { provider: "aws".into(), id, attributes, ..Account::default() }));
    }
}

/// Reads what `aws iam list-organizations-features` prints.
pub(super) struct RootFeatures;

const FEATURES: About = About {
    id: "aws-root-features",
    title: "Whether an organization keeps root users in one place",
    explain: "Reads what `aws iam list-organizations-features` prints in the folder of the management account: whether root users of member accounts are kept centrally.",
    controls: &[],
    see: &["https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListOrganizationsFeatures.html"],
};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Features {
    enabled_features: Vec<String>,
}

impl Inspector for RootFeatures {
    fn about(&self) -> &'static About {
        &FEATURES
    }

    fn wants(&self, origin: &Origin, bytes: &[u8]) -> bool {
        let named = begins(bytes, &["EnabledFeatures", "OrganizationId"]) && memchr::memmem::find(bytes, b"\"EnabledFeatures\"").is_some();
        named && account(origin, None).is_some()
    }

    fn inspect(&self, document: &Document<'_>, bench: &mut Workbench<'_>, outcome: &mut dyn Outcome) {
        let mut told = Told::new(bench, outcome);
        let Some(features) = parse::<Features>(document, "the features of an organization", &mut told) else { return };
        let Some(id) = account(document.origin, None) else { return };
        let kept = features.enabled_features.iter().any(|name| name == "RootCredentialsManagement");
        let attributes = [(Account::ROOTS_KEPT.to_owned(), if kept { "yes" } else { "no" }.to_owned())].into();
        told.tell(Entity::Account(Account { provider: "aws".into(), id, attributes, ..Account::default() }));
    }
}
