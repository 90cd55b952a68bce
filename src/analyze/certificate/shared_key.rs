use std::collections::BTreeSet;

use crate::{
    analyze::{Check, check::NoSettings, exposure::counted},
    model::{About, Finding, Kind, Known, Related, Severity, Time, control},
};

use super::facts::Facts;

/// Finds keys that serve several certificates, or more than certificates.
pub struct CertificateKeyShared;

impl Check for CertificateKeyShared {
    const ABOUT: About = About {
        id: "certificate-key-shared",
        title: "One key serves several certificates, or more than certificates",
        explain: "Other certificates, or SSH, use the key of this one. One of another name is medium: taking the key of one opens both. The key of an SSH login is medium, too: it \
                  was made for another purpose, and its limits do not hold there; so is one that signs code or mails and serves connections. An older or newer certificate of the same name is low: it was renewed without a \
                  new key, so a copy of the key that was taken long ago still works. Keys of issuers are left out: they are certified again on purpose.\n\nMake a \
                  new key for each certificate, at each renewal.",
        controls: &[&control::NHI9, &control::NHI7, &control::CSF_PR_AA_01],
        see: &[],
    };
    type Settings = NoSettings;

    fn judge(known: &Known, _: &NoSettings, now: Time) -> Option<Finding> {
        let facts = Facts::of(known).filter(|facts| !facts.authority())?;
        if known.credential.expires.is_some_and(|at| at < now) {
            return None;
        }
        let same_key: Vec<&Related> =
            known.related.iter().filter(|other| other.via.iter().any(|name| name.starts_with("spki-sha256:"))).collect();
        let says = |other: &&Related, name: &str| other.credential.attributes.get(name).cloned().unwrap_or_default();
        let (own, own_purposes) = (facts.says("subject").unwrap_or_default(), facts.says("eku").unwrap_or_default());
        let certificates: Vec<&Related> = same_key.iter().copied().filter(|other| other.credential.kind == Kind::Certificate).collect();
        let others: BTreeSet<String> = certificates.iter().map(|other| says(other, "subject")).filter(|subject| subject != own).collect();
        let ssh = same_key.iter().any(|other| other.credential.key.rule.starts_with("ssh."));
        let (severity, because) = if let Some(first) = others.first() {
            (Severity::Medium, format!("its key serves {}, too: {first}", counted(others.len(), "other name")))
        } else if ssh {
            (Severity::Medium, "its key logs in by SSH, too".to_owned())
        } else if let Some(signs) = certificates.iter().find(|other| signing(&says(other, "eku")) != signing(own_purposes)) {
            let (one, other) = (purpose(own_purposes), purpose(&says(signs, "eku")));
            (Severity::Medium, format!("its key is for {one}, and by another certificate of the same name for {other}"))
        } else if !certificates.is_empty() {
            (
                Severity::Low,
                format!(
                    "its key serves {} of the same name: it was renewed without a new key",
                    counted(certificates.len(), "other certificate")
                ),
            )
        } else {
            return None;
        };
        let finding = facts.finding(&Self::ABOUT, severity, because).and_beyond("certificates", certificates.len() + 1, "1");
        Some(finding.and("names", others.len() + 1).and("ssh", ssh))
    }
}

/// Whether purposes are to sign code, mails or times, not to talk to somebody.
fn signing(purposes: &str) -> bool {
    purposes.split(", ").any(|one| matches!(one, "code-signing" | "email-protection" | "time-stamping"))
}

/// The sort of purposes in words.
fn purpose(purposes: &str) -> &'static str {
    if signing(purposes) { "signing" } else { "connections" }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::{
        analyze::{
            Check,
            certificate::facts::tests::{DAY, certificate, related},
            check::NoSettings,
        },
        model::{Kind, Related, Severity, Time},
    };

    use super::CertificateKeyShared;

    fn told(other: Option<Related>) -> Option<Severity> {
        let mut known = certificate("tls/svc.pem", 0, 10, &[]);
        known.related.extend(other);
        CertificateKeyShared::judge(&known, &NoSettings {}, Time(DAY)).map(|f| f.severity)
    }

    fn other(subject: &str) -> Related {
        let mut other = related(Kind::Certificate, "old/svc.pem", 2);
        Arc::make_mut(&mut other.credential).attributes.insert("subject".into(), subject.into());
        other
    }

    #[test]
    fn another_name_is_worse_than_a_renewal() {
        assert_eq!(told(Some(other("CN=svc.acme.dev"))), Some(Severity::Low));
        assert_eq!(told(Some(other("CN=db.acme.dev"))), Some(Severity::Medium));
        assert_eq!((told(None), told(Some(related(Kind::PrivateKey, "tls/svc.key", 2)))), (None, None));
    }

    #[test]
    fn a_key_that_signs_code_and_serves_is_told() {
        let mut signer = other("CN=svc.acme.dev");
        Arc::make_mut(&mut signer.credential).attributes.insert("eku".into(), "code-signing".into());
        assert_eq!(told(Some(signer)), Some(Severity::Medium));
        let mut server = other("CN=svc.acme.dev");
        Arc::make_mut(&mut server.credential).attributes.insert("eku".into(), "server-auth".into());
        assert_eq!(told(Some(server)), Some(Severity::Low));
    }

    #[test]
    fn a_key_of_ssh_is_told() {
        let mut ssh = related(Kind::PublicKey, "home/a/.ssh/authorized_keys", 3);
        Arc::make_mut(&mut ssh.credential).key.rule = "ssh.public-key".into();
        assert_eq!(told(Some(ssh)), Some(Severity::Medium));
    }
}
