use std::{cell::RefCell, ops::ControlFlow, sync::Mutex};

use crate::{
    collect::{Outlet, Parcel},
    model::{Fact, Fault},
};

use super::{Ledger, survey::Survey, worker::Worker};

/// An outlet without threads: what is offered is opened at once. For one worker, and for machines that grant no thread.
pub(super) struct Inline<'s> {
    survey: &'s Survey<'s>,
    // `Outlet` is shared by walking threads; here only one ever comes.
    state: Mutex<RefCell<(Worker<'s>, Ledger)>>,
}

impl<'s> Inline<'s> {
    pub fn new(survey: &'s Survey<'s>, ledger: Ledger) -> Self {
        Self { survey, state: Mutex::new(RefCell::new((Worker::new(survey), ledger))) }
    }

    pub fn finish(self) -> Ledger {
        let state = self.state.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        state.into_inner().1
    }

    fn with<T>(&self, act: impl FnOnce(&mut Worker<'s>, &mut Ledger) -> T) -> T {
        let state = self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut state = state.borrow_mut();
        let (worker, ledger) = &mut *state;
        act(worker, ledger)
    }
}

impl Outlet for Inline<'_> {
    fn offer(&self, parcel: Box<dyn Parcel>) -> ControlFlow<()> {
        if self.survey.tally.stopped() {
            return ControlFlow::Break(());
        }
        self.with(|worker, ledger| {
            parcel.open(worker);
            let batch = worker.take();
            batch.facts.into_iter().for_each(|fact| ledger.add(fact));
            batch.skipped.into_iter().for_each(|(why, count)| ledger.skip(why, count));
        });
        ControlFlow::Continue(())
    }

    fn fault(&self, fault: Fault) {
        self.with(|_, ledger| ledger.add(Fact::Fault(fault)));
    }

    fn expect(&self, documents: u64) {
        self.survey.tally.expect(documents);
    }

    fn skipped(&self, why: &'static str, count: u64) {
        self.with(|_, ledger| ledger.skip(why, count));
    }
}
