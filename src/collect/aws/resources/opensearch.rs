use serde_json::json;

use crate::collect::aws::{call::Call, service::OPENSEARCH, session::Session, tree::Tree};

/// So many domains are described at a time: AWS takes no more.
const CHUNK: usize = 5;

/// What is kept of a domain: which one it is, who may use it and how it is reached.
const KEPT: &[&str] = &["ARN", "DomainName", "AccessPolicies", "Endpoint", "Endpoints", "VPCOptions", "AdvancedSecurityOptions"];

/// Reads who may use domains for searches.
pub(super) async fn read(session: &Session<'_>, region: &str) {
    let path = format!("{region}/opensearch/domains.json");
    let call = Call::new(&OPENSEARCH, "ListDomainNames").at(&["/2021-01-01/domain"]);
    let Ok(mut listed) = session.ask_in(region, &call, "", &path).await else { return };
    let listed = listed.take_items("DomainNames");
    let names: Vec<&str> = listed.iter().filter_map(|one| one.text("DomainName")).collect();
    let mut all = Vec::new();
    for chunk in names.chunks(CHUNK) {
        let call = Call::new(&OPENSEARCH, "DescribeDomains").at(&["/2021-01-01/opensearch/domain-info"]).posted();
        if let Ok(mut answer) = session.ask_in(region, &call.with("DomainNames", json!(chunk)), &chunk.join(", "), &path).await {
            all.extend(answer.take_items("DomainStatusList").into_iter().map(kept));
        }
    }
    session.offer(&path, &Tree::of("DomainStatusList", Tree::List(all)));
}

fn kept(domain: Tree) -> Tree {
    match domain {
        Tree::Map(entries) => Tree::Map(entries.into_iter().filter(|(key, _)| KEPT.contains(&key.as_str())).collect()),
        other => other,
    }
}
