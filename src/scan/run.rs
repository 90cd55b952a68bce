use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::{
    analyze::{Bench, CHECKS, SettingsError},
    collect::Settings,
    model::{About, Fault, FaultKind, Pepper, Target, Time},
    rules::RuleBook,
    store::{Finish, Record, RunId, RunState, RunTotals, StoreError},
};

use super::{
    Ledger, Saver, ScanError, Surveyed, Tally,
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
    /// Settings of checks, by id.
    pub checks: &'p BTreeMap<String, Value>,
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    /// Its number in the record.
    pub run: RunId,
    /// How it ended.
    pub state: RunState,
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
        if let Some(judge) = CHECKS.iter().find(|c| c.about().id == check) {
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
    // Nothing new since a commit is an answer; nothing at all is not.
    if tally.documents() == 0
        && plan.settings.since_commit.is_none()
        && let Some(first) = surveyed.first_mut()
    {
        let what = "nothing was scanned: the targets hold no file, blob or message that could be read";
        first.ledger.add(crate::model::Fact::Fault(Fault::new(FaultKind::Missing, first.target.name(), what)));
    }
    let (state, mut totals) = (state(&surveyed, tally), totals(&surveyed, tally));
    let finish = record.finish(run)?;
    // Each ledger goes as soon as it is written.
    for mut one in surveyed {
        let name =
            plan.targets.iter().find(|(target, _)| *target == one.target).map_or_else(|| one.target.name(), |(_, name)| name.clone());
        // What could not be seen is not gone.
        let whole = plan.settings.is_unrestricted() && !tally.stopped() && one.ledger.faults().next().is_none();
        keep(&finish, &name, &mut one, whole)?;
    }
    judge(&finish, plan)?;
    totals.milliseconds = elapsed();
    let now = Time(plan.now.0.saturating_add(i64::try_from(totals.milliseconds / 1000).unwrap_or(0)));
    finish.commit(now, state, &totals)?;
    Ok(Ended { run, state })
}

fn scan(plan: &Plan<'_>, pepper: &Pepper, tally: &Tally) -> Result<Vec<Surveyed>, ScanError> {
    let ask = Survey { rules: plan.rules, pepper, settings: plan.settings, tally, saver: plan.saver };
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

/// Writes what was learned about one target, in natural order.
fn keep(finish: &Finish<'_>, name: &str, surveyed: &mut Surveyed, whole: bool) -> Result<(), StoreError> {
    let target = finish.target(name, surveyed.lineage.as_deref().unwrap_or(name), whole)?;
    let ledger = &mut surveyed.ledger;
    // Rows of the record by number; a sighting whose credential nobody described has nowhere to go.
    let mut credentials: Vec<Option<i64>> = vec![None; ledger.credential_count()];
    for (number, credential) in ledger.credentials() {
        credentials[number as usize] = Some(finish.credential(&credential)?);
    }
    let known = ledger.contents();
    let mut contents: Vec<i64> = vec![0; ledger.content_count()];
    for content in known {
        let row = finish.content(content.0)?;
        contents[content.1 as usize] = row;
        ledger.appearances(content).try_for_each(|a| finish.appearance(target, row, &a))?;
    }
    for seen in ledger.sightings() {
        if let Some(credential) = credentials[seen.credential as usize] {
            finish.sighting(credential, contents[seen.content as usize], seen.span)?;
        }
    }
    ledger.faults().try_for_each(|f| finish.fault(f))
}

/// Lets every check judge every credential, one after the other, and keeps what its rules and checks say of themselves.
fn judge(finish: &Finish<'_>, plan: &Plan<'_>) -> Result<(), RunError> {
    let bench: Vec<(&About, Bench)> = CHECKS
        .iter()
        .map(|check| Ok((check.about(), check.sit(plan.checks.get(check.about().id), plan.now)?)))
        .collect::<Result<_, SettingsError>>()?;
    let (mut spoke, mut rules) = (BTreeSet::new(), BTreeSet::new());
    finish.each_known(|row, known| {
        if !rules.contains(known.credential.key.rule.as_ref()) {
            rules.insert(known.credential.key.rule.to_string());
        }
        bench.iter().filter_map(|(_, judge)| judge(known)).try_for_each(|finding| {
            spoke.insert(finding.check);
            finish.finding(row, &finding)
        })
    })?;
    for (about, _) in bench.iter().filter(|(about, _)| spoke.contains(about.id)) {
        finish.about(about.id, about.title, about.explain, about.see)?;
    }
    for rule in rules.iter().filter_map(|id| plan.rules.find(id)) {
        let see: Vec<&str> = rule.see.iter().map(AsRef::as_ref).collect();
        finish.about(&rule.id, &rule.title, &rule.explain, &see)?;
    }
    Ok(())
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
