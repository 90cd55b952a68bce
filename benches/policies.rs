//! What it takes to judge policies: `cargo bench --profile ci --bench policies`.
//!
//! All policies that AWS manages are to be read and classified in well under a second, each as the only one that a user has.
//!
//! On two shared cores under load (median of 20, ci profile, 1,582 policies): 0.026 s to read them, 0.130 s to classify them; 1.498 s
//! before patterns were compared without copying them. A whole scan of the 39 labelled principals, or of iam-vulnerable with its
//! chains of roles (`fixtures/aws`), takes 0.1 s, of which 0.03 s are the program's own.

use std::sync::Arc;

use divan::{Bencher, counter::ItemsCount};
use unhidden::analyze::aws::{alone, managed, policy::Policy};

/// Somebody's account.
const ACCOUNT: &str = "111122223333";

fn main() {
    divan::main();
}

fn read() -> Vec<Arc<Policy>> {
    managed::all().map(|(_, text)| Arc::new(Policy::parse(text).expect("a test reads them all"))).collect()
}

/// From their texts to policies. Unpacking the table is done once, before.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn read_all(bencher: Bencher<'_, '_>) {
    let count = managed::all().count();
    bencher.counter(ItemsCount::new(count)).bench(read);
}

/// From policies to the most that each gives.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn classify_all(bencher: Bencher<'_, '_>) {
    let policies = read();
    bencher.counter(ItemsCount::new(policies.len())).bench(|| policies.iter().map(|policy| alone(policy, ACCOUNT)).max());
}
