//! What the engine costs a byte: `cargo bench --bench engine`, or with `CORPUS=DIR` on the files of a directory.
//!
//! Documents one by one, as a scan sees them; throughput is that of one thread.

use std::{
    env, fs,
    hint::black_box,
    path::{Path, PathBuf},
};

use divan::{Bencher, counter::BytesCount};
use unhidden::{
    engine::Scratch,
    model::{Document, Kin, Origin, Source},
    rules::RuleBook,
};

/// How much of a corpus is read, in bytes.
const ENOUGH: usize = 64 << 20;

fn main() {
    slow_path();
    divan::main();
}

/// How often a megabyte leaves the fast path: literals that fit, names that are given a value, values that are looked at, hits.
#[expect(clippy::print_stdout, reason = "a bench talks to whoever runs it")]
fn slow_path() {
    let (book, corpus, mut scratch) = (RuleBook::builtin(), corpus(), Scratch::new());
    let origin = Origin::new(Source::Stream { name: "-".into() });
    let (mut candidates, mut given, mut looked, mut hits) = (0, 0, 0, 0);
    for bytes in &corpus {
        let document = Document { origin: &origin, bytes, kin: None, layer: 0 };
        candidates += book.finder().candidates(bytes, None, &mut scratch).len();
        book.assignments(&document, &mut scratch, &mut |_, _, observed| {
            given += 1;
            looked += usize::from(observed.is_some());
        });
        book.hits(&document, &mut scratch, &mut |_, _| hits += 1);
    }
    let megabytes = (corpus.iter().map(Vec::len).sum::<usize>() >> 20).max(1);
    let [candidates, given, looked, hits] = [candidates, given, looked, hits].map(|count| count / megabytes);
    println!(
        "a MiB has {candidates} candidates; {given} names are given a value, {looked} values are looked at, {hits} hits come of all rules"
    );
}

/// The files of `CORPUS`, or this crate's own sources.
fn corpus() -> Vec<Vec<u8>> {
    let root = env::var("CORPUS").unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").to_owned());
    let (mut files, mut open, mut size) = (Vec::new(), vec![PathBuf::from(root)], 0);
    while let Some(path) = open.pop() {
        let mut entries: Vec<_> = list(&path);
        entries.sort();
        for entry in entries.into_iter().filter(|entry| !entry.ends_with("target") && !entry.ends_with(".git")) {
            if entry.is_dir() {
                open.push(entry);
            } else if let Ok(bytes) = fs::read(&entry).map(|bytes| bytes.into_iter().take(1 << 20).collect::<Vec<u8>>())
                && size < ENOUGH
            {
                size += bytes.len();
                files.push(bytes);
            }
        }
    }
    files
}

fn list(path: &Path) -> Vec<PathBuf> {
    fs::read_dir(path).map(|entries| entries.flatten().map(|entry| entry.path()).collect()).unwrap_or_default()
}

#[divan::bench(sample_count = 7, sample_size = 1)]
fn candidates(bencher: Bencher) {
    let (book, corpus, mut scratch) = (RuleBook::builtin(), corpus(), Scratch::new());
    bencher
        .counter(BytesCount::new(corpus.iter().map(Vec::len).sum::<usize>()))
        .bench_local(|| corpus.iter().map(|bytes| book.finder().candidates(bytes, None, &mut scratch).len()).sum::<usize>());
}

#[divan::bench(sample_count = 7, sample_size = 1)]
fn hits(bencher: Bencher) {
    let (book, corpus, mut scratch) = (RuleBook::builtin(), corpus(), Scratch::new());
    let origin = Origin::new(Source::Stream { name: "-".into() });
    bencher.counter(BytesCount::new(corpus.iter().map(Vec::len).sum::<usize>())).bench_local(|| {
        for bytes in &corpus {
            book.hits(&Document { origin: &origin, bytes, kin: None, layer: 0 }, &mut scratch, &mut |_, hit| {
                black_box(hit);
            });
        }
    });
}

/// A megabyte of which all but a byte in a thousand is copied.
#[divan::bench(sample_count = 50, sample_size = 10)]
fn a_thousand_copies(bencher: Bencher) {
    let (book, mut scratch) = (RuleBook::builtin(), Scratch::new());
    let text = b"let fox = quick(&brown, 12); // over the lazy dog\n".repeat(20_000);
    let copies: Vec<(u32, u32, u32)> = (0..1000).map(|copy| (copy * 1000, copy * 1000, 999)).collect();
    book.finder().candidates(&text, Some(Kin { depth: 0, copies: &[] }), &mut scratch);
    bencher
        .counter(BytesCount::new(text.len()))
        .bench_local(|| book.finder().candidates(&text, Some(Kin { depth: 1, copies: &copies }), &mut scratch).len());
}
