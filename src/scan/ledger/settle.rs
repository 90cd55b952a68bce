use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, btree_map::Entry};

use super::{super::owners::first_author, Ledger};
use crate::{
    analyze::harmless,
    engine::scope::Scope,
    inspect::aws::{LyingPart, judge},
    model::{
        Appearance, ContentId, Entity,
        entity::{Basis, Identity},
        within,
    },
    rules::RuleBook,
};

/// What the places of an inventory make of it.
enum Lying {
    /// It lies nowhere now: an old one in a history says how it was, not how it is.
    Gone,
    /// Only among tests, examples and documentation.
    Example,
    /// Only as the backup of a state.
    Backup,
    /// At this path.
    At(String),
}

impl Ledger {
    /// Judges what only its place could decide, now that all places are known. What is none is forgotten.
    pub fn settle(&mut self, rules: &RuleBook) {
        let names: HashMap<u32, ContentId> = self.contents.iter().map(|(content, number)| (*number, *content)).collect();
        let authors = self.authors(&names);
        self.join(&names);
        self.put_together(&names);
        self.name_owners(&authors, &names);
        let flawed = self.judge_flaws(&names) | self.place_faults();
        let (appearances, sightings) = (&self.appearances, &mut self.sightings);
        self.pending
            .settle(&mut |content| appearances.of(content, names[&content]).map(|a| a.path).collect(), &mut |seen| sightings.push(seen));
        self.dropped = self.pending.dropped();
        self.narrow(rules, &names);
        if !self.dropped && !flawed {
            return;
        }
        let used: HashSet<u32> = self.sightings.iter().map(|seen| seen.content).collect();
        let idle: HashSet<ContentId> = self.notes.idle_marks().map(|(content, _)| *content).collect();
        self.contents.retain(|content, number| used.contains(number) || idle.contains(content));
        let used: HashSet<u32> = self.sightings.iter().map(|seen| seen.way).collect();
        self.ways.retain(|_, number| used.contains(number));
        self.named = self.sightings.iter().map(|seen| seen.credential).collect();
    }

    /// Forgets what rules that count at some paths only found elsewhere: of what lies in a history, paths are known last.
    fn narrow(&mut self, rules: &RuleBook, names: &HashMap<u32, ContentId>) {
        let scopes = rules.of_paths();
        if scopes.is_empty() {
            return;
        }
        let limited = self.credentials.iter().filter_map(|(number, credential)| Some((number, *scopes.get(credential.key.rule.as_ref())?)));
        let limited: HashMap<u32, &Scope> = limited.collect();
        let ways: HashMap<u32, &str> = self.ways.iter().map(|(way, number)| (*number, way.inside.as_str())).collect();
        let (appearances, before) = (&self.appearances, self.sightings.len());
        self.sightings.retain(|seen| {
            let Some(scope) = limited.get(&seen.credential) else { return true };
            let mut places = appearances.of(seen.content, names[&seen.content]).peekable();
            places.peek().is_none() || places.any(|place| scope.lies(&within(&place.path, ways[&seen.way])))
        });
        self.dropped |= self.sightings.len() < before;
    }

    /// Tells flaws from what was made so for a test; whether there were any.
    fn judge_flaws(&mut self, names: &HashMap<u32, ContentId>) -> bool {
        let flaws = std::mem::take(&mut self.flaws);
        if flaws.is_empty() {
            return false;
        }
        let appearances = &self.appearances;
        let mut paths = |content| appearances.of(content, names[&content]).map(|a| a.path).collect();
        let settled = flaws.settle(&mut paths, &|content| format!("object {}", names[&content]));
        settled.faults.into_iter().for_each(|fault| self.fault(fault));
        self.faults_unkept += settled.unkept;
        self.skip("flaws of certificates among tests, examples and documentation", settled.meant);
        true
    }

    /// Gives faults inside of contents the first of their places; whether there were any.
    fn place_faults(&mut self) -> bool {
        let blind = std::mem::take(&mut self.blind);
        if blind.is_empty() {
            return false;
        }
        self.faults_unkept += blind.more;
        let mut placed = Vec::new();
        let first = |(content, number)| self.appearances.of(number, content).map(|a| a.path).min();
        let name = |content: (ContentId, u32)| first(content).unwrap_or_else(|| format!("object {}", content.0));
        blind.settle(&name, &mut |fault| placed.push(fault));
        placed.into_iter().for_each(|fault| self.fault(fault));
        true
    }

    /// Joins what the inventories tell that lie there now and mean it. Those that do not mean it are counted.
    fn join(&mut self, names: &HashMap<u32, ContentId>) {
        let mut lying = HashMap::new();
        for (content, basis, entity) in std::mem::take(&mut self.inventories) {
            let lying = lying.entry((content, basis)).or_insert_with(|| self.lying(content, names[&content], basis));
            let Lying::At(path) = lying else { continue };
            let declared_in = if basis == Basis::Account { String::new() } else { path.clone() };
            self.keep(entity, basis, declared_in);
        }
        let examples = lying.values().filter(|lying| matches!(lying, Lying::Example)).count();
        let backups = lying.values().filter(|lying| matches!(lying, Lying::Backup)).count();
        self.skip("inventories among tests, examples and documentation", examples as u64);
        self.skip("backups of Terraform states", backups as u64);
    }

    /// Keeps what a file tells, together with what it told of the same before.
    fn keep(&mut self, entity: Entity, basis: Basis, declared_in: String) {
        match self.entities.entry((entity.kind(), entity.key(), basis, declared_in)) {
            Entry::Vacant(free) => drop(free.insert(entity)),
            Entry::Occupied(mut known) => known.get_mut().merge(&entity),
        }
    }

    /// Puts together what parts tell that lie in one place: each at all places where it lies now and is meant.
    fn put_together(&mut self, names: &HashMap<u32, ContentId>) {
        let parts = std::mem::take(&mut self.parts);
        let mut placed = BTreeMap::new();
        for ((content, inside), part) in &parts {
            for place in self.appearances.of(*content, names[content]).filter(|a| a.in_tree || a.in_head == Some(true)) {
                placed.insert(within(&place.path, inside), LyingPart { part, example: harmless(&place.path) });
            }
        }
        if placed.is_empty() {
            return;
        }
        let judged = judge(&placed);
        judged.entities.into_iter().for_each(|(file, entity)| self.keep(entity, Basis::Plan, file));
        judged.faults.into_iter().for_each(|fault| self.fault(fault));
        self.skip("Terraform's source among tests, examples and documentation", judged.examples);
        self.skip("modules of Terraform whose source lies elsewhere", judged.elsewhere);
        self.skip("grants in Terraform's source to somebody whom it does not name", judged.nameless);
    }

    /// Who began each file that declares something, by path.
    fn authors(&self, names: &HashMap<u32, ContentId>) -> BTreeMap<String, String> {
        let told = self.inventories.iter().filter(|(_, basis, _)| *basis != Basis::Account).map(|(content, ..)| *content);
        let told: BTreeSet<u32> = told.chain(self.parts.keys().map(|(content, _)| *content)).collect();
        let mut places: BTreeMap<String, Vec<Appearance>> = BTreeMap::new();
        for place in told.iter().flat_map(|content| self.appearances.of(*content, names[content])) {
            places.entry(place.path.clone()).or_default().push(place);
        }
        places.into_iter().filter_map(|(path, places)| Some((path, first_author(places.iter())?))).collect()
    }

    /// Names who answers for the identities that are declared here, as far as the repository tells.
    fn name_owners(&mut self, authors: &BTreeMap<String, String>, names: &HashMap<u32, ContentId>) {
        let files = std::mem::take(&mut self.owner_files);
        let mut entities = self.entities.iter();
        if !entities.any(|((_, _, _, file), entity)| matches!(entity, Entity::Identity(_)) && !file.is_empty()) {
            return;
        }
        self.skip("versions of CODEOWNERS beyond what is kept", files.unkept);
        let here = |a: &Appearance| a.in_tree || a.in_head == Some(true);
        let owners = files.placed(|content| self.appearances.of(content, names[&content]).filter(here).map(|a| a.path).collect());
        for ((_, _, _, file), entity) in &mut self.entities {
            let Entity::Identity(identity) = entity else { continue };
            let file = file.split("!/").next().unwrap_or_default();
            if file.is_empty() {
                continue;
            }
            let told = [(Identity::CODE_OWNERS, owners.of(file)), (Identity::AUTHOR, authors.get(file).map(String::as_str))];
            let told = told.into_iter().filter_map(|(name, whose)| Some((name.to_owned(), whose?.to_owned())));
            identity.attributes.extend(told);
        }
    }

    /// Where an inventory lies that counts.
    fn lying(&self, content: u32, name: ContentId, basis: Basis) -> Lying {
        let mut lying = Lying::Gone;
        for place in self.appearances.of(content, name).filter(|a| a.in_tree || a.in_head == Some(true)) {
            lying = match lying {
                _ if harmless(&place.path) => match lying {
                    Lying::Gone => Lying::Example,
                    better => better,
                },
                _ if basis == Basis::State && place.path.ends_with(".backup") => Lying::Backup,
                _ => return Lying::At(place.path),
            };
        }
        lying
    }
}
