use std::collections::{BTreeMap, BTreeSet};

use crate::collect::aws::{
    call::{Call, escaped},
    pages::{NEXT_TOKEN, Pager},
    refusal::Why,
    service::{IDENTITY_STORE, SSO_ADMIN},
    session::{Lost, Session},
    tree::Tree,
};

/// Names of people and groups by what they are and their ids.
type Names = BTreeMap<(String, String), String>;

/// Reads by which permission sets people come into accounts, where IAM Identity Center has its home in this region.
pub(super) async fn read(session: &Session<'_>, region: &str) {
    let path = format!("{region}/sso/instances.json");
    let instances = session.list_in(region, NEXT_TOKEN, Call::new(&SSO_ADMIN, "ListInstances"), "Instances", &path).await;
    for instance in &instances {
        of_instance(session, region, instance).await;
    }
}

async fn of_instance(session: &Session<'_>, region: &str, instance: &Tree) {
    let (Some(arn), folder) = (instance.text("InstanceArn"), format!("{region}/sso/permission-sets")) else { return };
    let owner = instance.text("OwnerAccountId").unwrap_or(&session.account);
    let call = Call::new(&SSO_ADMIN, "ListPermissionSets").with("InstanceArn", arn).with("MaxResults", 100);
    // Every account sees the instance of its organization; who administers it is told more.
    if owner != session.account && session.try_ask(&call, region).await.is_err_and(|refusal| refusal.why == Why::Denied) {
        return session.passed_over("permission sets, which another account administers");
    }
    let sets = session.list_in(region, NEXT_TOKEN, call, "PermissionSets", &folder).await;
    let mut all = Vec::new();
    for whole in session.each(&sets, |set| one(session, region, &folder, arn, set)).await {
        all.extend(whole);
    }
    let names = match instance.text("IdentityStoreId") {
        Some(store) => names(session, region, store, &all).await,
        None => Names::new(),
    };
    for mut whole in all {
        whole.put("OwnerAccountId", owner.into());
        let assigned = whole.take_items("AccountAssignments").into_iter().map(|one| named(one, &names)).collect();
        whole.put("AccountAssignments", Tree::List(assigned));
        let name = whole.get("PermissionSet").and_then(|set| set.text("Name")).map(escaped).unwrap_or_default();
        session.offer(&format!("{folder}/{name}.json"), &whole);
    }
}

/// A permission set with all that hangs on it, and whom it lets into which accounts.
async fn one(session: &Session<'_>, region: &str, folder: &str, instance: &str, set: &Tree) -> Option<Tree> {
    let set = set.as_text()?;
    let ask = |operation| Call::new(&SSO_ADMIN, operation).with("InstanceArn", instance).with("PermissionSetArn", set);
    let described = session.find_in(region, &ask("DescribePermissionSet"), set, folder).await.ok()??.take("PermissionSet")?;
    let (mut whole, mut untold) = (Tree::of("PermissionSet", described), Vec::new());
    let mut take = |key: &str, found: Result<Option<Tree>, Lost>| match found {
        Ok(Some(value)) => whole.put(key, value),
        Ok(None) => {}
        Err(Lost) => untold.push(Tree::from(key)),
    };
    for (operation, key) in
        [("GetInlinePolicyForPermissionSet", "InlinePolicy"), ("GetPermissionsBoundaryForPermissionSet", "PermissionsBoundary")]
    {
        let found = session.find_in(region, &ask(operation), set, folder).await;
        take(key, found.map(|found| found.and_then(|mut answer| answer.take(key))));
    }
    for (operation, key) in [
        ("ListManagedPoliciesInPermissionSet", "AttachedManagedPolicies"),
        ("ListCustomerManagedPolicyReferencesInPermissionSet", "CustomerManagedPolicyReferences"),
    ] {
        take(key, every(session, region, NEXT_TOKEN, ask(operation), key, set, folder).await.map(|all| Some(Tree::List(all))));
    }
    take("AccountAssignments", assignments(session, region, folder, set, &ask).await.map(|all| Some(Tree::List(all))));
    if !untold.is_empty() {
        whole.put("Untold", Tree::List(untold));
    }
    Some(whole)
}

/// Who has a set, account by account.
async fn assignments(
    session: &Session<'_>,
    region: &str,
    folder: &str,
    set: &str,
    ask: &impl Fn(&'static str) -> Call,
) -> Result<Vec<Tree>, Lost> {
    let accounts = every(session, region, NEXT_TOKEN, ask("ListAccountsForProvisionedPermissionSet"), "AccountIds", set, folder).await?;
    let mut all = Vec::new();
    for account in accounts.iter().filter_map(Tree::as_text) {
        let call = ask("ListAccountAssignments").with("AccountId", account);
        all.append(&mut every(session, region, NEXT_TOKEN, call, "AccountAssignments", set, folder).await?);
    }
    Ok(all)
}

/// All items of all pages, or none where one was lost.
async fn every(
    session: &Session<'_>,
    region: &str,
    pager: Pager,
    call: Call,
    key: &str,
    subject: &str,
    folder: &str,
) -> Result<Vec<Tree>, Lost> {
    let mut all = Vec::new();
    session.pages_in(region, pager, call, subject, folder, |mut page| all.append(&mut page.take_items(key))).await?;
    Ok(all)
}

/// What the people and groups are called that have any set.
async fn names(session: &Session<'_>, region: &str, store: &str, sets: &[Tree]) -> Names {
    let assigned = sets.iter().flat_map(|set| set.items("AccountAssignments")).filter_map(whom);
    let wanted: Vec<(String, String)> = assigned.collect::<BTreeSet<_>>().into_iter().collect();
    let path = format!("{region}/sso/identity-store");
    let ask = |(sort, id): &(String, String)| {
        let (operation, key, name) =
            if sort == "GROUP" { ("DescribeGroup", "GroupId", "DisplayName") } else { ("DescribeUser", "UserId", "UserName") };
        let call = Call::new(&IDENTITY_STORE, operation).with("IdentityStoreId", store).with(key, id.as_str());
        let (who, path) = ((sort.clone(), id.clone()), path.as_str());
        async move {
            let found = session.find_in(region, &call, &who.1, path).await.ok()??;
            Some((who, found.text(name)?.to_owned()))
        }
    };
    session.each(&wanted, ask).await.into_iter().flatten().collect()
}

fn whom(assignment: &Tree) -> Option<(String, String)> {
    Some((assignment.text("PrincipalType")?.to_owned(), assignment.text("PrincipalId")?.to_owned()))
}

fn named(mut assignment: Tree, names: &Names) -> Tree {
    if let Some(name) = whom(&assignment).and_then(|who| names.get(&who)) {
        assignment.put("PrincipalName", name.as_str().into());
    }
    assignment
}
