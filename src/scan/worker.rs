use std::{collections::HashSet, ops::ControlFlow};

use sha1::{Digest, Sha1};

use crate::{
    collect::{Desk, Parcel, mode_of},
    engine::Scratch,
    inspect::{Explained, Remembered, Workbench},
    model::{
        Appearance, ContentId, Document, Entity, Fact, Fault, FaultKind, Flaw, IdleMark, Origin, OwnerLine, Part, RefClasses, Sighting,
        Source, entity::Basis, within,
    },
};

use super::{
    survey::Survey,
    unwrap::{Dissection, Seen},
};

/// A buffer that has grown beyond this is not kept, so that one large file does not stay in memory.
const BUFFER_KEPT: usize = 1 << 20;
/// Room of a fresh buffer: most files fit, and need two reads.
const BUFFER_ROOM: usize = 64 << 10;

/// Facts and counts on their way to the ledger.
#[derive(Default)]
pub(super) struct Batch {
    pub facts: Vec<Fact>,
    pub skipped: Vec<(&'static str, u64)>,
}

/// Facts are handed over when there are so many: a parcel, or a single document, may yield a hundred thousand.
const BATCH: usize = 256;

/// Where a worker hands over what it learned.
type Hand<'s> = Box<dyn FnMut(Batch) + Send + 's>;

/// One worker: its buffers, its workbench, and what it learned since it last handed over.
pub(super) struct Worker<'s> {
    survey: &'s Survey<'s>,
    bench: Workbench<'s>,
    spare: Option<Vec<u8>>,
    /// The rules that judge the values of names.
    judged: HashSet<&'s str>,
    outbox: Outbox<'s>,
}

struct Outbox<'s> {
    batch: Batch,
    hand: Hand<'s>,
}

impl Outbox<'_> {
    fn put(&mut self, fact: Fact) {
        self.batch.facts.push(fact);
        if self.batch.facts.len() >= BATCH {
            self.send();
        }
    }

    fn send(&mut self) {
        if !self.batch.facts.is_empty() || !self.batch.skipped.is_empty() {
            (self.hand)(std::mem::take(&mut self.batch));
        }
    }
}

impl<'s> Worker<'s> {
    pub fn new(survey: &'s Survey<'s>, hand: impl FnMut(Batch) + Send + 's) -> Self {
        let bench = Workbench {
            rules: survey.rules,
            pepper: survey.pepper,
            salt: survey.salt,
            scratch: Scratch::default(),
            remembered: Remembered::default(),
            explained: Explained::default(),
        };
        let judged = survey.rules.iter().filter(|rule| rule.form.assignment).map(|rule| rule.id.as_ref()).collect();
        Self { survey, bench, spare: None, judged, outbox: Outbox { batch: Batch::default(), hand: Box::new(hand) } }
    }

    /// Opens a parcel, and hands over all that was learned from it.
    pub fn open(&mut self, parcel: Box<dyn Parcel>) {
        parcel.open(self);
        self.outbox.send();
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
        if let (Some(saver), Source::Answer { path, sealed: false }) = (self.survey.saver, &document.origin.source) {
            saver.answer(path, document.bytes);
        }
        let told = Told { survey: self.survey, document, judged: &self.judged, content: None, saved: false, outbox: &mut self.outbox };
        Dissection::run(told, document, &mut self.bench);
        self.survey.tally.count(1, document.bytes.len() as u64);
        if self.survey.tally.stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn fault(&mut self, fault: Fault) {
        self.outbox.put(Fact::Fault(fault));
    }

    fn skipped(&mut self, why: &'static str, count: u64) {
        self.outbox.batch.skipped.push((why, count));
    }
}

/// Takes what inspectors tell about one document, and turns it into facts.
pub(super) struct Told<'w, 's> {
    pub survey: &'s Survey<'s>,
    /// The rules that judge the values of names.
    pub judged: &'w HashSet<&'s str>,
    document: &'w Document<'w>,
    /// Its id, worth computing only when something was seen in it.
    content: Option<ContentId>,
    /// Whether it was saved, where the user asked for that.
    saved: bool,
    outbox: &'w mut Outbox<'s>,
}

impl Told<'_, '_> {
    /// The id of the document; at the first call its place becomes a fact.
    fn content(&mut self) -> ContentId {
        if let Some(content) = self.content {
            return content;
        }
        let content = match &self.document.origin.source {
            Source::Object { id } => *id,
            Source::File { .. } | Source::Stream { .. } | Source::Answer { .. } => blob_id(self.document.bytes),
        };
        appearance(self.document.origin, content).into_iter().for_each(|a| self.outbox.put(Fact::Appearance(a)));
        *self.content.insert(content)
    }

    /// A credential was seen in the document, or may have been.
    pub fn seen(&mut self, Seen { credential, inside, wrapping, span, observed, notes }: Seen) {
        let content = self.content();
        // An answer was saved under its own name.
        let answer = matches!(self.document.origin.source, Source::Answer { .. });
        if let Some(saver) = self.survey.saver.filter(|_| !self.saved && !answer) {
            saver.save(content, self.document.bytes);
            self.saved = true;
        }
        let key = credential.key.clone();
        self.outbox.put(Fact::Sighting(Sighting { credential: key, content, inside, wrapping, span, observed, notes }));
        self.outbox.put(Fact::Credential(credential));
    }

    /// The document is an inventory, and tells of an identity.
    pub fn entity(&mut self, basis: Basis, entity: Entity) {
        let content = self.content();
        self.outbox.put(Fact::Entity(content, basis, entity));
    }

    /// The document is a part of something that several declare.
    pub fn part(&mut self, inside: &str, part: Part) {
        let content = self.content();
        self.outbox.put(Fact::Part(content, inside.to_owned(), part));
    }

    /// The document says who answers for which paths.
    pub fn owners(&mut self, lines: Vec<OwnerLine>) {
        let content = self.content();
        self.outbox.put(Fact::Owners(content, lines));
    }

    /// One of our own marks in the document covers nothing.
    pub fn idle(&mut self, mark: IdleMark) {
        let content = self.content();
        self.outbox.put(Fact::Idle(content, mark));
    }

    /// Something in the document, or in what lies that way inside of it, could not be read. Where an object lies is known later.
    pub fn fault(&mut self, kind: FaultKind, inside: &str, what: impl Into<String>) {
        let outer = Origin::new(self.document.origin.source.clone());
        self.outbox.put(match outer.source {
            Source::Object { id } => Fact::Blind(id, Fault::new(kind, inside, what)),
            _ => Fact::Fault(Fault::new(kind, within(&outer.name(), inside), what)),
        });
    }

    /// Something public in the document cannot be read as far as it should.
    pub fn flaw(&mut self, flaw: Flaw) {
        let content = self.content();
        self.outbox.put(Fact::Flaw(content, flaw));
    }

    /// Something in the document was left out on purpose.
    pub fn skipped(&mut self, why: &'static str) {
        self.outbox.batch.skipped.push((why, 1));
    }
}

/// Files and streams know where they lie; objects are placed later, all together.
fn appearance(origin: &Origin, content: ContentId) -> Option<Appearance> {
    let (path, mode) = match &origin.source {
        Source::File { path, at } => (path.clone(), mode_of(at)),
        Source::Stream { name: path } | Source::Answer { path, .. } => (path.clone(), None),
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
