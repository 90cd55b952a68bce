use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{
    inspect::{Inspector, Outcome, Workbench},
    model::{
        About, Document, Entity, Origin,
        entity::{Grant, GrantKind, Resource},
    },
};

use super::{
    document::{account_of, begins, element, holds, parse},
    policy,
    told::Told,
};

/// Reads lists of resources that tell who may use each.
pub(super) struct OpenLists;

const ABOUT: About = About {
    id: "aws-open-lists",
    title: "Who may use buses of events, and domains for searches",
    explain: "Reads what `aws events list-event-buses`, `describe-event-bus`, `aws opensearch describe-domains` and `describe-domain` print: the policy of each, and of a \
              domain whether it lies in a network or asks for a login by itself.",
    controls: &[],
    see: &["https://docs.aws.amazon.com/opensearch-service/latest/developerguide/ac.html"],
};

#[derive(Deserialize)]
struct Lists {
    #[serde(rename = "EventBuses", default)]
    buses: Vec<Box<RawValue>>,
    #[serde(rename = "DomainStatusList", default)]
    domains: Vec<Box<RawValue>>,
    #[serde(rename = "DomainStatus")]
    domain: Option<Box<RawValue>>,
    // One bus has its fields at the top.
    #[serde(rename = "Arn")]
    arn: Option<String>,
    #[serde(rename = "Policy")]
    policy: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Bus {
    arn: String,
    policy: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Domain {
    #[serde(rename = "ARN")]
    arn: String,
    access_policies: Option<Box<RawValue>>,
    #[serde(rename = "VPCOptions")]
    network: Option<Network>,
    advanced_security_options: Option<Security>,
}

#[derive(Deserialize)]
struct Network {
    #[serde(rename = "SubnetIds", default)]
    subnets: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Security {
    #[serde(default)]
    enabled: bool,
    #[serde(rename = "AnonymousAuthEnabled", default)]
    anonymous: bool,
}

impl Inspector for OpenLists {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn wants(&self, _origin: &Origin, bytes: &[u8]) -> bool {
        begins(bytes, &["EventBuses", "Name"]) && holds(bytes, ":event-bus/")
            || begins(bytes, &["DomainStatusList", "DomainStatus"]) && holds(bytes, ":domain/")
    }

    fn inspect(&self, document: &Document<'_>, bench: &mut Workbench<'_>, outcome: &mut dyn Outcome) {
        let mut told = Told::new(bench, outcome);
        let Some(lists) = parse::<Lists>(document, "a list of resources of AWS", &mut told) else { return };
        let mut all: Vec<Bus> = lists.buses.iter().filter_map(|raw| element(raw, "a bus of events", &mut told)).collect();
        all.extend(lists.arn.map(|arn| Bus { arn, policy: lists.policy }));
        for Bus { arn, policy } in all {
            told.tell(Entity::Resource(Resource::new(&arn, account_of(&arn).unwrap_or_default())));
            grant(&arn, policy.as_deref(), &mut told);
        }
        for raw in lists.domains.iter().chain(&lists.domain) {
            let Some(domain) = element::<Domain>(raw, "a domain for searches", &mut told) else { continue };
            told.tell(Entity::Resource(domain.entity()));
            grant(&domain.arn, domain.access_policies.as_deref(), &mut told);
        }
    }
}

impl Domain {
    fn entity(&self) -> Resource {
        let mut domain = Resource::new(&self.arn, account_of(&self.arn).unwrap_or_default());
        let network = self.network.as_ref().is_some_and(|network| !network.subnets.is_empty());
        let login = self.advanced_security_options.as_ref().is_some_and(|security| security.enabled && !security.anonymous);
        let behind = if network { Some("a network") } else { login.then_some("a login of its own") };
        domain.attributes.extend(behind.map(|what| (Resource::BEHIND.to_owned(), what.to_owned())));
        domain
    }
}

/// The policy of a resource, where it has one.
fn grant(arn: &str, raw: Option<&RawValue>, told: &mut Told<'_, '_, '_>) {
    let Some(raw) = raw.filter(|raw| !matches!(raw.get(), "\"\"" | "null")) else { return };
    let document = Some(policy::text(raw, arn, told));
    let via = account_of(arn).unwrap_or_default().to_owned();
    told.tell(Entity::Grant(Grant { to: arn.to_owned(), kind: GrantKind::Resource, via, document }));
}
