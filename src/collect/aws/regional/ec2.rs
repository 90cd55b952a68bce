use crate::collect::aws::{call::Call, pages::NEXT_TOKEN, service::EC2, session::Session, tree::Tree};

/// What is kept of an instance: which one it is, what it may do and how that is reached.
const KEPT: &[&str] = &["InstanceId", "State", "LaunchTime", "KeyName", "IamInstanceProfile", "MetadataOptions", "Tags"];

/// Reads the instances, what each was started with, and the key pairs.
pub(super) async fn read(session: &Session<'_>, region: &str) {
    let path = format!("{region}/ec2/instances.json");
    let call = Call::new(&EC2, "DescribeInstances").with("MaxResults", 100);
    let (mut number, mut ids) = (0, Vec::new());
    let pages = session.pages_in(region, NEXT_TOKEN, call, "", &path, |mut page| {
        let instances: Vec<Tree> =
            page.take_items("Reservations").into_iter().flat_map(|mut one| one.take_items("Instances")).map(kept).collect();
        ids.extend(instances.iter().filter_map(|instance| instance.text("InstanceId")).filter(|id| is_id(id)).map(str::to_owned));
        number += 1;
        let reservation = Tree::of("Instances", Tree::List(instances));
        session.offer(&format!("{region}/ec2/instances-{number}.json"), &Tree::of("Reservations", Tree::List(vec![reservation])));
    });
    // What was lost is noted already.
    let _ = pages.await;
    session.each(&ids, |id| user_data(session, region, id)).await;
    key_pairs(session, region).await;
}

/// The parts of an instance that are kept, in their order.
fn kept(instance: Tree) -> Tree {
    match instance {
        Tree::Map(entries) => Tree::Map(entries.into_iter().filter(|(key, _)| KEPT.contains(&key.as_str())).collect()),
        other => other,
    }
}

/// Whether it is the id of an instance: it becomes a name.
fn is_id(id: &str) -> bool {
    id.starts_with("i-") && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// Reads what an instance was started with, where there is something.
async fn user_data(session: &Session<'_>, region: &str, id: &str) {
    let path = format!("{region}/ec2/user-data/{id}.txt");
    let call = Call::new(&EC2, "DescribeInstanceAttribute").with("InstanceId", id).with("Attribute", "userData");
    let Ok(answer) = session.ask_in(region, &call, id, &format!("{region}/ec2/user-data")).await else { return };
    let Some(coded) = answer.get("UserData").and_then(|data| data.text("Value")) else { return };
    let clean: String = coded.split_whitespace().collect();
    match data_encoding::BASE64.decode(clean.as_bytes()) {
        Ok(bytes) if bytes.is_empty() => {}
        Ok(bytes) => session.offer_bytes(&path, bytes),
        // What is not encoded is read as it is.
        Err(_) => session.offer_bytes(&path, coded.as_bytes().to_vec()),
    }
}

async fn key_pairs(session: &Session<'_>, region: &str) {
    let path = format!("{region}/ec2/key-pairs.json");
    let call = Call::new(&EC2, "DescribeKeyPairs").with("IncludePublicKey", true);
    if let Ok(pairs) = session.ask_in(region, &call, "", &path).await {
        session.offer(&path, &pairs);
    }
}
