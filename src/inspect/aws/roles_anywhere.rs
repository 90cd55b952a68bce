use std::collections::BTreeSet;

use serde_json::{Map, Value};
use x509_parser::pem::Pem;

use crate::{
    engine::readers::certificate::{Form, from_der},
    inspect::{Inspector, Outcome, Workbench},
    model::{
        About, Document, Entity, Origin, Time,
        entity::{Account, Resource},
    },
};

use super::{
    document::{account, account_of, begins, holds, parse, region},
    told::Told,
};

/// Reads who may vouch for machines outside of AWS, and what their certificates open.
pub(super) struct RolesAnywhere;

const ABOUT: About = About {
    id: "aws-roles-anywhere",
    title: "Trust anchors, profiles and revocations of IAM Roles Anywhere",
    explain: "Reads what `aws rolesanywhere list-trust-anchors`, `list-profiles`, `list-crls` and the `get-…` of each print: which authorities the account believes, \
              which roles their certificates open under which session policy and for how long, and which lists of revoked certificates count. The certificates of an \
              anchor are read as certificates, too.",
    controls: &[],
    see: &["https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/Welcome.html"],
};

/// So many certificates of an anchor are told; AWS takes no more than that in one.
const AUTHORITIES: usize = 20;

/// What is told of each certificate, as the reader of certificates names it.
const TOLD: &[&str] = &["subject", "self-signed", "signature", "algorithm", "bits", "curve", "exponent", "roca", "close-primes"];

type Reader = fn(&Map<String, Value>) -> Option<Resource>;

/// The keys of a list and of one of its elements, with what reads it.
const KINDS: &[(&str, &str, Reader)] =
    &[("trustAnchors", "trustAnchor", anchor), ("profiles", "profile", profile), (LISTS, "crl", revocations)];

/// The key of the lists of revoked certificates: that there is none says something.
const LISTS: &str = "crls";

impl Inspector for RolesAnywhere {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn wants(&self, origin: &Origin, bytes: &[u8]) -> bool {
        let known = KINDS.iter().any(|(list, one, _)| begins(bytes, &[list, one])) && holds(bytes, ":rolesanywhere:");
        known || begins(bytes, &[LISTS]) && region(origin).is_some()
    }

    fn inspect(&self, document: &Document<'_>, bench: &mut Workbench<'_>, outcome: &mut dyn Outcome) {
        let mut told = Told::new(bench, outcome);
        let Some(whole) = parse::<Map<String, Value>>(document, "a list of IAM Roles Anywhere", &mut told) else { return };
        for (list, one, read) in KINDS {
            let listed = whole.get(*list).and_then(Value::as_array).into_iter().flatten();
            for element in listed.chain(whole.get(*one)).filter_map(Value::as_object) {
                match read(element) {
                    Some(resource) => told.tell(Entity::Resource(resource)),
                    None => told.malformed("", &format!("one of the {list} of IAM Roles Anywhere has no ARN, or one of something else")),
                }
            }
        }
        counted(&whole, document.origin).into_iter().for_each(|account| told.tell(Entity::Account(account)));
    }
}

/// That all lists of revoked certificates of a region were told, where they were.
fn counted(whole: &Map<String, Value>, origin: &Origin) -> Option<Account> {
    let listed = whole.get(LISTS)?.as_array()?;
    let arn = listed.iter().find_map(|one| one.get("crlArn")?.as_str());
    let id = arn.and_then(account_of).map(str::to_owned).or_else(|| account(origin, None))?;
    let region = arn.and_then(|arn| arn.split(':').nth(3)).map(str::to_owned).or_else(|| region(origin))?;
    let attributes = [(format!("{}{region}", Account::REVOCATIONS), "yes".to_owned())].into();
    let complete = whole.get("nextToken").is_none_or(Value::is_null);
    complete.then(|| Account { provider: "aws".into(), id, attributes, ..Account::default() })
}

/// What all three have.
fn common(one: &Map<String, Value>, arn: &str, sort: &str) -> Option<Resource> {
    let uri = text(one, arn).filter(|uri| uri.contains(":rolesanywhere:") && uri.contains(sort))?;
    let mut resource = Resource::new(uri, account_of(uri)?);
    let enabled = one.get("enabled").and_then(Value::as_bool).map(|on| if on { "yes" } else { "no" });
    put(&mut resource, Resource::NAME, text(one, "name"));
    put(&mut resource, Resource::ENABLED, enabled);
    Some(resource)
}

/// An authority that the account believes: its own certificates, or one that AWS keeps for it.
fn anchor(one: &Map<String, Value>) -> Option<Resource> {
    let mut anchor = common(one, "trustAnchorArn", ":trust-anchor/")?;
    let source = one.get("source").and_then(Value::as_object);
    put(&mut anchor, "source", source.and_then(|source| text(source, "sourceType")));
    let bundle = source.and_then(|source| source.get("sourceData")?.get("x509CertificateData")?.as_str()).unwrap_or_default();
    for (number, pem) in Pem::iter_from_buffer(bundle.as_bytes()).take(AUTHORITIES).flatten().enumerate() {
        let Some(reading) = from_der(Form::Certificate, &pem.contents) else { continue };
        put(&mut anchor, &format!("authority-{number}-expires"), reading.expires.map(|at: Time| at.to_string()).as_deref());
        for name in TOLD {
            put(&mut anchor, &format!("authority-{number}-{name}"), reading.attributes.get(*name).map(String::as_str));
        }
    }
    Some(anchor)
}

/// What certificates open: roles, for how long, and what a session may do of what they may.
fn profile(one: &Map<String, Value>) -> Option<Resource> {
    let mut profile = common(one, "profileArn", ":profile/")?;
    let names = |key: &str| -> String {
        let listed = one.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        listed.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(", ")
    };
    put(&mut profile, "seconds", one.get("durationSeconds").and_then(Value::as_i64).map(|seconds| seconds.to_string()).as_deref());
    put(&mut profile, "roles", Some(names("roleArns").as_str()));
    put(&mut profile, "session-policies", Some(names("managedPolicyArns").as_str()));
    put(&mut profile, "session-policy", text(one, "sessionPolicy"));
    Some(profile)
}

/// A list of revoked certificates, with whose they are.
fn revocations(one: &Map<String, Value>) -> Option<Resource> {
    let mut list = common(one, "crlArn", ":crl/")?;
    put(&mut list, "anchor", text(one, "trustAnchorArn"));
    Some(list)
}

fn text<'o>(one: &'o Map<String, Value>, name: &str) -> Option<&'o str> {
    one.get(name)?.as_str()
}

fn put(resource: &mut Resource, name: &str, value: Option<&str>) {
    let value = value.filter(|value| !value.is_empty());
    resource.attributes.extend(value.map(|value| (name.to_owned(), value.to_owned())));
}
