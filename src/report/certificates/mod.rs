//! The certificates that a run saw, the next to expire first: what they are, where they lie, and whose private key is known.

mod json;
mod table;

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
    /// Those that are wanted, by the end of their lives.
    rows: Vec<Row>,
    /// How many there are, wanted or not.
    total: usize,
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

/// Places that are listed of one certificate; the rest is counted.
const MOST_PLACES: usize = 16;

impl Certificates {
    /// Reads them from the record; with `within`, only those that have expired or will in so many days.
    pub fn load(record: &Record, run: i64, within: Option<u32>, now: Time) -> Result<Self, StoreError> {
        let (mut rows, mut total) = (Vec::new(), 0);
        let end = within.map(|days| now.plus_days(i64::from(days)));
        record.each_of_kind(run, Kind::Certificate, |known| {
            if known.credential.proof == Proof::Invalid {
                return;
            }
            total += 1;
            if end.is_none_or(|end| known.credential.expires.is_some_and(|at| at <= end)) {
                rows.push(Row::of(known));
            }
        })?;
        rows.sort_unstable_by(|a, b| a.order().cmp(&b.order()));
        Ok(Self { run, now, rows, total })
    }

    /// Writes them as a table for people.
    pub fn table(&self, look: Look, out: &mut dyn io::Write) -> io::Result<()> {
        table::write(self, look, out)
    }

    /// Writes them as one JSON document.
    pub fn json(&self, out: &mut dyn io::Write) -> io::Result<()> {
        json::write(self, out)
    }

    /// How many expire in each month from now on, `2026-12` → 3.
    fn calendar(&self) -> BTreeMap<String, usize> {
        let mut months = BTreeMap::new();
        for expires in self.rows.iter().filter_map(|row| row.expires).filter(|at| *at >= self.now) {
            *months.entry(expires.date()[..7].to_owned()).or_default() += 1;
        }
        months
    }

    /// How many have expired.
    fn expired(&self) -> usize {
        self.rows.iter().filter(|row| row.expires.is_some_and(|at| at < self.now)).count()
    }

    /// How many expire within so many days.
    fn within(&self, days: i64) -> usize {
        let end = self.now.plus_days(days);
        self.rows.iter().filter(|row| row.expires.is_some_and(|at| (self.now..=end).contains(&at))).count()
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
