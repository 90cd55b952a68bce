use crate::collect::aws::{call::Call, pages::NEXT_TOKEN, service::EC2, session::Session, tree::Tree};

use super::offer_coded;

/// What is kept of an instance: which one it is, what it may do and how that is reached.
const KEPT: &[&str] = &["InstanceId", "State", "LaunchTime", "KeyName", "IamInstanceProfile", "MetadataOptions", "Tags"];

/// Reads the instances, what each was started with, what templates start others with, and the key pairs.
pub(super) async fn read(session: &Session<'_>, region: &str) {
    let path = format!("{region}/ec2/instances.json");
    let call = Call::new(&EC2, "DescribeInstances").with("MaxResults", 100);
    let (mut number, mut ids) = (0, Vec::new());
    let pages = session.pages_in(region, NEXT_TOKEN, call, "", &path, |mut page| {
        let instances: Vec<Tree> =
            page.take_items("Reservations").into_iter().flat_map(|mut one| one.take_items("Instances")).map(kept).collect();
        ids.extend(instances.iter().filter_map(|instance| instance.text("InstanceId")).filter(|id| is_id(id, "i-")).map(str::to_owned));
        number += 1;
        let reservation = Tree::of("Instances", Tree::List(instances));
        session.offer(&format!("{region}/ec2/instances-{number}.json"), &Tree::of("Reservations", Tree::List(vec![reservation])));
    });
    // What was lost is noted already.
    let _ = pages.await;
    session.each(&ids, |id| user_data(session, region, id)).await;
    launch_templates(session, region).await;
    key_pairs(session, region).await;
}

/// The parts of an instance that are kept, in their order.
fn kept(instance: Tree) -> Tree {
    match instance {
        Tree::Map(entries) => Tree::Map(entries.into_iter().filter(|(key, _)| KEPT.contains(&key.as_str())).collect()),
        other => other,
    }
}

/// Whether it is an id of that kind: it becomes a name.
fn is_id(id: &str, kind: &str) -> bool {
    id.starts_with(kind) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// Reads what an instance was started with, where there is something.
async fn user_data(session: &Session<'_>, region: &str, id: &str) {
    let call = Call::new(&EC2, "DescribeInstanceAttribute").with("InstanceId", id).with("Attribute", "userData");
    let Ok(answer) = session.ask_in(region, &call, id, &format!("{region}/ec2/user-data")).await else { return };
    if let Some(coded) = answer.get("UserData").and_then(|data| data.text("Value")) {
        offer_coded(session, &format!("{region}/ec2/user-data/{id}.txt"), coded);
    }
}

/// Reads what launch templates start machines with: the version that counts and the latest one.
async fn launch_templates(session: &Session<'_>, region: &str) {
    let path = format!("{region}/ec2/launch-templates");
    let call = Call::new(&EC2, "DescribeLaunchTemplates").with("MaxResults", 200);
    let mut ids = Vec::new();
    let pages = session.pages_in(region, NEXT_TOKEN, call, "", &path, |mut page| {
        let all = page.take_items("LaunchTemplates");
        ids.extend(all.iter().filter_map(|one| one.text("LaunchTemplateId")).filter(|id| is_id(id, "lt-")).map(str::to_owned));
    });
    // What was lost is noted already.
    let _ = pages.await;
    session.each(&ids, |id| versions(session, region, &path, id)).await;
}

async fn versions(session: &Session<'_>, region: &str, path: &str, id: &str) {
    let call = Call::new(&EC2, "DescribeLaunchTemplateVersions").with("LaunchTemplateId", id);
    let call = call.with("LaunchTemplateVersion.1", "$Default").with("LaunchTemplateVersion.2", "$Latest");
    let Ok(mut answer) = session.ask_in(region, &call, id, path).await else { return };
    let mut seen: Vec<String> = Vec::new();
    let versions = answer.take_items("LaunchTemplateVersions");
    session.offer(&format!("{path}/{id}.json"), &Tree::of("LaunchTemplateVersions", Tree::List(versions.iter().map(bare).collect())));
    for version in versions {
        let coded = version.get("LaunchTemplateData").and_then(|data| data.text("UserData"));
        let number = version.text("VersionNumber").filter(|number| number.bytes().all(|b| b.is_ascii_digit()));
        if let (Some(coded), Some(number)) = (coded, number.filter(|number| !seen.iter().any(|known| known == number))) {
            offer_coded(session, &format!("{path}/{id}-{number}.txt"), coded);
            seen.push(number.to_owned());
        }
    }
}

/// A version of a template without what machines are started with, which is a document of its own.
fn bare(version: &Tree) -> Tree {
    let mut bare = version.clone();
    if let Some(Tree::Map(mut data)) = bare.take("LaunchTemplateData") {
        data.retain(|(key, _)| matches!(key.as_str(), "KeyName" | "IamInstanceProfile"));
        bare.put("LaunchTemplateData", Tree::Map(data));
    }
    bare
}

async fn key_pairs(session: &Session<'_>, region: &str) {
    let path = format!("{region}/ec2/key-pairs.json");
    let call = Call::new(&EC2, "DescribeKeyPairs").with("IncludePublicKey", true);
    if let Ok(pairs) = session.ask_in(region, &call, "", &path).await {
        session.offer(&path, &pairs);
    }
}
