use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::model::{ContentId, Fingerprint, IdleMark, Mark, Notes};

use super::Sighted;

/// How many idle marks are kept of one target.
const IDLE_KEPT: usize = 1_000;

/// What workers noticed beside credentials. Marks are few, and repeat themselves.
#[derive(Debug, Default)]
pub(super) struct NoteBook {
    marks: Vec<Mark>,
    numbers: BTreeMap<Mark, u32>,
    marked: HashMap<Sighted, u32>,
    digests: HashMap<u32, Fingerprint>,
    idle: BTreeSet<(ContentId, IdleMark)>,
}

impl NoteBook {
    /// Takes in what was noticed at a sighting.
    pub fn add(&mut self, at: Sighted, notes: Notes) {
        if let Some(digest) = notes.digest {
            self.digests.insert(at.credential, digest);
        }
        let Some(mark) = notes.mark else { return };
        let next = u32::try_from(self.marks.len()).expect("memory ends before");
        let number = *self.numbers.entry(mark.clone()).or_insert(next);
        if number == next {
            self.marks.push(mark);
        }
        self.marked.insert(at, number);
    }

    /// Takes in a mark that covers nothing. Of too many, the first by content are kept, not by arrival.
    pub fn idle(&mut self, content: ContentId, mark: IdleMark) {
        self.idle.insert((content, mark));
        if self.idle.len() > IDLE_KEPT {
            self.idle.pop_last();
        }
    }

    /// The mark at a sighting.
    pub fn mark(&self, at: &Sighted) -> Option<&Mark> {
        self.marked.get(at).map(|number| &self.marks[*number as usize])
    }

    /// The digest of the credential with that number.
    pub fn digest(&self, credential: u32) -> Option<Fingerprint> {
        self.digests.get(&credential).copied()
    }

    /// The marks that cover nothing, with the content in which they stand.
    pub fn idle_marks(&self) -> impl Iterator<Item = (&ContentId, &IdleMark)> {
        self.idle.iter().map(|(content, mark)| (content, mark))
    }
}
