use std::time::Duration;

use crate::collect::aws::{
    call::Call,
    refusal::{Refusal, Why},
    service::IAM,
    session::{Lost, Session},
    tree::Tree,
};

use super::hints::Hints;

/// How long is waited between looks at whether the report is ready: half a minute altogether, of which a large account takes ten seconds.
const WAITS: &[u64] = &[1, 2, 3, 4, 5, 5, 5, 5];

const PATH: &str = "iam/credential-report.csv";

/// Has the credential report made and reads it. It is up to four hours old, and says so.
pub(super) async fn read(session: &Session<'_>) -> Hints {
    let generate = Call::new(&IAM, "GenerateCredentialReport");
    for seconds in WAITS {
        let Ok(answer) = session.ask(&generate, "", PATH).await else { break };
        if answer.text("State") == Some("COMPLETE") {
            break;
        }
        tokio::time::sleep(Duration::from_secs(*seconds)).await;
    }
    // Where making one is refused there may still be one.
    let get = Call::new(&IAM, "GetCredentialReport");
    match session.ask(&get, "", PATH).await {
        Ok(mut answer) => offer(session, &get, &mut answer),
        Err(Lost) => Hints::default(),
    }
}

/// Offers the table as it is, and beside it when it was made.
fn offer(session: &Session<'_>, call: &Call, answer: &mut Tree) -> Hints {
    let content = match answer.take("Content") {
        Some(Tree::Text(content)) => data_encoding::BASE64.decode(content.split_whitespace().collect::<String>().as_bytes()).ok(),
        _ => None,
    };
    let Some(csv) = content else {
        let _: Result<(), Lost> = session.lose(call, "", PATH, &Refusal::new(Why::Malformed, "the report is not in base64"));
        return Hints::default();
    };
    let hints = Hints::read(&csv);
    session.offer_bytes(PATH, csv);
    session.offer("iam/credential-report.json", answer);
    hints
}
