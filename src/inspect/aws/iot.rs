use serde_json::{Map, Value};

use crate::{
    inspect::{Inspector, Outcome, Workbench},
    model::{About, Document, Entity, Origin, entity::Resource},
};

use super::{
    document::{account_of, begins, holds, parse},
    told::Told,
};

/// Reads the certificates with which things come in, and what policies let things do.
pub(super) struct Iot;

const ABOUT: About = About {
    id: "aws-iot",
    title: "Certificates and policies of AWS IoT",
    explain: "Reads what `aws iot list-certificates` and `list-policies` print, with what else is told of each beside it, as the collector of AWS accounts puts it: the \
              `things` that have a certificate (`list-principal-things`), the `policyDocument` of a policy (`get-policy`, which is read alone as well).",
    controls: &[],
    see: &["https://docs.aws.amazon.com/iot/latest/developerguide/x509-client-certs.html"],
};

/// So many things that have a certificate are named.
const NAMED: usize = 20;

impl Inspector for Iot {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn wants(&self, _origin: &Origin, bytes: &[u8]) -> bool {
        begins(bytes, &["certificates", "policies", "policyName"]) && holds(bytes, ":iot:")
    }

    fn inspect(&self, document: &Document<'_>, bench: &mut Workbench<'_>, outcome: &mut dyn Outcome) {
        let mut told = Told::new(bench, outcome);
        let Some(whole) = parse::<Map<String, Value>>(document, "a list of AWS IoT", &mut told) else { return };
        let listed = |key: &str| whole.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object);
        let alone = whole.contains_key("policyName").then_some(&whole);
        let all = listed("certificates").filter_map(certificate).chain(listed("policies").chain(alone).filter_map(policy));
        all.for_each(|resource| told.tell(Entity::Resource(resource)));
    }
}

fn text<'o>(one: &'o Map<String, Value>, name: &str) -> Option<&'o str> {
    one.get(name)?.as_str()
}

/// A certificate with which things come in.
fn certificate(one: &Map<String, Value>) -> Option<Resource> {
    let uri = text(one, "certificateArn").filter(|uri| uri.contains(":cert/"))?;
    let mut certificate = Resource::new(uri, account_of(uri)?);
    let mut put = |name: &str, value: String| drop(certificate.attributes.insert(name.to_owned(), value));
    put(Resource::ENABLED, if text(one, "status") == Some("ACTIVE") { "yes" } else { "no" }.to_owned());
    match one.get("things").and_then(Value::as_array) {
        Some(things) => {
            let mut names: Vec<&str> = things.iter().filter_map(Value::as_str).collect();
            names.sort_unstable();
            names.dedup();
            put(Resource::COUNT, names.len().to_string());
            put(Resource::THINGS, names.into_iter().take(NAMED).collect::<Vec<_>>().join(", "));
        }
        None => put(Resource::UNTOLD, "things".to_owned()),
    }
    Some(certificate)
}

/// What a policy lets things do.
fn policy(one: &Map<String, Value>) -> Option<Resource> {
    let uri = text(one, "policyArn").filter(|uri| uri.contains(":policy/"))?;
    let mut policy = Resource::new(uri, account_of(uri)?);
    let said = text(one, "policyDocument").map_or((Resource::UNTOLD, "policyDocument"), |text| (Resource::POLICY, text));
    policy.attributes.insert(said.0.to_owned(), said.1.to_owned());
    Some(policy)
}
