use serde_json::{Map, Value};

use crate::{
    inspect::{Inspector, Outcome, Workbench},
    model::{About, Document, Entity, Origin, entity::Resource},
};

use super::{
    document::{account, account_of, begins, first_key, holds, parse, region},
    one::One,
    told::Told,
};

/// Reads which keys and credentials services keep for others, without the keys themselves.
pub(super) struct ServiceKeys;

const ABOUT: About = About {
    id: "aws-service-keys",
    title: "Keys to interfaces, and credentials that services keep",
    explain: "Reads what `aws apigateway get-api-keys` prints, `aws appsync list-api-keys` with the interface beside it (`apiArn`, `apiName`, `authenticationType`), and \
              `aws codebuild list-source-credentials`.",
    controls: &[],
    see: &["https://docs.aws.amazon.com/cli/latest/reference/"],
};

type Reader = fn(&One<'_>) -> Option<Resource>;

/// The first keys of the lists, with a word that no other such document has, and with what reads an element.
const LISTS: &[(&str, &str, Reader)] =
    &[("items", "\"stageKeys\"", gateway_key), ("sourceCredentialsInfos", ":codebuild:", source_credential)];

/// The key of the keys to one interface of `AppSync`.
const GRAPH: &str = "apiKeys";

impl Inspector for ServiceKeys {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn wants(&self, _origin: &Origin, bytes: &[u8]) -> bool {
        first_key(bytes).is_some()
            && (LISTS.iter().any(|(key, word, _)| begins(bytes, &[key]) && holds(bytes, word))
                || begins(bytes, &[GRAPH]) && holds(bytes, "\"apiArn\""))
    }

    fn inspect(&self, document: &Document<'_>, bench: &mut Workbench<'_>, outcome: &mut dyn Outcome) {
        let mut told = Told::new(bench, outcome);
        let Some(whole) = parse::<Map<String, Value>>(document, "a list of keys to services", &mut told) else { return };
        let (account, region) = (account(document.origin, None).unwrap_or_default(), region(document.origin));
        for (elements, read) in LISTS.iter().filter_map(|(key, _, read)| Some((whole.get(*key)?.as_array()?, read))) {
            for fields in elements.iter().filter_map(Value::as_object) {
                let one = One { fields, account: &account, region: region.as_deref() };
                read(&one).into_iter().for_each(|resource| told.tell(Entity::Resource(resource)));
            }
        }
        graph(&whole).into_iter().for_each(|resource| told.tell(Entity::Resource(resource)));
    }
}

/// Something with what is told of it.
fn resource<const N: usize>(uri: String, scope: &str, told: [(&str, Option<String>); N]) -> Resource {
    let mut resource = Resource::new(uri, scope);
    resource.attributes.extend(told.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
    resource
}

/// A key to interfaces of API Gateway. It never ends by itself.
fn gateway_key(one: &One<'_>) -> Option<Resource> {
    let (id, region) = (one.text("id")?, one.region.unwrap_or("*"));
    let enabled = one.fields.get("enabled").and_then(Value::as_bool).map(|on| if on { "yes" } else { "no" }.to_owned());
    let told = [
        (Resource::KEY, Some("gateway".to_owned())),
        (Resource::NAME, one.text("name").map(str::to_owned)),
        (Resource::ENABLED, enabled),
        (Resource::CREATED, one.time("createdDate").map(|at| at.to_string())),
    ];
    (!one.account.is_empty()).then(|| resource(format!("arn:aws:apigateway:{region}:{}:/apikeys/{id}", one.account), one.account, told))
}

/// A token or password with which builds fetch sources.
fn source_credential(one: &One<'_>) -> Option<Resource> {
    let uri = one.text("arn")?;
    let told = [
        (Resource::SOURCE, one.text("serverType").map(str::to_owned)),
        (Resource::AUTHENTICATION, one.text("authType").map(str::to_owned)),
    ];
    Some(resource(uri.to_owned(), account_of(uri)?, told))
}

/// An interface of `AppSync` to which there are keys.
fn graph(whole: &Map<String, Value>) -> Option<Resource> {
    let (keys, text) = (whole.get(GRAPH)?.as_array()?, |name: &str| whole.get(name).and_then(Value::as_str));
    let uri = text("apiArn")?;
    let told = [
        (Resource::KEY, Some("graph".to_owned())),
        (Resource::NAME, text("apiName").map(str::to_owned)),
        (Resource::AUTHENTICATION, text("authenticationType").map(str::to_owned)),
        (Resource::COUNT, Some(keys.len().to_string())),
    ];
    Some(resource(uri.to_owned(), account_of(uri)?, told))
}
