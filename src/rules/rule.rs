//! One rule: what one sort of secret looks like, and what to say of it.

use std::borrow::Cow;

use crate::{
    engine::{
        Form,
        pair::Other,
        proofs::{Beside, ProofCall, Verdict},
        scope::Scope,
    },
    model::{Confidence, Kind, Severity},
};

/// A text that is built in or was loaded.
pub type Text = Cow<'static, str>;
/// Some texts.
pub type Texts = Cow<'static, [Text]>;

/// What one sort of secret looks like, and what to say of it.
#[derive(Debug)]
pub struct Rule {
    /// `provider.thing`.
    pub id: Text,
    /// Who issues such secrets.
    pub provider: Text,
    /// One line without a full stop.
    pub title: Text,
    /// The sort of credential.
    pub kind: Kind,
    /// How bad an exposure is.
    pub severity: Severity,
    /// How sure a hit is, before its proofs.
    pub confidence: Confidence,
    /// What it opens, how long it lives, how to revoke it.
    pub explain: Text,
    /// Addresses of the provider's pages.
    pub see: Texts,
    /// Literals of which each match holds one.
    pub anchors: Texts,
    /// Whether the anchors are found in any case.
    pub ignore_case: bool,
    /// Patterns.
    pub form: Form,
    /// Offline tests of the secret, by name.
    pub proofs: Texts,
    /// What reads handle, dates and attributes out of the match.
    pub reads: Option<Text>,
    /// The other half.
    pub pair: Option<Pair>,
    /// What narrows it beside its pattern and proofs; only rules of users have that.
    pub scope: Option<Box<Scope>>,
    /// Templates of texts that hold one such secret.
    pub examples: Texts,
    /// Templates of texts that hold none.
    pub counter: Texts,
    /// Other rules that may hit in the examples.
    pub overlaps: Texts,
    /// The digest of all that, where it was made with the program.
    pub digest: Option<[u8; 32]>,
}

/// The other half of a credential that comes as a pair.
#[derive(Debug)]
pub struct Pair {
    /// One line without a full stop.
    pub title: Text,
    /// What it looks like and where it may be.
    pub other: Other,
    /// Offline tests of it, by name.
    pub proofs: Texts,
}

/// Whether no proof of the list drops a secret that stands beside some named parts.
pub fn passes(proofs: &[Text], secret: &[u8], beside: Beside<'_>) -> bool {
    let judge = |name: &Text| ProofCall::parse(name).map_or(Verdict::NotApplicable, |proof| proof.judge_beside(secret, beside));
    proofs.iter().all(|name| judge(name) != Verdict::Drop)
}
