use crate::model::{Companion, Kind, Known, Time};

/// A credential of an identity that lies where it should not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leak {
    /// The public name by which it was joined.
    pub handle: String,
    /// At how many distinct paths it lies, in how many targets.
    pub places: usize,
    /// In how many repositories or other targets.
    pub targets: usize,
    /// Whether a work tree or HEAD holds it now; `None`: nobody knows.
    pub current: Option<bool>,
    /// Since when it provably lies there.
    pub since: Option<Time>,
    /// Whether all of it lies there: a public half alone opens nothing.
    pub whole: bool,
    /// One of the places, for people: `target: path`.
    pub first: String,
}

impl Leak {
    /// The leak of a credential with its places; `None` where it lies nowhere.
    pub fn of(known: &Known, handle: &str) -> Option<Self> {
        let first = known.places.first()?;
        let committed = known.places.iter().filter_map(|p| p.appearance.introduced.as_ref()).map(|i| i.date).min();
        let mut paths: Vec<(&str, &str)> = known.places.iter().map(|p| (&*p.lineage, p.appearance.path.as_str())).collect();
        paths.sort_unstable();
        paths.dedup();
        let places = paths.len();
        paths.dedup_by_key(|(lineage, _)| *lineage);
        let credential = &known.credential;
        Some(Self {
            handle: handle.to_owned(),
            places,
            targets: paths.len(),
            current: known.places.iter().filter_map(|p| if p.appearance.in_tree { Some(true) } else { p.appearance.in_head }).max(),
            since: committed.or_else(|| known.places.iter().map(|p| p.first_seen).min()),
            whole: credential.kind != Kind::AccessKey || credential.companion != Companion::None,
            first: format!("{}: {}", first.target, first.appearance.path),
        })
    }
}
