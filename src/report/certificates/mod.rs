//! The certificates that a run saw, the next to expire first: what they are, where they lie, and whose private key is known.

mod json;
mod table;
mod tally;

use std::{collections::BTreeMap, io};

use crate::{
    model::{Kind, Known, Proof, Time},
    store::{Record, StoreError},
};

use super::Look;

/// The certificates of a run.
pub struct Certificates {
    run: i64,
    now: Time,
    /// Those that are wanted and kept, by the end of their lives.
    rows: Vec<Row>,
    /// How many are wanted, kept or not.
    shown: usize,
    /// How many there are, wanted or not.
    total: usize,
    /// Those that are wanted, in numbers.
    tally: tally::Tally,
}

/// A certificate of the list.
struct Row {
    expires: Option<Time>,
    issued: Option<Time>,
    /// What it says of itself, by name.
    says: BTreeMap<String, String>,
    /// Where it lies, as `target: path`, the first ones.
    places: Vec<String>,
    /// At how many paths.
    count: usize,
    /// Where its private key lies, as far as known.
    private_key: Option<String>,
}

/// Rows of a table beyond this help nobody; JSON has them all.
const MOST_ROWS: usize = 200;
/// Places that are listed of one certificate; the rest is counted.
const MOST_PLACES: usize = 16;

impl Certificates {
    /// Reads them from the record; with `within`, only those that have expired or will in so many days. With `table`, no more are kept
    /// than a table shows.
    pub fn load(record: &Record, run: i64, within: Option<u32>, table: bool, now: Time) -> Result<Self, StoreError> {
        let mut all = Self { run, now, rows: Vec::new(), shown: 0, total: 0, tally: tally::Tally::default() };
        let end = within.map(|days| now.plus_days(i64::from(days)));
        record.each_of_kind(run, Kind::Certificate, |known| {
            if known.credential.proof == Proof::Invalid {
                return;
            }
            all.total += 1;
            if end.is_none_or(|end| known.credential.expires.is_some_and(|at| at <= end)) {
                let row = Row::of(known);
                all.shown += 1;
                all.tally.add(&row, now);
                all.rows.push(row);
            }
            if table && all.rows.len() >= 8 * MOST_ROWS {
                all.sort(MOST_ROWS);
            }
        })?;
        all.sort(if table { MOST_ROWS } else { usize::MAX });
        Ok(all)
    }

    /// Sorts what was kept, and keeps the first of them.
    fn sort(&mut self, most: usize) {
        self.rows.sort_unstable_by(|a, b| a.order().cmp(&b.order()));
        self.rows.truncate(most);
    }

    /// Writes them as a table for people.
    pub fn table(&self, look: Look, out: &mut dyn io::Write) -> io::Result<()> {
        table::write(self, look, out)
    }

    /// Writes them as one JSON document.
    pub fn json(&self, out: &mut dyn io::Write) -> io::Result<()> {
        json::write(self, out)
    }
}

impl Row {
    fn of(known: &Known) -> Self {
        let credential = &known.credential;
        let mut places: Vec<String> = known.places.iter().filter(|place| place.this_run).map(named).collect();
        places.dedup();
        let key = known.related.iter().find(|other| other.credential.kind == Kind::PrivateKey);
        Self {
            expires: credential.expires,
            issued: credential.issued,
            says: credential.attributes.clone(),
            count: places.len(),
            private_key: key.and_then(|key| key.places.first()).map(named),
            places: places.into_iter().take(MOST_PLACES).collect(),
        }
    }

    /// By what rows are sorted: what ends first, then by name; all that it says decides only between those of one name and number.
    fn order(&self) -> (bool, Option<Time>, &str, &str, &BTreeMap<String, String>) {
        (self.expires.is_none(), self.expires, self.says("subject"), self.says("serial"), &self.says)
    }

    fn says(&self, name: &str) -> &str {
        self.says.get(name).map_or("", String::as_str)
    }

    /// `rsa 2048`, `P-256`.
    fn key(&self) -> String {
        match (self.says("curve"), self.says("bits")) {
            ("", "") => self.says("algorithm").to_owned(),
            ("", bits) => format!("{} {bits}", self.says("algorithm")),
            (curve, _) => curve.to_owned(),
        }
    }
}

fn named(place: &crate::model::Place) -> String {
    format!("{}: {}", place.target, place.appearance.path)
}
