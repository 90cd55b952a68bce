use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{
    analyze::aws::policy::{Names, Policy},
    inspect::{Inspector, Outcome, Workbench},
    model::{
        About, Document, Entity, Origin, Source,
        entity::{Grant, GrantKind},
    },
};

use super::{
    document::{account, account_of, begins, holds, parse},
    policy,
    told::Told,
};

/// Reads policies that hang on resources.
pub(super) struct ResourcePolicy;

const ABOUT: About = About {
    id: "aws-resource-policy",
    title: "Who may use a resource of an AWS account",
    explain: "Reads the policies that hang on resources: what `aws s3api get-bucket-policy`, `aws kms get-key-policy`, `aws lambda get-policy`, `aws secretsmanager \
              get-resource-policy`, `aws sqs get-queue-attributes` and `aws sns get-topic-attributes` print. Where the document does not say of what it \
              is, the resources in its statements do; a key without one is known by the name of the file (`…/KEY-ID.json`).",
    controls: &[],
    see: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_identity-vs-resource.html"],
};

/// The document of any of these calls.
#[derive(Deserialize)]
struct Printed {
    #[serde(rename = "ARN", default)]
    arn: Option<String>,
    #[serde(rename = "Policy", default)]
    policy: Option<Box<RawValue>>,
    #[serde(rename = "ResourcePolicy", default)]
    resource_policy: Option<Box<RawValue>>,
    #[serde(rename = "Attributes", default)]
    attributes: BTreeMap<String, Box<RawValue>>,
}

impl Inspector for ResourcePolicy {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn wants(&self, _origin: &Origin, bytes: &[u8]) -> bool {
        let policy = begins(bytes, &["Policy"]) || begins(bytes, &["ARN"]) && holds(bytes, "\"ResourcePolicy\"");
        let attributes = begins(bytes, &["Attributes"]) && (holds(bytes, "\"QueueArn\"") || holds(bytes, "\"TopicArn\""));
        (policy || attributes) && holds(bytes, "Statement") && holds(bytes, "Principal")
    }

    fn inspect(&self, document: &Document<'_>, bench: &mut Workbench<'_>, outcome: &mut dyn Outcome) {
        let mut told = Told::new(bench, outcome);
        let Some(printed) = parse::<Printed>(document, "the policy of an AWS resource", &mut told) else { return };
        let attribute = |name: &str| printed.attributes.get(name);
        let plain = |raw: &RawValue| serde_json::from_str::<String>(raw.get()).ok();
        let Some(raw) = printed.policy.as_ref().or(printed.resource_policy.as_ref()).or_else(|| attribute("Policy")) else { return };
        let named = printed.arn.clone().or_else(|| plain(attribute("QueueArn").or_else(|| attribute("TopicArn"))?));
        let text = policy::text(raw, named.as_deref().unwrap_or("of a resource"), &mut told);
        let Ok(policy) = Policy::parse(&text) else { return };
        let owner = account(document.origin, None);
        let Some(to) = named.or_else(|| of_statements(&policy)).or_else(|| of_file(document.origin, &policy, owner.as_deref())) else {
            return told.malformed("", "the policy of a resource does not say of which");
        };
        let via = account_of(&to).map(str::to_owned).or(owner).unwrap_or_default();
        told.tell(Entity::Grant(Grant { to, kind: GrantKind::Resource, via, document: Some(text) }));
    }
}

/// The one resource of which all statements speak: what is in a bucket belongs to the bucket.
fn of_statements(policy: &Policy) -> Option<String> {
    let mut all = BTreeSet::new();
    for statement in &policy.statements {
        let Names::Only(resources) = &statement.resources else { continue };
        for resource in resources {
            let bucket = resource.strip_prefix("arn:aws:s3:::").map(|rest| rest.split('/').next().unwrap_or_default());
            all.insert(bucket.map_or_else(|| resource.clone(), |bucket| format!("arn:aws:s3:::{bucket}")));
        }
    }
    all.pop_first().filter(|only| all.is_empty() && only.starts_with("arn:") && !only.contains('*'))
}

/// The key whose id is the name of the file, where every statement is about keys.
fn of_file(origin: &Origin, policy: &Policy, owner: Option<&str>) -> Option<String> {
    let of_keys = |names: &Names| names.named().is_some_and(|names| names.iter().all(|name| name.starts_with("kms:")));
    let principals = policy.statements.iter().filter_map(|s| s.principals.as_ref()).flat_map(|p| &p.aws);
    let root = principals.filter(|name| name.ends_with(":root")).find_map(|name| account_of(name));
    let (Source::File { path, .. } | Source::Stream { name: path } | Source::Answer { path, .. }) = &origin.source else { return None };
    let path = if origin.inside.is_empty() { path.as_str() } else { &origin.inside };
    let id = path.rsplit('/').next()?.strip_suffix(".json").filter(|id| !id.is_empty())?;
    let keys = policy.statements.iter().all(|statement| of_keys(&statement.actions));
    keys.then(|| Some(format!("arn:aws:kms:*:{}:key/{id}", owner.or(root)?))).flatten()
}

#[cfg(test)]
mod tests {
    use super::{ResourcePolicy, of_file, of_statements};
    use crate::{
        analyze::aws::policy::Policy,
        inspect::Inspector as _,
        model::{Origin, Source},
    };

    fn policy(action: &str, resource: &str) -> Policy {
        let principal = r#"{"AWS":"arn:aws:iam::111111111111:root"}"#;
        let text = format!(r#"{{"Statement":{{"Effect":"Allow","Principal":{principal},"Action":"{action}","Resource":{resource}}}}}"#);
        Policy::parse(&text).expect("a policy")
    }

    #[test]
    fn a_policy_says_itself_of_what_it_is() {
        let of = |resource: &str| of_statements(&policy("s3:*", resource));
        assert_eq!(of(r#"["arn:aws:s3:::data","arn:aws:s3:::data/*"]"#).as_deref(), Some("arn:aws:s3:::data"));
        assert_eq!(of(r#"["arn:aws:s3:::data","arn:aws:s3:::other/*"]"#), None);
        assert_eq!(of(r#""*""#), None);
    }

    #[test]
    fn a_key_is_named_by_its_file_and_its_account() {
        let origin = Origin::new(Source::Stream { name: "keys/1234-abcd.json".into() });
        let of = |action: &str| of_file(&origin, &policy(action, r#""*""#), None);
        assert_eq!(of("kms:*").as_deref(), Some("arn:aws:kms:*:111111111111:key/1234-abcd"));
        assert_eq!(of("s3:*"), None);
    }

    #[test]
    fn other_documents_with_a_policy_are_none_of_these() {
        let origin = Origin::new(Source::Stream { name: "a.json".into() });
        let wants = |text: &str| ResourcePolicy.wants(&origin, text.as_bytes());
        assert!(wants(r#"{"Policy":"{\"Statement\":[{\"Principal\":\"*\"}]}"}"#));
        assert!(!wants(r#"{"Policy":{"PolicyName":"x","Arn":"arn:aws:iam::111111111111:policy/x"}}"#));
        assert!(!wants(r#"{"Attributes":{"Principal":"x","Statement":1}}"#));
    }
}
