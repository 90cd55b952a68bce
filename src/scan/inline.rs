use std::{
    ops::ControlFlow,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::{
    collect::{Outlet, Parcel},
    model::{Fact, Fault},
};

use super::{Ledger, pipeline::gather, survey::Survey, worker::Worker};

/// An outlet without threads: what is offered is opened at once. For one worker, and for machines that grant no thread.
pub(super) struct Inline<'s> {
    survey: &'s Survey<'s>,
    // `Outlet` is shared by walking threads; here only one ever comes.
    worker: Mutex<Worker<'s>>,
    ledger: Arc<Mutex<Ledger>>,
}

impl<'s> Inline<'s> {
    pub fn new(survey: &'s Survey<'s>, ledger: Ledger) -> Self {
        let ledger = Arc::new(Mutex::new(ledger));
        let taker = Arc::clone(&ledger);
        let worker = Worker::new(survey, move |batch| gather(&mut lock(&taker), batch));
        Self { survey, worker: Mutex::new(worker), ledger }
    }

    pub fn finish(self) -> Ledger {
        std::mem::take(&mut lock(&self.ledger))
    }
}

/// A lock whose last holder may have panicked: each fact was taken in whole or not at all.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Outlet for Inline<'_> {
    fn offer(&self, parcel: Box<dyn Parcel>) -> ControlFlow<()> {
        if self.survey.tally.stopped() {
            return ControlFlow::Break(());
        }
        lock(&self.worker).open(parcel);
        ControlFlow::Continue(())
    }

    fn fault(&self, fault: Fault) {
        lock(&self.ledger).add(Fact::Fault(fault));
    }

    fn stopped(&self) -> bool {
        self.survey.tally.stopped()
    }

    fn expect(&self, documents: u64) {
        self.survey.tally.expect(documents);
    }

    fn skipped(&self, why: &'static str, count: u64) {
        lock(&self.ledger).skip(why, count);
    }
}
