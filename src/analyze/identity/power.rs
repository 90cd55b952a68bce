use std::collections::BTreeMap;

use crate::model::Standing;

use super::Roster;

/// What an identity may do, before anybody judges how far it is to be trusted.
pub struct Power {
    /// What it may do; the risk is not judged yet.
    pub standing: Standing,
    /// How wide its trust is, by the name of a weight, and in words, where it is too wide.
    pub trust: Option<(&'static str, String)>,
}

/// What every identity of a roster may do.
pub fn standings(roster: &Roster) -> BTreeMap<String, Power> {
    let _ = roster;
    BTreeMap::new()
}
