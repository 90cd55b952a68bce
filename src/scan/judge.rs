//! The end of a run: every check judges every credential, but for what somebody accepted, and then what was accepted.

use std::collections::{BTreeSet, HashMap};

use serde_json::value::to_raw_value;

use crate::{
    analyze::{
        self, Bench, SettingsError,
        allow::{ALLOW_CHECKS, AllowUse},
        identity,
    },
    model::{About, AllowedBy, Fingerprint, Kind, Known},
    store::{Finish, StoreError, StoredAllow, StoredBaseline},
};

use super::{
    RunError,
    allows::{Baseline, Entry, Matcher, Ordinals},
    roster::Registry,
    run::Plan,
};

/// What the survey leaves for the judges.
pub(super) struct Left {
    /// Digests under the salt of a baseline, by row of the credential.
    pub digests: HashMap<i64, Fingerprint>,
    /// Our marks that cover nothing.
    pub idle: Vec<AllowUse>,
    /// Whether the run saw everything.
    pub whole: bool,
}

/// What is told of one run.
struct Court<'c, 'p> {
    finish: &'c Finish<'c>,
    plan: &'c Plan<'p>,
    matcher: Matcher<'p>,
    ordinals: Ordinals,
    bench: Vec<(&'static About, Bench)>,
    /// Checks that had something to say, and rules of what was seen.
    spoke: BTreeSet<&'static str>,
    rules: BTreeSet<String>,
    known: u64,
    new: u64,
    /// What a baseline that is written now knows.
    entries: BTreeSet<Entry>,
}

/// Lets every check judge every credential, one after the other, and keeps what its rules and checks say of themselves. Gives the
/// text of the baseline that is to be written, if one is.
pub(super) fn judge(finish: &Finish<'_>, plan: &Plan<'_>, left: Left) -> Result<Option<String>, RunError> {
    let bench = analyze::all().map(|check| Ok((check.about(), check.sit(plan.checks.get(check.about().id), plan.now)?)));
    let bench = bench.collect::<Result<_, SettingsError>>()?;
    let mut ordinals = Ordinals::new(left.digests);
    if plan.allows.salt().is_some() {
        finish.each_known(|row, known| {
            ordinals.meet(row, known);
            Ok::<_, RunError>(())
        })?;
        ordinals.settle();
    }
    let registry = Registry::load(finish, plan.now, plan.version)?;
    let mut court = Court {
        finish,
        plan,
        matcher: Matcher::new(plan.allows, plan.now),
        ordinals,
        bench,
        spoke: BTreeSet::new(),
        rules: BTreeSet::new(),
        known: 0,
        new: 0,
        entries: BTreeSet::new(),
    };
    finish.each_known(|row, known| match (registry.held(finish, known)?, registry.vaulted(known)) {
        (None, vaulted) if vaulted.is_empty() => court.credential(row, known),
        (held, vaulted) => court.credential(row, &Known { held, vaulted, ..known.clone() }),
    })?;
    court.spoke.extend(registry.tell(finish, plan)?);
    court.allows(left.idle, left.whole)?;
    court.abouts()?;
    court.baseline(left.whole)?;
    Ok(court.text(left.whole))
}

impl Court<'_, '_> {
    /// Judges a credential by its places that nobody accepted; where all are accepted, what would have been said is kept apart.
    fn credential(&mut self, row: i64, known: &Known) -> Result<(), RunError> {
        if !self.rules.contains(known.credential.key.rule.as_ref()) {
            self.rules.insert(known.credential.key.rule.to_string());
        }
        let covers = self.matcher.covers(row, known, &self.ordinals);
        for (place, cover) in known.places.iter().zip(&covers) {
            if let Some((allow, _)) = cover {
                self.finish.allowed(row, place, *allow)?;
            }
        }
        let covered = covers.iter().flatten().count();
        let all = covered > 0 && known.places.iter().zip(&covers).all(|(place, cover)| cover.is_some() || !place.this_run);
        let way = covers.iter().flatten().map(|(_, by)| *by).max().filter(|_| all);
        let open = (covered > 0 && !all).then(|| open(known, &covers));
        let mut found = false;
        for (_, judge) in &self.bench {
            if let Some(mut finding) = judge(open.as_ref().unwrap_or(known)) {
                if covered > 0 {
                    finding = finding.and("allowed-sightings", covered);
                }
                self.spoke.insert(finding.check);
                self.finish.finding(row, &finding, way)?;
                found = true;
            }
        }
        if found {
            self.tally(row, known, way, &covers);
        }
        Ok(())
    }

    /// Counts a credential with findings for the baseline, and names it for the next one.
    fn tally(&mut self, row: i64, known: &Known, way: Option<AllowedBy>, covers: &[Option<(i64, AllowedBy)>]) {
        match way {
            Some(AllowedBy::Baseline) => self.known += 1,
            Some(_) => {}
            None => self.new += 1,
        }
        if self.plan.allows.rewrite.is_none() || known.credential.kind == Kind::Identifier {
            return;
        }
        for (place, cover) in known.places.iter().zip(covers).filter(|(place, _)| place.this_run) {
            if cover.is_none_or(|(_, by)| by == AllowedBy::Baseline) {
                self.entries.extend(self.ordinals.entry(row, known, &place.appearance.path));
            }
        }
    }

    /// Judges the allows, and keeps them with what they cover.
    fn allows(&mut self, idle: Vec<AllowUse>, whole: bool) -> Result<(), RunError> {
        let now = self.plan.now;
        for (number, used) in self.matcher.uses(idle) {
            let state = used.state(whole, now).to_owned();
            let finding = ALLOW_CHECKS.iter().find_map(|check| check.judge(&used, whole, now));
            let stored =
                StoredAllow { number, allow: used.allow, line: used.line, state, credentials: used.credentials, places: used.places };
            self.finish.allow(&stored)?;
            if let Some(finding) = finding {
                self.spoke.insert(finding.check);
                self.finish.allow_finding(&stored, (finding.check, finding.severity), &finding.because, &finding.evidence)?;
            }
        }
        Ok(())
    }

    /// Keeps what the rules and checks that spoke say of themselves.
    fn abouts(&self) -> Result<(), StoreError> {
        let abouts = self.bench.iter().map(|(about, _)| *about).chain(ALLOW_CHECKS.iter().map(|check| check.about()));
        let abouts = abouts.chain(identity::all().map(identity::IdentityJudge::about));
        for about in abouts.filter(|about| self.spoke.contains(about.id)) {
            let controls = about.controls.iter().map(ToString::to_string);
            let see: Vec<String> = controls.chain(about.see.iter().map(|&address| address.to_owned())).collect();
            self.finish.about(about.id, about.title, about.explain, &see)?;
        }
        for rule in self.rules.iter().filter_map(|id| self.plan.rules.find(id)) {
            self.finish.about(&rule.id, &rule.title, &rule.explain, &rule.see)?;
        }
        for rule in self.plan.rules.files().filter(|rule| self.rules.contains(&rule.id)) {
            self.finish.about(&rule.id, &rule.title, &rule.explain, &rule.see)?;
        }
        Ok(())
    }

    /// Keeps what is known, new and gone. What could not be seen is not gone.
    fn baseline(&self, whole: bool) -> Result<(), StoreError> {
        let Some(baseline) = &self.plan.allows.baseline else { return Ok(()) };
        let named = |entry: &Entry| serde_json::json!({ "rule": entry.rule(), "path": entry.path() });
        let gone: Option<Vec<_>> = whole.then(|| self.matcher.gone().into_iter().map(named).collect());
        let gone = to_raw_value(&gone).expect("a list is JSON");
        self.finish.baseline(&StoredBaseline { file: baseline.file().to_owned(), known: self.known, new: self.new, gone })
    }

    /// The baseline that is to be written. Where the run did not see everything, it keeps what it knew.
    fn text(self, whole: bool) -> Option<String> {
        let old = self.plan.allows.rewrite.as_ref()?;
        let kept = old.entries().filter(|_| !whole).cloned();
        Some(Baseline::text(old.salt(), self.entries.into_iter().chain(kept)))
    }
}

/// A credential with those of its places that nobody accepted.
fn open(known: &Known, covers: &[Option<(i64, AllowedBy)>]) -> Known {
    let places = known.places.iter().zip(covers).filter(|(_, cover)| cover.is_none()).map(|(place, _)| place.clone());
    Known { places: places.collect(), ..known.clone() }
}
