use crate::model::{Share, WhatIf};

use super::{Case, Weights};

/// A risk with what it is made of.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    /// What is known makes so much, 0 to 100.
    pub low: u8,
    /// So much it would be if what is unknown were as bad as it usually is.
    pub high: u8,
    /// The parts of the likelihood; they add up to one where there is any.
    pub shares: Vec<Share>,
    /// What would lower it, the most useful first.
    pub what_if: Vec<WhatIf>,
}

/// What one could mend, with the groups that this would empty.
const REPAIRS: &[(&str, &[&str])] = &[
    ("rotate its credentials", &["exposure", "lifetime", "reuse"]),
    ("delete it: nobody uses it", &["exposure", "lifetime", "reuse", "dormancy", "strength", "human", "ownership"]),
    ("take its password for the console", &["human"]),
    ("narrow who may become it", &["trust"]),
    ("name an owner", &["ownership"]),
    ("replace its keys by a role", &["exposure", "lifetime", "reuse", "strength"]),
];

/// Judges one identity.
pub fn score(case: &Case, weights: &Weights) -> Score {
    let low = risk(case, weights, &[], false);
    let high = risk(case, weights, &[], true).max(low);
    Score { low, high, shares: shares(case), what_if: what_if(case, weights, low) }
}

/// The risk, without some groups; with what is unknown at its prior, or without.
fn risk(case: &Case, weights: &Weights, without: &[&str], unknown: bool) -> u8 {
    let known = worst(case, without);
    let miss = |(group, likelihood): &(&'static str, f64)| {
        let prior = case.unknown.iter().find(|(name, _)| name == group).map_or(0.0, |(_, prior)| *prior);
        1.0 - if unknown { likelihood.max(prior) } else { *likelihood }
    };
    let groups = known.iter().map(|(group, _, likelihood)| (*group, *likelihood));
    let unseen = case.unknown.iter().filter(|(group, _)| !without.contains(group) && !known.iter().any(|(name, ..)| name == group));
    let product: f64 = groups.chain(unseen.map(|(group, _)| (*group, 0.0))).map(|one| miss(&one)).product();
    let impact = if unknown { case.impact.1 } else { case.impact.0 };
    let raw = percent((1.0 - product) * impact);
    gates(case, weights, without, raw)
}

/// `100 · √x` as a whole number.
fn percent(x: f64) -> u8 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 100")]
    let whole = (100.0 * x.clamp(0.0, 1.0).sqrt()).round() as u8;
    whole
}

/// What holds whatever the sum says: what raises it comes first, and nothing raises what does not work.
fn gates(case: &Case, weights: &Weights, without: &[&str], raw: u8) -> u8 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "gates are between 0 and 100")]
    let at = |name: &str| weights.of("gate", name) as u8;
    let mut risk = raw;
    if case.live_leak && !without.contains(&"exposure") {
        risk = risk.max(at(if case.writes { "live-leak-write" } else { "live-leak" }));
    }
    if case.open_to_anybody && case.sensitive && !without.contains(&"trust") {
        risk = risk.max(at("anybody-sensitive"));
    }
    if case.nothing_works { risk.min(at("nothing-works")) } else { risk }
}

/// The worst observation of each group, but for some groups: group, words, likelihood.
fn worst<'c>(case: &'c Case, without: &[&str]) -> Vec<(&'static str, &'c str, f64)> {
    let mut all: Vec<(&'static str, &str, f64)> = Vec::new();
    for factor in case.factors.iter().filter(|factor| !without.contains(&factor.group)) {
        match all.iter_mut().find(|(group, ..)| *group == factor.group) {
            Some(known) if known.2 < factor.likelihood => *known = (factor.group, &factor.words, factor.likelihood),
            Some(_) => {}
            None => all.push((factor.group, &factor.words, factor.likelihood)),
        }
    }
    all
}

/// The part of each group: `−ln(1 − l)`, which adds up exactly.
fn shares(case: &Case) -> Vec<Share> {
    let weight = |likelihood: f64| -(1.0 - likelihood.min(0.999)).ln();
    let worst = worst(case, &[]);
    let total: f64 = worst.iter().map(|(_, _, likelihood)| weight(*likelihood)).sum();
    let mut all: Vec<Share> = worst
        .into_iter()
        .filter(|_| total > 0.0)
        .map(|(group, words, likelihood)| Share {
            group: group.to_owned(),
            factor: words.to_owned(),
            share: round(weight(likelihood) / total),
        })
        .collect();
    all.sort_by(|a, b| b.share.total_cmp(&a.share).then_with(|| a.group.cmp(&b.group)));
    all
}

/// Four places are enough, and the same on every machine.
fn round(share: f64) -> f64 {
    (share * 10_000.0).round() / 10_000.0
}

/// What each repair would make of the risk, where it makes anything.
fn what_if(case: &Case, weights: &Weights, now: u8) -> Vec<WhatIf> {
    let mut all: Vec<WhatIf> = REPAIRS
        .iter()
        // Nobody deletes what is in use.
        .filter(|(_, without)| !without.contains(&"dormancy") || case.factors.iter().any(|factor| factor.group == "dormancy"))
        .map(|(action, without)| WhatIf { action: (*action).to_owned(), risk: risk(case, weights, without, false) })
        .filter(|after| after.risk < now)
        .collect();
    if case.impact.0 > weights.of("impact", "read") {
        let narrow =
            Case { impact: (weights.of("impact", "read"), weights.of("impact", "read")), writes: false, sensitive: false, ..case.clone() };
        let after = risk(&narrow, weights, &[], false);
        all.extend((after < now).then(|| WhatIf { action: "let it only read what it needs".into(), risk: after }));
    }
    all.sort_by(|a, b| (a.risk, &a.action).cmp(&(b.risk, &b.action)));
    all
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::factors::Factor, Case, Weights, score};

    fn case(factors: Vec<(&'static str, f64)>, impact: f64, unknown: Vec<(&'static str, f64)>) -> Case {
        let factors = factors.into_iter().map(|(group, likelihood)| Factor { group, words: group.into(), likelihood }).collect();
        Case { factors, unknown, impact: (impact, impact), ..Case::default() }
    }

    #[test]
    fn worked_examples_hold() {
        let weights = Weights::built_in();
        // A stale administrator's key that nobody owns; the same, leaked into a history; a key that reads, leaked and live.
        let stale = case(vec![("lifetime", 0.25), ("dormancy", 0.20), ("ownership", 0.15)], 1.0, vec![]);
        assert_eq!(score(&stale, &weights).low, 70);
        let leaked = case(vec![("lifetime", 0.25), ("dormancy", 0.20), ("ownership", 0.15), ("exposure", 0.60)], 1.0, vec![]);
        assert_eq!(score(&leaked, &weights).low, 89);
        let reads = Case { live_leak: true, ..case(vec![("exposure", 0.75)], 0.175, vec![]) };
        assert_eq!(score(&reads, &weights).low, 70);
        let dead = Case { nothing_works: true, ..reads };
        assert_eq!(score(&dead, &weights).low, 20);
    }

    #[test]
    fn a_repair_says_what_it_would_change() {
        let weights = Weights::built_in();
        let leaked =
            Case { live_leak: true, writes: true, ..case(vec![("lifetime", 0.45), ("exposure", 0.75), ("ownership", 0.15)], 1.0, vec![]) };
        let told = score(&leaked, &weights);
        assert_eq!(told.low, 94);
        assert_eq!(told.what_if.iter().find(|w| w.action.starts_with("rotate")).map(|w| w.risk), Some(39));
    }

    const GROUPS: &[&str] = &["exposure", "lifetime", "dormancy", "reuse", "trust", "ownership"];

    fn factors() -> impl Strategy<Value = Vec<(&'static str, f64)>> {
        prop::collection::vec((prop::sample::select(GROUPS), 0.0..0.99_f64), 0..8)
    }

    proptest! {
        #[test]
        fn worse_facts_never_lower_a_risk(known in factors(), more in (prop::sample::select(GROUPS), 0.0..0.99_f64), impact in 0.0..1.0_f64) {
            let weights = Weights::built_in();
            let before = score(&case(known.clone(), impact, vec![]), &weights);
            let mut worse = known.clone();
            worse.push(more);
            let after = score(&case(worse.clone(), impact, vec![]), &weights);
            prop_assert!(after.low >= before.low && after.low <= 100);
            // Neither order nor saying it twice matters.
            let mut shuffled: Vec<_> = worse.iter().rev().copied().collect();
            shuffled.extend(worse);
            prop_assert_eq!(score(&case(shuffled, impact, vec![]), &weights).low, after.low);
            prop_assert!(score(&case(known, (impact + 0.1).min(1.0), vec![]), &weights).low >= before.low);
        }

        #[test]
        fn what_is_unknown_only_widens(known in factors(), unknown in factors(), impact in 0.0..1.0_f64) {
            let weights = Weights::built_in();
            let told = score(&case(known.clone(), impact, unknown), &weights);
            prop_assert!(told.low <= told.high);
            let all_known = score(&case(known, impact, vec![]), &weights);
            prop_assert_eq!((all_known.low, all_known.high), (told.low, told.low));
            let sum: f64 = told.shares.iter().map(|s| s.share).sum();
            prop_assert!(told.shares.is_empty() || (sum - 1.0).abs() < 0.001);
        }
    }
}
