use crate::collect::aws::{call::Call, pages::NEXT_TOKEN, service::CLOUDFORMATION, session::Session};

/// Reads the stacks: what they were given, what they give out, and as which role they change things.
pub(super) async fn read(session: &Session<'_>, region: &str) {
    let path = format!("{region}/cloudformation/stacks");
    let mut number = 0;
    let pages = session.pages_in(region, NEXT_TOKEN, Call::new(&CLOUDFORMATION, "DescribeStacks"), "", &path, |page| {
        number += 1;
        session.offer(&format!("{path}-{number}.json"), &page);
    });
    // What was lost is noted already.
    let _ = pages.await;
}
