use std::{
    borrow::Cow,
    collections::BTreeMap,
    ops::{ControlFlow, Range},
};

use crate::{
    engine::{
        Hit,
        judge::{
            self,
            place::{self, Place},
        },
        proofs::{self, ProofCall, Verdict},
        readers::{Found, Reading, reader},
    },
    model::{
        About, Companion, Confidence, Credential, CredentialKey, Document, Kind, MADE_UP, Notes, Origin, Pepper, Preview, Proof, Secret,
        Source,
    },
    rules::Rule,
};

use super::{Inner, Inspector, Lines, Map, Outcome, Workbench, marks, strength};

/// Finds credentials by rule: anchor, pattern, proofs, and what the format says of itself.
pub struct Secrets;

const ABOUT: About = About {
    id: "secrets",
    title: "Credentials in any bytes",
    explain: "One pass over all anchors of all rules, each hit's pattern in its bounded window, then offline proofs (check values, randomness, \
              placeholders) and readers (public names and dates inside the token). Text, binary and anything between.",
    controls: &[],
    see: &[],
};

/// Attributes longer than this say nothing to a reader, bytes.
const LONGEST_ATTRIBUTE: usize = 200;

/// How far another half may lie, whatever the length of the lines, bytes.
const PAIR_REACH: usize = 4096;

impl Inspector for Secrets {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn wants(&self, _origin: &Origin, _head: &[u8]) -> bool {
        true
    }

    fn inspect(&self, document: &Document<'_>, bench: &mut Workbench<'_>, outcome: &mut dyn Outcome) {
        let mut hits: Vec<(&Rule, Hit)> = Vec::new();
        let marked = bench.rules.hits(document, &mut bench.scratch, &mut |rule, hit| hits.push((rule, hit.clone())));
        let secrets: Vec<Range<usize>> = hits.iter().map(|(_, hit)| hit.secret.clone()).collect();
        let mut covered = Vec::new();
        bench.explained.begin(document.layer);
        for at in 0..hits.len() {
            let companion = if hits[at].0.pair.is_some() { companion(document.bytes, &hits, at, bench) } else { Companion::None };
            let (rule, hit) = &hits[at];
            let Some(Amount { credential, broken, wrapped, modulus }) = amount(document, rule, hit, companion, bench.pepper) else {
                continue;
            };
            if let Some(broken) = broken {
                outcome.flaw(Some(hit.whole.clone()), &broken);
            }
            if wrapped.is_some() || (credential.proof == Proof::Valid && rule.reads.as_deref() == Some("certificate")) {
                bench.explained.add(document.layer, hit.whole.clone());
            }
            if let Some(bytes) = wrapped {
                if unwrap(&hit.whole, &bytes, bench, outcome).is_break() {
                    return;
                }
                continue;
            }
            let secret = hit.secret.clone();
            let digest = bench.salt.and_then(|salt| strength::digest(rule, &credential, &document.bytes[secret.clone()], salt));
            let notes = Notes { mark: marks::mark(document.bytes, &secret, &secrets), digest, modulus };
            covered.push(secret.clone());
            match hit.observed.filter(|_| rule.form.assignment && place(document.origin) == Place::Unknown) {
                Some(observed) => outcome.perhaps(credential, secret, observed, notes),
                None => outcome.seen(credential, secret, notes),
            }
        }
        if document.layer == 0 && marked {
            marks::idle(document.bytes, &covered, &mut |mark| outcome.idle(mark));
        }
    }
}

/// Has what stands in armour inspected by itself.
fn unwrap(armour: &Range<usize>, bytes: &[u8], bench: &mut Workbench<'_>, outcome: &mut dyn Outcome) -> ControlFlow<()> {
    let mut map = Map::default();
    map.push(0, armour.clone(), Some("pem"));
    outcome.inner(bench, Inner { wrapping: "pem", name: None, map: Some(&map), bytes })
}

/// What a hit amounts to.
struct Amount {
    credential: Credential,
    /// What of it could not be read.
    broken: Option<String>,
    /// What is in it, where it is no more than a wrapping.
    wrapped: Option<Vec<u8>>,
    /// The modulus of an RSA key.
    modulus: Option<Vec<u8>>,
}

/// What a hit amounts to; `None` where a filter speaks against it.
fn amount(document: &Document<'_>, rule: &Rule, hit: &Hit, companion: Companion, pepper: &Pepper) -> Option<Amount> {
    let bytes = document.bytes;
    let own = own(rule, hit, place(document.origin))?;
    let raw = &bytes[hit.secret.clone()];
    let mut proof = prove(rule, raw)?;
    let found = Found { document: bytes, whole: hit.whole.clone(), secret: hit.secret.clone(), handle: hit.handle.clone() };
    let mut reading = rule.reads.as_deref().and_then(reader).map_or_else(Reading::default, |read| read(&found));
    if let Some(read) = reading.proof {
        proof = if proof == Proof::Invalid { proof } else { read };
    }
    let mut attributes = attributes(bytes, hit, &mut reading);
    let made_up = proof != Proof::Valid && rule.proofs.iter().any(|name| name == "not-placeholder") && proofs::made_up(raw);
    if made_up {
        attributes.insert(MADE_UP.to_owned(), "yes".to_owned());
    }
    let secret = Secret::new(reading.public.as_ref().map_or(raw, |public| &public.bytes));
    let shown = reading.public.as_ref().map(|public| Preview::from_stored(public.shown.clone()));
    let (broken, wrapped, modulus) = (reading.broken.take(), reading.wrapped.take(), reading.modulus.take());
    let credential = Credential {
        key: CredentialKey { rule: rule.id.clone(), fingerprint: secret.fingerprint(pepper) },
        kind: reading.kind.unwrap_or_else(|| kind(bytes, rule, hit)),
        severity: rule.severity,
        confidence: confidence(own, proof, hit.truncated || made_up),
        handle: reading.handle.clone().or_else(|| hit.handle.clone().map(|h| text(&bytes[h]))),
        preview: shown.unwrap_or_else(|| secret.preview(rule.form.public)),
        proof,
        issued: reading.issued,
        expires: reading.expires,
        attributes,
        companion,
    };
    Some(Amount { credential, broken, wrapped, modulus })
}

/// Words of a name that claim its value to be no mere identifier.
const CLAIMS: &[&str] = &["token", "secret", "passw", "apikey", "api_key", "api-key"];

/// The kind that a rule gives. What looks like a public name but is called a token by the name that holds it is taken for one.
fn kind(bytes: &[u8], rule: &Rule, hit: &Hit) -> Kind {
    if !rule.kind.is_public() || rule.form.context.is_none() {
        return rule.kind;
    }
    let name = bytes[hit.whole.start..hit.secret.start].to_ascii_lowercase();
    let claimed = CLAIMS.iter().any(|word| memchr::memmem::find(&name, word.as_bytes()).is_some());
    if claimed { Kind::Token } else { rule.kind }
}

/// What the rule's check values say together: one that fails outweighs all others. Filters have had their say before.
fn prove(rule: &Rule, raw: &[u8]) -> Option<Proof> {
    let mut proof = Proof::NotApplicable;
    let calls = rule.proofs.iter().map(|name| ProofCall::parse(name).expect("proof names are checked when a rule is loaded"));
    for call in calls.filter(|call| !call.filters()) {
        match call.judge(raw) {
            Verdict::Drop => return None,
            Verdict::Invalid => proof = Proof::Invalid,
            // A filter that lets a secret pass proves nothing; a check value that fits does.
            Verdict::Valid if call.proves() && proof == Proof::NotApplicable => proof = Proof::Valid,
            Verdict::Valid | Verdict::NotApplicable => {}
        }
    }
    Some(proof)
}

/// How sure a hit is before its proofs; `None` where a value that a name is given is none. Name and value may make the hit of
/// a rule surer, too.
fn own(rule: &Rule, hit: &Hit, place: Place) -> Option<Confidence> {
    let Some(observed) = hit.observed else { return Some(rule.confidence) };
    if !rule.form.assignment {
        return Some(rule.confidence.max(judge::best(observed).map_or(Confidence::Low, |best| best.min(Confidence::Medium))));
    }
    // Where the place is not yet known, the least is assumed until it is.
    if place == Place::Unknown { judge::best(observed).map(|_| Confidence::Low) } else { judge::level(observed, place) }
}

/// The sort of text in which a value stands, as far as it is known before an object of a repository is placed. A member of an
/// archive has a name of its own.
fn place(origin: &Origin) -> Place {
    match &origin.source {
        _ if !origin.inside.is_empty() => place::of(&origin.inside),
        Source::File { path, .. } | Source::Stream { name: path } | Source::Answer { path, .. } => place::of(path),
        Source::Object { .. } => Place::Unknown,
    }
}

/// A proof outweighs the rule's own confidence, either way.
fn confidence(own: Confidence, proof: Proof, doubtful: bool) -> Confidence {
    match proof {
        Proof::Invalid => Confidence::Low,
        _ if doubtful => Confidence::Low,
        Proof::Valid => Confidence::High,
        Proof::NotApplicable => own,
    }
}

/// What the format tells in clear: named groups of the pattern, then what the reader found.
fn attributes(bytes: &[u8], hit: &Hit, reading: &mut Reading) -> BTreeMap<String, String> {
    let mut all: BTreeMap<String, String> =
        hit.attributes.iter().map(|(name, range)| (name.clone(), text(&bytes[range.clone()]))).collect();
    all.append(&mut reading.attributes);
    if hit.truncated {
        all.insert("truncated".into(), "yes".into());
    }
    all.retain(|_, value| !value.is_empty() && value.len() <= LONGEST_ATTRIBUTE);
    all
}

fn text(bytes: &[u8]) -> String {
    match String::from_utf8_lossy(bytes) {
        Cow::Borrowed(s) => s.to_owned(),
        Cow::Owned(s) => s,
    }
}

/// Looks for the other half around a hit. It belongs to the hit when it is the only candidate near, or the only one on its
/// line, or when ids and secrets take turns; else nothing tells, and that is said.
fn companion(bytes: &[u8], hits: &[(&Rule, Hit)], at: usize, bench: &mut Workbench<'_>) -> Companion {
    let (rule, hit) = &hits[at];
    let mut halves = Vec::new();
    bench.rules.others(bytes, hit, &mut bench.scratch, &mut |half| halves.push(half));
    let mut distinct: Vec<&[u8]> = halves.iter().map(|h| &bytes[h.clone()]).collect();
    distinct.sort_unstable();
    distinct.dedup();
    let lines = rule.pair.as_ref().map_or(0, |pair| pair.other.lines);
    let rivals = rivals(hits, at, &Lines::around(bytes, &hit.secret, lines, PAIR_REACH));
    let chosen = match (distinct.len(), rivals.len()) {
        (0, _) => return Companion::None,
        (1, 1) => halves.first(),
        _ => on_the_line(bytes, &halves, &rivals, &hit.secret).or_else(|| in_turn(&halves, &rivals, &hit.secret)),
    };
    chosen.map_or(Companion::Ambiguous, |half| Companion::Found(Secret::new(&bytes[half.clone()]).fingerprint(bench.pepper)))
}

/// The hits of the same rule near a hit, itself among them: they may claim the same other half. Hits come in order of position.
fn rivals(hits: &[(&Rule, Hit)], at: usize, near: &Range<usize>) -> Vec<Range<usize>> {
    let first = hits[..at].iter().rposition(|(_, h)| h.secret.start < near.start).map_or(0, |i| i + 1);
    let inside = hits[first..].iter().take_while(|(_, h)| h.secret.end <= near.end);
    inside.filter(|(rule, _)| rule.id == hits[at].0.id).map(|(_, h)| h.secret.clone()).collect()
}

/// The half that shares the line with the hit, where no other half and no other id does.
fn on_the_line<'h>(bytes: &[u8], halves: &'h [Range<usize>], rivals: &[Range<usize>], at: &Range<usize>) -> Option<&'h Range<usize>> {
    let line = Lines::around(bytes, at, 0, PAIR_REACH);
    let inside = |r: &&Range<usize>| r.start >= line.start && r.end <= line.end;
    let mut here = halves.iter().filter(inside);
    let only = here.next().filter(|_| here.next().is_none())?;
    (rivals.iter().filter(inside).count() <= 1).then_some(only)
}

/// Where ids and secrets take turns (id, secret, id, secret) and an id comes first, each secret belongs to the id before it.
fn in_turn<'h>(halves: &'h [Range<usize>], rivals: &[Range<usize>], at: &Range<usize>) -> Option<&'h Range<usize>> {
    let mut order: Vec<(usize, bool)> = halves.iter().map(|h| (h.start, false)).chain(rivals.iter().map(|r| (r.start, true))).collect();
    order.sort_unstable();
    let turns = order.windows(2).all(|pair| pair[0].1 != pair[1].1) && order.first().is_some_and(|first| first.1);
    turns.then(|| halves.iter().find(|h| h.start >= at.end)).flatten()
}
