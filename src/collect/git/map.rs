//! Files mapped into memory, and what happens when one is cut while it is read.
//!
//! This is the one file of the room with unsafe code. A mapped page that no longer has a file behind it raises SIGBUS, which
//! would end the run. The guard puts a page of zeros there instead and remembers it: inflating then fails, which is a fault.

use std::{
    fs::File,
    io,
    ops::Deref,
    sync::{
        Once, OnceLock,
        atomic::{AtomicBool, AtomicPtr, AtomicUsize, Ordering},
    },
};

use memmap2::Mmap;

/// A read-only map of a regular file.
pub struct Map {
    bytes: Mmap,
    watch: &'static Watch,
}

impl Map {
    /// Maps the whole of `file`, which the caller has found to be a regular one.
    #[expect(
        unsafe_code,
        reason = "a map is unsafe because others may change the file: the bytes are checked wherever they are used, the guard takes SIGBUS"
    )]
    pub fn new(file: &File) -> io::Result<Self> {
        static INSTALLED: Once = Once::new();
        INSTALLED.call_once(install);
        // SAFETY: nothing here relies on the bytes staying as they are, and a missing page is handled by the guard.
        let bytes = unsafe { Mmap::map(file)? };
        let start = bytes.as_ptr() as usize;
        Ok(Self { watch: Watch::take(start, start + bytes.len()), bytes })
    }

    /// Whether a part of the file was gone when it was read.
    pub fn was_cut(&self) -> bool {
        self.watch.cut.load(Ordering::Relaxed)
    }
}

impl Deref for Map {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Map {
    fn drop(&mut self) {
        self.watch.release();
    }
}

/// A stretch of addresses that the handler answers for. Kept for ever and used again: a handler can take no lock.
struct Watch {
    used: AtomicBool,
    start: AtomicUsize,
    end: AtomicUsize,
    cut: AtomicBool,
    next: Option<&'static Watch>,
}

/// The newest of the list of all watches.
static WATCHES: AtomicPtr<Watch> = AtomicPtr::new(std::ptr::null_mut());

/// All watches, newest first.
#[expect(unsafe_code, reason = "the list is only ever pushed to, with leaked nodes")]
fn watches() -> impl Iterator<Item = &'static Watch> {
    // SAFETY: the pointer is null or came from `Box::leak`.
    let first: Option<&'static Watch> = unsafe { WATCHES.load(Ordering::Acquire).as_ref() };
    std::iter::successors(first, |watch| watch.next)
}

impl Watch {
    fn take(start: usize, end: usize) -> &'static Self {
        let free = watches().find(|w| w.used.compare_exchange(false, true, Ordering::AcqRel, Ordering::Relaxed).is_ok());
        let watch = free.unwrap_or_else(Self::push);
        watch.cut.store(false, Ordering::Relaxed);
        watch.start.store(start, Ordering::Relaxed);
        watch.end.store(end, Ordering::Release);
        watch
    }

    fn push() -> &'static Self {
        #[expect(unsafe_code, reason = "reads back a pointer that came from `Box::leak`")]
        fn see(pointer: *mut Watch) -> Option<&'static Watch> {
            // SAFETY: as in `watches`.
            unsafe { pointer.as_ref() }
        }
        let node = Self { used: AtomicBool::new(true), start: 0.into(), end: 0.into(), cut: false.into(), next: None };
        let node: *mut Self = Box::leak(Box::new(node));
        let mut head = WATCHES.load(Ordering::Acquire);
        loop {
            #[expect(unsafe_code, reason = "the node is not shared before the exchange succeeds")]
            // SAFETY: only this thread knows `node` until it is in the list.
            unsafe {
                (*node).next = see(head);
            }
            match WATCHES.compare_exchange(head, node, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => return see(node).expect("just leaked"),
                Err(now) => head = now,
            }
        }
    }

    fn release(&self) {
        self.end.store(0, Ordering::Relaxed);
        self.start.store(0, Ordering::Relaxed);
        self.used.store(false, Ordering::Release);
    }
}

/// What SIGBUS did before us; the standard library's stack guard, as a rule.
static BEFORE: OnceLock<libc::sigaction> = OnceLock::new();

#[expect(unsafe_code, reason = "installing a signal handler is a foreign call")]
fn install() {
    let handler: extern "C" fn(libc::c_int, *mut libc::siginfo_t, *mut libc::c_void) = on_bus_error;
    // SAFETY: plain foreign calls on structures that live long enough; zero is a valid `sigaction`. The old action is read and
    // kept before the new one is set, so the handler always finds it.
    unsafe {
        let mut before: libc::sigaction = std::mem::zeroed();
        libc::sigaction(libc::SIGBUS, std::ptr::null(), &raw mut before);
        BEFORE.get_or_init(|| before);
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = handler as libc::sighandler_t;
        action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
        libc::sigemptyset(&raw mut action.sa_mask);
        libc::sigaction(libc::SIGBUS, &raw const action, std::ptr::null_mut());
    }
}

#[expect(unsafe_code, reason = "a signal handler: foreign calls that are safe inside one")]
extern "C" fn on_bus_error(signal: libc::c_int, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
    // SAFETY: the kernel gives a valid `siginfo_t`; `mmap` with MAP_FIXED replaces one page inside a map that we own.
    unsafe {
        let address = (*info).si_addr() as usize;
        let owner = watches().find(|w| (w.start.load(Ordering::Relaxed)..w.end.load(Ordering::Acquire)).contains(&address));
        let Some(watch) = owner else { return pass_on(signal, info, context) };
        watch.cut.store(true, Ordering::Relaxed);
        let page = usize::try_from(libc::sysconf(libc::_SC_PAGESIZE)).unwrap_or(4096);
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_FIXED;
        let at = (address & !(page - 1)) as *mut libc::c_void;
        if libc::mmap(at, page, libc::PROT_READ, flags, -1, 0) == libc::MAP_FAILED {
            pass_on(signal, info, context);
        }
    }
}

/// Lets whoever was there before us see a fault that is not ours.
#[expect(unsafe_code, reason = "calls the handler that the kernel would have called")]
fn pass_on(signal: libc::c_int, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
    let Some(before) = BEFORE.get() else { return };
    let siginfo = before.sa_flags & libc::SA_SIGINFO != 0;
    // SAFETY: the action was valid when it was read; for the default it is put back, and the fault comes again and ends the program.
    unsafe {
        match before.sa_sigaction {
            libc::SIG_DFL | libc::SIG_IGN => {
                let mut default: libc::sigaction = std::mem::zeroed();
                default.sa_sigaction = libc::SIG_DFL;
                libc::sigaction(signal, &raw const default, std::ptr::null_mut());
            }
            handler if siginfo => {
                let handler: extern "C" fn(libc::c_int, *mut libc::siginfo_t, *mut libc::c_void) = std::mem::transmute(handler);
                handler(signal, info, context);
            }
            handler => {
                let handler: extern "C" fn(libc::c_int) = std::mem::transmute(handler);
                handler(signal);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::Map;

    #[test]
    fn a_file_that_is_cut_while_mapped_reads_as_zeros() {
        let mut file = tempfile::tempfile().expect("a temporary file");
        file.write_all(&vec![7; 20_000]).expect("room for 20 kB");
        let map = Map::new(&file).expect("a map");
        assert_eq!((map[0], map[19_999], map.was_cut()), (7, 7, false));
        file.set_len(5_000).expect("a shorter file");
        assert_eq!((map[0], map[12_288], map[19_999]), (7, 0, 0));
        assert!(map.was_cut());
    }

    #[test]
    fn watches_are_used_again() {
        let mut file = tempfile::tempfile().expect("a temporary file");
        file.write_all(b"x").expect("room");
        for _ in 0..100 {
            drop(Map::new(&file).expect("a map"));
        }
        assert!(super::watches().count() < 50);
    }
}
