use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::Value;

use crate::{
    analyze::{self, SettingsError, allow::AllowUse, identity},
    collect::Settings,
    inspect::Limits,
    model::{Fact, Fault, FaultKind, Fingerprint, Pepper, Target, Time},
    rules::RuleBook,
    store::{Finish, Record, RunId, RunState, RunTotals, StoreError},
};

use super::{
    Ledger, Saver, ScanError, Surveyed, Tally, Way,
    allows::{Allows, idle_mark},
    judge::{Left, judge},
    primes::Shared,
    survey::{Survey, survey},
};

/// All that a run is asked to do.
pub struct Plan<'p> {
    /// What to look at, with the name under which the record knows it (scheme and absolute location).
    pub targets: &'p [(Target, String)],
    /// What secrets look like.
    pub rules: &'p RuleBook,
    /// What collectors are asked.
    pub settings: &'p Settings,
    /// How far wrappings are taken off.
    pub limits: Limits,
    /// Settings of checks, by id.
    pub checks: &'p BTreeMap<String, Value>,
    /// What somebody accepted.
    pub allows: &'p Allows,
    /// Takes copies of documents, where the user asked for that.
    pub saver: Option<&'p dyn Saver>,
    /// The moment at which the run began; every age is measured from it.
    pub now: Time,
    /// Version of the program.
    pub version: &'p str,
    /// Process id, kept while the run lasts.
    pub process: u32,
}

/// What a run came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Its number in the record.
    pub run: RunId,
    /// How it ended.
    pub state: RunState,
    /// Whether it saw everything that its targets hold.
    pub whole: bool,
    /// The text of the baseline that is to be written.
    pub baseline: Option<String>,
}

/// Why a run could not be done.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// A target could not be scanned.
    #[error(transparent)]
    Scan(#[from] ScanError),
    /// The record could not be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A check refused its settings.
    #[error(transparent)]
    Settings(#[from] SettingsError),
}

/// Does a run: scans every target, writes what was learned, judges it, and makes all of that visible at once.
///
/// `elapsed` tells the milliseconds since `plan.now`; the library has no clock.
pub fn run(record: &mut Record, plan: &Plan<'_>, tally: &Tally, elapsed: &dyn Fn() -> u64) -> Result<Ended, RunError> {
    for (check, settings) in plan.checks {
        if let Some(judge) = analyze::all().find(|c| c.about().id == check) {
            judge.accepts(settings)?;
        }
        if let Some(judge) = identity::all().find(|c| c.about().id == check) {
            judge.accepts(settings)?;
        }
    }
    let pepper = record.pepper()?;
    let run = record.begin(plan.now, plan.version, &plan.rules.digest(), plan.process)?;
    let mut surveyed = match scan(plan, &pepper, tally) {
        Ok(surveyed) => surveyed,
        Err(error) => {
            record.abandon(run)?;
            return Err(error.into());
        }
    };
    for (target, fault) in &plan.allows.faults {
        if let Some(one) = surveyed.iter_mut().find(|s| s.target == *target) {
            one.ledger.add(Fact::Fault(fault.clone()));
        }
    }
    // Nothing new since a commit is an answer; nothing at all is not.
    if tally.documents() == 0
        && plan.settings.since_commit.is_none()
        && let Some(first) = surveyed.first_mut()
    {
        let what = "nothing was scanned: the targets hold no file, blob or message that could be read";
        first.ledger.add(Fact::Fault(Fault::new(FaultKind::Missing, first.target.name(), what)));
    }
    let shared = Shared::of(&mut surveyed);
    let (state, mut totals) = (state(&surveyed, tally), totals(&surveyed, tally));
    let finish = record.finish(run)?;
    let mut left = Left { digests: HashMap::new(), idle: Vec::new(), whole: true };
    // Each ledger goes as soon as it is written.
    for mut one in surveyed {
        let name =
            plan.targets.iter().find(|(target, _)| *target == one.target).map_or_else(|| one.target.name(), |(_, name)| name.clone());
        // What could not be seen is not gone.
        let whole = plan.settings.is_unrestricted() && plan.limits.archives && !tally.stopped() && one.ledger.faults().next().is_none();
        left.whole &= whole;
        let weak = shared.among(&one);
        keep(&finish, (&name, whole), &mut one, &weak, &mut left.digests)?;
        if plan.allows.inline {
            left.idle.extend(idle(&name, &one.ledger));
        }
    }
    let whole = left.whole;
    let baseline = judge(&finish, plan, left)?;
    totals.milliseconds = elapsed();
    let now = Time(plan.now.0.saturating_add(i64::try_from(totals.milliseconds / 1000).unwrap_or(0)));
    finish.commit(now, state, &totals)?;
    Ok(Ended { run, state, whole, baseline })
}

fn scan(plan: &Plan<'_>, pepper: &Pepper, tally: &Tally) -> Result<Vec<Surveyed>, ScanError> {
    let ask = Survey {
        rules: plan.rules,
        pepper,
        salt: plan.allows.salt(),
        settings: plan.settings,
        limits: plan.limits,
        tally,
        saver: plan.saver,
    };
    plan.targets.iter().map(|(target, _)| survey(&ask, target)).collect()
}

fn state(surveyed: &[Surveyed], tally: &Tally) -> RunState {
    if tally.stopped() {
        RunState::CutShort
    } else if surveyed.iter().any(|s| s.ledger.faults().next().is_some()) {
        RunState::Incomplete
    } else {
        RunState::Complete
    }
}

/// Our own marks in a target that cover nothing, those that stand there now.
fn idle(target: &str, ledger: &Ledger) -> Vec<AllowUse> {
    let marks = ledger.idle_marks().into_iter();
    marks.map(|(path, mark)| idle_mark(target, &path, mark.line, mark.reason.clone())).collect()
}

/// Writes what was learned about one target, in natural order.
fn keep(
    finish: &Finish<'_>,
    (name, whole): (&str, bool),
    surveyed: &mut Surveyed,
    weak: &BTreeSet<u32>,
    digests: &mut HashMap<i64, Fingerprint>,
) -> Result<(), StoreError> {
    let target = finish.target(name, surveyed.lineage.as_deref().unwrap_or(name), whole)?;
    let ledger = &mut surveyed.ledger;
    // Rows of the record by number; a sighting whose credential nobody described has nowhere to go.
    let mut credentials: Vec<Option<i64>> = vec![None; ledger.credential_count()];
    for (number, mut credential) in ledger.credentials() {
        if weak.contains(&number) {
            Shared::note(&mut credential);
        }
        let row = finish.credential(&credential)?;
        credentials[number as usize] = Some(row);
        digests.extend(ledger.digest(number).map(|digest| (row, digest)));
    }
    let known = ledger.contents();
    let mut contents: Vec<i64> = vec![0; ledger.content_count()];
    for content in known {
        let row = finish.content(content.0)?;
        contents[content.1 as usize] = row;
        ledger.appearances(content).try_for_each(|a| finish.appearance(target, row, &a))?;
    }
    ledger.sort_sightings();
    let nowhere = Way::default();
    let mut ways = vec![&nowhere; ledger.way_count()];
    ledger.ways().into_iter().for_each(|(way, number)| ways[number as usize] = way);
    for seen in ledger.sightings() {
        let Some(credential) = credentials[seen.credential as usize] else { continue };
        let (content, Way { inside, wrapping }) = (contents[seen.content as usize], ways[seen.way as usize]);
        finish.sighting(credential, content, (inside, wrapping), seen.span)?;
        if let Some(mark) = ledger.mark(seen) {
            finish.mark(credential, content, inside, seen.span, mark)?;
        }
    }
    ledger.entities().try_for_each(|(basis, declared_in, entity)| finish.entity(target, (basis, declared_in), entity))?;
    ledger.faults().try_for_each(|f| finish.fault(f))
}

fn totals(surveyed: &[Surveyed], tally: &Tally) -> RunTotals {
    let mut skipped: BTreeMap<&str, u64> = BTreeMap::new();
    for (why, count) in surveyed.iter().flat_map(|s| s.ledger.skipped()) {
        *skipped.entry(why).or_default() += count;
    }
    RunTotals {
        documents: tally.documents(),
        bytes: tally.bytes(),
        milliseconds: 0,
        faults_unkept: surveyed.iter().map(|s| Ledger::faults_unkept(&s.ledger)).sum(),
        skipped: serde_json::to_string(&skipped).expect("counts are JSON"),
    }
}
