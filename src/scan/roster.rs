//! What the inventories know, put together at the end of a run: identities with their credentials, what of that lies about, what
//! they may do, and how far they are to be trusted. The other half of the join.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::{
    analyze::{
        SettingsError,
        identity::{self, Before, IdentityBench, Leak, Roster, Ruling, Seen, owner, standings},
        trust::{self, Weights},
    },
    model::{
        About, Certainty, Credential, Held, Known, Privilege, Standing, Subject, Time,
        entity::{Holding, HoldingKind, IdentityKind, Vaulted},
        handles, handles_of_holding,
    },
    store::{Finish, StoreError, StoredIdentity},
};

use super::{RunError, run::Plan};

/// The roster of a run, and how to find a credential in it.
pub(super) struct Registry {
    roster: Roster,
    /// Whose a public name is: the identity and its credential.
    holders: BTreeMap<String, (String, Holding)>,
    /// Which secrets in managers hold the value of a fingerprint, by their uris.
    vaults: BTreeMap<String, Vec<String>>,
}

impl Registry {
    /// Puts together what all inventories told up to this run.
    pub fn load(finish: &Finish<'_>, now: Time, version: &str) -> Result<Self, StoreError> {
        let told = finish.entities()?.into_iter();
        let seen = told.map(|e| Seen {
            entity: e.entity,
            basis: e.basis,
            declared_in: e.declared_in,
            this_run: e.this_run,
            gone: e.gone,
            as_of: e.as_of,
            whole: e.whole,
        });
        let mut roster = Roster::new(seen);
        let mut holders = BTreeMap::new();
        for member in roster.members.values() {
            for holding in &member.holdings {
                for handle in handles_of_holding(holding) {
                    holders.insert(handle, (member.identity.uri.clone(), holding.clone()));
                }
            }
        }
        for thing in &roster.things {
            holders.extend(handles_of_holding(thing).into_iter().map(|handle| (handle, (thing.identity.clone(), thing.clone()))));
        }
        let mut vaults: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for secret in roster.vaulted.values() {
            secret.fingerprints.iter().for_each(|print| vaults.entry(print.clone()).or_default().push(secret.uri.clone()));
        }
        leaks(finish, &mut roster, &holders)?;
        judge(&mut roster, now);
        before(finish, &mut roster, version)?;
        Ok(Self { roster, holders, vaults })
    }

    /// The secrets in managers that hold the value of a credential.
    pub fn vaulted(&self, known: &Known) -> Vec<Vaulted> {
        if self.vaults.is_empty() {
            return Vec::new();
        }
        let uris = self.vaults.get(&known.credential.key.fingerprint.to_string()).into_iter().flatten();
        uris.filter_map(|uri| self.roster.vaulted.get(uri)).cloned().collect()
    }

    /// What the inventories say of a credential, or of what it is the secret half of; `None` where they could not know it.
    pub fn held(&self, finish: &Finish<'_>, known: &Known) -> Result<Option<Box<Held>>, StoreError> {
        if self.roster.as_of.is_empty() && self.roster.accounts.is_empty() && self.roster.things.is_empty() {
            return Ok(None);
        }
        if let Some(held) = self.listed(&known.credential) {
            return Ok(Some(held));
        }
        let whole = finish.whole_of(&known.credential.key.fingerprint)?;
        Ok(whole.and_then(|whole| self.listed(&whole)).map(|held| Box::new(Held { half: true, ..*held })))
    }

    fn listed(&self, credential: &Credential) -> Option<Box<Held>> {
        let names = handles(credential);
        let (name, holder) = names.iter().find_map(|name| Some((name, self.holders.get(name)?))).unzip();
        let former = names.iter().filter_map(|name| name.strip_prefix("access-key:")).find_map(|id| {
            [HoldingKind::AccessKey, HoldingKind::ServiceSpecific].iter().find_map(|kind| self.roster.former.get(&(*kind, id.to_owned())))
        });
        let member = holder.and_then(|(uri, _)| self.roster.members.get(uri));
        let account =
            member.map(|m| m.identity.scope.clone()).or_else(|| former.and_then(|(holding, _)| holding.account().map(str::to_owned)));
        let account = account.or_else(|| holder.and_then(|(_, holding)| holding.account().map(str::to_owned)));
        let account = account.or_else(|| credential.attributes.get("account").cloned())?;
        if name.is_none() && former.is_none() && !credential.key.rule.starts_with("aws.") {
            return None;
        }
        let counted = self.roster.counted.contains_key(&account);
        Some(Box::new(Held {
            holding: holder.map(|(_, holding)| holding.clone()).or_else(|| former.map(|(holding, _)| holding.clone())),
            gone: holder.is_none() && (former.is_some() || counted),
            account_known: self.roster.as_of.contains_key(&account) || counted || holder.is_some(),
            as_of: member.map(|m| m.as_of).or_else(|| self.roster.as_of.get(&account).copied()),
            identity: member.map(|m| m.identity.clone()),
            standing: member.and_then(|m| m.standing.clone()),
            half: false,
            account,
        }))
    }

    /// Lets the checks on identities speak, and writes what they say together with the standings. Gives the checks that spoke.
    pub fn tell(&self, finish: &Finish<'_>, plan: &Plan<'_>) -> Result<BTreeSet<&'static str>, RunError> {
        if self.roster.is_empty() {
            return Ok(BTreeSet::new());
        }
        let mut spoke = BTreeSet::new();
        let mut undecided = Undecided::new();
        let mut findings = Vec::new();
        for (about, bench) in benches(plan.checks, plan.now)? {
            bench(&self.roster, &mut |ruling| match ruling {
                Ruling::Finding(finding) => findings.push(finding),
                Ruling::Undecided { identity, why } => {
                    if self.roster.sees(&identity) {
                        undecided.entry((about.id, why)).or_default().insert(identity);
                    }
                }
            });
        }
        for finding in findings {
            let Subject::Identity { uri, .. } = &finding.subject else { continue };
            if self.roster.sees(uri) {
                spoke.insert(finding.check);
                finish.identity_finding(uri, &finding)?;
            }
        }
        self.unanswered(&mut undecided);
        for ((check, why), whose) in undecided {
            finish.undecided(check, &why, whose.len() as u64)?;
        }
        // Those that no target of this run is about stay as they were judged last.
        for member in self.roster.members.values().chain(self.roster.externals.values()).filter(|member| member.in_view) {
            let Some(standing) = member.standing.clone() else { continue };
            let (identity, holdings) = (member.identity.clone(), member.holdings.clone());
            finish.standing(&StoredIdentity { in_view: true, identity, holdings, standing })?;
        }
        Ok(spoke)
    }

    /// Adds what an account was asked in vain, for the checks that hang on it and say nothing more precise of that account.
    fn unanswered(&self, undecided: &mut Undecided) {
        let account = |uri: &str| uri.split(':').nth(4).unwrap_or_default().to_owned();
        let known: BTreeSet<(&'static str, String)> =
            undecided.iter().flat_map(|((check, _), whose)| whose.iter().map(|uri| (*check, account(uri)))).collect();
        let all = identity::unanswered(&self.roster).into_iter().filter(|(_, root, _)| self.roster.sees(root));
        for (check, root, why) in all {
            // What lies in a bucket has no account in its name.
            let told = [account(&root), String::new()].into_iter().any(|account| known.contains(&(check, account)));
            if !told {
                undecided.entry((check, why)).or_default().insert(root);
            }
        }
    }
}

type Undecided = BTreeMap<(&'static str, String), BTreeSet<String>>;

fn benches(settings: &BTreeMap<String, Value>, now: Time) -> Result<Vec<(&'static About, IdentityBench)>, SettingsError> {
    identity::all().map(|check| Ok((check.about(), check.sit(settings.get(check.about().id), now)?))).collect()
}

/// Finds out which credentials of the roster lie somewhere.
fn leaks(finish: &Finish<'_>, roster: &mut Roster, holders: &BTreeMap<String, (String, Holding)>) -> Result<(), StoreError> {
    let schemes: BTreeSet<&str> = holders.keys().filter_map(|name| name.split_once(':')).map(|(scheme, _)| scheme).collect();
    for scheme in schemes {
        for name in finish.handles(scheme)? {
            let Some((uri, holding)) = holders.get(&name) else { continue };
            let Some(member) = roster.members.get_mut(uri) else { continue };
            for (_, known) in finish.known_by(&name)? {
                member.in_view |= known.places.iter().any(|place| place.this_run);
                member.leaks.extend(Leak::of(&known, &holding.handle));
            }
        }
    }
    Ok(())
}

/// Puts beside each identity how it was judged last.
fn before(finish: &Finish<'_>, roster: &mut Roster, version: &str) -> Result<(), StoreError> {
    if roster.members.is_empty() {
        return Ok(());
    }
    // Of an account of others nothing was judged but who comes from there.
    for stored in finish.standings_before()?.into_iter().filter(|stored| stored.kind != IdentityKind::External) {
        let last = roster.judged.entry(stored.scope).or_insert(stored.started);
        *last = (*last).max(stored.started);
        if let Some(member) = roster.members.get_mut(&stored.standing.uri) {
            let comparable = stored.version == version;
            member.before = Some(Box::new(Before { standing: stored.standing, run: stored.run, when: stored.started, comparable }));
        }
    }
    Ok(())
}

/// Says of every identity what it may do, and how far it is to be trusted.
fn judge(roster: &mut Roster, now: Time) {
    if roster.is_empty() {
        return;
    }
    let weights = Weights::built_in();
    let mut powers = standings(roster, now);
    for (uri, member) in &mut roster.members {
        let power = powers.remove(uri);
        member.standing = power.as_ref().map(|power| power.standing.clone());
        let owner = owner(member).map(|owner| owner.to_string());
        let score = trust::score(&trust::observe(member, power.and_then(|p| p.trust), owner.as_deref(), &weights, now), &weights);
        let standing = member.standing.take().unwrap_or_else(|| unknown(uri));
        let (risk, shares, what_if) = ((score.low, score.high), score.shares, score.what_if);
        member.standing = Some(Standing { risk, shares, what_if, owner, ..standing });
    }
    roster.externals = identity::externals(roster);
    for member in roster.externals.values_mut() {
        let score = trust::score(&trust::observe(member, None, None, &weights, now), &weights);
        if let Some(standing) = &mut member.standing {
            (standing.risk, standing.shares, standing.what_if) = ((score.low, score.high), score.shares, score.what_if);
        }
    }
}

/// An identity of which no inventory tells what it may do.
fn unknown(uri: &str) -> Standing {
    Standing {
        uri: uri.to_owned(),
        privilege: Privilege::None,
        certainty: Certainty::Possible,
        because: vec![Standing::UNKNOWN.into()],
        path: Vec::new(),
        risk: (0, 0),
        shares: Vec::new(),
        what_if: Vec::new(),
        owner: None,
    }
}
