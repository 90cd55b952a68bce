//! Reads what hangs on a resource beside its policy: grants on a key, addresses of a function, what keeps a bucket closed.

mod key_grant;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{
    inspect::{Inspector, Outcome, Workbench},
    model::{
        About, Document, Entity, Origin,
        entity::{Account, Grant, GrantKind, Resource},
    },
};

use super::{
    document::{account, account_of, begins, element, holds, parse},
    policy,
    told::Told,
};
use key_grant::KeyGrant;

/// Reads all that is told of one resource, and lists of what hangs on several.
pub(super) struct Resources;

const ABOUT: About = About {
    id: "aws-resource",
    title: "A resource of an AWS account with all that hangs on it",
    explain: "Reads what `aws kms list-grants`, `aws lambda list-function-url-configs` and `get-function-url-config` print, and what the collector of \
              AWS accounts gathers of one resource: `ResourceArn` with `Policy`, `Grants`, `FunctionUrlConfigs`, `PublicAccessBlockConfiguration`, \
              `KeyRotationEnabled`, and as `Untold` what it was refused.",
    controls: &[],
    see: &["https://docs.aws.amazon.com/kms/latest/developerguide/grants.html"],
};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Gathered {
    resource_arn: Option<String>,
    account_id: Option<String>,
    policy: Option<Box<RawValue>>,
    #[serde(default)]
    grants: Vec<Box<RawValue>>,
    #[serde(default)]
    function_url_configs: Vec<Box<RawValue>>,
    public_access_block_configuration: Option<Block>,
    key_rotation_enabled: Option<bool>,
    #[serde(default)]
    untold: Vec<String>,
    // What stands at the top where one address of a function is told.
    #[serde(flatten)]
    address: Option<Address>,
}

/// Where a function can be called.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Address {
    function_url: String,
    function_arn: String,
    auth_type: String,
}

/// What keeps buckets from being public. The other three settings look at what comes, this one at who comes.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Block {
    #[serde(default)]
    restrict_public_buckets: bool,
}

impl Inspector for Resources {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn wants(&self, _origin: &Origin, bytes: &[u8]) -> bool {
        begins(bytes, &["ResourceArn"]) && holds(bytes, "\"arn:aws")
            || begins(bytes, &["AccountId"]) && holds(bytes, "PublicAccessBlockConfiguration")
            || begins(bytes, &["Grants"]) && holds(bytes, "GranteePrincipal")
            || begins(bytes, &["FunctionUrlConfigs", "FunctionUrl"]) && holds(bytes, "AuthType")
    }

    fn inspect(&self, document: &Document<'_>, bench: &mut Workbench<'_>, outcome: &mut dyn Outcome) {
        let mut told = Told::new(bench, outcome);
        let Some(gathered) = parse::<Gathered>(document, "what hangs on an AWS resource", &mut told) else { return };
        let owner = account(document.origin, None).unwrap_or_default();
        gathered.entities(&owner, &mut told).into_iter().for_each(|entity| told.tell(entity));
    }
}

impl Gathered {
    fn entities(self, owner: &str, told: &mut Told<'_, '_, '_>) -> Vec<Entity> {
        let mut all: Vec<Entity> = self.of_account().into_iter().chain(self.itself(owner)).collect();
        if let (Some(to), Some(raw)) = (&self.resource_arn, &self.policy) {
            let document = Some(policy::text(raw, to, told));
            let via = account_of(to).unwrap_or(owner).to_owned();
            all.push(Entity::Grant(Grant { to: to.clone(), kind: GrantKind::Resource, via, document }));
        }
        let grants = self.grants.iter().filter_map(|raw| element::<KeyGrant>(raw, "a grant", told));
        all.extend(grants.filter_map(|grant| grant.entity(self.resource_arn.as_deref(), owner)).map(Entity::Grant));
        let addresses = self.function_url_configs.iter().filter_map(|raw| element::<Address>(raw, "the address of a function", told));
        all.extend(addresses.chain(self.address).filter_map(|address| address.entity()).map(Entity::Resource));
        all
    }

    /// What is told of the resource of which the document is.
    fn itself(&self, owner: &str) -> Option<Entity> {
        let uri = self.resource_arn.as_deref()?;
        let word = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
        let mut resource = Resource::new(uri, account_of(uri).unwrap_or(owner));
        let closed = self.public_access_block_configuration.as_ref().map(|block| word(block.restrict_public_buckets));
        let untold = (!self.untold.is_empty()).then(|| self.untold.join(", "));
        let all = [(Resource::CLOSED, closed), (Resource::ROTATES, self.key_rotation_enabled.map(word)), (Resource::UNTOLD, untold)];
        resource.attributes = all.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect();
        Some(Entity::Resource(resource))
    }

    /// What an account says of all of its buckets.
    fn of_account(&self) -> Option<Entity> {
        let (id, block) = (self.account_id.as_ref()?, self.public_access_block_configuration.as_ref()?);
        let closed = if block.restrict_public_buckets { "yes" } else { "no" };
        let attributes = [(Account::BUCKETS_CLOSED.to_owned(), closed.to_owned())].into();
        Some(Entity::Account(Account { provider: "aws".into(), id: id.clone(), attributes, ..Account::default() }))
    }
}

impl Address {
    /// The function, where anybody can call it there.
    fn entity(&self) -> Option<Resource> {
        let mut parts = self.function_arn.splitn(8, ':');
        let function: Vec<&str> = parts.by_ref().take(7).collect();
        let mut resource = Resource::new(function.join(":"), account_of(&self.function_arn)?);
        (self.auth_type == "NONE").then(|| {
            resource.attributes.insert(Resource::OPEN_ADDRESS.to_owned(), self.function_url.clone());
            resource
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Address, Resource, Resources};
    use crate::{
        inspect::Inspector as _,
        model::{Origin, Source},
    };

    #[test]
    fn a_document_that_only_begins_like_one_is_none() {
        let origin = Origin::new(Source::Stream { name: "a.json".into() });
        let wants = |text: &str| Resources.wants(&origin, text.as_bytes());
        assert!(wants(r#"{"Grants":[{"GranteePrincipal":"x"}]}"#) && wants(r#"{"ResourceArn":"arn:aws:s3:::data"}"#));
        assert!(!wants(r#"{"Grants":[{"Permission":"READ"}]}"#) && !wants(r#"{"AccountId":"1"}"#) && !wants(r#"{"ResourceArn":"x"}"#));
    }

    #[test]
    fn an_address_belongs_to_the_function_and_not_to_its_alias() {
        let at = |auth_type: &str| Address {
            function_url: "https://x.lambda-url.eu-west-1.on.aws/".into(),
            function_arn: "arn:aws:lambda:eu-west-1:111111111111:function:f:live".into(),
            auth_type: auth_type.into(),
        };
        let open = at("NONE").entity().expect("an open one");
        assert_eq!(open.uri, "arn:aws:lambda:eu-west-1:111111111111:function:f");
        assert!(open.attributes[Resource::OPEN_ADDRESS].starts_with("https://"));
        assert_eq!(at("AWS_IAM").entity(), None);
    }
}
