use std::{ops::ControlFlow, thread::ScopedJoinHandle};

use crossbeam_channel::{Receiver, Sender, bounded};
use rayon::ThreadPool;

use crate::{
    collect::{CollectError, Outlet, Parcel},
    model::{Fact, Fault},
};

use super::{
    Ledger,
    inline::Inline,
    survey::Survey,
    worker::{Batch, Worker},
};

/// How many parcels a worker may have waiting: enough to keep it busy, few enough to bound memory.
const WAITING: usize = 4;

/// Runs a stage: `produce` offers parcels, workers open them, the ledger gathers the facts. Returns when all is done.
///
/// Without a pool everything happens on this thread. Producer and ledger never wait inside the pool, so that one worker
/// suffices to drain everything.
pub(super) fn run(
    survey: &Survey<'_>,
    pool: Option<&ThreadPool>,
    ledger: Ledger,
    produce: &(dyn Fn(&dyn Outlet) -> Result<(), CollectError> + Sync),
) -> (Ledger, Result<(), CollectError>) {
    let Some(pool) = pool else {
        let outlet = Inline::new(survey, ledger);
        let result = produce(&outlet);
        return (outlet.finish(), result);
    };
    threaded(survey, pool, ledger, produce)
}

fn threaded(
    survey: &Survey<'_>,
    pool: &ThreadPool,
    mut ledger: Ledger,
    produce: &(dyn Fn(&dyn Outlet) -> Result<(), CollectError> + Sync),
) -> (Ledger, Result<(), CollectError>) {
    let (give_parcel, take_parcel) = bounded::<Box<dyn Parcel>>(pool.current_num_threads() * WAITING);
    let (give_batch, take_batch) = bounded::<Batch>(pool.current_num_threads() * WAITING);
    let result = std::thread::scope(|scope| {
        let outlet = Channels { survey, parcels: give_parcel, batches: give_batch.clone() };
        let producer = std::thread::Builder::new().name("collect".into()).spawn_scoped(scope, move || produce(&outlet));
        // One more thread that only waits for the pool, because this one gathers.
        let crew = std::thread::Builder::new().name("crew".into()).spawn_scoped(scope, move || {
            pool.broadcast(|_| work(survey, &take_parcel, &give_batch));
        });
        take_batch.iter().for_each(|batch| gather(&mut ledger, batch));
        join(crew)?;
        join(producer)?
    });
    (ledger, result)
}

/// Waits for a thread; a bug in it is a bug here, a thread that never began is an error.
fn join<T>(thread: std::io::Result<ScopedJoinHandle<'_, T>>) -> Result<T, CollectError> {
    thread.map_err(CollectError::Threads)?.join().map_err(|panic| std::panic::resume_unwind(panic))
}

fn work(survey: &Survey<'_>, parcels: &Receiver<Box<dyn Parcel>>, batches: &Sender<Batch>) {
    // The ledger takes batches until all senders are gone, this one among them.
    let mut worker = Worker::new(survey, |batch| drop(batches.send(batch)));
    for parcel in parcels {
        if survey.tally.stopped() {
            continue; // drains what is queued, so that the producer never waits for a worker that is gone
        }
        worker.open(parcel);
    }
}

/// Takes a batch in.
pub(super) fn gather(ledger: &mut Ledger, batch: Batch) {
    batch.facts.into_iter().for_each(|fact| ledger.add(fact));
    batch.skipped.into_iter().for_each(|(why, count)| ledger.skip(why, count));
}

/// The outlet of a threaded stage.
struct Channels<'s> {
    survey: &'s Survey<'s>,
    parcels: Sender<Box<dyn Parcel>>,
    batches: Sender<Batch>,
}

impl Outlet for Channels<'_> {
    fn offer(&self, parcel: Box<dyn Parcel>) -> ControlFlow<()> {
        if self.survey.tally.stopped() || self.parcels.send(parcel).is_err() {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }

    fn fault(&self, fault: Fault) {
        let _ = self.batches.send(Batch { facts: vec![Fact::Fault(fault)], skipped: Vec::new() });
    }

    fn stopped(&self) -> bool {
        self.survey.tally.stopped()
    }

    fn expect(&self, documents: u64) {
        self.survey.tally.expect(documents);
    }

    fn skipped(&self, why: &'static str, count: u64) {
        let _ = self.batches.send(Batch { facts: Vec::new(), skipped: vec![(why, count)] });
    }
}
