use crate::model::{About, Confidence, Finding, Known, Proof, Severity, Time, control};

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
        controls: &[&control::NHI2],
        see: &[],
    };
    type Settings = NoSettings;

    fn judge(known: &Known, _: &NoSettings, _now: Time) -> Option<Finding> {
        if known.credential.proof != Proof::Invalid {
            return None;
        }
        let exposure = Exposure::of(known)?;
        let because = format!(
            "has the shape of its format, but the check value inside it does not fit; lies in {}",
            counted(exposure.paths(), "place")
        );
        let finding = Finding::new(&Self::ABOUT, known.credential.key.clone(), Severity::Info, Confidence::Low, because);
        Some(finding.and("places", exposure.paths()).and("proof", known.credential.proof.name()))
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
        let severity = |known| ChecksumFailed::judge(&known, &NoSettings {}, Time(0)).map(|f| f.severity);
        assert_eq!(severity(known), Some(Severity::Info));
        assert_eq!(severity(sample::known(2).at("b", 1).build()), None);
    }
}
