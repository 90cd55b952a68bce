use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Appearance, ContentId, Credential, CredentialKey, Fact, Fault, FaultKind, Sighting, Span};

/// How many faults of one kind are kept one by one; of the others only the number is told.
const FAULTS_KEPT: usize = 1_000;

/// What was learned about one target, in order, each thing once.
#[derive(Debug, Default)]
pub struct Ledger {
    credentials: BTreeMap<CredentialKey, Credential>,
    sightings: BTreeSet<Sighted>,
    numbers: BTreeMap<CredentialKey, u32>,
    appearances: BTreeMap<(ContentId, String), Appearance>,
    faults: BTreeMap<FaultKind, BTreeSet<Fault>>,
    faults_unkept: u64,
    skipped: BTreeMap<&'static str, u64>,
}

/// A sighting as the ledger keeps it: 100,000 of them in a few megabytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sighted {
    /// Which bytes.
    pub content: ContentId,
    /// Which lines.
    pub span: Span,
    /// Which credential, by the order of arrival; see [`Ledger::sightings`].
    credential: u32,
}

impl Ledger {
    /// Takes a fact in. Telling it twice changes nothing.
    pub fn add(&mut self, fact: Fact) {
        match fact {
            Fact::Credential(credential) => self.credential(credential),
            Fact::Sighting(sighting) => self.sighting(&sighting),
            Fact::Appearance(appearance) => self.appearance(appearance),
            Fact::Fault(fault) => self.fault(fault),
        }
    }

    /// Counts what was deliberately left out.
    pub fn skip(&mut self, why: &'static str, count: u64) {
        if count > 0 {
            *self.skipped.entry(why).or_default() += count;
        }
    }

    fn credential(&mut self, credential: Credential) {
        if let Some(known) = self.credentials.get_mut(&credential.key) {
            known.merge(&credential);
        } else {
            self.number(&credential.key);
            self.credentials.insert(credential.key.clone(), credential);
        }
    }

    fn number(&mut self, key: &CredentialKey) -> u32 {
        let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
        *self.numbers.entry(key.clone()).or_insert(next)
    }

    fn sighting(&mut self, sighting: &Sighting) {
        let credential = self.number(&sighting.credential);
        self.sightings.insert(Sighted { content: sighting.content, span: sighting.span, credential });
    }

    fn appearance(&mut self, new: Appearance) {
        match self.appearances.get_mut(&(new.content, new.path.clone())) {
            None => {
                self.appearances.insert((new.content, new.path.clone()), new);
            }
            Some(known) => {
                known.mode = known.mode.max(new.mode);
                known.introduced = match (known.introduced.take(), new.introduced) {
                    (Some(a), Some(b)) => Some(if (b.date, &b.commit) < (a.date, &a.commit) { b } else { a }),
                    (a, b) => a.or(b),
                };
                known.in_head = known.in_head.max(new.in_head);
                known.in_tree |= new.in_tree;
                known.refs = known.refs.with(new.refs);
            }
        }
    }

    /// Keeps the first ones by name, not by arrival: the record must not depend on who was faster.
    fn fault(&mut self, fault: Fault) {
        let alike = self.faults.entry(fault.kind).or_default();
        alike.insert(fault);
        if alike.len() > FAULTS_KEPT {
            alike.pop_last();
            self.faults_unkept += 1;
        }
    }

    /// The credentials, by rule and fingerprint.
    pub fn credentials(&self) -> impl Iterator<Item = &Credential> {
        self.credentials.values()
    }

    /// The sightings with their credentials, by credential, content and span.
    pub fn sightings(&self) -> impl Iterator<Item = (&CredentialKey, &Sighted)> {
        let mut keys: Vec<Option<&CredentialKey>> = vec![None; self.numbers.len()];
        for (key, number) in &self.numbers {
            keys[*number as usize] = Some(key);
        }
        let mut all: Vec<(&CredentialKey, &Sighted)> =
            self.sightings.iter().filter_map(|s| Some((keys[s.credential as usize]?, s))).collect();
        all.sort_unstable_by(|a, b| (a.0, a.1.content, a.1.span).cmp(&(b.0, b.1.content, b.1.span)));
        all.into_iter()
    }

    /// The contents in which something was seen, sorted.
    pub fn contents(&self) -> Vec<ContentId> {
        let mut all: Vec<_> = self.sightings.iter().map(|s| s.content).collect();
        all.dedup();
        all
    }

    /// The appearances, by content and path.
    pub fn appearances(&self) -> impl Iterator<Item = &Appearance> {
        self.appearances.values()
    }

    /// The faults, sorted.
    pub fn faults(&self) -> impl Iterator<Item = &Fault> {
        self.faults.values().flatten()
    }

    /// How many faults there were beyond those that are kept one by one.
    pub fn faults_unkept(&self) -> u64 {
        self.faults_unkept
    }

    /// What was deliberately left out, with counts.
    pub fn skipped(&self) -> &BTreeMap<&'static str, u64> {
        &self.skipped
    }
}

#[cfg(test)]
mod tests {
    use super::Ledger;
    use crate::model::{Fact, Fault, FaultKind};

    #[test]
    fn a_flood_of_faults_is_counted_and_the_kept_ones_do_not_depend_on_the_order() {
        let fault = |n: usize| Fact::Fault(Fault::new(FaultKind::Malformed, format!("{n:05}"), "broken"));
        let (mut up, mut down) = (Ledger::default(), Ledger::default());
        (0..3_000).for_each(|n| up.add(fault(n)));
        (0..3_000).rev().for_each(|n| down.add(fault(n)));
        assert!(up.faults().eq(down.faults()));
        assert_eq!(up.faults().count() as u64 + up.faults_unkept(), 3_000);
        assert_eq!(down.faults_unkept(), 2_000);
    }
}
