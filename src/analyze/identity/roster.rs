//! The identities that inventories know, each with what hangs on it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::OnceLock,
};

use crate::model::{
    Entity, Standing, Time,
    entity::{
        Account, Grant, GrantKind, Holding, HoldingKind, Identity, IdentityKind, PolicyText, Provider, Resource, Usage, Vaulted, Workload,
    },
};

use super::{
    Leak,
    excess::Wides,
    word::{Seen, counting},
};
use crate::analyze::aws::{Estate, Principal};

/// The identities that inventories know, each with what hangs on it.
#[derive(Debug, Clone, Default)]
pub struct Roster {
    /// The identities, by uri.
    pub members: BTreeMap<String, Member>,
    /// Principals of accounts that no inventory is about, who come in or whom one's own may become, by uri. No check judges them.
    pub externals: BTreeMap<String, Member>,
    /// Credentials that a later inventory does not list any more, by kind and handle: with whose they were.
    pub former: BTreeMap<(HoldingKind, String), (Holding, Time)>,
    /// Accounts, by id, with when they were last looked at.
    pub accounts: BTreeMap<String, Account>,
    /// Accounts of which an inventory saw all identities with their credentials, and when: what it does not list is not there.
    pub counted: BTreeMap<String, Time>,
    /// Accounts of which an earlier run judged identities, and when it began.
    pub judged: BTreeMap<String, Time>,
    /// When each account was last looked at.
    pub as_of: BTreeMap<String, Time>,
    /// Policies with names, by ARN.
    pub policies: BTreeMap<String, PolicyText>,
    /// What groups were given, by their ARN.
    pub groups: BTreeMap<String, Vec<Grant>>,
    /// What limits all of an account or unit, by its id.
    pub controls: BTreeMap<String, Vec<Grant>>,
    /// What hangs on resources, by their ARN.
    pub resources: BTreeMap<String, Vec<Grant>>,
    /// The files that declare what hangs on resources, by the ARN of these.
    pub shared_in: BTreeMap<String, String>,
    /// What is told of resources beside their policies, by their ARN.
    pub belongings: BTreeMap<String, Resource>,
    /// Who vouches for identities.
    pub providers: BTreeMap<String, Provider>,
    /// What runs as an identity.
    pub workloads: BTreeMap<String, Workload>,
    /// Secrets in managers.
    pub vaulted: BTreeMap<String, Vaulted>,
    /// What else the run that is judged saw, by uri: policies, providers, resources, and accounts by their root user.
    pub in_view: BTreeSet<String>,
    /// What all of them were granted, once that is put together; principals in the order of their ARNs.
    pub estate: Estate,
    /// What its policies allow on everything, for the checks that ask: read when the first one does.
    pub wides: OnceLock<Wides>,
    /// Credentials that belong to an account and to no identity in it, by uri: certificates, key pairs of machines.
    pub things: Vec<Holding>,
}

/// An identity with what hangs on it.
#[derive(Debug, Clone)]
pub struct Member {
    /// The identity.
    pub identity: Identity,
    /// Whether the run saw its inventory, or a leak of its credentials: only then is it judged.
    pub in_view: bool,
    /// Its credentials.
    pub holdings: Vec<Holding>,
    /// What it was given.
    pub grants: Vec<Grant>,
    /// When it last used which service.
    pub usages: Vec<Usage>,
    /// Its credentials that lie about.
    pub leaks: Vec<Leak>,
    /// What it may do, once that is known.
    pub standing: Option<Standing>,
    /// What it was given of which nobody tells what it allows, once that is asked.
    pub untold: BTreeSet<String>,
    /// How an earlier run judged it last.
    pub before: Option<Box<Before>>,
    /// When the inventory was taken.
    pub as_of: Time,
}

/// How an earlier run judged an identity.
#[derive(Debug, Clone)]
pub struct Before {
    /// What it could do.
    pub standing: Standing,
    /// The run.
    pub run: i64,
    /// When it began.
    pub when: Time,
    /// Whether the same version of the program judged: another one may see more.
    pub comparable: bool,
}

impl Member {
    pub(super) fn new(identity: Identity, as_of: Time) -> Self {
        Self {
            identity,
            in_view: false,
            holdings: Vec::new(),
            grants: Vec::new(),
            usages: Vec::new(),
            leaks: Vec::new(),
            standing: None,
            untold: BTreeSet::new(),
            before: None,
            as_of,
        }
    }

    /// The credential of that public name.
    #[cfg(test)]
    fn holding(&self, kind: HoldingKind, handle: &str) -> Option<&Holding> {
        self.holdings.iter().find(|h| h.kind == kind && h.handle == handle)
    }
}

impl Roster {
    /// Puts together what inventories told.
    pub fn new(told: impl IntoIterator<Item = Seen>) -> Self {
        let mut roster = Self::default();
        let mut rest = Vec::new();
        for seen in counting(told) {
            roster.seat(seen, &mut rest);
        }
        let aliases: BTreeMap<String, String> = roster.members.values().map(|m| (m.identity.alias(), m.identity.uri.clone())).collect();
        for seen in rest {
            roster.hang(seen, &aliases);
        }
        roster.members.values_mut().for_each(settle);
        roster
    }

    /// The identity that has the credential of that public name.
    #[cfg(test)]
    fn holder(&self, kind: HoldingKind, handle: &str) -> Option<&Member> {
        self.members.values().find(|member| member.holding(kind, handle).is_some())
    }

    /// Whether there is nothing to judge.
    pub fn is_empty(&self) -> bool {
        let judged = self.members.is_empty()
            && self.resources.is_empty()
            && self.belongings.is_empty()
            && self.providers.is_empty()
            && self.policies.is_empty();
        judged && self.accounts.is_empty() && self.vaulted.is_empty() && self.things.is_empty()
    }

    /// Whether the run that is judged saw something: an identity or a leak of its credentials, a policy, a provider, a resource.
    pub fn sees(&self, uri: &str) -> bool {
        self.members.get(uri).map_or_else(|| self.in_view.contains(uri), |member| member.in_view)
    }

    /// What an identity was granted; `None` where no inventory tells.
    pub fn principal(&self, uri: &str) -> Option<&Principal> {
        let all = &self.estate.principals;
        all.binary_search_by(|principal| principal.arn.as_str().cmp(uri)).ok().map(|at| &all[at])
    }

    /// Takes in what stands by itself; what hangs on an identity waits until all are there.
    fn seat(&mut self, seen: Seen, rest: &mut Vec<Seen>) {
        if seen.gone && !matches!(seen.entity, Entity::Holding(_)) {
            return;
        }
        self.in_view.extend(subject(&seen.entity).filter(|_| seen.this_run));
        match &seen.entity {
            Entity::Identity(identity) => {
                let when = self.as_of.entry(identity.scope.clone()).or_insert(seen.as_of);
                *when = (*when).max(seen.as_of);
                let mut member = Member::new(identity.clone(), seen.as_of);
                member.in_view = seen.this_run;
                self.members.insert(identity.uri.clone(), member);
            }
            Entity::Account(account) => {
                if seen.whole && account.attributes.contains_key(Account::LIVE) {
                    self.counted.insert(account.id.clone(), seen.as_of);
                }
                self.accounts.insert(account.id.clone(), account.clone());
            }
            Entity::Policy(policy) => drop(self.policies.insert(policy.uri.clone(), policy.clone())),
            Entity::Provider(provider) => drop(self.providers.insert(provider.uri.clone(), provider.clone())),
            Entity::Resource(resource) => drop(self.belongings.insert(resource.uri.clone(), resource.clone())),
            Entity::Workload(workload) => drop(self.workloads.insert(workload.uri.clone(), workload.clone())),
            Entity::Vaulted(vaulted) => drop(self.vaulted.insert(vaulted.uri.clone(), vaulted.clone())),
            Entity::Grant(_) | Entity::Holding(_) | Entity::Usage(_) => rest.push(seen),
        }
    }

    /// Whether a later inventory counted all credentials of the account: then it did not find this one.
    fn outdated(&self, holding: &Holding, as_of: Time) -> bool {
        holding.account().and_then(|scope| self.counted.get(scope)).is_some_and(|counted| as_of < *counted)
    }

    /// Hangs something on its identity.
    fn hang(&mut self, seen: Seen, aliases: &BTreeMap<String, String>) {
        let uri = |name: &str| aliases.get(name).cloned().unwrap_or_else(|| name.to_owned());
        match seen.entity {
            Entity::Holding(holding) if seen.gone || self.outdated(&holding, seen.as_of) => {
                self.former.insert((holding.kind, holding.handle.clone()), (holding, seen.as_of));
            }
            Entity::Holding(holding) if holding.kind.is_of_account() => self.things.push(holding),
            Entity::Holding(mut holding) => {
                holding.identity = uri(&holding.identity);
                let name = holding.identity.clone();
                if let Some(member) = self.members.get_mut(&name) {
                    member.holdings.push(holding);
                } else if let Some(mut member) = stranger(&name, seen.as_of) {
                    holding.identity.clone_from(&member.identity.uri);
                    member.in_view = seen.this_run;
                    let member = self.members.entry(member.identity.uri.clone()).or_insert(member);
                    member.holdings.push(holding);
                }
            }
            Entity::Usage(usage) => {
                if let Some(member) = self.members.get_mut(&uri(&usage.identity)) {
                    member.usages.push(usage);
                }
            }
            Entity::Grant(grant) => match grant.kind {
                GrantKind::ServiceControl | GrantKind::ResourceControl => self.controls.entry(grant.to.clone()).or_default().push(grant),
                GrantKind::Resource | GrantKind::Key => {
                    if !seen.declared_in.is_empty() {
                        self.shared_in.insert(grant.to.clone(), seen.declared_in);
                    }
                    self.resources.entry(grant.to.clone()).or_default().push(grant);
                }
                _ => match self.members.get_mut(&uri(&grant.to)) {
                    Some(member) => member.grants.push(grant),
                    None => self.groups.entry(grant.to.clone()).or_default().push(grant),
                },
            },
            _ => {}
        }
    }
}

/// What is in view with an entity, beside identities: a policy, a provider, a resource, a secret, a credential of an
/// account, or the account by its root user.
fn subject(entity: &Entity) -> Option<String> {
    let root = |account: &str| format!("arn:aws:iam::{account}:root");
    match entity {
        Entity::Account(account) => Some(root(&account.id)),
        Entity::Identity(identity) => Some(root(&identity.scope)),
        Entity::Policy(policy) => Some(policy.uri.clone()),
        Entity::Provider(provider) => Some(provider.uri.clone()),
        Entity::Vaulted(secret) => Some(secret.uri.clone()),
        Entity::Holding(thing) if thing.kind.is_of_account() => Some(thing.identity.clone()),
        Entity::Resource(resource) => Some(resource.uri.clone()),
        Entity::Grant(grant) if matches!(grant.kind, GrantKind::Resource | GrantKind::Key) => Some(grant.to.clone()),
        _ => None,
    }
}

/// An identity of which only a credential is known so far, by its alias `aws:111111111111:user/ci`.
fn stranger(alias: &str, as_of: Time) -> Option<Member> {
    let (provider, rest) = alias.split_once(':')?;
    let (scope, name) = rest.split_once(':')?;
    let name = name.strip_prefix("user/")?;
    let uri = format!("arn:aws:iam::{scope}:user/{name}");
    Some(Member::new(Identity::new(provider, IdentityKind::User, uri, name, scope), as_of))
}

/// A credential report counts keys without naming them; where they are named, they are known better.
fn settle(member: &mut Member) {
    if member.holdings.iter().any(|h| h.kind == HoldingKind::AccessKey) {
        member.holdings.retain(|h| h.kind != HoldingKind::AccessKeySlot);
    }
    member.holdings.sort_by(|a, b| (a.kind, a.created, &a.handle).cmp(&(b.kind, b.created, &b.handle)));
    member.holdings.dedup_by(|a, b| a.kind == b.kind && a.handle == b.handle);
}

#[cfg(test)]
mod tests {
    use super::{Roster, Seen};
    use crate::model::{
        Entity, Time,
        entity::{Account, Basis, Holding, HoldingKind, Identity, IdentityKind, Status},
    };

    fn seen(entity: Entity, day: i64, gone: bool) -> Seen {
        let (basis, declared_in) = (Basis::Account, String::new());
        Seen { entity, basis, declared_in, this_run: day == 9, gone, as_of: Time(day * 86_400), whole: true }
    }

    fn user() -> Entity {
        Entity::Identity(Identity::new("aws", IdentityKind::User, "arn:aws:iam::111111111111:user/x/ci", "ci", "111111111111"))
    }

    fn key(handle: &str, status: Status) -> Entity {
        Entity::Holding(Holding { status, ..Holding::new("aws:111111111111:user/ci", HoldingKind::AccessKey, handle) })
    }

    #[test]
    fn a_credential_hangs_on_the_identity_that_its_alias_names() {
        let roster = Roster::new([seen(key("K1", Status::Active), 9, false), seen(user(), 9, false)]);
        let member = roster.holder(HoldingKind::AccessKey, "K1").expect("its holder");
        assert_eq!(member.identity.uri, "arn:aws:iam::111111111111:user/x/ci");
        assert!(member.in_view);
    }

    #[test]
    fn an_identity_without_an_inventory_of_its_own_is_known_by_its_credential() {
        let roster = Roster::new([seen(key("K1", Status::Active), 9, false)]);
        assert_eq!(roster.members.keys().collect::<Vec<_>>(), ["arn:aws:iam::111111111111:user/ci"]);
    }

    #[test]
    fn the_later_inventory_counts() {
        let roster =
            Roster::new([seen(key("K1", Status::Inactive), 9, false), seen(key("K1", Status::Active), 3, false), seen(user(), 9, false)]);
        let member = roster.holder(HoldingKind::AccessKey, "K1").expect("its holder");
        assert_eq!(member.holdings[0].status, Status::Inactive);
        let roster = Roster::new([seen(key("K1", Status::Active), 3, true), seen(user(), 9, false)]);
        assert!(roster.holder(HoldingKind::AccessKey, "K1").is_none());
        assert!(roster.former.contains_key(&(HoldingKind::AccessKey, "K1".to_owned())));
    }

    #[test]
    fn what_a_later_count_of_all_credentials_does_not_list_is_gone() {
        let live = Account { provider: "aws".into(), id: "111111111111".into(), ..Account::default() };
        let live = |marked: &[(&str, &str)]| {
            let attributes = marked.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
            seen(Entity::Account(Account { attributes, ..live.clone() }), 9, false)
        };
        let old = || [seen(key("K1", Status::Active), 3, false), seen(user(), 3, false)];
        assert!(Roster::new(old().into_iter().chain([live(&[])])).holder(HoldingKind::AccessKey, "K1").is_some());
        assert!(Roster::new(old().into_iter().chain([live(&[(Account::LIVE, "yes")])])).holder(HoldingKind::AccessKey, "K1").is_none());
    }

    #[test]
    fn named_keys_replace_counted_ones() {
        let slot = Entity::Holding(Holding::new("aws:111111111111:user/ci", HoldingKind::AccessKeySlot, "1"));
        let roster = Roster::new([seen(slot, 9, false), seen(key("K1", Status::Active), 9, false), seen(user(), 9, false)]);
        assert_eq!(roster.members.values().flat_map(|m| &m.holdings).count(), 1);
    }
}
