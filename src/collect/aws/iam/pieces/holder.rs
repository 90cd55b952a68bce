use crate::collect::aws::{call::Call, pages::MARKER, service::IAM, session::Session, tree::Tree};

use super::{PATH, UNTOLD, ties::Ties};

/// A sort of what can be given policies, with the calls and keys that are its own.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Sort {
    /// The call that lists all of them, and where its answer has them.
    pub list: &'static str,
    pub listed: &'static str,
    /// What names one.
    pub name: &'static str,
    /// The call that tells of one, and where, with what it tells beyond the list.
    get: Option<(&'static str, &'static str, &'static [&'static str])>,
    /// The calls that tell of policies of its own: their names, and their text.
    inline: [&'static str; 2],
    /// Where the details have those, and where they have all of this sort.
    own: &'static str,
    pub details: &'static str,
    /// Where a policy has those to whom it is attached.
    pub tied: &'static str,
}

pub(super) const USERS: Sort = Sort {
    list: "ListUsers",
    listed: "Users",
    name: "UserName",
    get: Some(("GetUser", "User", &["PermissionsBoundary", "Tags"])),
    inline: ["ListUserPolicies", "GetUserPolicy"],
    own: "UserPolicyList",
    details: "UserDetailList",
    tied: "PolicyUsers",
};

pub(super) const GROUPS: Sort = Sort {
    list: "ListGroups",
    listed: "Groups",
    name: "GroupName",
    get: None,
    inline: ["ListGroupPolicies", "GetGroupPolicy"],
    own: "GroupPolicyList",
    details: "GroupDetailList",
    tied: "PolicyGroups",
};

pub(super) const ROLES: Sort = Sort {
    list: "ListRoles",
    listed: "Roles",
    name: "RoleName",
    get: Some(("GetRole", "Role", &["PermissionsBoundary", "Tags", "RoleLastUsed"])),
    inline: ["ListRolePolicies", "GetRolePolicy"],
    own: "RolePolicyList",
    details: "RoleDetailList",
    tied: "PolicyRoles",
};

/// One of them with all that was given to it, and the names of what could not be told.
pub(super) async fn read(session: &Session<'_>, sort: &Sort, listed: &Tree, ties: &Ties) -> Tree {
    let mut whole = listed.clone();
    let Some(name) = listed.text(sort.name) else { return whole };
    let mut untold = Vec::new();
    if let Some((call, key, more)) = sort.get {
        let answer = session.ask(&Call::new(&IAM, call).with(sort.name, name), name, PATH).await;
        match answer.ok().and_then(|mut answer| answer.take(key)) {
            Some(mut told) => more.iter().for_each(|key| told.take(key).into_iter().for_each(|value| whole.replace(key, value))),
            None => untold.extend(more),
        }
    }
    let (own, all) = inline(session, sort, name).await;
    untold.extend((!all).then_some(sort.own));
    whole.replace(sort.own, Tree::List(own));
    whole.replace("AttachedManagedPolicies", Tree::List(ties.attached(sort, name)));
    if sort == &USERS {
        whole.replace("GroupList", Tree::List(ties.groups_of(name)));
    }
    untold.extend(ties.untold(sort, name));
    if !untold.is_empty() {
        whole.put(UNTOLD, Tree::List(untold.into_iter().map(Tree::from).collect()));
    }
    whole
}

/// The policies of its own, and whether those are all.
async fn inline(session: &Session<'_>, sort: &Sort, name: &str) -> (Vec<Tree>, bool) {
    let [list, get] = sort.inline;
    let (names, mut all) = session.list_told(MARKER, Call::new(&IAM, list).with(sort.name, name), "PolicyNames", name, PATH).await;
    let mut policies = Vec::new();
    for policy in &names {
        let Tree::Text(policy) = policy else { continue };
        let call = Call::new(&IAM, get).with(sort.name, name).with("PolicyName", policy.as_str());
        let answer = session.ask(&call, &format!("{policy} of {name}"), PATH).await;
        match answer.ok().and_then(|mut answer| answer.take("PolicyDocument")) {
            Some(document) => {
                policies.push(Tree::Map(vec![("PolicyName".into(), policy.as_str().into()), ("PolicyDocument".into(), document)]));
            }
            None => all = false,
        }
    }
    (policies, all)
}
