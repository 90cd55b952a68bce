use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::{
    analyze::primes,
    model::{ContentId, Fingerprint, IdleMark, Mark, Notes},
};

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
    /// Moduli of RSA keys by credential; those beyond what is compared are only counted.
    moduli: HashMap<u32, Vec<u8>>,
    /// Their bytes.
    moduli_size: usize,
}

impl NoteBook {
    /// Takes in what was noticed at a sighting.
    pub fn add(&mut self, at: Sighted, notes: Notes) {
        if let Some(digest) = notes.digest {
            self.digests.insert(at.credential, digest);
        }
        if let Some(modulus) = notes.modulus {
            self.modulus(at.credential, modulus);
        }
        let Some(mark) = notes.mark else { return };
        let next = u32::try_from(self.marks.len()).expect("memory ends before");
        let number = *self.numbers.entry(mark.clone()).or_insert(next);
        if number == next {
            self.marks.push(mark);
        }
        self.marked.insert(at, number);
    }

    fn modulus(&mut self, credential: u32, modulus: Vec<u8>) {
        let kept = self.moduli.entry(credential).or_default();
        // Where they are too many, none is compared, so that it does not matter which came first.
        if kept.is_empty() && self.moduli_size <= primes::MOST {
            self.moduli_size += modulus.len();
            *kept = modulus;
        }
    }

    /// The moduli of RSA keys, by credential; empty ones where there are more than are compared.
    pub fn moduli(&self) -> impl Iterator<Item = (u32, &[u8])> {
        self.moduli.iter().map(|(credential, modulus)| (*credential, modulus.as_slice()))
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
