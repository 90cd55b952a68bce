use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
};

use crate::model::{Fingerprint, Kind, Known, Place};

use super::Entry;

/// When a credential came to a path: by commit date, then by line and column.
type Arrival = (i64, u32, u32);

/// When those of one rule came to one path, by row; the fingerprint decides between equals.
type Arrivals = BTreeMap<i64, (Arrival, Fingerprint)>;

/// Names credentials as a baseline does: by digest where nobody can guess the secret, else by rule, path and the order in which
/// those of one rule came to that path.
#[derive(Debug, Default)]
pub(in crate::scan) struct Ordinals {
    digests: HashMap<i64, Fingerprint>,
    arrivals: BTreeMap<(Cow<'static, str>, String), Arrivals>,
    counted: HashMap<(i64, String), u32>,
}

impl Ordinals {
    /// Starts with the digests of credentials, by row.
    pub fn new(digests: HashMap<i64, Fingerprint>) -> Self {
        Self { digests, ..Self::default() }
    }

    /// Takes in where a credential lies.
    pub fn meet(&mut self, row: i64, known: &Known) {
        if self.digests.contains_key(&row) || known.credential.kind == Kind::Identifier {
            return;
        }
        let key = &known.credential.key;
        for place in known.places.iter().filter(|p| p.this_run) {
            let there = self.arrivals.entry((key.rule.clone(), place.appearance.path.clone())).or_default();
            let arrival = (arrival(place), key.fingerprint);
            let first = there.entry(row).or_insert(arrival);
            *first = (*first).min(arrival);
        }
    }

    /// Counts, when all credentials were met.
    pub fn settle(&mut self) {
        for ((_, path), there) in std::mem::take(&mut self.arrivals) {
            let mut order: Vec<_> = there.into_iter().map(|(row, arrival)| (arrival, row)).collect();
            order.sort_unstable();
            self.counted.extend((1..).zip(order).map(|(ordinal, (_, row))| ((row, path.clone()), ordinal)));
        }
    }

    /// The entry that a baseline has for a credential at a path.
    pub fn entry(&self, row: i64, known: &Known, path: &str) -> Option<Entry> {
        let rule = known.credential.key.rule.to_string();
        if let Some(digest) = self.digests.get(&row) {
            return Some(Entry::digest(*digest, rule, path));
        }
        let ordinal = *self.counted.get(&(row, path.to_owned()))?;
        Some(Entry::ordinal(ordinal, rule, path))
    }
}

fn arrival(place: &Place) -> Arrival {
    let date = place.appearance.introduced.as_ref().map_or(i64::MAX, |i| i.date.0);
    (date, place.span.line, place.span.column)
}
