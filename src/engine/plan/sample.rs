//! What source text is like: how often each gram stands in it, and which ones stand two bytes apart.

use crate::engine::tables::{GATES, gate_of};

/// Of a listed gram, what part is taken to stand where no five listed bytes do, at least.
const ELSEWHERE: f64 = 0.02;

/// Shares of a text. All bytes are folded by `| 0x20`.
#[derive(Debug, Default)]
pub struct Sample {
    /// Grams with their shares.
    grams: Vec<(u32, f64)>,
    /// Five bytes, which two look-ups cover, as two grams, with their shares.
    fives: Vec<([u32; 2], f64)>,
}

/// The same by gate: what the hash of some multiplier takes for one counts as one.
#[derive(Debug)]
pub struct Gated {
    /// The share of text at each gate.
    pub shares: Vec<f64>,
    /// By gate, the gates two bytes before it with the share of text where both are.
    pub before: Vec<Vec<(u16, f64)>>,
    /// By gate, the gates two bytes behind it.
    pub behind: Vec<Vec<(u16, f64)>>,
    /// The share of text that is not listed by fives. There, gates are taken to be independent of each other.
    pub rest: f64,
    /// The share of that rest at each gate.
    pub rest_shares: Vec<f64>,
}

impl Sample {
    /// Reads the tables: hexadecimal grams, and five characters a line, each with parts per million behind a tab.
    pub fn read(grams: &str, fives: &str) -> Self {
        let gram = |line: &str| {
            let (gram, share) = line.split_once('\t')?;
            Some((u32::from_str_radix(gram, 16).ok()?.swap_bytes() >> 8, share.parse::<f64>().ok()? / 1e6))
        };
        let five = |line: &str| {
            let bytes = line.as_bytes().first_chunk::<5>()?.map(|byte| u32::from(byte | 0x20));
            let gram = |from: usize| bytes[from] | bytes[from + 1] << 8 | bytes[from + 2] << 16;
            let share = line.get(5..)?.strip_prefix('\t')?.parse::<f64>().ok()? / 1e6;
            Some(([gram(0), gram(2)], share))
        };
        Self { grams: grams.lines().filter_map(gram).collect(), fives: fives.lines().filter_map(five).collect() }
    }

    /// The sample by the gates of a multiplier.
    pub fn gated(&self, multiplier: u32) -> Gated {
        let listed: f64 = self.grams.iter().map(|(_, share)| share).sum();
        // What is not listed lies anywhere.
        let mut shares = vec![(1.0 - listed).max(ELSEWHERE) / GATES as f64; GATES];
        for (gram, share) in &self.grams {
            shares[gate_of(*gram, multiplier)] += share;
        }
        let (mut rest_shares, mut before, mut behind) = (shares.clone(), vec![Vec::new(); GATES], vec![Vec::new(); GATES]);
        for ([first, last], share) in &self.fives {
            let (first, last) = (gate_of(*first, multiplier), gate_of(*last, multiplier));
            before[last].push((first as u16, *share));
            behind[first].push((last as u16, *share));
            rest_shares[last] -= share;
        }
        for (rest, share) in rest_shares.iter_mut().zip(&shares) {
            *rest = rest.max(ELSEWHERE * share);
        }
        let sum: f64 = rest_shares.iter().sum();
        rest_shares.iter_mut().for_each(|rest| *rest /= sum);
        let rest = (1.0 - self.fives.iter().map(|(_, share)| share).sum::<f64>()).max(0.0);
        Gated { shares, before, behind, rest, rest_shares }
    }
}
