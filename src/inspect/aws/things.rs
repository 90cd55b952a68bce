use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use crate::{
    engine::readers::certificate::{Form, from_der},
    inspect::{Inspector, Outcome, Workbench},
    model::{
        About, Document, Entity, Origin,
        entity::{Account, Holding, HoldingKind, Identity, IdentityKind, Status},
    },
};

use super::{
    document::{account, account_of, begins, holds, parse, region},
    one::One,
    told::Told,
};

/// Reads the lists of credentials that belong to an account and to no user in it, and what else only lists tell.
pub(super) struct Things;

const ABOUT: About = About {
    id: "aws-account-things",
    title: "Certificates, key pairs and virtual devices of an AWS account",
    explain: "Reads what `aws iam list-server-certificates`, `aws acm list-certificates`, `aws ec2 describe-key-pairs`, `aws iam list-virtual-mfa-devices` and \
              `aws iam list-roles` print. A certificate with its body, and a key pair, join the private key that lies in a file; of roles it reads how long \
              they may be assumed.",
    controls: &[],
    see: &["https://docs.aws.amazon.com/cli/latest/reference/"],
};

type Reader = fn(&One<'_>) -> Option<Entity>;

/// The first keys of the documents, with a word that no other document with such a key has, and with what reads an element.
const LISTS: &[(&str, &str, Reader)] = &[
    ("KeyPairs", "KeyPairId", key_pair),
    ("ServerCertificateMetadataList", "ServerCertificateId", server_certificate),
    ("CertificateSummaryList", "CertificateArn", acm_certificate),
    ("Roles", "MaxSessionDuration", role),
];

/// The key of a list that says something even where it is empty.
const DEVICES: &str = "VirtualMFADevices";

impl Inspector for Things {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn wants(&self, origin: &Origin, bytes: &[u8]) -> bool {
        // An empty list of devices says something where a folder says whose it is.
        LISTS.iter().any(|(key, word, _)| begins(bytes, &[key]) && holds(bytes, word))
            || (begins(bytes, &[DEVICES]) && account(origin, None).is_some())
    }

    fn inspect(&self, document: &Document<'_>, bench: &mut Workbench<'_>, outcome: &mut dyn Outcome) {
        let mut told = Told::new(bench, outcome);
        let Some(whole) = parse::<Map<String, Value>>(document, "a list of AWS", &mut told) else { return };
        let account = account(document.origin, None).unwrap_or_default();
        let region = region(document.origin);
        for (elements, read) in LISTS.iter().filter_map(|(key, _, read)| Some((whole.get(*key)?.as_array()?, read))) {
            for fields in elements.iter().filter_map(Value::as_object) {
                read(&One { fields, account: &account, region: region.as_deref() }).into_iter().for_each(|entity| told.tell(entity));
            }
        }
        devices(&whole, &account).into_iter().for_each(|entity| told.tell(entity));
    }
}

/// A key pair of machines. AWS shows the digest of the private key where it made the pair itself, of the public one where it was imported,
/// and what OpenSSH prints where it is no RSA key.
fn key_pair(one: &One<'_>) -> Option<Entity> {
    let (id, region) = (one.text("KeyPairId")?, one.region.unwrap_or("*"));
    let uri = format!("arn:aws:ec2:{region}:{}:key-pair/{id}", Some(one.account).filter(|account| !account.is_empty())?);
    let mut pair = Holding { status: Status::Active, created: one.time("CreateTime"), ..Holding::new(uri, HoldingKind::KeyPair, id) };
    let print = one.text("KeyFingerprint").and_then(|print| match (print.len(), print.contains(':')) {
        (59, true) => Some(("aws-key-pair", print.to_ascii_lowercase())),
        (47, true) => Some(("aws-imported-key-pair", print.to_ascii_lowercase())),
        (43 | 44, false) => Some(("ssh-fingerprint", format!("SHA256:{}", print.trim_end_matches('=')))),
        _ => None,
    });
    let public = one.text("PublicKey").and_then(ssh_fingerprint).map(|print| ("ssh-fingerprint", print));
    let named = [("name", one.text("KeyName").map(str::to_owned)), ("region", one.region.map(str::to_owned))];
    let named = named.into_iter().filter_map(|(name, value)| Some((name, value?)));
    pair.attributes.extend(print.into_iter().chain(public).chain(named).map(|(name, value)| (name.to_owned(), value)));
    Some(Entity::Holding(pair))
}

/// What OpenSSH prints of a public key in its form, `ssh-rsa AAAA… name`.
fn ssh_fingerprint(public: &str) -> Option<String> {
    let blob = data_encoding::BASE64.decode(public.split_whitespace().nth(1)?.as_bytes()).ok()?;
    Some(format!("SHA256:{}", data_encoding::BASE64_NOPAD.encode(&Sha256::digest(blob))))
}

/// A certificate that was uploaded into IAM.
fn server_certificate(one: &One<'_>) -> Option<Entity> {
    let mut kept = certificate(one.text("Arn")?, one.text("ServerCertificateName")?, one.text("CertificateBody"));
    (kept.created, kept.expires) = (one.time("UploadDate"), one.time("Expiration"));
    Some(Entity::Holding(kept))
}

/// A certificate of the certificate manager.
fn acm_certificate(one: &One<'_>) -> Option<Entity> {
    let mut kept = certificate(one.text("CertificateArn")?, one.text("DomainName")?, one.text("Certificate"));
    kept.created = one.time("CreatedAt").or_else(|| one.time("ImportedAt"));
    kept.expires = one.time("NotAfter").or(kept.expires);
    // One that was never issued, or taken back, is none.
    if !matches!(one.text("Status"), None | Some("ISSUED" | "EXPIRED")) {
        return None;
    }
    let used = one.fields.get("InUse").and_then(Value::as_bool).map(|used| if used { "yes" } else { "no" });
    let renewal = (one.text("Type") == Some("AMAZON_ISSUED")).then_some("managed");
    let more = [("in-use", used), ("renewal", renewal)];
    kept.attributes.extend(more.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned()))));
    Some(Entity::Holding(kept))
}

/// A certificate with the names by which it and its key are known elsewhere, where its body is told.
fn certificate(uri: &str, name: &str, body: Option<&str>) -> Holding {
    let mut kept = Holding { status: Status::Active, ..Holding::new(uri, HoldingKind::ServerCertificate, name) };
    if let Some(reading) = body.and_then(der).and_then(|der| from_der(Form::Certificate, &der)) {
        kept.expires = reading.expires;
        let names = reading.attributes.into_iter().filter(|(name, _)| matches!(name.as_str(), "spki-sha256" | "x509-sha256"));
        kept.attributes.extend(names);
    }
    kept
}

/// What stands in the first PEM block of a text.
fn der(text: &str) -> Option<Vec<u8>> {
    let inner = text.split("-----").nth(2)?;
    let clean: String = inner.split_whitespace().collect();
    data_encoding::BASE64.decode(clean.as_bytes()).ok()
}

/// How long a role may be assumed.
fn role(one: &One<'_>) -> Option<Entity> {
    let (uri, name, seconds) = (one.text("Arn")?, one.text("RoleName")?, one.fields.get("MaxSessionDuration")?.as_u64()?);
    let mut role = Identity::new("aws", IdentityKind::Role, uri, name, account_of(uri)?);
    role.attributes.insert("max-session".into(), seconds.to_string());
    Some(Entity::Identity(role))
}

/// Whether the second factor of the root user is an app on somebody's telephone: only such devices are listed.
fn devices(whole: &Map<String, Value>, account: &str) -> Option<Entity> {
    let devices = whole.get(DEVICES)?.as_array()?;
    let of_root = |device: &Value| device.get("User").and_then(|user| user.get("Arn")?.as_str()).is_some_and(|arn| arn.ends_with(":root"));
    let name =
        |device: &Value| device.get("SerialNumber").and_then(Value::as_str).is_some_and(|name| name.ends_with("/root-account-mfa-device"));
    let virtual_root = devices.iter().any(|device| of_root(device) || name(device));
    let attributes = [(Account::ROOT_VIRTUAL_MFA.to_owned(), if virtual_root { "yes" } else { "no" }.to_owned())].into();
    (!account.is_empty())
        .then(|| Entity::Account(Account { provider: "aws".into(), id: account.to_owned(), attributes, ..Account::default() }))
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::{Account, One, acm_certificate, devices, key_pair};
    use crate::model::{Entity, entity::Holding};

    fn object(value: Value) -> Map<String, Value> {
        let Value::Object(object) = value else { panic!("{value} is no object") };
        object
    }

    fn holding(read: fn(&One<'_>) -> Option<Entity>, value: Value) -> Option<Holding> {
        match read(&One { fields: &object(value), account: "111111111111", region: Some("eu-west-1") }) {
            Some(Entity::Holding(holding)) => Some(holding),
            _ => None,
        }
    }

    #[test]
    fn a_key_pair_goes_by_the_digest_that_ec2_shows_of_its_kind() {
        let named = |print: String| {
            let pair = holding(key_pair, json!({ "KeyPairId": "key-1", "KeyName": "ops", "KeyFingerprint": print })).expect("a pair");
            pair.attributes.into_iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
        };
        let colons = |count: usize| vec!["AB"; count].join(":");
        assert!(named(colons(20)).starts_with("aws-key-pair=ab:ab"));
        assert!(named(colons(16)).starts_with("aws-imported-key-pair=ab:ab"));
        assert!(named(format!("{}=", "A".repeat(43))).ends_with(&format!("ssh-fingerprint=SHA256:{}", "A".repeat(43))));
        assert_eq!(named("odd".into()), "name=ops region=eu-west-1");
    }

    #[test]
    fn a_certificate_that_was_never_issued_is_none() {
        let of = |status: &str| json!({ "CertificateArn": "arn:aws:acm:eu-west-1:111111111111:certificate/a", "DomainName": "a.example", "Status": status });
        assert!(holding(acm_certificate, of("ISSUED")).is_some());
        assert!(holding(acm_certificate, of("PENDING_VALIDATION")).is_none());
    }

    #[test]
    fn a_list_of_virtual_devices_tells_of_the_root_user_even_where_it_is_empty() {
        let told = |list: Value| match devices(&object(json!({ "VirtualMFADevices": list })), "111111111111") {
            Some(Entity::Account(account)) => account.attributes.get(Account::ROOT_VIRTUAL_MFA).cloned(),
            _ => None,
        };
        assert_eq!(told(json!([])).as_deref(), Some("no"));
        assert_eq!(told(json!([{ "SerialNumber": "arn:aws:iam::111111111111:mfa/root-account-mfa-device" }])).as_deref(), Some("yes"));
        assert_eq!(told(json!([{ "SerialNumber": "x", "User": { "Arn": "arn:aws:iam::111111111111:root" } }])).as_deref(), Some("yes"));
    }
}
