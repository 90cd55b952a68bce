use std::collections::{BTreeMap, BTreeSet};

use crate::collect::aws::{
    call::Call,
    pages::MARKER,
    service::IAM,
    session::{Lost, Session},
    tree::Tree,
};

use super::{
    PATH, UNTOLD,
    holder::{GROUPS, ROLES, Sort, USERS},
};

/// What ties policies and groups to those who have them. Asked policy by policy and group by group: there are few of them.
#[derive(Debug, Default)]
pub(super) struct Ties {
    /// All groups as they are listed.
    pub groups: Vec<Tree>,
    /// The policies of the account, and those of AWS that are attached.
    pub policies: Vec<Tree>,
    /// Whether it was told of each policy to whom it is attached.
    policies_told: bool,
    /// Whether it was told of each group who is in it.
    members_told: bool,
    /// Policies whose text, and groups whose policies, could not be read, by ARN and by name.
    dark: BTreeSet<String>,
    attached: BTreeMap<(&'static str, String), Vec<Tree>>,
    members: BTreeMap<String, Vec<Tree>>,
}

impl Ties {
    /// Reads all of them.
    pub async fn read(session: &Session<'_>) -> Self {
        let mut ties = Self::default();
        ties.read_policies(session).await;
        ties.read_groups(session).await;
        ties
    }

    /// The policies attached to somebody.
    pub fn attached(&self, sort: &Sort, name: &str) -> Vec<Tree> {
        self.attached.get(&(sort.tied, name.to_owned())).cloned().unwrap_or_default()
    }

    /// The names of the groups of a user.
    pub fn groups_of(&self, user: &str) -> Vec<Tree> {
        self.members.get(user).cloned().unwrap_or_default()
    }

    /// Notes which policies could not be read.
    pub fn note_policies(&mut self, read: &[Tree]) {
        self.dark.extend(read.iter().filter(|one| one.get(UNTOLD).is_some()).filter_map(|one| one.text("Arn")).map(str::to_owned));
    }

    /// Notes which groups could not be read.
    pub fn note_groups(&mut self, read: &[Tree]) {
        self.dark.extend(read.iter().filter(|one| one.get(UNTOLD).is_some()).filter_map(|one| one.text(GROUPS.name)).map(str::to_owned));
    }

    /// What is not known of somebody, by the keys under which it would stand.
    pub fn untold(&self, sort: &Sort, name: &str) -> Vec<&'static str> {
        let attached = self.attached.get(&(sort.tied, name.to_owned())).into_iter().flatten();
        let text = attached.filter_map(|policy| policy.text("PolicyArn")).any(|arn| self.dark.contains(arn));
        let of_user = sort == &USERS;
        let groups = self.members.get(name).into_iter().flatten();
        let group = of_user && groups.filter_map(Tree::as_text).any(|group| self.dark.contains(group));
        let all = [
            (!self.policies_told, "AttachedManagedPolicies"),
            (of_user && !self.members_told, "GroupList"),
            (text, "PolicyVersionList"),
            (group, "GroupPolicyList"),
        ];
        all.into_iter().filter_map(|(missing, key)| missing.then_some(key)).collect()
    }

    async fn read_policies(&mut self, session: &Session<'_>) {
        let own = Call::new(&IAM, "ListPolicies").with("Scope", "Local");
        let foreign = Call::new(&IAM, "ListPolicies").with("Scope", "AWS").with("OnlyAttached", true);
        self.policies_told = true;
        for call in [own, foreign] {
            let (policies, all) = session.list_told(MARKER, call, "Policies", "", PATH).await;
            self.policies.extend(policies);
            self.policies_told &= all;
        }
        let unattached = Tree::Number(0.into());
        let wanted: Vec<&Tree> = self.policies.iter().filter(|policy| policy.get("AttachmentCount") != Some(&unattached)).collect();
        for told in session.each(&wanted, |policy| holders(session, policy)).await {
            match told {
                Ok(holders) => holders.into_iter().for_each(|(holder, policy)| self.attached.entry(holder).or_default().push(policy)),
                Err(Lost) => self.policies_told = false,
            }
        }
    }

    async fn read_groups(&mut self, session: &Session<'_>) {
        let (groups, all) = session.list_told(MARKER, Call::new(&IAM, GROUPS.list), GROUPS.listed, "", PATH).await;
        (self.groups, self.members_told) = (groups, all);
        let names: Vec<&str> = self.groups.iter().filter_map(|group| group.text(GROUPS.name)).collect();
        let told = session.each(&names, |name| async {
            let call = Call::new(&IAM, "GetGroup").with(GROUPS.name, *name);
            session.list_told(MARKER, call, USERS.listed, name, PATH).await
        });
        let told = told.await;
        for (name, (users, all)) in names.into_iter().zip(&told) {
            self.members_told &= all;
            for user in users.iter().filter_map(|user| user.text(USERS.name)) {
                self.members.entry(user.to_owned()).or_default().push(name.into());
            }
        }
    }
}

/// Who has a policy, with the entry that it makes in his list.
async fn holders(session: &Session<'_>, policy: &Tree) -> Result<Vec<((&'static str, String), Tree)>, Lost> {
    let Some(arn) = policy.text("Arn") else { return Ok(Vec::new()) };
    // Without the filter it also tells whom the policy bounds, which gives nothing.
    let call = Call::new(&IAM, "ListEntitiesForPolicy").with("PolicyArn", arn).with("PolicyUsageFilter", "PermissionsPolicy");
    let name = policy.text("PolicyName").unwrap_or_default();
    let entry = Tree::Map(vec![("PolicyName".into(), name.into()), ("PolicyArn".into(), arn.into())]);
    let mut met = Vec::new();
    let pages = session.pages(MARKER, call, arn, PATH, |page| {
        for sort in [&USERS, &GROUPS, &ROLES] {
            let names = page.items(sort.tied).iter().filter_map(|one| one.text(sort.name));
            met.extend(names.map(|name| ((sort.tied, name.to_owned()), entry.clone())));
        }
    });
    pages.await?;
    Ok(met)
}
