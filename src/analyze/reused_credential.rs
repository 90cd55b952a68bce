use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::model::{About, Finding, Known, Place, Proof, Severity, Time, control};

use super::{
    Check,
    exposure::{Exposure, confidence, counted},
    surroundings::environment,
};

/// Finds one credential used in several places.
pub struct ReusedCredential;

/// When use in several places is reuse.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Reuse {
    /// Independent places from which on it is reuse.
    pub places: usize,
}

impl Default for Reuse {
    fn default() -> Self {
        Self { places: 2 }
    }
}

impl Check for ReusedCredential {
    const ABOUT: About = About {
        id: "reused-credential",
        title: "One credential is used in several places",
        explain: "The same secret lies in several independent places: files with different content, other repositories, other environments. Copies of one \
                  file, forks and clones of one repository, and older versions of one path do not count. A reused credential cannot be rotated without breaking \
                  every user of it, and its leak in one place opens all of them.\n\nGive each workload and each environment its own. Setting: \
                  `[check.reused-credential] places = 2`.",
        controls: &[&control::NHI9, &control::NHI8],
        see: &[],
    };
    type Settings = Reuse;

    fn judge(known: &Known, settings: &Reuse, _now: Time) -> Option<Finding> {
        judge(known, settings)
    }
}

fn judge(known: &Known, settings: &Reuse) -> Option<Finding> {
    if known.credential.proof == Proof::Invalid {
        return None;
    }
    let exposure = Exposure::of(known)?;
    let sites = sites(&known.places);
    if sites.len() < settings.places.max(2) {
        return None;
    }
    let repositories: BTreeSet<&str> = sites.iter().map(|p| p.lineage.as_ref()).collect();
    let environments: BTreeSet<&str> = sites.iter().filter_map(|p| environment(&p.appearance.path)).collect();
    let mut because = format!("is used in {}", counted(sites.len(), "independent place"));
    if repositories.len() > 1 {
        because.push_str(&format!(" of {} repositories", repositories.len()));
    }
    if environments.len() > 1 {
        because.push_str(&format!(", across environments: {}", environments.iter().copied().collect::<Vec<_>>().join(", ")));
    }
    let severity = if repositories.len() > 1 || environments.len() > 1 { Severity::High } else { Severity::Medium };
    let severity = exposure.temper(severity.min(known.credential.severity));
    let finding = Finding::new(&ReusedCredential::ABOUT, known.credential.key.clone(), severity, confidence(known), because)
        .and_beyond("places", sites.len(), format!(">= {}", settings.places.max(2)))
        .and("repositories", repositories.len())
        .and("environments", environments.into_iter().collect::<Vec<_>>());
    Some(finding)
}

/// Independent places: one for each content, then one for each path of a repository; what only history holds is an older
/// version of something and does not count.
fn sites(places: &[Place]) -> Vec<&Place> {
    let mut by_content = BTreeMap::new();
    for place in places.iter().filter(|p| p.appearance.in_tree || p.appearance.in_head == Some(true)) {
        by_content.entry(place.appearance.content).or_insert(place);
    }
    let mut by_path = BTreeMap::new();
    for place in by_content.into_values() {
        by_path.entry((place.lineage.as_ref(), place.appearance.path.as_str())).or_insert(place);
    }
    by_path.into_values().collect()
}

#[cfg(test)]
mod tests {
    use crate::{
        analyze::{Check, sample, sample::Sample},
        model::{Severity, Time},
    };

    use super::{Reuse, ReusedCredential};

    fn severity(sample: Sample) -> Option<Severity> {
        ReusedCredential::judge(&sample.build(), &Reuse::default(), Time(0)).map(|f| f.severity)
    }

    #[test]
    fn two_files_of_different_content_are_reuse() {
        assert_eq!(severity(sample::known(1).with("a", 1, "r", 1).with("b", 1, "r", 2)), Some(Severity::Medium));
    }

    #[test]
    fn copies_of_one_blob_forks_and_old_versions_are_not() {
        assert_eq!(severity(sample::known(1).with("a", 1, "r", 1).with("b", 1, "r", 1)), None);
        assert_eq!(severity(sample::known(1).with("a", 1, "r", 1).with("a", 1, "r", 2)), None);
        assert_eq!(severity(sample::known(1).with("a", 1, "r", 1).with("a", 1, "fork", 1)), None);
    }

    #[test]
    fn another_repository_or_environment_is_worse() {
        assert_eq!(severity(sample::known(1).with("a", 1, "r", 1).with("a", 1, "s", 2)), Some(Severity::High));
        assert_eq!(severity(sample::known(1).with("prod/a", 1, "r", 1).with("dev/a", 1, "r", 2)), Some(Severity::High));
    }
}
