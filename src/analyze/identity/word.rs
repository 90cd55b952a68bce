//! Whose word counts, where several inventories speak of the same thing.
//!
//! Of two that say it on the same basis the later counts. The account's own word is worth more than a state of Terraform, which
//! may be out of date: a key that the account does not list any more is not there, whatever a state says. A plan says what will be,
//! and counts for what may be done; of what is, it knows nothing.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{
    Entity, Time,
    entity::{Account, Basis, Grant, Holding, Identity, Status},
};

/// One thing that an inventory told, and how the run stands to it.
#[derive(Debug, Clone)]
pub struct Seen {
    /// What it told.
    pub entity: Entity,
    /// On what its word rests.
    pub basis: Basis,
    /// The file that declares it; empty where the account itself was asked.
    pub declared_in: String,
    /// Whether the run that is judged saw it.
    pub this_run: bool,
    /// Whether a later inventory that saw everything does not tell it any more.
    pub gone: bool,
    /// When the inventory was taken.
    pub as_of: Time,
    /// Whether that inventory saw everything.
    pub whole: bool,
}

/// The newest word on one thing, by basis.
type Words = BTreeMap<Basis, Seen>;

/// What counts of all that inventories told, each thing once, by kind and key.
pub(super) fn counting(told: impl IntoIterator<Item = Seen>) -> Vec<Seen> {
    let mut all: BTreeMap<(&'static str, String), Words> = BTreeMap::new();
    for seen in told {
        let words = all.entry((seen.entity.kind(), thing(&seen.entity))).or_default();
        words.entry(seen.basis).and_modify(|known| later(known, &seen)).or_insert(seen);
    }
    let asked = Asked::of(&all);
    all.into_values().filter_map(|words| asked.counts(words)).collect()
}

/// What tells an entity from others of its kind, whoever tells it: a state calls the owner of a key by his ARN, a list of keys by
/// account and name.
fn thing(entity: &Entity) -> String {
    match entity {
        Entity::Holding(holding) if !holding.kind.is_of_account() => {
            format!("{} {} {}", short(&holding.identity), holding.kind.name(), holding.handle)
        }
        _ => entity.key(),
    }
}

/// The alias of an identity that is called by its ARN.
fn short(identity: &str) -> String {
    let mut parts = identity.splitn(6, ':').skip(4);
    match (parts.next(), parts.next().and_then(|path| path.split_once('/'))) {
        (Some(account), Some((kind, path))) => format!("aws:{account}:{kind}/{}", path.rsplit('/').next().unwrap_or(path)),
        _ => identity.to_owned(),
    }
}

/// Of two inventories that tell of the same thing, the later one counts; of two of the same time, both.
fn later(known: &mut Seen, other: &Seen) {
    if (known.this_run, known.as_of, !known.gone) == (other.this_run, other.as_of, !other.gone) {
        known.entity.merge(&other.entity);
    } else if (known.as_of, !known.gone) < (other.as_of, !other.gone) {
        *known = Seen { this_run: known.this_run || other.this_run, ..other.clone() };
    } else {
        known.this_run |= other.this_run;
    }
}

/// What was heard of accounts themselves, and when.
#[derive(Default)]
struct Asked {
    /// Accounts that told all that they have, by id.
    whole: BTreeMap<String, Time>,
    /// Accounts that told identities.
    partly: BTreeMap<String, Time>,
    /// Identities and groups of which the account told what they were granted.
    granted: BTreeSet<String>,
}

impl Asked {
    fn of(all: &BTreeMap<(&'static str, String), Words>) -> Self {
        let mut asked = Self::default();
        for seen in all.values().filter_map(|words| words.get(&Basis::Account)).filter(|seen| !seen.gone) {
            match &seen.entity {
                Entity::Account(account) if seen.whole && account.attributes.contains_key(Account::LIVE) => {
                    asked.whole.insert(account.id.clone(), seen.as_of);
                }
                Entity::Identity(identity) => {
                    let when = asked.partly.entry(identity.scope.clone()).or_insert(seen.as_of);
                    *when = (*when).max(seen.as_of);
                }
                Entity::Grant(grant) => drop(asked.granted.insert(grant.to.clone())),
                _ => {}
            }
        }
        asked
    }

    fn counts(&self, mut words: Words) -> Option<Seen> {
        let (state, plan) = (words.remove(&Basis::State), words.remove(&Basis::Plan));
        let this_run = [&state, &plan].into_iter().flatten().any(|seen| seen.this_run);
        let mut seen = match (words.remove(&Basis::Account), plan, state) {
            (Some(account), Some(plan), _) if !plan.gone && of_what_will_be(&plan.entity) => Seen { as_of: account.as_of, ..plan },
            (Some(account), plan, state) => noted(account, plan.as_ref().or(state.as_ref())),
            (None, Some(plan), state) if !plan.gone || state.is_none() => plan,
            (None, _, Some(state)) => self.remembered(state)?,
            (None, _, None) => return None,
        };
        seen.this_run |= this_run;
        if let (Entity::Identity(identity), false) = (&mut seen.entity, seen.declared_in.is_empty()) {
            identity.attributes.insert(Identity::DECLARED_IN.into(), seen.declared_in.clone());
        }
        Some(seen)
    }

    /// What only a state tells: as far as the account has not told better since.
    fn remembered(&self, mut state: Seen) -> Option<Seen> {
        let account = scope(&state.entity);
        let since = |asked: &BTreeMap<String, Time>| account.as_ref().and_then(|id| asked.get(id)).is_some_and(|at| *at >= state.as_of);
        let (whole, partly) = (since(&self.whole), since(&self.partly));
        match &mut state.entity {
            Entity::Holding(_) if whole => state.gone = true,
            Entity::Holding(holding) if partly => holding.status = Status::Unknown,
            Entity::Holding(_) => {}
            Entity::Grant(grant) if partly && self.granted.contains(&grant.to) => return None,
            _ if whole => return None,
            _ => {}
        }
        Some(state)
    }
}

/// Whether a plan changes it: what identities may do, and what runs as them.
fn of_what_will_be(entity: &Entity) -> bool {
    matches!(entity, Entity::Grant(_) | Entity::Policy(_) | Entity::Workload(_))
}

/// What the account says, with where an identity is declared.
fn noted(mut account: Seen, declared: Option<&Seen>) -> Seen {
    if let (Entity::Identity(identity), Some(declared)) = (&mut account.entity, declared) {
        account.declared_in.clone_from(&declared.declared_in);
        if let Entity::Identity(known) = &declared.entity {
            let named = known
                .attributes
                .iter()
                .filter(|(name, _)| [Identity::CODE_OWNERS, Identity::AUTHOR, "terraform", "cloudformation"].contains(&name.as_str()));
            identity.attributes.extend(named.map(|(name, value)| (name.clone(), value.clone())));
        }
    }
    account
}

/// The account to which something belongs.
fn scope(entity: &Entity) -> Option<String> {
    let of_arn = |arn: &str| arn.split(':').nth(4).filter(|id| !id.is_empty()).map(str::to_owned);
    match entity {
        Entity::Identity(identity) => Some(identity.scope.clone()),
        Entity::Holding(holding) => Holding::account(holding).map(str::to_owned),
        Entity::Grant(Grant { to, .. }) => of_arn(to),
        Entity::Policy(policy) => of_arn(&policy.uri),
        Entity::Resource(resource) => of_arn(&resource.uri),
        Entity::Workload(workload) => Some(workload.scope.clone()),
        Entity::Provider(provider) => Some(provider.scope.clone()),
        Entity::Account(_) | Entity::Usage(_) | Entity::Vaulted(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Basis, Seen, counting};
    use crate::model::{
        Entity, Time,
        entity::{Account, Grant, GrantKind, Holding, HoldingKind, Identity, IdentityKind, Status},
    };

    const ID: &str = "111111111111";

    fn on(basis: Basis, day: i64, entity: Entity) -> Seen {
        let declared_in = if basis == Basis::Account { String::new() } else { format!("{}.json", basis.name()) };
        Seen { entity, basis, declared_in, this_run: true, gone: false, as_of: Time(day), whole: true }
    }

    fn user(attributes: &[(&str, &str)]) -> Entity {
        let mut user = Identity::new("aws", IdentityKind::User, format!("arn:aws:iam::{ID}:user/ci"), "ci", ID);
        user.attributes = attributes.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        Entity::Identity(user)
    }

    fn key(status: Status) -> Entity {
        Entity::Holding(Holding { status, ..Holding::new(format!("aws:{ID}:user/ci"), HoldingKind::AccessKey, "K1") })
    }

    fn grant(via: &str, document: &str) -> Entity {
        let to = format!("arn:aws:iam::{ID}:user/ci");
        Entity::Grant(Grant { to, kind: GrantKind::Inline, via: via.into(), document: Some(document.into()) })
    }

    fn live(day: i64) -> Seen {
        let attributes = [(Account::LIVE.to_owned(), "yes".to_owned())].into();
        on(Basis::Account, day, Entity::Account(Account { provider: "aws".into(), id: ID.into(), attributes, ..Account::default() }))
    }

    /// What counts of the key: its status, and whether it is gone.
    fn of_key(told: Vec<Seen>) -> (Status, bool) {
        let counts = counting(told).into_iter().find_map(|seen| match seen.entity {
            Entity::Holding(holding) => Some((holding.status, seen.gone)),
            _ => None,
        });
        counts.expect("a key")
    }

    fn documents(told: Vec<Seen>) -> Vec<String> {
        let document = |seen: Seen| if let Entity::Grant(grant) = seen.entity { grant.document } else { None };
        counting(told).into_iter().filter_map(document).collect()
    }

    #[test]
    fn an_owner_is_the_same_by_his_arn_and_by_his_alias() {
        let names = ["arn:aws:iam::111111111111:user/x/ci", "aws:111111111111:user/ci", "arn:aws:iam::111111111111:root", "x"];
        let alias = "aws:111111111111:user/ci";
        assert_eq!(names.map(super::short), [alias, alias, "arn:aws:iam::111111111111:root", "x"]);
    }

    #[test]
    fn a_state_alone_is_believed() {
        assert_eq!(of_key(vec![on(Basis::State, 1, key(Status::Active))]), (Status::Active, false));
    }

    #[test]
    fn what_the_account_says_of_a_key_counts_and_not_what_a_state_does() {
        let both = vec![on(Basis::State, 2, key(Status::Active)), on(Basis::Account, 1, key(Status::Inactive))];
        assert_eq!(of_key(both), (Status::Inactive, false));
    }

    #[test]
    fn a_key_that_an_account_asked_for_everything_does_not_list_is_gone_unless_the_state_is_newer() {
        let told = |state: i64| vec![on(Basis::State, state, key(Status::Active)), live(5)];
        assert_eq!([5, 6].map(|state| of_key(told(state))), [(Status::Active, true), (Status::Active, false)]);
    }

    #[test]
    fn where_the_account_told_its_users_a_key_that_only_a_state_lists_may_be_gone() {
        let told = |state: i64| vec![on(Basis::State, state, key(Status::Active)), on(Basis::Account, 5, user(&[]))];
        assert_eq!([5, 6].map(|state| of_key(told(state)).0), [Status::Unknown, Status::Active]);
    }

    #[test]
    fn the_grants_of_an_account_replace_those_of_a_state_and_a_plan_changes_both() {
        let account = || [on(Basis::Account, 1, user(&[])), on(Basis::Account, 1, grant("own", "now"))];
        let state = || [on(Basis::State, 1, grant("own", "once")), on(Basis::State, 1, grant("old", "gone"))];
        let plan = || [on(Basis::Plan, 1, grant("own", "soon")), on(Basis::Plan, 1, grant("new", "more"))];
        assert_eq!(documents(account().into_iter().chain(state()).collect()), ["now"]);
        assert_eq!(documents(account().into_iter().chain(state()).chain(plan()).collect()), ["more", "soon"]);
        assert_eq!(documents(state().into_iter().collect()), ["gone", "once"]);
    }

    #[test]
    fn an_identity_of_an_account_tells_where_it_is_declared() {
        let told = vec![on(Basis::State, 1, user(&[("terraform", "aws_iam_user.ci"), ("x", "old")])), on(Basis::Account, 1, user(&[]))];
        let [Seen { entity: Entity::Identity(ci), .. }] = &counting(told)[..] else { panic!("one identity") };
        let told: Vec<_> = ci.attributes.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(told, [("declared-in", "state.json"), ("terraform", "aws_iam_user.ci")]);
    }
}
