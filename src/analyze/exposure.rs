use crate::model::{Companion, Confidence, Kind, Known, MADE_UP, Place, Severity, Time, entity::Status};

use super::surroundings::{harmless, nowhere};

/// What every check about exposure asks of a credential.
pub(super) struct Exposure<'k> {
    known: &'k Known,
    /// Places that this run saw.
    pub places: Vec<&'k Place>,
    /// The oldest moment at which it provably lay there: the first commit that brought it, else when a run first saw it.
    pub since: Option<Time>,
    /// Whether that moment is a commit's.
    pub from_commit: bool,
    /// Whether HEAD or the work tree holds it still; `None` where no place could tell.
    pub current: Option<bool>,
}

impl<'k> Exposure<'k> {
    /// The exposure of a credential that can be exposed: what is public cannot, what its account no longer lists opens nothing, and a
    /// run judges only what it saw.
    pub fn of(known: &'k Known) -> Option<Self> {
        Self::even_gone(known).filter(|_| !known.held.as_ref().is_some_and(|held| held.gone))
    }

    /// The same, even where its account no longer lists the credential.
    pub fn even_gone(known: &'k Known) -> Option<Self> {
        if known.credential.kind.is_public() { None } else { Self::seen(known) }
    }

    /// The places of a credential, exposed or meant to be seen.
    pub fn seen(known: &'k Known) -> Option<Self> {
        let places: Vec<&Place> = known.places.iter().filter(|p| p.this_run).collect();
        if places.is_empty() {
            return None;
        }
        let committed = places.iter().filter_map(|p| p.appearance.introduced.as_ref()).map(|i| i.date).min();
        let since = committed.or_else(|| places.iter().map(|p| p.first_seen).min());
        let current = places.iter().filter_map(|p| if p.appearance.in_tree { Some(true) } else { p.appearance.in_head }).max();
        Some(Self { known, since, from_commit: committed.is_some(), current, places })
    }

    /// How bad this exposure is: what its rule says, less where only a part of it lies open.
    pub fn severity(&self) -> Severity {
        let credential = &self.known.credential;
        let half = self.half();
        let locked = self.locked();
        let severity = if half || locked { credential.severity.min(Severity::Medium) } else { credential.severity };
        let severity = if self.off() { severity.min(Severity::Low) } else { severity };
        self.temper(severity)
    }

    /// Whether it is the public half of a pair, and the secret one was not near.
    pub fn half(&self) -> bool {
        self.known.credential.kind == Kind::AccessKey && self.known.credential.companion == Companion::None
    }

    /// Whether a passphrase protects it.
    pub fn locked(&self) -> bool {
        self.known.credential.attributes.get("encrypted").is_some_and(|v| v == "yes")
    }

    /// Whether its account has switched it off.
    pub fn off(&self) -> bool {
        let holding = self.known.held.as_ref().filter(|held| !held.gone).and_then(|held| held.holding.as_ref());
        holding.is_some_and(|holding| holding.status == Status::Inactive)
    }

    /// Why this is a smaller matter than its rule says, where it is.
    pub fn mild(&self) -> Option<Mild> {
        Mild::of(self.known, &self.places)
    }

    /// The severity of a finding about it.
    pub fn temper(&self, severity: Severity) -> Severity {
        match (self.mild(), severity) {
            (None, _) => severity,
            (Some(Mild::Harmless), Severity::Critical) => Severity::Medium,
            (Some(_), _) => severity.min(Severity::Low),
        }
    }

    /// Distinct paths among the places.
    pub fn paths(&self) -> usize {
        let mut all: Vec<(&str, &str)> = self.places.iter().map(|p| (p.target.as_ref(), p.appearance.path.as_str())).collect();
        all.sort_unstable();
        all.dedup();
        all.len()
    }

    /// `still in HEAD`, `no longer in HEAD`, or nothing where nobody knows.
    pub fn standing(&self) -> &'static str {
        match self.current {
            Some(true) if self.places.iter().any(|p| p.appearance.in_head == Some(true)) => "HEAD still holds it",
            Some(true) => "it lies there now",
            Some(false) => "HEAD does not hold it, the repository does",
            None => "no commit holds it, the object store does",
        }
    }
}

/// Why an exposure is a smaller matter than its rule says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mild {
    /// It looks made up: at most low.
    MadeUp,
    /// Its confidence is low: at most low.
    Unsure,
    /// Its host is this machine or an example: at most low.
    Nowhere,
    /// All places are tests, examples or documentation: two steps lower.
    Harmless,
}

impl Mild {
    fn of(known: &Known, places: &[&Place]) -> Option<Self> {
        let credential = &known.credential;
        if credential.attributes.contains_key(MADE_UP) {
            Some(Self::MadeUp)
        } else if credential.confidence == Confidence::Low {
            Some(Self::Unsure)
        } else if credential.attributes.get("host").is_some_and(|host| nowhere(host)) {
            Some(Self::Nowhere)
        } else {
            places.iter().all(|p| harmless(&p.appearance.path)).then_some(Self::Harmless)
        }
    }

    /// The reason in words.
    pub fn why(self) -> &'static str {
        match self {
            Self::MadeUp => "its characters count or repeat, as those of made-up values do",
            Self::Unsure => "confidence is low",
            Self::Nowhere => "its host is this machine or an example",
            Self::Harmless => "all places are tests, examples or documentation",
        }
    }
}

/// The confidence of findings about a credential.
pub(super) fn confidence(known: &Known) -> Confidence {
    known.credential.confidence
}

/// `1 place`, `3 places`.
pub(super) fn counted(n: usize, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") }
}
