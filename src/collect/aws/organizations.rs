use super::{
    call::Call,
    pages::NEXT_TOKEN,
    refusal::{Refusal, Why},
    service::{IAM, ORGANIZATIONS},
    session::Session,
    tree::Tree,
};

/// The kinds of policy that bound what accounts may do.
const KINDS: &[&str] = &["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"];

const POLICIES: &str = "organizations/policies.json";
const PARENTS: &str = "organizations/parents.json";

/// Reads the organizations that accounts belong to, each once: its policies are told to its management account and to those that stand in for it.
pub(super) async fn read(sessions: &[Session<'_>]) {
    let mut members: Vec<(Membership, &Session<'_>)> = Vec::new();
    for session in sessions.iter().filter(|session| session.goes_on()) {
        members.extend(membership(session).await.map(|member| (member, session)));
    }
    // The management account first: it is never refused for want of delegation.
    members.sort_by_key(|(member, session)| (member.organization.clone(), member.management != session.account));
    let mut done: Option<String> = None;
    for (at, (member, session)) in members.iter().enumerate() {
        if done.as_ref() == Some(&member.organization) {
            continue;
        }
        let first = Call::new(&ORGANIZATIONS, "ListPolicies").with("Filter", KINDS[0]);
        match session.try_ask(&first, &session.region).await {
            Ok(_) => {
                whole(session).await;
                features(session).await;
                done = Some(member.organization.clone());
            }
            // Another account of the same organization may be told.
            Err(_) if members.get(at + 1).is_some_and(|(next, _)| next.organization == member.organization) => {}
            Err(refusal) => {
                let _: Result<(), _> = session.lose(&first, "", POLICIES, &told(&refusal, &member.management));
            }
        }
    }
}

/// Which organization an account is in.
struct Membership {
    organization: String,
    management: String,
}

/// Asks for the organization of an account; `None` where it is in none, or where that is not told.
async fn membership(session: &Session<'_>) -> Option<Membership> {
    let (call, path) = (Call::new(&ORGANIZATIONS, "DescribeOrganization"), "organizations/organization.json");
    match session.try_ask(&call, &session.region).await {
        Ok(answer) => {
            session.offer(path, &answer);
            let organization = answer.get("Organization")?;
            let text = |key| organization.text(key).map(str::to_owned);
            Some(Membership { organization: text("Id")?, management: text("MasterAccountId")? })
        }
        Err(refusal) if refusal.message.contains("AWSOrganizationsNotInUse") => None,
        Err(refusal) => {
            let _: Result<(), _> = session.lose(&call, "", path, &refusal);
            None
        }
    }
}

/// Says who would be told.
fn told(refusal: &Refusal, management: &str) -> Refusal {
    let mut told = refusal.clone();
    told.message.push_str(&format!("; account {management} manages the organization and is told (--role-arn)"));
    told
}

/// Reads accounts, policies with what they are attached to, and who is below what.
async fn whole(session: &Session<'_>) {
    let path = "organizations/accounts.json";
    let accounts = session.list(NEXT_TOKEN, Call::new(&ORGANIZATIONS, "ListAccounts"), "Accounts", "", path).await;
    session.offer(path, &Tree::of("Accounts", Tree::List(accounts)));
    let mut policies = Vec::new();
    for kind in KINDS {
        let call = Call::new(&ORGANIZATIONS, "ListPolicies").with("Filter", *kind);
        let listed = session.list(NEXT_TOKEN, call, "Policies", kind, POLICIES).await;
        policies.append(&mut session.each(&listed, |policy| policy_of(session, policy)).await);
    }
    session.offer(POLICIES, &Tree::of("OrganizationPolicies", Tree::List(policies)));
    let parents = parents(session).await;
    session.offer(PARENTS, &Tree::of("OrganizationParents", Tree::List(parents)));
}

/// Reads whether the root users of member accounts are kept from one place.
async fn features(session: &Session<'_>) {
    let (call, path) = (Call::new(&IAM, "ListOrganizationsFeatures"), "organizations/features.json");
    match session.try_ask(&call, &session.region).await {
        Ok(answer) => session.offer(path, &answer),
        // IAM may not look into the organization at all: then it keeps nothing there.
        Err(refusal) if refusal.message.contains("ServiceAccessNotEnabled") => {
            session.offer(path, &Tree::of("EnabledFeatures", Tree::List(Vec::new())));
        }
        // A delegate is not told; that is nobody's loss.
        Err(refusal) if refusal.message.contains("NotManagementOrDelegatedAdministrator") => {
            session.passed_over("how root users are kept, which the management account is told");
        }
        Err(refusal) if refusal.why == Why::Gone => {}
        Err(refusal) => {
            let _: Result<(), _> = session.lose(&call, "", path, &refusal);
        }
    }
}

/// A policy with its text and its targets.
async fn policy_of(session: &Session<'_>, listed: &Tree) -> Tree {
    let mut whole = listed.clone();
    let Some(id) = listed.text("Id") else { return whole };
    let call = Call::new(&ORGANIZATIONS, "DescribePolicy").with("PolicyId", id);
    if let Ok(answer) = session.ask(&call, id, POLICIES).await
        && let Some(text) = answer.get("Policy").and_then(|policy| policy.text("Content"))
    {
        whole.put("Content", serde_json::from_str(text).unwrap_or_else(|_| text.into()));
    }
    let call = Call::new(&ORGANIZATIONS, "ListTargetsForPolicy").with("PolicyId", id);
    let targets = session.list(NEXT_TOKEN, call, "Targets", id, POLICIES).await;
    whole.put("Targets", Tree::List(targets));
    whole
}

/// Who is below what, from the root down.
async fn parents(session: &Session<'_>) -> Vec<Tree> {
    let roots = session.list(NEXT_TOKEN, Call::new(&ORGANIZATIONS, "ListRoots"), "Roots", "", PARENTS).await;
    let mut open: Vec<String> = roots.iter().filter_map(|root| root.text("Id")).map(str::to_owned).collect();
    let mut below = Vec::new();
    while let Some(parent) = open.pop() {
        for (operation, key, kind) in [
            ("ListOrganizationalUnitsForParent", "OrganizationalUnits", "ORGANIZATIONAL_UNIT"),
            ("ListAccountsForParent", "Accounts", "ACCOUNT"),
        ] {
            let call = Call::new(&ORGANIZATIONS, operation).with("ParentId", parent.as_str());
            let children = session.list(NEXT_TOKEN, call, key, &parent, PARENTS).await;
            for id in children.iter().filter_map(|child| child.text("Id")) {
                below.push(Tree::Map(vec![
                    ("Id".into(), id.into()),
                    ("Type".into(), kind.into()),
                    ("ParentId".into(), parent.as_str().into()),
                ]));
                // A tree has no circles, whatever an endpoint says.
                if kind == "ORGANIZATIONAL_UNIT" && below.len() < MOST {
                    open.push(id.to_owned());
                }
            }
        }
    }
    below
}

/// More units and accounts than an organization may have.
const MOST: usize = 100_000;
