//! The laws of rules, held by every built-in one.

use unhidden::{
    engine::Scratch,
    model::{Document, Origin, Source},
    rules::{RuleBook, laws},
};

#[test]
fn every_rule_keeps_the_laws() {
    let violations = laws::check(&RuleBook::builtin(), |_| true);
    let told: Vec<String> =
        violations.iter().map(|violation| format!("{}: {}: {}", violation.rule, violation.law, violation.detail)).collect();
    assert!(told.is_empty(), "{} violations:\n{}", told.len(), told.join("\n"));
}

#[test]
fn every_pattern_compiles_within_the_limits() {
    for rule in RuleBook::builtin().iter() {
        let closing = rule.form.closing.iter().map(|closing| &closing.pattern);
        let pair = rule.pair.iter().map(|pair| &pair.other.pattern);
        for pattern in [&rule.form.pattern].into_iter().chain(closing).chain(pair) {
            assert_eq!(pattern.check(), Ok(()), "{}", rule.id);
        }
    }
}

#[test]
fn a_document_without_anchors_has_no_candidates_and_an_empty_one_neither() {
    let book = RuleBook::builtin();
    let mut scratch = Scratch::new();
    for bytes in [&b""[..], b"a", b"ab", &[0; 4096], &[0xff; 1001]] {
        assert!(book.finder().candidates(bytes, None, &mut scratch).is_empty());
        let origin = Origin::new(Source::Stream { name: "-".into() });
        book.hits(&Document { origin: &origin, bytes, kin: None, layer: 0 }, &mut scratch, &mut |rule, _| panic!("{} hits", rule.id));
    }
}
