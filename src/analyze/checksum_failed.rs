use crate::model::{About, Confidence, Finding, Inventory, Proof, Severity, Time};

use super::{
    Check,
    check::NoSettings,
    exposure::{Exposure, counted},
};

/// Tells of strings with the shape of a credential whose check value does not fit.
pub struct ChecksumFailed;

impl Check for ChecksumFailed {
    const ABOUT: About = About {
        id: "checksum-failed",
        title: "Shaped like a credential, but its check value does not fit",
        explain: "Some providers put a check value into their tokens, some formats must parse. Here it fails: the string is made up, mistyped, cut, or of a \
                  version of the format that this program does not know. It is told, at low confidence, because the last of these does happen.",
        see: &["OWASP NHI2:2025 Secret Leakage"],
    };
    type Settings = NoSettings;

    fn run(inventory: &Inventory, _: &NoSettings, _now: Time) -> Vec<Finding> {
        let failed = inventory.known.iter().filter(|k| k.credential.proof == Proof::Invalid);
        let judge = |known: &crate::model::Known| {
            let exposure = Exposure::of(known)?;
            let because = format!(
                "has the shape of its format, but the check value inside it does not fit; lies in {}",
                counted(exposure.paths(), "place")
            );
            let finding = Finding::new(&Self::ABOUT, known.credential.key.clone(), Severity::Info, Confidence::Low, because);
            Some(finding.and("places", exposure.paths()).and("proof", known.credential.proof.name()))
        };
        failed.filter_map(judge).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        analyze::{Check, sample},
        model::{Proof, Severity, Time},
    };

    use super::{ChecksumFailed, NoSettings};

    #[test]
    fn a_failed_check_value_is_told_as_information() {
        let mut known = sample::known(1).at("a", 1).build();
        known.credential.proof = Proof::Invalid;
        let found = ChecksumFailed::run(&sample::inventory(vec![known, sample::known(2).at("b", 1).build()]), &NoSettings {}, Time(0));
        assert_eq!(found.iter().map(|f| f.severity).collect::<Vec<_>>(), [Severity::Info]);
    }
}
