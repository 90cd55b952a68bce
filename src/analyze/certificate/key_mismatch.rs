use crate::{
    analyze::{
        Check,
        check::NoSettings,
        exposure::{Exposure, counted},
        surroundings::harmless,
    },
    model::{About, Confidence, Credential, Finding, Kind, Known, Proof, Severity, Time, control},
};

/// Finds private keys that lie beside a certificate of another key.
pub struct CertificateKeyMismatch;

impl Check for CertificateKeyMismatch {
    const ABOUT: About = About {
        id: "certificate-key-mismatch",
        title: "A private key lies beside a certificate that is not its own",
        explain: "Key and certificate stand in one file, or in files of one name (`svc.key` and `svc.crt`, `privkey.pem` and `fullchain.pem`), and do not belong together: a server \
                  does not start with them. Mostly one of the two was renewed and the other forgotten, so that the old key, or the new one, is still somewhere \
                  else. Certificates of issuers in the same file do not count.\n\nFind the other half; delete what is no longer used.",
        controls: &[&control::NHI1, &control::CSF_PR_PS_01],
        see: &["https://docs.openssl.org/master/man1/openssl-x509/"],
    };
    type Settings = NoSettings;

    fn judge(known: &Known, _: &NoSettings, now: Time) -> Option<Finding> {
        let credential = &known.credential;
        if credential.kind != Kind::PrivateKey || credential.proof == Proof::Invalid {
            return None;
        }
        // A key whose public half is not known may be that of any certificate.
        let own = key(credential)?;
        let exposure = Exposure::of(known).filter(|exposure| exposure.current == Some(true))?;
        if exposure.places.iter().all(|place| harmless(&place.appearance.path)) {
            return None;
        }
        let says = |other: &Credential, name: &str| other.attributes.get(name).cloned().unwrap_or_default();
        let beside: Vec<&Credential> = known.beside.iter().map(AsRef::as_ref).filter(|other| key(other).is_some()).collect();
        let issuer = |other: &Credential| says(other, "ca") == "yes" && says(other, "hosts").is_empty();
        let leaf = beside.iter().find(|other| !issuer(other) && other.expires.is_none_or(|at| at >= now))?;
        if beside.iter().any(|other| key(other) == Some(own)) {
            return None;
        }
        let because = format!("lies beside the certificate of {}, which is of another key", says(leaf, "subject"));
        let finding = Finding::new(&Self::ABOUT, credential.key.clone(), Severity::Medium, Confidence::Medium, because);
        let finding = finding.and_beyond("spki-sha256", own, key(leaf).unwrap_or_default());
        Some(finding.and("beside", counted(beside.len(), "certificate")))
    }
}

/// By what a key is known.
fn key(credential: &Credential) -> Option<&str> {
    credential.attributes.get("spki-sha256").map(String::as_str)
}

#[cfg(test)]
mod tests {
    use crate::{
        analyze::{
            Check,
            certificate::facts::tests::{DAY, certificate},
            check::NoSettings,
            sample,
        },
        model::{Kind, Known, Time},
    };

    use super::CertificateKeyMismatch;

    /// A key with certificates of these keys beside it.
    fn key(path: &str, own: &str, beside: &[(&str, &str)]) -> Known {
        let mut known = sample::known(1).at(path, 0).build();
        known.credential.kind = Kind::PrivateKey;
        if !own.is_empty() {
            known.credential.attributes.insert("spki-sha256".into(), own.into());
        }
        let one = |(spki, ca): &(&str, &str)| certificate("tls/svc.crt", 0, 10, &[("spki-sha256", spki), ("ca", ca)]).credential.into();
        known.beside = beside.iter().map(one).collect();
        known
    }

    fn told(known: &Known, now: i64) -> bool {
        CertificateKeyMismatch::judge(known, &NoSettings {}, Time(now)).is_some()
    }

    #[test]
    fn a_certificate_of_another_key_is_told_and_ones_own_is_not() {
        assert!(told(&key("tls/svc.key", "aa", &[("bb", "no")]), DAY));
        assert!(!told(&key("tls/svc.key", "aa", &[("aa", "no")]), DAY) && !told(&key("tls/svc.key", "aa", &[]), DAY));
        assert!(!told(&key("tls/svc.key", "aa", &[("bb", "no"), ("aa", "no")]), DAY), "one of a bundle is enough");
    }

    #[test]
    fn issuers_expired_ones_tests_and_the_unknown_do_not_count() {
        assert!(!told(&key("tls/svc.key", "aa", &[("bb", "yes")]), DAY) && !told(&key("tests/svc.key", "aa", &[("bb", "no")]), DAY));
        assert!(
            told(&key("tls/svc.key", "aa", &[("bb", "no")]), 10 * DAY) && !told(&key("tls/svc.key", "aa", &[("bb", "no")]), 10 * DAY + 1)
        );
        assert!(!told(&key("tls/svc.key", "", &[("bb", "no")]), DAY), "the public half of a sealed key is not known");
    }
}
