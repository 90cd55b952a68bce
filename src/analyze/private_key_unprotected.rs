use crate::model::{About, Finding, Kind, Known, Proof, Severity, Time, control};

use super::{
    Check,
    check::NoSettings,
    exposure::{Exposure, confidence},
};

/// Permission bits that let others than the owner read a file.
const OTHERS_READ: u32 = 0o044;

/// Finds private keys that nothing protects: no passphrase, or a file that others may read.
pub struct PrivateKeyUnprotected;

impl Check for PrivateKeyUnprotected {
    const ABOUT: About = About {
        id: "private-key-unprotected",
        title: "A private key has no passphrase, or a file that others may read",
        explain: "A private key without a passphrase is usable by whoever copies the file; a key file that group or others may read can be copied by every \
                  account of the machine. In a repository both are true for everyone who can clone it.\n\nReplace the key; protect the new one with a passphrase, \
                  an agent or a hardware token, and keep its file at mode 0600.",
        controls: &[&control::NHI2, &control::CSF_PR_AA_01, &control::ATTACK_T1552_004],
        see: &["https://man.openbsd.org/ssh-keygen"],
    };
    type Settings = NoSettings;

    fn judge(known: &Known, _: &NoSettings, _now: Time) -> Option<Finding> {
        judge(known)
    }
}

fn judge(known: &Known) -> Option<Finding> {
    let credential = &known.credential;
    if credential.kind != Kind::PrivateKey || credential.proof == Proof::Invalid {
        return None;
    }
    let exposure = Exposure::of(known)?;
    let open = credential.attributes.get("encrypted").is_some_and(|v| v == "no");
    let loose = exposure.places.iter().filter_map(|p| p.appearance.mode.filter(|m| p.appearance.in_tree && m & OTHERS_READ != 0)).max();
    let because = match (open, loose) {
        (true, Some(mode)) => format!("has no passphrase, and its file has mode {mode:04o}: every account of the machine may read it"),
        (true, None) => "has no passphrase".to_owned(),
        (false, Some(mode)) => format!("its file has mode {mode:04o}: every account of the machine may read it"),
        (false, None) => return None,
    };
    let severity = exposure.temper(if open { Severity::High } else { Severity::Medium });
    let mut finding = Finding::new(&PrivateKeyUnprotected::ABOUT, credential.key.clone(), severity, confidence(known), because);
    finding = finding.and("passphrase", !open);
    if let Some(mode) = loose {
        finding = finding.and_beyond("mode", format!("{mode:04o}"), format!("& {OTHERS_READ:04o} != 0"));
    }
    Some(finding)
}

#[cfg(test)]
mod tests {
    use crate::{
        analyze::{Check, sample},
        model::{Kind, Time},
    };

    use super::{NoSettings, PrivateKeyUnprotected};

    fn told(encrypted: Option<&str>, mode: u32) -> bool {
        let mut known = sample::known(1).at("id_rsa", 0).build();
        known.credential.kind = Kind::PrivateKey;
        if let Some(encrypted) = encrypted {
            known.credential.attributes.insert("encrypted".into(), encrypted.into());
        }
        known.places[0].appearance.mode = Some(mode);
        known.places[0].appearance.in_tree = true;
        PrivateKeyUnprotected::judge(&known, &NoSettings {}, Time(0)).is_some()
    }

    #[test]
    fn a_passphrase_and_a_tight_mode_are_both_needed() {
        assert!(!told(Some("yes"), 0o600));
        assert!(told(Some("no"), 0o600));
        assert!(told(Some("yes"), 0o640));
        assert!(!told(None, 0o600));
    }
}
