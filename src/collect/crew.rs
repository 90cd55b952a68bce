use std::sync::atomic::{AtomicUsize, Ordering};

/// The workers of a run, for what is not reading documents. A collector has no threads of its own: whoever runs it lends it some.
pub trait Crew: Sync {
    /// Has every worker do `work` once, all at the same time, and returns when all have done it.
    fn all(&self, work: &(dyn Fn() + Sync));
}

/// A crew of one: whoever asks for work to be done does it.
pub struct Alone;

impl Crew for Alone {
    fn all(&self, work: &(dyn Fn() + Sync)) {
        work();
    }
}

/// Numbers below a count, each given out once, to whoever asks next.
pub(super) struct Queue {
    next: AtomicUsize,
    count: usize,
}

impl Queue {
    /// A queue of the numbers below `count`.
    pub fn new(count: usize) -> Self {
        Self { next: AtomicUsize::new(0), count }
    }

    /// The next number; `None` when all are given out.
    pub fn take(&self) -> Option<usize> {
        Some(self.next.fetch_add(1, Ordering::Relaxed)).filter(|number| *number < self.count)
    }
}

/// Has the crew do each of `works` once.
pub(super) fn share(crew: &dyn Crew, works: &[&(dyn Fn() + Sync)]) {
    let queue = Queue::new(works.len());
    crew.all(&|| {
        while let Some(number) = queue.take() {
            works[number]();
        }
    });
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::{Alone, Crew, share};

    /// A crew of several.
    struct Three;

    impl Crew for Three {
        fn all(&self, work: &(dyn Fn() + Sync)) {
            std::thread::scope(|scope| (0..3).for_each(|_| drop(scope.spawn(work))));
        }
    }

    #[test]
    fn each_work_is_done_once_whoever_does_it() {
        for crew in [&Alone as &dyn Crew, &Three] {
            let done = [const { AtomicUsize::new(0) }; 7];
            let works = done.each_ref().map(|count| {
                move || {
                    count.fetch_add(1, Ordering::Relaxed);
                }
            });
            share(crew, &works.each_ref().map(|work| work as &(dyn Fn() + Sync)));
            assert!(done.iter().all(|count| count.load(Ordering::Relaxed) == 1));
        }
    }
}
