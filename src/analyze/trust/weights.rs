use std::collections::BTreeMap;

use serde::Deserialize;

/// What each observation weighs, by group and name.
#[derive(Debug, Clone, Deserialize)]
pub struct Weights {
    /// Figures of two versions must not be compared.
    pub version: u32,
    #[serde(flatten)]
    groups: BTreeMap<String, BTreeMap<String, f64>>,
}

impl Weights {
    /// The weights that this program comes with.
    pub fn built_in() -> Self {
        toml::from_str(include_str!("weights.toml")).expect("our own weights are TOML")
    }

    /// The weight of an observation.
    ///
    /// # Panics
    /// Where the table has no such observation: a name in the code that is not in `weights.toml`.
    pub fn of(&self, group: &str, name: &str) -> f64 {
        *self.groups.get(group).and_then(|group| group.get(name)).unwrap_or_else(|| panic!("no weight {group}.{name}"))
    }
}

#[cfg(test)]
mod tests {
    use super::Weights;

    #[test]
    fn likelihoods_are_shares() {
        let weights = Weights::built_in();
        assert_eq!(weights.version, 2);
        for (group, names) in weights.groups.iter().filter(|(group, _)| *group != "gate") {
            assert!(names.values().all(|w| (0.0..=1.0).contains(w)), "{group}");
        }
    }
}
