//! What only the operating system can tell or be told: signals, memory, the size of the terminal, the streams it forgot to open.
#![expect(unsafe_code, reason = "libc calls with constant arguments and handlers that only store to an atomic")]

use std::sync::{
    OnceLock,
    atomic::{AtomicBool, Ordering},
};

use crate::scan::Tally;

/// The run that Ctrl-C ends.
static RUNNING: OnceLock<&'static Tally> = OnceLock::new();
static ASKED: AtomicBool = AtomicBool::new(false);

/// What is larger than this is memory of its own, and goes back to the system when it is given up, bytes. Left alone, glibc takes
/// the largest buffer that was ever freed for the measure, and one large file makes the process 5 to 20 MB larger for good.
#[cfg(target_env = "gnu")]
const OF_ITS_OWN: libc::c_int = 128 << 10;

/// Prepares the process: a full disk quota is an error and not a death, the streams 0 to 2 exist, and large buffers are given back.
pub fn prepare() {
    #[cfg(target_env = "gnu")]
    // SAFETY: it takes constants, before there is a second thread.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, OF_ITS_OWN);
    }
    // SAFETY: both calls take constants; ignoring SIGXFSZ turns the signal into an error of `write`.
    unsafe {
        libc::signal(libc::SIGXFSZ, libc::SIG_IGN);
    }
}

/// Makes Ctrl-C and SIGTERM end `tally`'s run in order; a second one ends the process at once.
pub fn watch(tally: &'static Tally) {
    if RUNNING.set(tally).is_ok() {
        let handler = on_signal as extern "C" fn(libc::c_int) as libc::sighandler_t;
        // SAFETY: the handler only touches atomics and `_exit`, which are safe in a signal handler.
        unsafe {
            libc::signal(libc::SIGINT, handler);
            libc::signal(libc::SIGTERM, handler);
        }
    }
}

extern "C" fn on_signal(_signal: libc::c_int) {
    if ASKED.swap(true, Ordering::Relaxed) {
        // SAFETY: `_exit` is safe in a signal handler.
        unsafe { libc::_exit(130) }
    }
    if let Some(tally) = RUNNING.get() {
        tally.stop();
    }
}

/// The columns of the terminal on stdout, if it is one that tells.
pub fn terminal_width() -> Option<u16> {
    // SAFETY: `winsize` is plain numbers, and the call fills it or fails.
    unsafe {
        let mut size: libc::winsize = std::mem::zeroed();
        (libc::ioctl(libc::STDOUT_FILENO, libc::TIOCGWINSZ, &raw mut size) == 0 && size.ws_col > 0).then_some(size.ws_col)
    }
}
