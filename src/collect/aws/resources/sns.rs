use crate::collect::aws::{call::Call, pages::NEXT_TOKEN, service::SNS, session::Session, tree::Tree};

use super::whole::{Whole, short};

/// Reads who may use topics.
pub(super) async fn read(session: &Session<'_>, region: &str) {
    let folder = format!("{region}/sns");
    let topics = session.list_in(region, NEXT_TOKEN, Call::new(&SNS, "ListTopics"), "Topics", &folder).await;
    session.each(&topics, |topic| one(session, region, &folder, topic)).await;
}

async fn one(session: &Session<'_>, region: &str, folder: &str, topic: &Tree) {
    let Some(arn) = topic.text("TopicArn") else { return };
    let mut whole = Whole::new(arn);
    let call = Call::new(&SNS, "GetTopicAttributes").with("TopicArn", arn);
    let found = session.find_in(region, &call, short(arn), folder).await;
    whole.take("Policy", found.map(|found| found.and_then(|answer| answer.get("Attributes")?.get("Policy").cloned())));
    whole.offer(session, folder);
}
