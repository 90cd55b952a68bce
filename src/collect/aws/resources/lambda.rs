use crate::collect::aws::{call::Call, pages::NEXT_MARKER, service::LAMBDA, session::Session, tree::Tree};

use super::whole::{Whole, short};

/// Reads who may call functions, and at which addresses they can be called.
pub(in crate::collect::aws) async fn read(session: &Session<'_>, region: &str, functions: &[String]) {
    let folder = format!("{region}/lambda/policies");
    session.each(functions, |arn| one(session, region, &folder, arn)).await;
}

async fn one(session: &Session<'_>, region: &str, folder: &str, arn: &str) {
    let mut whole = Whole::new(arn);
    let call = Call::new(&LAMBDA, "GetPolicy").at(&["/2015-03-31/functions/", short(arn), "/policy"]);
    whole.policy(session, region, &call, "Policy", folder).await;
    let call = Call::new(&LAMBDA, "ListFunctionUrlConfigs").at(&["/2021-10-31/functions/", short(arn), "/urls"]).with("MaxItems", 50);
    let mut addresses = Vec::new();
    let pages = session.pages_in(region, NEXT_MARKER, call, short(arn), folder, |mut page| {
        addresses.append(&mut page.take_items("FunctionUrlConfigs"));
    });
    whole.take("FunctionUrlConfigs", pages.await.map(|()| Some(Tree::List(addresses)).filter(|all| *all != Tree::List(Vec::new()))));
    whole.offer(session, folder);
}
