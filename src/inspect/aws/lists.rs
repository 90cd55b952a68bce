use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::{
    inspect::{Inspector, Outcome, Workbench},
    model::{
        About, Document, Entity, Origin,
        entity::{Account, Grant, GrantKind, HoldingKind, Provider, Usage, Vaulted, Workload},
    },
};

use super::{
    document::{account, account_of, begins, holds, parse, region},
    one::{One, moment},
    told::Told,
};

/// Reads the lists of credentials, providers and workloads that AWS prints.
pub(super) struct Lists;

const ABOUT: About = About {
    id: "aws-lists",
    title: "Other credentials, providers, workloads and limits of an AWS account",
    explain: "Reads what `aws iam list-mfa-devices`, `list-ssh-public-keys`, `list-signing-certificates`, `list-service-specific-credentials`, \
              `list-open-id-connect-providers`, `list-saml-providers`, `get-service-last-accessed-details`, `aws lambda list-functions`, `aws ec2 describe-instances`, `describe-launch-template-versions` \
              and `aws secretsmanager list-secrets` print, and the policies of an organization with what they hang on.",
    controls: &[],
    see: &["https://docs.aws.amazon.com/cli/latest/reference/iam/"],
};

type Reader = fn(&One<'_>) -> Vec<Entity>;

/// The first keys of the documents, with a word that no other document with such a key has, and with what reads an element.
const LISTS: &[(&str, &str, Reader)] = &[
    ("MFADevices", "SerialNumber", mfa),
    ("SSHPublicKeys", "SSHPublicKeyId", ssh_key),
    ("Certificates", "CertificateId", signing_certificate),
    ("ServiceSpecificCredentials", "ServiceSpecificCredentialId", service_specific),
    ("OpenIDConnectProviderList", "oidc-provider", provider),
    ("SAMLProviderList", "saml-provider", saml),
    ("Functions", "FunctionArn", function),
    ("InstanceProfiles", "InstanceProfileId", instance_profile),
    ("Reservations", "InstanceId", reservation),
    ("LaunchTemplateVersions", "LaunchTemplateId", template),
    ("SecretList", "arn:aws:secretsmanager", secret),
    ("OrganizationPolicies", "TargetId", control),
];

/// The same of documents that are no lists of elements.
const OTHERS: &[(&str, &str)] =
    &[("OrganizationParents", "ParentId"), ("Organization", "MasterAccountId"), ("JobStatus", "ServicesLastAccessed")];

impl Inspector for Lists {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn wants(&self, _origin: &Origin, bytes: &[u8]) -> bool {
        let all = LISTS.iter().map(|(key, word, _)| (key, word)).chain(OTHERS.iter().map(|(key, word)| (key, word)));
        all.into_iter().any(|(key, word)| begins(bytes, &[key]) && holds(bytes, word))
    }

    fn inspect(&self, document: &Document<'_>, bench: &mut Workbench<'_>, outcome: &mut dyn Outcome) {
        let mut told = Told::new(bench, outcome);
        let Some(whole) = parse::<Map<String, Value>>(document, "a list of AWS", &mut told) else { return };
        let account = account(document.origin, None).unwrap_or_default();
        let region = region(document.origin);
        let all = LISTS.iter().filter_map(|(key, _, read)| Some((whole.get(*key)?.as_array()?, read)));
        for (elements, read) in all {
            for fields in elements.iter().filter_map(Value::as_object) {
                read(&One { fields, account: &account, region: region.as_deref() }).into_iter().for_each(|entity| told.tell(entity));
            }
        }
        let organized = organization(&whole).into_iter().chain(membership(&whole, &account));
        parents(&whole).into_iter().chain(organized).chain(accessed(&whole)).for_each(|entity| told.tell(entity));
    }
}

fn mfa(one: &One<'_>) -> Vec<Entity> {
    one.held(HoldingKind::Mfa, "SerialNumber", "EnableDate").map(Entity::Holding).into_iter().collect()
}

fn ssh_key(one: &One<'_>) -> Vec<Entity> {
    let Some(mut holding) = one.held(HoldingKind::SshKey, "SSHPublicKeyId", "UploadDate") else { return Vec::new() };
    if let Some(print) = one.text("Fingerprint") {
        // As `ssh-keygen -E md5` writes it, and as private keys tell it of themselves.
        holding.attributes.insert("ssh-md5".into(), print.to_owned());
    }
    vec![Entity::Holding(holding)]
}

fn signing_certificate(one: &One<'_>) -> Vec<Entity> {
    one.held(HoldingKind::SigningCertificate, "CertificateId", "UploadDate").map(Entity::Holding).into_iter().collect()
}

fn service_specific(one: &One<'_>) -> Vec<Entity> {
    let Some(mut holding) = one.held(HoldingKind::ServiceSpecific, "ServiceSpecificCredentialId", "CreateDate") else { return Vec::new() };
    holding.expires = one.time("ExpirationDate");
    holding.attributes.extend(one.text("ServiceName").map(|name| ("service".to_owned(), name.to_owned())));
    vec![Entity::Holding(holding)]
}

fn provider(one: &One<'_>) -> Vec<Entity> {
    let Some(uri) = one.text("Arn") else { return Vec::new() };
    let clients = one.fields.get("ClientIDList").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    vec![Entity::Provider(Provider {
        uri: uri.to_owned(),
        kind: "oidc".into(),
        scope: account_of(uri).unwrap_or_default().to_owned(),
        issuer: one.text("Url").unwrap_or_default().to_owned(),
        clients: clients.map(str::to_owned).collect(),
        created: one.time("CreateDate"),
        expires: None,
    })]
}

fn saml(one: &One<'_>) -> Vec<Entity> {
    let Some(uri) = one.text("Arn") else { return Vec::new() };
    vec![Entity::Provider(Provider {
        uri: uri.to_owned(),
        kind: "saml".into(),
        scope: account_of(uri).unwrap_or_default().to_owned(),
        issuer: String::new(),
        clients: BTreeSet::new(),
        created: one.time("CreateDate"),
        expires: one.time("ValidUntil"),
    })]
}

fn function(one: &One<'_>) -> Vec<Entity> {
    let (Some(uri), Some(role)) = (one.text("FunctionArn"), one.text("Role")) else { return Vec::new() };
    vec![Entity::Workload(workload(uri, "lambda-function", role))]
}

fn workload(uri: &str, kind: &str, runs_as: &str) -> Workload {
    Workload {
        uri: uri.to_owned(),
        kind: kind.to_owned(),
        scope: account_of(uri).unwrap_or_default().to_owned(),
        runs_as: Some(runs_as.to_owned()),
        attributes: BTreeMap::new(),
    }
}

/// A profile that gives machines a role.
fn instance_profile(one: &One<'_>) -> Vec<Entity> {
    let Some(uri) = one.text("Arn") else { return Vec::new() };
    let roles = one.fields.get("Roles").and_then(Value::as_array).into_iter().flatten();
    roles.filter_map(|role| Some(Entity::Workload(workload(uri, "instance-profile", role.get("Arn")?.as_str()?)))).collect()
}

/// Machines with the instance profile that gives them a role, and the key pair that they were started with.
fn reservation(one: &One<'_>) -> Vec<Entity> {
    let instances = one.fields.get("Instances").and_then(Value::as_array).into_iter().flatten();
    let read = |instance: &Value| {
        let text = |key: &str| instance.get(key).and_then(Value::as_str).map(str::to_owned);
        let profile = instance.get("IamInstanceProfile").and_then(|profile| profile.get("Arn")?.as_str());
        let owner = profile.and_then(account_of).unwrap_or(one.account);
        let attributes = [("key-name", text("KeyName")), ("region", one.region.map(str::to_owned)), (Workload::METADATA, tokens(instance))];
        (!owner.is_empty()).then_some(Entity::Workload(Workload {
            uri: format!("arn:aws:ec2:*:{owner}:instance/{}", text("InstanceId")?),
            kind: "ec2-instance".into(),
            scope: owner.to_owned(),
            runs_as: profile.map(str::to_owned),
            attributes: attributes.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect(),
        }))
    };
    instances.filter_map(read).collect()
}

/// Whether the metadata service of a machine demands tokens: `required`, `optional`, or `disabled` where there is none.
fn tokens(instance: &Value) -> Option<String> {
    let options = instance.get("MetadataOptions")?;
    let text = |name: &str| options.get(name).and_then(Value::as_str);
    if text("HttpEndpoint") == Some("disabled") { Some("disabled".to_owned()) } else { text("HttpTokens").map(str::to_owned) }
}

/// A template that starts machines with a key pair, and with an instance profile.
fn template(one: &One<'_>) -> Vec<Entity> {
    let data = one.fields.get("LaunchTemplateData");
    let text = |key: &str| data.and_then(|data| data.get(key)?.as_str()).map(str::to_owned);
    let profile = data.and_then(|data| data.get("IamInstanceProfile")?.get("Arn")?.as_str()).map(str::to_owned);
    let (Some(id), false) = (one.text("LaunchTemplateId"), one.account.is_empty()) else { return Vec::new() };
    let number = one.fields.get("VersionNumber").map_or_else(String::new, |number| number.to_string().replace('"', ""));
    let uri = format!("arn:aws:ec2:{}:{}:launch-template/{id}/{number}", one.region.unwrap_or("*"), one.account);
    let attributes = [("key-name", text("KeyName")), ("region", one.region.map(str::to_owned))];
    vec![Entity::Workload(Workload {
        uri,
        kind: "launch-template".into(),
        scope: one.account.to_owned(),
        runs_as: profile,
        attributes: attributes.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect(),
    })]
}

fn secret(one: &One<'_>) -> Vec<Entity> {
    // One that waits to be deleted is as good as gone.
    let Some(uri) = one.text("ARN").filter(|_| one.time("DeletedDate").is_none()) else { return Vec::new() };
    vec![Entity::Vaulted(Vaulted {
        created: one.time("CreatedDate"),
        rotated: one.time("LastRotatedDate").max(one.time("LastChangedDate")),
        rotates: Some(one.fields.get("RotationEnabled").and_then(Value::as_bool).unwrap_or(false)),
        interval: one.fields.get("RotationRules").and_then(|rules| rules.get("AutomaticallyAfterDays")).and_then(Value::as_i64),
        last_used: one.time("LastAccessedDate"),
        ..Vaulted::new(uri, one.text("Name").unwrap_or_default(), account_of(uri).unwrap_or_default())
    })]
}

/// A policy of an organization, for each unit or account on which it hangs.
fn control(one: &One<'_>) -> Vec<Entity> {
    let kind = match one.text("Type") {
        Some("SERVICE_CONTROL_POLICY") => GrantKind::ServiceControl,
        Some("RESOURCE_CONTROL_POLICY") => GrantKind::ResourceControl,
        _ => return Vec::new(),
    };
    let Some(via) = one.text("Arn").or(one.text("Id")) else { return Vec::new() };
    // One whose text was refused limits all the same: nobody knows what.
    let content = one.fields.get("Content").filter(|content| !content.is_null());
    let document = content.map(|content| content.as_str().map_or_else(|| content.to_string(), str::to_owned));
    let targets = one.fields.get("Targets").and_then(Value::as_array).into_iter().flatten();
    let targets = targets.filter_map(|target| target.get("TargetId")?.as_str());
    targets.map(|to| Entity::Grant(Grant { to: to.to_owned(), kind, via: via.to_owned(), document: document.clone() })).collect()
}

/// Which units each account lies below.
fn parents(whole: &Map<String, Value>) -> Vec<Entity> {
    let listed = whole.get("OrganizationParents").and_then(Value::as_array).into_iter().flatten();
    let text = |one: &Value, name: &str| one.get(name).and_then(Value::as_str).map(str::to_owned);
    let above: BTreeMap<String, (String, bool)> = listed
        .filter_map(|one| Some((text(one, "Id")?, (text(one, "ParentId")?, text(one, "Type").as_deref() == Some("ACCOUNT")))))
        .collect();
    let accounts = above.iter().filter(|(_, (_, account))| *account);
    accounts
        .map(|(id, (parent, _))| {
            let (mut parents, mut next) = (BTreeSet::new(), Some(parent));
            // A circle ends where it meets itself.
            while let Some(unit) = next.filter(|unit| parents.insert((*unit).clone())) {
                next = above.get(unit).map(|(parent, _)| parent);
            }
            Entity::Account(Account { provider: "aws".into(), id: id.clone(), parents, ..Account::default() })
        })
        .collect()
}

/// The account that runs an organization, which nothing limits.
fn organization(whole: &Map<String, Value>) -> Option<Entity> {
    let id = whole.get("Organization")?.get("MasterAccountId")?.as_str()?.to_owned();
    let attributes = [("management-account".to_owned(), "yes".to_owned())].into();
    Some(Entity::Account(Account { provider: "aws".into(), id, attributes, ..Account::default() }))
}

/// To which organization the account belongs that was asked.
fn membership(whole: &Map<String, Value>, account: &str) -> Option<Entity> {
    let id = whole.get("Organization")?.get("Id")?.as_str()?.to_owned();
    let attributes = [(Account::ORGANIZATION.to_owned(), id)].into();
    let asked = Account { provider: "aws".into(), id: account.to_owned(), attributes, ..Account::default() };
    (!account.is_empty()).then_some(Entity::Account(asked))
}

/// Which services an identity used, and which of their actions, and when.
fn accessed(whole: &Map<String, Value>) -> Vec<Entity> {
    let Some(identity) = whole.get("Arn").and_then(Value::as_str) else { return Vec::new() };
    let services = whole.get("ServicesLastAccessed").and_then(Value::as_array).into_iter().flatten();
    let read = |one: &Value| {
        let service = one.get("ServiceNamespace")?.as_str()?.to_owned();
        let last_used = one.get("LastAuthenticated").and_then(moment);
        let tracked = one.get("TrackedActionsLastAccessed").and_then(Value::as_array).into_iter().flatten();
        let action = |one: &Value| Some((one.get("ActionName")?.as_str()?.to_owned(), one.get("LastAccessedTime").and_then(moment)));
        let actions = tracked.filter_map(action).collect();
        Some(Entity::Usage(Usage { identity: identity.to_owned(), service, last_used, actions }))
    };
    services.filter_map(read).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::{Lists, One, control, parents};
    use crate::{
        inspect::Inspector as _,
        model::{Entity, Origin, Source, entity::GrantKind},
    };

    fn object(value: Value) -> Map<String, Value> {
        let Value::Object(object) = value else { panic!("{value} is no object") };
        object
    }

    #[test]
    fn a_document_that_only_begins_like_one_is_none() {
        let origin = Origin::new(Source::Stream { name: "a.json".into() });
        let wants = |text: &str| Lists.wants(&origin, text.as_bytes());
        assert!(wants(r#"{"Functions": [{"FunctionArn": "arn:aws:lambda:eu-west-1:111111111111:function:a"}]}"#));
        for text in
            [r#"{"Functions": [{"name": "f"}]}"#, r#"{"Organization": "{{ name }}", }"#, r#"{"Certificates": {}}"#, r#"{"JobStatus": 1"#]
        {
            assert!(!wants(text), "{text}");
        }
    }

    #[test]
    fn an_account_lies_below_every_unit_above_it() {
        let told = parents(&object(json!({ "OrganizationParents": [
            { "Id": "ou-1", "Type": "ORGANIZATIONAL_UNIT", "ParentId": "r-1" },
            { "Id": "111111111111", "Type": "ACCOUNT", "ParentId": "ou-1" },
        ] })));
        let [Entity::Account(account)] = told.as_slice() else { panic!("{told:?}") };
        assert_eq!(account.parents.iter().collect::<Vec<_>>(), ["ou-1", "r-1"]);
    }

    #[test]
    fn a_policy_of_an_organization_limits_what_it_hangs_on() {
        let fields = object(json!({
            "Type": "SERVICE_CONTROL_POLICY", "Arn": "p", "Content": { "Statement": [] }, "Targets": [{ "TargetId": "r-1" }, { "TargetId": "ou-1" }],
        }));
        let told = control(&One { fields: &fields, account: "", region: None });
        assert_eq!(told.len(), 2);
        assert!(matches!(&told[0], Entity::Grant(grant) if grant.kind == GrantKind::ServiceControl && grant.to == "r-1"));
    }
}
