use crate::collect::aws::{call::Call, pages::NEXT_TOKEN, service::GLUE, session::Session};

/// Reads jobs on data with their arguments and roles, and connections without their passwords.
pub(super) async fn read(session: &Session<'_>, region: &str) {
    let jobs = Call::new(&GLUE, "GetJobs").with("MaxResults", 100);
    let connections = Call::new(&GLUE, "GetConnections").with("HidePassword", true).with("MaxResults", 100);
    for (what, call) in [("jobs", jobs), ("connections", connections)] {
        let path = format!("{region}/glue/{what}");
        let mut number = 0;
        let pages = session.pages_in(region, NEXT_TOKEN, call, "", &path, |page| {
            number += 1;
            session.offer(&format!("{path}-{number}.json"), &page);
        });
        // What was lost is noted already.
        let _ = pages.await;
    }
}
