use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

use indicatif::{HumanBytes, HumanCount, ProgressBar, ProgressStyle};

use crate::scan::Tally;

/// How often the line is drawn anew.
const BEAT: Duration = Duration::from_millis(200);

/// A line on the terminal while a run lasts; gone when it is dropped.
pub struct Progress {
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Progress {
    /// Starts to draw, where somebody is there to see it. A machine that grants no thread gets no progress.
    pub fn show(wanted: bool, tally: &'static Tally) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&over);
        let draw = move || draw(&flag, tally);
        let thread = wanted.then(|| std::thread::Builder::new().name("progress".into()).spawn(draw).ok()).flatten();
        Self { over, thread }
    }
}

fn draw(over: &AtomicBool, tally: &Tally) {
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} [{elapsed}]") {
        bar.set_style(style);
    }
    while !over.load(Ordering::Relaxed) {
        bar.set_message(message(tally, bar.elapsed()));
        bar.tick();
        std::thread::park_timeout(BEAT);
    }
    bar.finish_and_clear();
}

/// What is done of what is known to be there; a collector that can tell says how much that is.
#[expect(clippy::cast_precision_loss, reason = "an estimate for people")]
fn message(tally: &Tally, elapsed: Duration) -> String {
    let (done, expected) = (tally.documents(), tally.expected());
    let bytes = HumanBytes(tally.bytes());
    if expected > done {
        let percent = done * 100 / expected;
        let left = elapsed.mul_f64((expected - done) as f64 / done.max(1) as f64).as_secs();
        format!("{} of about {} documents ({percent} %), {bytes}, about {left} s left", HumanCount(done), HumanCount(expected))
    } else {
        format!("{} documents, {bytes}", HumanCount(done))
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            let _ = thread.join();
        }
    }
}
