use crate::collect::aws::{call::Call, pages::NEXT_MARKER, resources, service::LAMBDA, session::Session};

/// Reads the functions, with their environments and roles, and who may call them.
pub(super) async fn read(session: &Session<'_>, region: &str) {
    let path = format!("{region}/lambda/functions");
    let call = Call::new(&LAMBDA, "ListFunctions").at(&["/2015-03-31/functions/"]).with("MaxItems", 50);
    let (mut number, mut arns) = (0, Vec::new());
    let pages = session.pages_in(region, NEXT_MARKER, call, "", &path, |page| {
        arns.extend(page.items("Functions").iter().filter_map(|function| function.text("FunctionArn")).map(str::to_owned));
        number += 1;
        session.offer(&format!("{path}-{number}.json"), &page);
    });
    // What was lost is noted already.
    let _ = pages.await;
    resources::functions(session, region, &arns).await;
}
