//! What all certificates of a run come to, in numbers.

use std::collections::BTreeMap;

use crate::model::Time;

use super::Row;

/// Keys that a quantum computer will break are deprecated after 2030 and no longer permitted after 2035 (NIST IR 8547): 2031-01-01.
const QUANTUM: Time = Time(1_924_992_000);
/// Algorithms that such a computer breaks.
const BROKEN: &[&str] = &["rsa", "dsa", "ec", "ed25519", "ed448", "x25519", "x448"];

/// The numbers.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// How many have expired.
    pub expired: usize,
    /// How many expire within 30 days.
    pub soon: usize,
    /// How many are issuers'.
    pub issuers: usize,
    /// Of how many the private key is known.
    pub keys: usize,
    /// How many are in force when their keys are to be phased out.
    pub quantum: usize,
    /// How many expire in each month from now on, `2026-12` → 3.
    pub calendar: BTreeMap<String, usize>,
}

impl Tally {
    /// Takes in one certificate.
    pub fn add(&mut self, row: &Row, now: Time) {
        self.issuers += usize::from(row.says("ca") == "yes" && row.says("hosts").is_empty());
        self.keys += usize::from(row.private_key.is_some());
        let Some(at) = row.expires else { return };
        if at < now {
            self.expired += 1;
            return;
        }
        self.soon += usize::from(at <= now.plus_days(30));
        self.quantum += usize::from(at >= QUANTUM && BROKEN.contains(&row.says("algorithm")));
        *self.calendar.entry(at.date()[..7].to_owned()).or_default() += 1;
    }
}
