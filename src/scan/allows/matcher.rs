use std::collections::{BTreeMap, BTreeSet};

use globset::{GlobSet, GlobSetBuilder};

use crate::{
    analyze::allow::AllowUse,
    model::{Allow, AllowedBy, Known, Mark, OWN_MARK, Place, Time},
};

use super::{Allows, Baseline, Entry, Ordinals, glob};

/// Holds all allows against one credential after the other, and counts what they cover.
pub(in crate::scan) struct Matcher<'a> {
    allows: &'a Allows,
    now: Time,
    globs: GlobSet,
    /// The allow of each glob.
    globbed: Vec<usize>,
    uses: Vec<Use>,
    marks: BTreeMap<Mark, (i64, Use)>,
    /// Our marks without a reason, by target, path and line.
    reasonless: BTreeSet<(String, String, u32)>,
    baseline: Use,
    met: BTreeSet<Entry>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Use {
    credentials: u64,
    places: u64,
    /// The last credential counted.
    last: i64,
}

impl Use {
    fn count(&mut self, credential: i64) {
        self.places += 1;
        if self.last != credential {
            self.last = credential;
            self.credentials += 1;
        }
    }
}

/// The allow that covers a place: its number in the run, and how it was said.
pub(in crate::scan) type Cover = (i64, AllowedBy);

impl<'a> Matcher<'a> {
    pub fn new(allows: &'a Allows, now: Time) -> Self {
        let (mut set, mut globbed) = (GlobSetBuilder::new(), Vec::new());
        for (number, pattern) in allows.list.iter().enumerate().filter_map(|(n, a)| Some((n, a.path.as_ref()?))) {
            set.add(glob(pattern).expect("the face lets only globs through"));
            globbed.push(number);
        }
        Self {
            allows,
            now,
            globs: set.build().expect("each glob is short, and settings files are small"),
            globbed,
            uses: vec![Use::default(); allows.list.len()],
            marks: BTreeMap::new(),
            reasonless: BTreeSet::new(),
            baseline: Use::default(),
            met: BTreeSet::new(),
        }
    }

    /// What covers each place of a credential that this run saw.
    pub fn covers(&mut self, row: i64, known: &Known, ordinals: &Ordinals) -> Vec<Option<Cover>> {
        known.places.iter().map(|place| if place.this_run { self.cover(row, known, place, ordinals) } else { None }).collect()
    }

    fn cover(&mut self, row: i64, known: &Known, place: &Place, ordinals: &Ordinals) -> Option<Cover> {
        let inline = self.inline(row, place);
        let listed = self.listed(row, known, place);
        let entry = self.entry(row, known, place, ordinals);
        inline.or(listed).or(entry)
    }

    fn inline(&mut self, row: i64, place: &Place) -> Option<Cover> {
        let mark = place.mark.as_ref().filter(|_| self.allows.inline)?;
        if !mark.counts() {
            if place.appearance.in_tree || place.appearance.in_head == Some(true) {
                self.reasonless.insert((place.target.to_string(), place.appearance.path.clone(), place.span.line));
            }
            return None;
        }
        let next = self.next();
        let (number, uses) = self.marks.entry(Mark::clone(mark)).or_insert((next, Use::default()));
        uses.count(row);
        Some((*number, AllowedBy::Inline))
    }

    /// The first allow in the settings that covers a place; all that fit are counted.
    fn listed(&mut self, row: i64, known: &Known, place: &Place) -> Option<Cover> {
        if self.allows.list.is_empty() {
            return None;
        }
        let fitting: BTreeSet<usize> =
            ways(&place.appearance.path).flat_map(|way| self.globs.matches(way)).map(|g| self.globbed[g]).collect();
        let key = &known.credential.key;
        let brought = place.appearance.introduced.as_ref().map(|introduction| introduction.commit.as_str());
        let mut first = None;
        for (number, allow) in self.allows.list.iter().enumerate() {
            let fits = allow.target.as_deref().is_none_or(|t| *t == *place.target)
                && allow.rule.as_deref().is_none_or(|r| r == key.rule)
                && allow.fingerprint.is_none_or(|f| f == key.fingerprint)
                && allow.commit.as_deref().is_none_or(|commit| brought.is_some_and(|id| id.starts_with(commit)))
                && (allow.path.is_none() || fitting.contains(&number));
            if fits {
                self.uses[number].count(row);
                if allow.reason.is_some() && !allow.expired(self.now) {
                    first = first.or(Some((numbered(number), allow.by)));
                }
            }
        }
        first
    }

    fn entry(&mut self, row: i64, known: &Known, place: &Place, ordinals: &Ordinals) -> Option<Cover> {
        let baseline = self.allows.baseline.as_ref()?;
        let entry = baseline.find(&ordinals.entry(row, known, &place.appearance.path)?)?;
        self.met.insert(entry.clone());
        self.baseline.count(row);
        Some((BASELINE, AllowedBy::Baseline))
    }

    /// The entries of the baseline that nothing met.
    pub fn gone(&self) -> Vec<&Entry> {
        self.allows.baseline.iter().flat_map(Baseline::entries).filter(|entry| !self.met.contains(entry)).collect()
    }

    /// Every allow with what it covered, by number; our marks that allow nothing come last.
    pub fn uses(&self, idle: Vec<AllowUse>) -> Vec<(i64, AllowUse)> {
        let listed = self.allows.list.iter().zip(&self.uses).enumerate();
        let mut all: Vec<(i64, AllowUse)> =
            listed.map(|(number, (allow, uses))| (numbered(number), self.used(allow.clone(), *uses))).collect();
        all.extend(self.marks.iter().map(|(mark, (number, uses))| (*number, self.used(of_mark(mark), *uses))));
        if let Some(baseline) = self.allows.baseline.as_ref() {
            all.push((BASELINE, self.used(of_baseline(baseline.file()), self.baseline)));
        }
        let reasonless = self.reasonless.iter().map(|(target, path, line)| idle_mark(target, path, *line, None));
        all.extend((self.next()..).zip(reasonless.chain(idle)));
        all
    }

    /// The number behind those of the settings and of the marks so far.
    fn next(&self) -> i64 {
        numbered(self.allows.list.len() + self.marks.len())
    }

    fn used(&self, allow: Allow, uses: Use) -> AllowUse {
        let optional = match allow.by {
            AllowedBy::Settings => !self.allows.settings_are_for_this || !self.allows.halves.is_empty(),
            _ => allow.target.as_ref().is_some_and(|target| self.allows.halves.contains(target)),
        };
        AllowUse { allow, line: None, credentials: uses.credentials, places: uses.places, optional }
    }
}

/// A path, and those of the archives in which it lies.
fn ways(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices("!/").map(|(end, _)| &path[..end]).chain([path])
}

fn numbered(at: usize) -> i64 {
    i64::try_from(at).expect("memory ends before")
}

/// The number of the baseline among the allows of a run.
const BASELINE: i64 = -1;

fn of_mark(mark: &Mark) -> Allow {
    Allow { at: mark.spelling.clone(), reason: mark.reason.clone(), ..nothing(AllowedBy::Inline) }
}

fn of_baseline(file: &str) -> Allow {
    Allow { at: file.to_owned(), reason: Some("known before".into()), ..nothing(AllowedBy::Baseline) }
}

fn nothing(by: AllowedBy) -> Allow {
    Allow {
        by,
        at: String::new(),
        target: None,
        rule: None,
        path: None,
        fingerprint: None,
        commit: None,
        reason: None,
        owner: None,
        until: None,
    }
}

/// One of our marks that allows nothing, where it stands.
pub(in crate::scan) fn idle_mark(target: &str, path: &str, line: u32, reason: Option<String>) -> AllowUse {
    let allow =
        Allow { at: OWN_MARK.into(), target: Some(target.to_owned()), path: Some(path.to_owned()), reason, ..nothing(AllowedBy::Inline) };
    AllowUse { allow, line: Some(line), credentials: 0, places: 0, optional: false }
}
