use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::model::entity::{Grant, GrantKind};

/// A grant on a key, as `aws kms list-grants` prints it.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct KeyGrant {
    key_id: Option<String>,
    grant_id: String,
    grantee_principal: String,
    #[serde(default)]
    operations: Vec<String>,
    constraints: Option<Constraints>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Constraints {
    #[serde(default)]
    encryption_context_equals: BTreeMap<String, String>,
    #[serde(default)]
    encryption_context_subset: BTreeMap<String, String>,
}

impl KeyGrant {
    /// As a policy of the key would say it. Of which key it is, the document may say, else the grant.
    pub fn entity(&self, key: Option<&str>, owner: &str) -> Option<Grant> {
        let to = match (key, self.key_id.as_deref()) {
            (Some(arn), _) => arn.to_owned(),
            (None, Some(arn)) if arn.starts_with("arn:") => arn.to_owned(),
            (None, Some(id)) if !owner.is_empty() => format!("arn:aws:kms:*:{owner}:key/{id}"),
            _ => return None,
        };
        Some(Grant { to, kind: GrantKind::Key, via: self.grant_id.clone(), document: Some(self.policy()) })
    }

    fn policy(&self) -> String {
        let sort = if self.grantee_principal.ends_with(".amazonaws.com") { "Service" } else { "AWS" };
        let principal: Map<String, Value> = [(sort.to_owned(), self.grantee_principal.as_str().into())].into_iter().collect();
        let actions: Vec<String> = self.operations.iter().map(|operation| format!("kms:{operation}")).collect();
        let all = self.constraints.iter();
        let bound = all.flat_map(|all| all.encryption_context_equals.iter().chain(&all.encryption_context_subset));
        let bound: Map<String, Value> = bound.map(|(key, value)| (format!("kms:EncryptionContext:{key}"), value.as_str().into())).collect();
        let condition = if bound.is_empty() { json!({}) } else { json!({ "StringEquals": bound }) };
        let statement = json!({ "Effect": "Allow", "Principal": principal, "Action": actions, "Resource": "*", "Condition": condition });
        json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::KeyGrant;
    use crate::analyze::aws::policy::Policy;

    fn grant(text: &str) -> KeyGrant {
        serde_json::from_str(text).expect("a grant")
    }

    #[test]
    fn a_grant_says_what_a_policy_would_say() {
        let told = grant(
            r#"{"KeyId":"1-2","GrantId":"g","GranteePrincipal":"arn:aws:iam::222222222222:role/reader","Operations":["Decrypt"],
                "Constraints":{"EncryptionContextSubset":{"app":"pay"}}}"#,
        );
        let open = grant(r#"{"KeyId":"1-2","GrantId":"g","GranteePrincipal":"x","Operations":["Encrypt"],"Constraints":null}"#);
        assert!(open.policy().contains("\"Condition\":{}"));
        let entity = told.entity(None, "111111111111").expect("of a key");
        assert_eq!((entity.to.as_str(), entity.via.as_str()), ("arn:aws:kms:*:111111111111:key/1-2", "g"));
        let policy = Policy::parse(&entity.document.expect("a text")).expect("a policy");
        assert!(policy.statements[0].actions.cover("kms:decrypt"));
        assert_eq!(policy.statements[0].conditions[0].key, "kms:encryptioncontext:app");
    }

    #[test]
    fn a_grant_of_no_known_key_says_nothing() {
        assert!(grant(r#"{"KeyId":"1-2","GrantId":"g","GranteePrincipal":"x"}"#).entity(None, "").is_none());
    }
}
