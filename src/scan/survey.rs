use std::cell::RefCell;

use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::{
    collect::{Alone, COLLECTORS, Collector, Crew, Settings, Visit},
    inspect::Limits,
    model::{Appearance, ContentId, Fact, Fault, FaultKind, Pepper, Target},
    rules::RuleBook,
};

use super::{Ledger, ScanError, Tally, pipeline};

/// What a run needs, whatever its targets.
pub struct Survey<'s> {
    /// What secrets look like.
    pub rules: &'s RuleBook,
    /// The key of all fingerprints.
    pub pepper: &'s Pepper,
    /// The key of the digests in a baseline, where one is in use.
    pub salt: Option<&'s Pepper>,
    /// What the user asked of collectors.
    pub settings: &'s Settings,
    /// How far wrappings are taken off.
    pub limits: Limits,
    /// Counts, and the wish to stop.
    pub tally: &'s Tally,
    /// Takes copies of the documents in which something was found, where the user asked for that.
    pub saver: Option<&'s dyn Saver>,
}

/// Takes copies of documents, secrets included. Only there where the user asked for it.
pub trait Saver: Sync {
    /// Keeps a document; trouble is told at the end of the run.
    fn save(&self, content: ContentId, bytes: &[u8]);

    /// Keeps an answer of an API, which nobody can fetch again, under the path at which it lies.
    fn answer(&self, path: &str, bytes: &[u8]);
}

/// What came of one target.
#[derive(Debug)]
pub struct Surveyed {
    /// The target.
    pub target: Target,
    /// What tells a copy of a repository from another repository: its oldest root commit, where it has one.
    pub lineage: Option<String>,
    /// Everything learned.
    pub ledger: Ledger,
}

/// Collects and inspects one target, then places what was found.
pub fn survey(survey: &Survey<'_>, target: &Target) -> Result<Surveyed, ScanError> {
    let collectors: Vec<&dyn Collector> = COLLECTORS.iter().copied().filter(|c| c.schemes().contains(&target.scheme.as_str())).collect();
    if collectors.is_empty() {
        return Err(ScanError::Unserved(target.name()));
    }
    let pool = pool(survey.settings.workers);
    // Where the system grants no thread, collectors must not ask for any either.
    let workers = pool.as_ref().map_or(1, ThreadPool::current_num_threads);
    let visit = Visit::new(target.clone(), Settings { workers, ..survey.settings.clone() });
    let (ledger, first) =
        pipeline::run(survey, pool.as_ref(), Ledger::default(), &|outlet| collectors.iter().try_for_each(|c| c.collect(&visit, outlet)));
    first?;
    let (mut ledger, rest) =
        pipeline::run(survey, pool.as_ref(), ledger, &|outlet| collectors.iter().try_for_each(|c| c.rest(&visit, outlet)));
    rest?;
    if survey.tally.stopped() {
        ledger.add(Fact::Fault(Fault::new(FaultKind::CutShort, target.name(), "the run was interrupted; what follows was not scanned")));
    }
    place(&collectors, &visit, crew(pool.as_ref()), &mut ledger)?;
    ledger.settle(survey.rules);
    Ok(Surveyed { target: target.clone(), lineage: visit.lineage(), ledger })
}

/// Asks every collector once where the contents that yielded facts lie.
fn place(collectors: &[&dyn Collector], visit: &Visit, crew: &dyn Crew, ledger: &mut Ledger) -> Result<(), ScanError> {
    let wanted: Vec<ContentId> = ledger.contents().into_iter().map(|(content, _)| content).collect();
    let ledger = RefCell::new(ledger);
    let each = |appearance: Appearance| {
        // A walk does not go where the user said not to; what lies there in a history is left out here.
        if visit.settings.excludes(&appearance.path) {
            ledger.borrow_mut().skip("excluded by --exclude", 1);
        } else {
            ledger.borrow_mut().add(Fact::Appearance(appearance));
        }
    };
    let fault = |fault| ledger.borrow_mut().add(Fact::Fault(fault));
    for collector in collectors {
        collector.place(visit, &wanted, crew, &mut &each, &mut &fault)?;
    }
    Ok(())
}

/// The workers as collectors see them.
fn crew(pool: Option<&ThreadPool>) -> &dyn Crew {
    pool.map_or(&Alone, |pool| pool)
}

impl Crew for ThreadPool {
    fn all(&self, work: &(dyn Fn() + Sync)) {
        self.broadcast(|_| work());
    }
}

/// The workers; `None` for one worker, or where the system grants no thread: then everything runs on the calling thread.
fn pool(workers: usize) -> Option<ThreadPool> {
    if workers < 2 {
        return None;
    }
    ThreadPoolBuilder::new().num_threads(workers).thread_name(|n| format!("worker-{n}")).build().ok()
}
