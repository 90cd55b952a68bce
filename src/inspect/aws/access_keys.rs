#![expect(clippy::struct_field_names, reason = "fields are named as AWS names them")]

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{
    inspect::{Inspector, Outcome, Workbench},
    model::{
        About, Document, Entity, Origin, Time,
        entity::{Holding, HoldingKind, Identity, IdentityKind, Status},
    },
};

use super::{
    document::{account, begins, element, moment, parse},
    told::Told,
};

/// Reads what `aws iam list-access-keys` prints, with the last use of each key where somebody put it there.
pub(super) struct AccessKeys;

const ABOUT: About = About {
    id: "aws-access-keys",
    title: "Access keys of AWS users",
    explain: "Reads what `aws iam list-access-keys` prints: whose key it is, whether it works, when it was made. An `AccessKeyLastUsed` in an entry, as \
              `aws iam get-access-key-last-used` prints it, says when it was used. The account is that of the folder in which the file lies, or the one \
              inside the key id.",
    controls: &[],
    see: &["https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccessKeys.html"],
};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct List<'d> {
    #[serde(borrow)]
    access_key_metadata: Vec<&'d RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Key {
    user_name: String,
    access_key_id: String,
    #[serde(default)]
    status: Option<String>,
    #[serde(default, deserialize_with = "moment")]
    create_date: Option<Time>,
    #[serde(default)]
    access_key_last_used: Option<LastUsed>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct LastUsed {
    #[serde(default, deserialize_with = "moment")]
    last_used_date: Option<Time>,
    #[serde(default)]
    service_name: Option<String>,
    #[serde(default)]
    region: Option<String>,
}

impl Inspector for AccessKeys {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn wants(&self, _origin: &Origin, bytes: &[u8]) -> bool {
        begins(bytes, &["AccessKeyMetadata"])
    }

    fn inspect(&self, document: &Document<'_>, bench: &mut Workbench<'_>, outcome: &mut dyn Outcome) {
        let mut told = Told::new(bench, outcome);
        let Some(list) = parse::<List<'_>>(document, "a list of AWS access keys", &mut told) else { return };
        for raw in list.access_key_metadata {
            let Some(key) = element::<Key>(raw, "the access key", &mut told) else { continue };
            match account(document.origin, Some(&key.access_key_id)) {
                Some(account) => told.tell(Entity::Holding(key.holding(&account))),
                None => told.malformed("", &format!("nothing tells the account of the access key {}", key.access_key_id)),
            }
        }
    }
}

impl Key {
    fn holding(self, account: &str) -> Holding {
        let owner = Identity::alias_of("aws", account, IdentityKind::User, &self.user_name);
        let mut holding = Holding::new(owner, HoldingKind::AccessKey, self.access_key_id);
        holding.created = self.create_date;
        holding.status = status(self.status.as_deref());
        if let Some(used) = self.access_key_last_used {
            holding.use_known = true;
            holding.last_used = used.last_used_date;
            for (name, value) in [("service", used.service_name), ("region", used.region)] {
                holding.attributes.extend(value.filter(|v| v != "N/A").map(|v| (name.to_owned(), v)));
            }
        }
        holding
    }
}

/// What AWS says of a credential in a word.
pub(super) fn status(word: Option<&str>) -> Status {
    match word {
        Some("Active") => Status::Active,
        Some("Inactive" | "Expired") => Status::Inactive,
        _ => Status::Unknown,
    }
}
