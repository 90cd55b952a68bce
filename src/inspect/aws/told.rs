use std::{collections::BTreeSet, ops::Range};

use crate::{
    inspect::{Outcome, Workbench},
    model::{
        Document, Entity, FaultKind, Kind, Origin, Source,
        entity::{Basis, Vaulted},
    },
};

/// Takes what is told of an inventory.
pub(super) trait Listener {
    /// An entity that is told.
    fn tell(&mut self, entity: Entity);

    /// Something cannot be what it should be.
    fn malformed(&mut self, what: &str);
}

impl Listener for Told<'_, '_, '_> {
    fn tell(&mut self, entity: Entity) {
        Told::tell(self, entity);
    }

    fn malformed(&mut self, what: &str) {
        Told::malformed(self, "", what);
    }
}

/// Takes what an inventory tells, and keeps secrets out of it: somebody may have written one into a tag or a policy.
pub(super) struct Told<'t, 'r, 'o> {
    pub bench: &'t mut Workbench<'r>,
    pub outcome: &'o mut dyn Outcome,
    /// On what the word of the document rests.
    pub basis: Basis,
}

impl<'t, 'r, 'o> Told<'t, 'r, 'o> {
    /// Takes what the account itself says.
    pub fn new(bench: &'t mut Workbench<'r>, outcome: &'o mut dyn Outcome) -> Self {
        Self { bench, outcome, basis: Basis::Account }
    }

    /// An entity that the document tells.
    pub fn tell(&mut self, entity: Entity) {
        let body = entity.body();
        match self.veiled(&body) {
            None => self.outcome.entity(self.basis, entity),
            Some(clean) => match Entity::parse(entity.kind(), &clean) {
                Ok(entity) => self.outcome.entity(self.basis, entity),
                Err(_) => {
                    self.malformed("", &format!("{} {} holds what looks like a secret, and was left out", entity.kind(), entity.key()));
                }
            },
        }
    }

    /// A secret in a manager with the fingerprints of its value, which may look like anything.
    pub fn tell_vaulted(&mut self, bare: Vaulted, fingerprints: BTreeSet<String>) {
        match self.veiled(&Entity::Vaulted(bare.clone()).body()) {
            None => self.outcome.entity(self.basis, Entity::Vaulted(Vaulted { fingerprints, ..bare })),
            Some(_) => self.malformed("", "the name of a secret holds what looks like one, and was left out"),
        }
    }

    /// A text without the secrets in it; `None` where it has none. Public names, as key ids are, may stay.
    fn veiled(&mut self, body: &str) -> Option<String> {
        let origin = Origin::new(Source::Stream { name: String::new() });
        let document = Document { origin: &origin, bytes: body.as_bytes(), kin: None, layer: 1 };
        let mut hits = Vec::new();
        self.bench.rules.hits(&document, &mut self.bench.scratch, &mut |rule, hit| {
            let public = hit.handle.as_ref() == Some(&hit.secret) || rule.kind == Kind::Identifier;
            if !public && !rule.form.assignment {
                hits.push(hit.secret.clone());
            }
        });
        if hits.is_empty() {
            return None;
        }
        let mut clean = body.as_bytes().to_vec();
        hits.into_iter().for_each(|at| clean[at].fill(b'*'));
        String::from_utf8(clean).ok()
    }

    /// A text out of a source without the secrets in it; in the stretches where anybody may write anything, without passwords either.
    pub fn clean(&mut self, text: &str, free: &[Range<usize>]) -> String {
        let mut clean = self.veiled(text).unwrap_or_else(|| text.to_owned());
        if !free.is_empty() {
            let origin = Origin::new(Source::Stream { name: String::new() });
            let document = Document { origin: &origin, bytes: text.as_bytes(), kin: None, layer: 1 };
            let mut values = Vec::new();
            self.bench.rules.assignments(&document, &mut self.bench.scratch, &mut |_, assignment, _| values.push(assignment.value));
            let mut bytes = clean.into_bytes();
            for value in values {
                for place in free.iter().filter(|place| place.start < value.end && value.start < place.end) {
                    bytes[place.start.max(value.start)..place.end.min(value.end)].fill(b'*');
                }
            }
            clean = String::from_utf8_lossy(&bytes).into_owned();
        }
        clean
    }

    /// Something in the document cannot be what it should be.
    pub fn malformed(&mut self, member: &str, what: &str) {
        self.outcome.fault(FaultKind::Malformed, member, what);
    }

    /// The document ends too early.
    pub fn truncated(&mut self, member: &str, what: &str) {
        self.outcome.fault(FaultKind::Truncated, member, what);
    }
}
