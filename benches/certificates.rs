//! What certificates and keys cost where there are none, and where there is nothing else: `cargo bench --bench certificates`.
//!
//! A tree of 100,000 small texts is to pay less than 2 % for everything that reads certificates and keys; 100,000 certificates are to
//! be read in a few seconds of one core.
//!
//! Measured on 28 November 2026, ci profile, two cores with other work on them: 0.05 µs a text, 3 % of looking for anchors alone, which is
//! 1 % of the 5 µs of CPU that scanning such a file takes (`unhidden scan` of a tree of 100,000: 0.5 CPU-s). It was 0.25 µs, 26 % and
//! 5 %, before the first byte told that a text is no key store. A certificate is found and read in 22 to 25 µs: 2.2 to 2.5 s for 100,000.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use divan::{Bencher, counter::ItemsCount};
use unhidden::{
    engine::{
        Scratch,
        readers::{Found, reader},
    },
    inspect::{self, Inspector},
    model::{Document, Origin, Source},
    rules::{RuleBook, template::fill},
};

/// Inspectors that a tree without certificates and keys would not need.
const OURS: &[&str] = &["certificates", "private-keys", "key-files", "bundles"];
/// Rules that it would not need.
const RULES: &[&str] = &["x509.*", "ssh.*", "jwk.*"];
/// Texts in the tree.
const TEXTS: usize = 100_000;
/// How often each way is measured; the median counts.
const ROUNDS: usize = 15;

fn main() {
    share();
    divan::main();
}

/// Small texts as source trees have them: code, settings, prose.
fn texts() -> Vec<Vec<u8>> {
    let lines = [
        "pub fn area(width: u32, height: u32) -> u32 { width * height }\n",
        "server:\n  host: web.acme.dev\n  port: 8443\n  workers: 16\n",
        "The quick brown fox jumps over the lazy dog, and nobody minds.\n",
        "{\"name\": \"acme\", \"version\": \"1.2.3\", \"private\": true}\n",
        "if err != nil { return fmt.Errorf(\"cannot read %s: %w\", path, err) }\n",
        "SELECT name, total FROM orders WHERE total > 100 ORDER BY name;\n",
    ];
    (0..TEXTS).map(|n| (0..4 + n % 5).map(|at| lines[(n + at * 7) % lines.len()]).collect::<String>().into_bytes()).collect()
}

/// Looks at every text with these inspectors and rules.
fn look(book: &RuleBook, inspectors: &[&dyn Inspector], texts: &[Vec<u8>], scratch: &mut Scratch) {
    let origin = Origin::new(Source::Stream { name: "-".into() });
    for bytes in texts {
        for inspector in inspectors {
            black_box(inspector.wants(&origin, bytes));
        }
        book.hits(&Document { origin: &origin, bytes, kin: None, layer: 0 }, scratch, &mut |_, hit| {
            black_box(hit);
        });
    }
}

/// Says which share of the time goes to certificates and keys where there are none.
#[expect(clippy::print_stdout, reason = "a bench talks to whoever runs it")]
fn share() {
    let (texts, mut scratch) = (texts(), Scratch::new());
    let rules: Vec<String> = RULES.iter().map(|id| (*id).to_owned()).collect();
    let (all, less) = (RuleBook::builtin(), RuleBook::builtin().restricted(&rules, &[]).expect("these rules are built in"));
    let every: Vec<&dyn Inspector> = inspect::all().collect();
    let few: Vec<&dyn Inspector> = inspect::all().filter(|inspector| !OURS.contains(&inspector.about().id)).collect();
    let (mut with, mut without) = (Vec::new(), Vec::new());
    // In turns, so that whatever else the machine does falls on both.
    for _ in 0..ROUNDS {
        with.push(timed(|| look(&all, &every, &texts, &mut scratch)));
        without.push(timed(|| look(&less, &few, &texts, &mut scratch)));
    }
    let (with, without) = (median(with), median(without));
    let percent = 100.0 * (with.as_secs_f64() / without.as_secs_f64() - 1.0);
    println!("{TEXTS} small texts: {without:?} without certificates and keys, {with:?} with them: {percent:+.2} % (median of {ROUNDS})");
}

fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// Distinct certificates in armour, found and read.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn certificates(bencher: Bencher) {
    let texts: Vec<Vec<u8>> = (0..1_000).map(|seed| fill("{pem:certificate}", seed).expect("a template").text).collect();
    let (book, mut scratch) = (RuleBook::builtin(), Scratch::new());
    let read = reader("certificate").expect("the reader of certificates");
    let origin = Origin::new(Source::Stream { name: "-".into() });
    bencher.counter(ItemsCount::new(texts.len())).bench_local(|| {
        for bytes in &texts {
            book.hits(&Document { origin: &origin, bytes, kin: None, layer: 0 }, &mut scratch, &mut |_, hit| {
                black_box(read(&Found { document: bytes, whole: hit.whole.clone(), secret: hit.secret.clone(), handle: None }));
            });
        }
    });
}
