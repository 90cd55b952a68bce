use crate::collect::aws::{call::Call, pages::NEXT_TOKEN_SMALL, service::BATCH, session::Session};

/// Reads the definitions of jobs, with their environments and roles.
pub(super) async fn read(session: &Session<'_>, region: &str) {
    let path = format!("{region}/batch/job-definitions");
    let call = Call::new(&BATCH, "DescribeJobDefinitions").at(&["/v1/describejobdefinitions"]).posted();
    let call = call.with("status", "ACTIVE").with("maxResults", 100);
    let mut number = 0;
    let pages = session.pages_in(region, NEXT_TOKEN_SMALL, call, "", &path, |page| {
        number += 1;
        session.offer(&format!("{path}-{number}.json"), &page);
    });
    // What was lost is noted already.
    let _ = pages.await;
}
