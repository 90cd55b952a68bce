use crate::collect::aws::{call::Call, pages::NEXT_MARKER, service::LAMBDA, session::Session};

/// Reads the functions, with their environments and roles.
pub(super) async fn read(session: &Session<'_>, region: &str) {
    let call = Call::new(&LAMBDA, "ListFunctions").with("MaxItems", 50);
    session.documents(NEXT_MARKER, call, region, &format!("{region}/lambda/functions")).await;
}
