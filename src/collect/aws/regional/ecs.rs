use std::collections::BTreeSet;

use serde_json::json;

use crate::collect::aws::{
    call::{Call, escaped},
    pages::NEXT_TOKEN_SMALL,
    service::ECS,
    session::Session,
    tree::Tree,
};

/// So many services are described at a time: AWS takes no more.
const CHUNK: usize = 10;

/// Reads what containers run with: the newest version of each task definition, and those that services use.
pub(super) async fn read(session: &Session<'_>, region: &str) {
    let folder = format!("{region}/ecs/task-definitions");
    let call = Call::new(&ECS, "ListTaskDefinitionFamilies").with("status", "ACTIVE").with("maxResults", 100);
    let families = session.list_in(region, NEXT_TOKEN_SMALL, call, "families", &folder).await;
    let newest = session.each(&families, |family| definition(session, region, &folder, family)).await;
    let newest: BTreeSet<String> = newest.into_iter().flatten().collect();
    let clusters = Call::new(&ECS, "ListClusters").with("maxResults", 100);
    let clusters = session.list_in(region, NEXT_TOKEN_SMALL, clusters, "clusterArns", &format!("{region}/ecs/clusters")).await;
    let mut used = BTreeSet::new();
    for cluster in clusters.iter().filter_map(Tree::as_text) {
        used.extend(services(session, region, cluster).await);
    }
    // What a service still runs may be older than what its family has by now.
    let older: Vec<Tree> = used.difference(&newest).map(|arn| arn.as_str().into()).collect();
    session.each(&older, |arn| definition(session, region, &folder, arn)).await;
}

/// Reads a task definition; its ARN.
async fn definition(session: &Session<'_>, region: &str, folder: &str, name: &Tree) -> Option<String> {
    let name = name.as_text()?;
    let call = Call::new(&ECS, "DescribeTaskDefinition").with("taskDefinition", name).with("include", json!(["TAGS"]));
    let answer = session.find_in(region, &call, name, folder).await.ok()??;
    let arn = answer.get("taskDefinition")?.text("taskDefinitionArn")?.to_owned();
    let short = arn.rsplit('/').next().map(escaped)?;
    session.offer(&format!("{folder}/{short}.json"), &answer);
    Some(arn)
}

/// Reads the services of a cluster; the task definitions that they use.
async fn services(session: &Session<'_>, region: &str, cluster: &str) -> Vec<String> {
    let name = cluster.rsplit('/').next().map(escaped).unwrap_or_default();
    let path = format!("{region}/ecs/services");
    let call = Call::new(&ECS, "ListServices").with("cluster", cluster).with("maxResults", 100);
    let all = session.list_in(region, NEXT_TOKEN_SMALL, call, "serviceArns", &path).await;
    let names: Vec<&str> = all.iter().filter_map(Tree::as_text).collect();
    let mut used = Vec::new();
    for (number, chunk) in names.chunks(CHUNK).enumerate() {
        let call = Call::new(&ECS, "DescribeServices").with("cluster", cluster).with("services", json!(chunk));
        let Ok(mut answer) = session.ask_in(region, &call, cluster, &path).await else { continue };
        let services: Vec<Tree> = answer.take_items("services").into_iter().map(kept).collect();
        used.extend(services.iter().filter_map(|one| one.text("taskDefinition")).map(str::to_owned));
        session.offer(&format!("{path}/{name}-{}.json", number + 1), &Tree::of("services", Tree::List(services)));
    }
    used
}

/// What is kept of a service: the news of the last hundred things that happened to it say nothing of it.
fn kept(mut service: Tree) -> Tree {
    service.take("events");
    service.take("deployments");
    service
}
