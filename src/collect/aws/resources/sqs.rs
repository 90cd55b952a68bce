use serde_json::json;

use crate::collect::aws::{
    call::Call,
    pages::NEXT_TOKEN,
    service::{SQS, partition},
    session::Session,
    tree::Tree,
};

use super::whole::Whole;

/// Reads who may use queues.
pub(super) async fn read(session: &Session<'_>, region: &str) {
    let folder = format!("{region}/sqs");
    let call = Call::new(&SQS, "ListQueues").with("MaxResults", 1000);
    let queues = session.list_in(region, NEXT_TOKEN, call, "QueueUrls", &folder).await;
    session.each(&queues, |queue| one(session, region, &folder, queue)).await;
}

async fn one(session: &Session<'_>, region: &str, folder: &str, queue: &Tree) {
    let Some(url) = queue.as_text() else { return };
    // An address ends with the account and the name.
    let mut parts = url.rsplit('/');
    let (Some(name), Some(account)) = (parts.next(), parts.next()) else { return };
    let mut whole = Whole::new(&format!("arn:{}:sqs:{region}:{account}:{name}", partition(region)));
    let call = Call::new(&SQS, "GetQueueAttributes").with("QueueUrl", url).with("AttributeNames", json!(["Policy"]));
    let found = session.find_in(region, &call, name, folder).await;
    whole.take("Policy", found.map(|found| found.and_then(|answer| answer.get("Attributes")?.get("Policy").cloned())));
    whole.offer(session, folder);
}
