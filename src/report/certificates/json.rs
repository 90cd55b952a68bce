//! Certificates as one JSON document; its shape is a contract.

use std::{collections::BTreeMap, io};

use serde::Serialize;

use crate::{model::Time, report::visible::pretty};

use super::{Certificates, Row};

#[derive(Serialize)]
struct Document<'c> {
    version: u32,
    run: i64,
    now: Time,
    total: usize,
    expired: usize,
    /// How many are in force beyond 2030 with a key that a quantum computer will break.
    quantum_vulnerable_beyond_2030: usize,
    certificates: Vec<Certificate<'c>>,
    /// How many expire in each month.
    calendar: &'c BTreeMap<String, usize>,
}

#[derive(Serialize)]
struct Certificate<'c> {
    subject: &'c str,
    issuer: &'c str,
    self_signed: bool,
    ca: bool,
    not_before: Option<Time>,
    not_after: Option<Time>,
    days_left: Option<i64>,
    key: String,
    private_key_known: bool,
    private_key: Option<&'c str>,
    place_count: usize,
    places: &'c [String],
    /// All that it says of itself.
    attributes: &'c BTreeMap<String, String>,
}

impl<'c> Certificate<'c> {
    fn of(row: &'c Row, now: Time) -> Self {
        Self {
            subject: row.says("subject"),
            issuer: row.says("issuer"),
            self_signed: row.says("self-signed") == "yes",
            ca: row.says("ca") == "yes",
            not_before: row.issued,
            not_after: row.expires,
            days_left: row.expires.map(|at| now.days_until(at)),
            key: row.key(),
            private_key_known: row.private_key.is_some(),
            private_key: row.private_key.as_deref(),
            place_count: row.count,
            places: &row.places,
            attributes: &row.says,
        }
    }
}

pub(super) fn write(all: &Certificates, out: &mut dyn io::Write) -> io::Result<()> {
    let document = Document {
        version: 1,
        run: all.run,
        now: all.now,
        total: all.total,
        expired: all.tally.expired,
        quantum_vulnerable_beyond_2030: all.tally.quantum,
        certificates: all.rows.iter().map(|row| Certificate::of(row, all.now)).collect(),
        calendar: &all.tally.calendar,
    };
    document.serialize(&mut serde_json::Serializer::with_formatter(&mut *out, pretty()))?;
    writeln!(out)
}
