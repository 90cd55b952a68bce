use std::time::Duration;

use crate::collect::aws::{
    call::Call,
    pages::MARKER,
    refusal::{Refusal, Why},
    service::IAM,
    session::Session,
    tree::Tree,
};

const PATH: &str = "iam/service-last-accessed.json";

/// How long is waited between looks at whether a job is done, in milliseconds: a quarter of a minute altogether.
const WAITS: &[u64] = &[500, 1000, 1500, 2000, 3000, 3000, 3000];

/// Asks for each identity which services it last used, and which of their actions, and when: a job for each. Only where the user wishes it.
pub(super) async fn read(session: &Session<'_>, arns: &[String]) {
    let numbered: Vec<(usize, &String)> = arns.iter().enumerate().collect();
    session.each(&numbered, |(number, arn)| of(session, number + 1, arn)).await;
}

async fn of(session: &Session<'_>, number: usize, arn: &str) {
    let generate = Call::new(&IAM, "GenerateServiceLastAccessedDetails").with("Arn", arn).with("Granularity", "ACTION_LEVEL");
    let Ok(answer) = session.ask(&generate, arn, PATH).await else { return };
    let Some(job) = answer.text("JobId") else { return };
    let get = Call::new(&IAM, "GetServiceLastAccessedDetails").with("JobId", job);
    for wait in WAITS {
        tokio::time::sleep(Duration::from_millis(*wait)).await;
        let Ok(answer) = session.ask(&get, arn, PATH).await else { return };
        match answer.text("JobStatus") {
            Some("IN_PROGRESS") => {}
            Some("COMPLETED") => return whole(session, number, arn, get, answer).await,
            _ => break,
        }
    }
    let _: Result<(), _> = session.lose(&get, arn, PATH, &Refusal::new(Why::TimedOut, "the job was not completed"));
}

/// Offers what a job found, all pages of it.
async fn whole(session: &Session<'_>, number: usize, arn: &str, call: Call, mut answer: Tree) {
    answer.take("ServicesLastAccessed");
    answer.take("IsTruncated");
    answer.take("Marker");
    let services = session.list(MARKER, call, "ServicesLastAccessed", arn, PATH).await;
    answer.put("ServicesLastAccessed", Tree::List(services));
    answer.put("Arn", arn.into());
    session.offer(&format!("iam/service-last-accessed-{number}.json"), &answer);
}
