/// What only places decide, judged when all of them are known.
mod settle;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::model::{
    Appearance, ContentId, Credential, Entity, Fact, Fault, FaultKind, Fingerprint, IdleMark, Mark, Part, Sighting, Span, entity::Basis,
};

use super::{blind::Blind, crowd::Crowd, flaws::Flaws, lies::Lies, notes::NoteBook, owners::OwnerFiles, pending::Pending};

/// How many faults of one kind are kept one by one; of the others only the number is told.
const FAULTS_KEPT: usize = 1_000;
/// How much text the parts of what several documents declare may have, all versions in a history together, bytes.
const PARTS_KEPT: usize = 256 << 20;
/// Sightings told twice are thrown out when there are so many, and whenever they have doubled since.
const SIGHTINGS_SIFTED: usize = 1 << 16;

/// What was learned about one target, each thing once: 100,000 credentials and as many sightings in some 15 megabytes.
///
/// Credentials and contents have numbers, by arrival. What comes out is in natural order, whatever came in first.
#[derive(Debug, Default)]
pub struct Ledger {
    credentials: Crowd,
    contents: HashMap<ContentId, u32>,
    ways: HashMap<Way, u32>,
    sightings: Vec<Sighted>,
    /// Sightings that their places decide.
    pending: Pending,
    /// Whether some were none.
    dropped: bool,
    /// How many sightings there were when they were last sifted.
    sifted: usize,
    /// How many contents were given numbers.
    numbered: usize,
    /// How many ways were.
    way_count: usize,
    /// The credentials that have sightings, where some have none left.
    named: HashSet<u32>,
    notes: NoteBook,
    appearances: Lies,
    /// What inventories tell, with the contents that do, until it is known which of them lie there now.
    inventories: Vec<(u32, Basis, Entity)>,
    /// What documents tell together with others, by their contents and the way inside.
    parts: BTreeMap<(u32, String), Part>,
    /// How much text they have.
    part_bytes: usize,
    /// By kind, key, basis and the file that declares it.
    entities: BTreeMap<(&'static str, String, Basis, String), Entity>,
    owner_files: OwnerFiles,
    flaws: Flaws,
    blind: Blind,
    faults: BTreeMap<FaultKind, BTreeSet<Fault>>,
    faults_unkept: u64,
    skipped: BTreeMap<&'static str, u64>,
}

/// A sighting as the ledger keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sighted {
    /// Which credential, by its number.
    pub credential: u32,
    /// Which bytes, by their number.
    pub content: u32,
    /// Which member and which encodings, by the number of the way.
    pub way: u32,
    /// Which lines.
    pub span: Span,
}

/// How one gets from a document to what was seen in it. Nearly all sightings share the empty one.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Way {
    /// The way to the member.
    pub inside: String,
    /// The encodings.
    pub wrapping: String,
}

impl Ledger {
    /// Takes a fact in. Telling it twice changes nothing.
    pub fn add(&mut self, fact: Fact) {
        match fact {
            Fact::Credential(credential) => self.credentials.add(credential),
            Fact::Sighting(sighting) => self.sighting(sighting),
            Fact::Appearance(appearance) => {
                let content = self.content(appearance.content);
                self.appearances.add(content, appearance);
            }
            Fact::Entity(content, basis, entity) => {
                let content = self.content(content);
                self.inventories.push((content, basis, entity));
            }
            Fact::Part(content, inside, part) => {
                self.part(content, inside, part);
            }
            Fact::Owners(content, lines) => {
                let content = self.content(content);
                self.owner_files.add(content, lines);
            }
            Fact::Idle(content, mark) => {
                self.content(content);
                self.notes.idle(content, mark);
            }
            Fact::Flaw(content, flaw) => {
                let content = self.content(content);
                self.flaws.add(content, flaw);
            }
            Fact::Blind(content, fault) => {
                let number = self.content(content);
                self.blind.add((content, number), fault);
            }
            Fact::Fault(fault) => self.fault(fault),
        }
    }

    /// What inventories told, by kind and key, each with its basis and the file that declares it.
    pub fn entities(&self) -> impl Iterator<Item = (Basis, &str, &Entity)> {
        self.entities.iter().map(|((_, _, basis, declared_in), entity)| (*basis, declared_in.as_str(), entity))
    }

    /// Counts what was deliberately left out.
    pub fn skip(&mut self, why: &'static str, count: u64) {
        if count > 0 {
            *self.skipped.entry(why).or_default() += count;
        }
    }

    fn content(&mut self, content: ContentId) -> u32 {
        let next = u32::try_from(self.contents.len()).expect("memory ends before");
        let number = *self.contents.entry(content).or_insert(next);
        self.numbered = self.numbered.max(number as usize + 1);
        number
    }

    fn part(&mut self, content: ContentId, inside: String, part: Part) {
        let number = self.content(content);
        if self.part_bytes + part.text.len() > PARTS_KEPT {
            let what = "not put together with the rest of its module: the target's history holds more than 256 MB of such source";
            return self.blind.add((content, number), Fault::new(FaultKind::TooLarge, inside, what));
        }
        let length = part.text.len();
        if self.parts.insert((number, inside), part).is_none() {
            self.part_bytes += length;
        }
    }

    fn sighting(&mut self, sighting: Sighting) {
        let (credential, content) = (self.credentials.number(&sighting.credential), self.content(sighting.content));
        let next = u32::try_from(self.ways.len()).expect("memory ends before");
        let way = *self.ways.entry(Way { inside: sighting.inside, wrapping: sighting.wrapping }).or_insert(next);
        self.way_count = self.way_count.max(way as usize + 1);
        let sighted = Sighted { credential, content, way, span: sighting.span };
        self.notes.add(sighted, sighting.notes);
        if let Some(observed) = sighting.observed {
            self.pending.add(sighted, observed);
            return;
        }
        self.sightings.push(sighted);
        if self.sightings.len() >= SIGHTINGS_SIFTED.max(self.sifted * 2) {
            self.sightings.sort_unstable();
            self.sightings.dedup();
            self.sifted = self.sightings.len();
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

    /// The credentials with their numbers, by rule and fingerprint.
    pub fn credentials(&self) -> impl Iterator<Item = (u32, Credential)> {
        let seen = |number: u32| !self.dropped || self.named.contains(&number);
        let raised = |(number, mut credential): (u32, Credential)| {
            credential.confidence = self.pending.raised(number).map_or(credential.confidence, |level| level.max(credential.confidence));
            (number, credential)
        };
        self.credentials.iter().filter(move |(number, _)| seen(*number)).map(raised)
    }

    /// How many credentials have numbers.
    pub fn credential_count(&self) -> usize {
        self.credentials.len()
    }

    /// How many contents have numbers.
    pub fn content_count(&self) -> usize {
        self.numbered
    }

    /// The contents in which something was seen, with their numbers, sorted.
    pub fn contents(&self) -> Vec<(ContentId, u32)> {
        let mut all: Vec<_> = self.contents.iter().map(|(content, number)| (*content, *number)).collect();
        all.sort_unstable();
        all
    }

    /// Where content lies, by path.
    pub fn appearances(&self, (content, number): (ContentId, u32)) -> impl Iterator<Item = Appearance> {
        self.appearances.of(number, content)
    }

    /// The ways with their numbers, sorted.
    pub fn ways(&self) -> Vec<(&Way, u32)> {
        let mut all: Vec<_> = self.ways.iter().map(|(way, number)| (way, *number)).collect();
        all.sort_unstable();
        all
    }

    /// How many ways have numbers.
    pub fn way_count(&self) -> usize {
        self.way_count
    }

    /// Puts the sightings in order, by credential, content, way and span, each once.
    pub fn sort_sightings(&mut self) {
        let credentials = ranks(self.credentials.sorted(), self.credentials.len());
        let contents = ranks(self.contents().into_iter().map(|(_, number)| number), self.numbered);
        let ways = ranks(self.ways().into_iter().map(|(_, number)| number), self.way_count);
        let key = |s: &Sighted| (credentials[s.credential as usize], contents[s.content as usize], ways[s.way as usize], s.span);
        self.sightings.sort_unstable_by_key(key);
        self.sightings.dedup();
    }

    /// The sightings.
    pub fn sightings(&self) -> &[Sighted] {
        &self.sightings
    }

    /// The mark at a sighting.
    pub fn mark(&self, sighted: &Sighted) -> Option<&Mark> {
        self.notes.mark(sighted)
    }

    /// The digest of the credential with that number under the salt of a baseline.
    pub fn digest(&self, credential: u32) -> Option<Fingerprint> {
        self.notes.digest(credential)
    }

    /// The moduli of RSA keys, by the number of the credential; empty ones where there are more than are compared.
    pub fn moduli(&self) -> impl Iterator<Item = (u32, &[u8])> {
        self.notes.moduli()
    }

    /// Our own marks that cover nothing, each with the paths at which it lies now.
    pub fn idle_marks(&self) -> Vec<(String, &IdleMark)> {
        let here = |a: &Appearance| a.in_tree || a.in_head == Some(true);
        let places = |content: &ContentId| self.contents.get(content).map(|number| self.appearances((*content, *number)));
        let lying = |content| places(content).into_iter().flatten().filter(here).map(|a| a.path);
        let mut all: Vec<_> = self.notes.idle_marks().flat_map(|(content, mark)| lying(content).map(move |path| (path, mark))).collect();
        all.sort_unstable();
        all
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

/// The place of each number in an order.
fn ranks(sorted: impl Iterator<Item = u32>, count: usize) -> Vec<u32> {
    let mut ranks = vec![0; count];
    (0..).zip(sorted).for_each(|(rank, number)| ranks[number as usize] = rank);
    ranks
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
