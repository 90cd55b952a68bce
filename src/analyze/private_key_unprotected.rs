use crate::model::{About, Finding, Kind, Known, Proof, Severity, Time, control};

use super::{
    Check,
    check::NoSettings,
    exposure::{Exposure, confidence},
};

/// Permission bits that let others than the owner read a file.
const OTHERS_READ: u32 = 0o044;
/// The bit that lets every account read it.
const ALL_READ: u32 = 0o004;

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
    // The loosest: who may read most.
    let loose = exposure.places.iter().filter_map(|p| p.appearance.mode.filter(|m| p.appearance.in_tree && m & OTHERS_READ != 0));
    let loose = loose.max_by_key(|mode| (mode & ALL_READ, *mode));
    let readers = loose.map(|mode| {
        let who = if mode & ALL_READ == 0 { "its group" } else { "every account of the machine" };
        format!("its file has mode {mode:04o}: {who} may read it")
    });
    let because = match (open, readers) {
        (true, Some(readers)) => format!("has no passphrase, and {readers}"),
        (true, None) => "has no passphrase".to_owned(),
        (false, Some(readers)) => readers,
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
    fn it_is_said_who_may_read() {
        let because = |mode| {
            let mut known = sample::known(1).at("id_rsa", 0).build();
            known.credential.kind = Kind::PrivateKey;
            (known.places[0].appearance.mode, known.places[0].appearance.in_tree) = (Some(mode), true);
            PrivateKeyUnprotected::judge(&known, &NoSettings {}, Time(0)).map(|finding| finding.because).unwrap_or_default()
        };
        assert!(because(0o640).ends_with("mode 0640: its group may read it"), "{}", because(0o640));
        assert!(because(0o604).ends_with("mode 0604: every account of the machine may read it"));
        assert!(because(0o644).ends_with("every account of the machine may read it"));
        assert_eq!(because(0o600), "");
    }

    #[test]
    fn a_passphrase_and_a_tight_mode_are_both_needed() {
        assert!(!told(Some("yes"), 0o600));
        assert!(told(Some("no"), 0o600));
        assert!(told(Some("yes"), 0o640));
        assert!(!told(None, 0o600));
    }
}
