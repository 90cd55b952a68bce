use crate::collect::aws::{
    call::{Call, escaped},
    pages::NEXT_TOKEN,
    service::IDENTITY_POOLS,
    session::{Lost, Session},
    tree::Tree,
};

/// Reads the pools that give identities to whoever comes from an app, and which roles they give.
pub(super) async fn read(session: &Session<'_>, region: &str) {
    let folder = format!("{region}/cognito");
    let call = Call::new(&IDENTITY_POOLS, "ListIdentityPools").with("MaxResults", 60);
    let pools = session.list_in(region, NEXT_TOKEN, call, "IdentityPools", &folder).await;
    session.each(&pools, |pool| one(session, region, &folder, pool)).await;
}

/// A pool with its roles; what is refused of it stands there.
async fn one(session: &Session<'_>, region: &str, folder: &str, pool: &Tree) {
    let Some(id) = pool.text("IdentityPoolId") else { return };
    let ask = |operation| Call::new(&IDENTITY_POOLS, operation).with("IdentityPoolId", id);
    let (mut whole, mut untold) = (pool.clone(), Vec::new());
    for operation in ["DescribeIdentityPool", "GetIdentityPoolRoles"] {
        match session.find_in(region, &ask(operation), id, folder).await {
            Ok(Some(Tree::Map(entries))) => entries.into_iter().for_each(|(key, value)| whole.replace(&key, value)),
            Ok(_) => {}
            Err(Lost) => untold.push(Tree::from(operation)),
        }
    }
    if !untold.is_empty() {
        whole.put("Untold", Tree::List(untold));
    }
    // What a document begins with says what it is.
    let Tree::Map(mut entries) = whole else { return };
    entries.sort_by_key(|(key, _)| key != "IdentityPoolId");
    session.offer(&format!("{folder}/{}.json", escaped(id)), &Tree::Map(entries));
}
