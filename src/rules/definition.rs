//! Rule files as they are written. Read by the build script for the built-in rules and at run time for those of users.

use serde::Deserialize;
use toml::Spanned;

/// A file of rules.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct File {
    /// The provider of all rules in the file.
    #[serde(default)]
    pub provider: Option<String>,
    /// The rules.
    #[serde(default)]
    pub rule: Vec<Definition>,
}

/// A rule as it is written; nothing of it is checked but its keys and their types.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Definition {
    /// `provider.thing`, kebab-case.
    pub id: Spanned<String>,
    /// One line without a full stop.
    pub title: String,
    /// The sort of credential, by its kebab-case name.
    pub kind: String,
    /// Literals of which each match holds one.
    #[serde(default = "no_anchors")]
    pub anchors: Spanned<Vec<String>>,
    /// Instead of anchors: words of which one stands in front of the secret, as in `acme_token = …`.
    #[serde(default)]
    pub context: Option<Spanned<Vec<String>>>,
    /// Whether anchors are found in any case.
    #[serde(default)]
    pub ignore_case: bool,
    /// Instead of a pattern: the anchors are parts of names, and the secret is the value that a name is given.
    #[serde(default)]
    pub assignment: bool,
    /// What a secret looks like.
    #[serde(default = "no_pattern")]
    pub pattern: Spanned<String>,
    /// How a block ends that the pattern begins.
    #[serde(default)]
    pub closing: Option<Spanned<String>>,
    /// How far behind the pattern `closing` may be, in bytes.
    #[serde(default)]
    pub reach: Option<usize>,
    /// Offline tests, by name.
    #[serde(default)]
    pub proofs: Vec<String>,
    /// What reads handle, dates and attributes out of the match.
    #[serde(default)]
    pub reads: Option<String>,
    /// How bad an exposure is.
    pub severity: String,
    /// How sure a hit is.
    pub confidence: String,
    /// What it opens, how long it lives, how to revoke it.
    pub explain: String,
    /// Addresses of the provider's pages.
    #[serde(default)]
    pub see: Vec<String>,
    /// Templates of texts that hold one such secret.
    pub examples: Vec<String>,
    /// Templates of texts that hold none.
    #[serde(default)]
    pub counter: Vec<String>,
    /// Other rules that may hit in these examples.
    #[serde(default)]
    pub overlaps: Vec<String>,
    /// Whether it takes the place of a rule of the same id that was there before.
    #[serde(default)]
    pub replaces: bool,
    /// The other half.
    #[serde(default)]
    pub pair: Option<PairDefinition>,
    /// Globs of the paths at which alone it counts.
    #[serde(default)]
    pub paths: Vec<String>,
    /// What must stand near it.
    #[serde(default)]
    pub near: Vec<NearDefinition>,
    /// What looks like one and is none.
    #[serde(default)]
    pub except: ExceptDefinition,
}

impl Definition {
    /// Whether something narrows it beside its pattern and proofs.
    pub fn is_scoped(&self) -> bool {
        let except = &self.except;
        let parts = [&self.paths, &except.secret, &except.matched, &except.line, &except.words];
        let near = self.near.iter().any(|near| near.lines > 0 || !near.pattern.is_empty());
        near || parts.iter().any(|part| !part.is_empty())
    }
}

/// What must stand near a hit, as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct NearDefinition {
    /// What it looks like.
    pub pattern: String,
    /// How many lines away it may be.
    pub lines: usize,
}

/// What looks like a secret and is none: patterns of the secret, of all that matched, of the lines on which it stands; words in it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct ExceptDefinition {
    /// Patterns that match the secret.
    pub secret: Vec<String>,
    /// Patterns that match in all that matched.
    #[serde(rename = "match")]
    pub matched: Vec<String>,
    /// Patterns that match in its lines.
    pub line: Vec<String>,
    /// Words in the secret, in any case.
    pub words: Vec<String>,
}

fn no_pattern() -> Spanned<String> {
    Spanned::new(0..0, String::new())
}

fn no_anchors() -> Spanned<Vec<String>> {
    Spanned::new(0..0, Vec::new())
}

/// The other half of a credential as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PairDefinition {
    /// One line without a full stop.
    pub title: String,
    /// What it looks like.
    pub pattern: Spanned<String>,
    /// How many lines away it may be.
    pub lines: usize,
    /// Offline tests, by name.
    #[serde(default)]
    pub proofs: Vec<String>,
}
