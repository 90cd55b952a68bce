use std::{
    io::{self, Read},
    ops::ControlFlow,
};

use crate::{
    inspect::{Inner, Outcome, Workbench},
    model::{FaultKind, Origin},
};

use super::{cpio, tar};

/// An archive being opened: where its members go.
pub(super) struct Opening<'o, 'b> {
    pub bench: &'o mut Workbench<'b>,
    pub outcome: &'o mut dyn Outcome,
    /// What is taken off.
    pub wrapping: &'static str,
}

impl Opening<'_, '_> {
    /// Hands on a member whose bytes are there. Empty ones hold nothing.
    pub fn member(&mut self, name: &str, bytes: &[u8]) -> ControlFlow<()> {
        if bytes.is_empty() {
            return ControlFlow::Continue(());
        }
        self.outcome.inner(self.bench, Inner { wrapping: self.wrapping, name: Some(name), map: None, bytes })
    }

    /// Reads a member to its end, or as far as there is room and it can be read, and hands on what came out.
    pub fn read(&mut self, name: &str, reader: &mut dyn Read) -> ControlFlow<()> {
        let mut bytes = Vec::new();
        let ended = reader.take(self.outcome.room().saturating_add(1)).read_to_end(&mut bytes);
        let flow = self.member(name, &bytes);
        if let Err(error) = ended {
            self.broken(name, &error);
        }
        flow
    }

    /// Reads what was compressed as a whole: the members of the archive that it is, or one document.
    pub fn stream(&mut self, origin: &Origin, endings: &[&str], mut reader: impl Read) -> ControlFlow<()> {
        let mut head = Vec::new();
        // Where the first bytes are broken already, the rest says so again.
        let begun = (&mut reader).take(tar::BLOCK as u64).read_to_end(&mut head);
        let mut whole = head.as_slice().chain(Rest { begun: begun.err(), reader });
        if tar::is_tar(&head) {
            return tar::members(&mut whole, self);
        }
        if cpio::is_cpio(&head) {
            return cpio::members(&mut whole, self);
        }
        self.read(&without_ending(origin.leaf(), endings), &mut whole)
    }

    /// Tells what could not be read.
    pub fn fault(&mut self, kind: FaultKind, member: &str, what: &str) {
        self.outcome.fault(kind, member, what);
    }

    /// Tells what an error of a decoder amounts to.
    pub fn broken(&mut self, member: &str, error: &io::Error) {
        let (kind, what) = match error.kind() {
            io::ErrorKind::UnexpectedEof => (FaultKind::Truncated, "ends before it should"),
            io::ErrorKind::Unsupported => (FaultKind::Unsupported, "a method that is not read"),
            io::ErrorKind::OutOfMemory => (FaultKind::TooLarge, "wants too much memory"),
            _ => (FaultKind::Malformed, "corrupt"),
        };
        self.fault(kind, member, &format!("{what} ({}: {error}); the rest was not scanned", self.wrapping));
    }
}

/// The rest of a stream whose first bytes were read, with the error that they ended in.
struct Rest<R> {
    begun: Option<io::Error>,
    reader: R,
}

impl<R: Read> Read for Rest<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.begun.take() {
            Some(error) => Err(error),
            None => self.reader.read(buffer),
        }
    }
}

/// The name of what was compressed: `log.gz` holds `log`, `x.tgz` holds `x.tar`.
fn without_ending(leaf: &str, endings: &[&str]) -> String {
    let lower = leaf.to_ascii_lowercase();
    for ending in endings {
        if let Some(stem) = lower.strip_suffix(ending).filter(|stem| !stem.is_empty()) {
            let tar = if ending.starts_with(".t") { ".tar" } else { "" };
            return format!("{}{tar}", leaf.get(..stem.len()).unwrap_or(leaf));
        }
    }
    if leaf.is_empty() { "content".into() } else { leaf.into() }
}

#[cfg(test)]
mod tests {
    use super::without_ending;

    #[test]
    fn what_was_compressed_has_the_name_without_the_ending() {
        let endings = &[".gz", ".tgz"];
        let cases = [("log.gz", "log"), ("a.TGZ", "a.tar"), ("x", "x"), ("", "content"), (".gz", ".gz")];
        for (leaf, name) in cases {
            assert_eq!(without_ending(leaf, endings), name);
        }
    }
}
