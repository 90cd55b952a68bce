use crate::{
    analyze::{Check, check::NoSettings},
    model::{About, Finding, Known, Severity, Time, control},
};

use super::facts::Facts;

/// Finds certificates whose signature can be forged.
pub struct CertificateWeakSignature;

impl Check for CertificateWeakSignature {
    const ABOUT: About = About {
        id: "certificate-weak-signature",
        title: "A certificate is signed with a broken hash",
        explain: "MD2, MD4 and MD5 are critical, SHA-1 is high: somebody can make two certificates with one signature, have the harmless one issued and use the other. \
                  Certificates that sign themselves are left out: nobody relies on that signature.\n\nHave it issued again with SHA-256 or better, and find out \
                  why its issuer still uses the old hash.",
        controls: &[&control::NHI4, &control::CSF_PR_DS_02],
        see: &["https://shattered.io/"],
    };
    type Settings = NoSettings;

    fn judge(known: &Known, _: &NoSettings, now: Time) -> Option<Finding> {
        let facts = Facts::of(known).filter(|facts| !facts.is("self-signed"))?;
        if known.credential.expires.is_some_and(|at| at < now) {
            return None;
        }
        let signature = facts.says("signature")?;
        let severity = match signature.split('-').next()? {
            "md2" | "md4" | "md5" => Severity::Critical,
            "sha1" => Severity::High,
            _ => return None,
        };
        let finding = facts.finding(&Self::ABOUT, severity, format!("is signed with {signature}"));
        Some(finding.and_beyond("signature", signature, "SHA-2, SHA-3 or EdDSA"))
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        analyze::{
            Check,
            certificate::facts::tests::{DAY, certificate},
            check::NoSettings,
        },
        model::{Severity, Time},
    };

    use super::CertificateWeakSignature;

    #[test]
    fn old_hashes_are_told_unless_a_certificate_signs_itself() {
        let told = |signature, own| {
            let known = certificate("tls/svc.pem", 0, 10, &[("signature", signature), ("self-signed", own)]);
            CertificateWeakSignature::judge(&known, &NoSettings {}, Time(DAY)).map(|f| f.severity)
        };
        assert_eq!((told("md5-rsa", "no"), told("sha1-ecdsa", "no")), (Some(Severity::Critical), Some(Severity::High)));
        assert_eq!((told("sha1-rsa", "yes"), told("sha256-rsa", "no"), told("ed25519", "no")), (None, None, None));
    }
}
