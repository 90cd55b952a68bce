use std::{
    borrow::Cow,
    ops::ControlFlow,
    panic::{AssertUnwindSafe, catch_unwind},
};

use sha1::{Digest, Sha1};

use crate::{
    collect::{Desk, mode_of},
    engine::Scratch,
    inspect::{INSPECTORS, Inspector, Outcome, Workbench},
    model::{Appearance, ContentId, Credential, Document, Fact, Fault, FaultKind, Origin, RefClasses, Sighting, Source, Span},
};

use super::survey::Survey;

/// A buffer that has grown beyond this is not kept, so that one large file does not stay in memory.
const BUFFER_KEPT: usize = 1 << 20;
/// Room of a fresh buffer: most files fit, and need two reads.
const BUFFER_ROOM: usize = 64 << 10;
/// How many wrappings are taken off.
const DEEPEST: u8 = 8;

/// Facts and counts of one parcel, on their way to the ledger.
#[derive(Default)]
pub(super) struct Batch {
    pub facts: Vec<Fact>,
    pub skipped: Vec<(&'static str, u64)>,
}

/// One worker: its buffers, its workbench, and what it learned since it last handed over.
pub(super) struct Worker<'s> {
    survey: &'s Survey<'s>,
    bench: Workbench<'s>,
    spare: Option<Vec<u8>>,
    batch: Batch,
}

impl<'s> Worker<'s> {
    pub fn new(survey: &'s Survey<'s>) -> Self {
        let bench = Workbench { rules: survey.rules, pepper: survey.pepper, scratch: Scratch::default() };
        Self { survey, bench, spare: None, batch: Batch::default() }
    }

    /// What was learned since the last call.
    pub fn take(&mut self) -> Batch {
        std::mem::take(&mut self.batch)
    }

    /// Shows a document to every inspector that wants it, and what they unwrap to all of them again.
    fn inspect(&mut self, document: &Document<'_>, outer: &mut Learned) {
        for inspector in INSPECTORS {
            if inspector.wants(document.origin, document.bytes) {
                self.show(*inspector, document, outer);
            }
        }
        for (_, bytes) in std::mem::take(&mut outer.inner) {
            if document.layer < DEEPEST {
                self.inspect(&Document { origin: document.origin, bytes: &bytes, kin: None, layer: document.layer + 1 }, outer);
            }
        }
    }

    /// A panic of an inspector is a fault that names it, not the end of the run.
    fn show(&mut self, inspector: &dyn Inspector, document: &Document<'_>, learned: &mut Learned) {
        let bench = &mut self.bench;
        if catch_unwind(AssertUnwindSafe(|| inspector.inspect(document, bench, learned))).is_err() {
            let what = format!("inspector `{}` crashed on it; please report this", inspector.about().id);
            learned.faults.push(Fault::new(FaultKind::Crashed, origin_name(document.origin), what));
            self.bench.scratch = Scratch::default();
        }
    }

    /// Turns what was seen into facts: only now is the content's id worth computing.
    fn keep(&mut self, document: &Document<'_>, learned: Learned) {
        self.batch.facts.extend(learned.faults.into_iter().map(Fact::Fault));
        if learned.seen.is_empty() {
            return;
        }
        let content = match &document.origin.source {
            Source::Object { id } => *id,
            Source::File { .. } | Source::Stream { .. } => blob_id(document.bytes),
        };
        if let Some(saver) = self.survey.saver {
            saver.save(content, document.bytes);
        }
        self.batch.facts.extend(appearance(document.origin, content).map(Fact::Appearance));
        for (credential, span) in learned.seen {
            self.batch.facts.push(Fact::Sighting(Sighting { credential: credential.key.clone(), content, span }));
            self.batch.facts.push(Fact::Credential(credential));
        }
    }
}

impl Desk for Worker<'_> {
    fn buffer(&mut self) -> Vec<u8> {
        self.spare.take().unwrap_or_else(|| Vec::with_capacity(BUFFER_ROOM))
    }

    fn give_back(&mut self, mut buffer: Vec<u8>) {
        if buffer.capacity() <= BUFFER_KEPT {
            buffer.clear();
            self.spare = Some(buffer);
        }
    }

    fn limit(&self) -> u64 {
        self.survey.settings.max_file_size
    }

    fn document(&mut self, document: &Document<'_>) -> ControlFlow<()> {
        let mut learned = Learned::default();
        self.inspect(document, &mut learned);
        self.keep(document, learned);
        self.survey.tally.count(1, document.bytes.len() as u64);
        if self.survey.tally.stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn fault(&mut self, fault: Fault) {
        self.batch.facts.push(Fact::Fault(fault));
    }

    fn skipped(&mut self, why: &'static str, count: u64) {
        self.batch.skipped.push((why, count));
    }
}

/// What inspectors told about one document.
#[derive(Default)]
struct Learned {
    seen: Vec<(Credential, Span)>,
    faults: Vec<Fault>,
    inner: Vec<(&'static str, Vec<u8>)>,
}

impl Outcome for Learned {
    fn seen(&mut self, credential: Credential, span: Span) {
        self.seen.push((credential, span));
    }

    fn fault(&mut self, fault: Fault) {
        self.faults.push(fault);
    }

    fn inner(&mut self, wrapping: &'static str, bytes: Vec<u8>) {
        self.inner.push((wrapping, bytes));
    }
}

/// The name of an origin in a fault.
fn origin_name(origin: &Origin) -> Cow<'_, str> {
    match &origin.source {
        Source::File { path, .. } => Cow::Borrowed(path),
        Source::Stream { name } => Cow::Borrowed(name),
        Source::Object { id } => Cow::Owned(format!("object {id}")),
    }
}

/// Files and streams know where they lie; objects are placed later, all together.
fn appearance(origin: &Origin, content: ContentId) -> Option<Appearance> {
    let (path, mode) = match &origin.source {
        Source::File { path, at } => (path.clone(), mode_of(at)),
        Source::Stream { name } => (name.clone(), None),
        Source::Object { .. } => return None,
    };
    Some(Appearance { content, path, mode, introduced: None, in_head: None, in_tree: true, refs: RefClasses::NONE })
}

/// The id that git would give these bytes as a blob: the same content has one name in a tree and in a history.
fn blob_id(bytes: &[u8]) -> ContentId {
    let digest = Sha1::new().chain_update(format!("blob {}\0", bytes.len())).chain_update(bytes).finalize();
    ContentId::new(digest.as_slice()).expect("SHA-1 has 20 bytes")
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_file_has_the_id_that_git_gives_it() {
        assert_eq!(super::blob_id(b"hello\n").to_string(), "ce013625030ba8dba906f756967f9e9ca394464a");
    }
}
