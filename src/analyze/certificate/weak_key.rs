use crate::{
    analyze::{Check, check::NoSettings},
    model::{About, Finding, Known, Severity, Time, control},
};

use super::facts::Facts;

/// Finds certificates of keys that can be broken.
pub struct CertificateWeakKey;

impl Check for CertificateWeakKey {
    const ABOUT: About = About {
        id: "certificate-weak-key",
        title: "The key of a certificate is weak",
        explain: "RSA below 2048 bits is high, below 1024 critical; DSA is high; a curve other than P-256, P-384, P-521, Ed25519 or Ed448 is medium; a public exponent below \
                  65537 or an even one is medium; a modulus with the mark of the library behind CVE-2017-15361 (ROCA), and one whose primes lie so close together that Fermat's method finds them \
                  (CVE-2022-26320), are critical, and so is one that has a prime in common with another key of the run: the private key can be computed.\n\n\
                  Make a new key (P-256, Ed25519, or RSA of 3072 bits) and have a certificate issued for it.",
        controls: &[&control::NHI4, &control::CSF_PR_DS_02],
        see: &["https://nvlpubs.nist.gov/nistpubs/SpecialPublications/NIST.SP.800-131Ar2.pdf"],
    };
    type Settings = NoSettings;

    fn judge(known: &Known, _: &NoSettings, now: Time) -> Option<Finding> {
        let facts = Facts::of(known)?;
        // What has expired is accepted by nobody, whatever its key.
        if known.credential.expires.is_some_and(|at| at < now) {
            return None;
        }
        let (severity, because, name, value, limit) = weakness(&|name| facts.says(name))?;
        Some(facts.finding(&Self::ABOUT, severity, because).and_beyond(name, value, limit))
    }
}

/// How bad a weakness is, why, and what was observed against what.
pub(in crate::analyze) type Weakness = (Severity, String, &'static str, String, &'static str);

/// The worst weakness of a key, by what is told of it.
pub(in crate::analyze) fn weakness<'k>(says: &dyn Fn(&str) -> Option<&'k str>) -> Option<Weakness> {
    let is = |name: &str| says(name) == Some("yes");
    let algorithm = says("algorithm")?;
    let bits: Option<u32> = says("bits").and_then(|bits| bits.parse().ok());
    if is("roca") {
        return Some((Severity::Critical, "its RSA key can be computed (CVE-2017-15361)".into(), "roca", "yes".into(), "no"));
    }
    if is("shared-prime") {
        let because = "its RSA key has a prime in common with another key of this run: both can be computed";
        return Some((Severity::Critical, because.into(), "shared-prime", "yes".into(), "no"));
    }
    if is("close-primes") {
        let because = "the primes of its RSA key lie so close together that it can be computed (CVE-2022-26320)";
        return Some((Severity::Critical, because.into(), "close-primes", "yes".into(), "no"));
    }
    match (algorithm, bits) {
        ("rsa", Some(bits)) if bits < 2048 => {
            let severity = if bits < 1024 { Severity::Critical } else { Severity::High };
            return Some((severity, format!("its RSA key has {bits} bits"), "bits", bits.to_string(), ">= 2048"));
        }
        ("dsa", _) => return Some((Severity::High, "its key is a DSA key".into(), "algorithm", "dsa".into(), "rsa, ec, ed25519, ed448")),
        ("ec", _) => {
            let curve = says("curve").unwrap_or("other");
            if !["P-256", "P-384", "P-521"].contains(&curve) {
                let because = format!("its key lies on a curve that is no standard one for certificates ({curve})");
                return Some((Severity::Medium, because, "curve", curve.to_owned(), "P-256, P-384, P-521"));
            }
        }
        _ => {}
    }
    let exponent = says("exponent")?;
    Some((Severity::Medium, format!("its RSA key has the exponent {exponent}"), "exponent", exponent.to_owned(), "odd and >= 65537"))
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

    use super::CertificateWeakKey;

    fn told(says: &[(&str, &str)]) -> Option<Severity> {
        CertificateWeakKey::judge(&certificate("tls/svc.pem", 0, 10, says), &NoSettings {}, Time(DAY)).map(|f| f.severity)
    }

    #[test]
    fn sizes_have_their_borders() {
        let bits = |bits| told(&[("bits", bits)]);
        assert_eq!((bits("2048"), bits("2047")), (None, Some(Severity::High)));
        assert_eq!((bits("1024"), bits("1023")), (Some(Severity::High), Some(Severity::Critical)));
    }

    #[test]
    fn algorithms_curves_and_exponents_count() {
        assert_eq!(told(&[("algorithm", "dsa"), ("bits", "3072")]), Some(Severity::High));
        assert_eq!(told(&[("algorithm", "ec"), ("curve", "P-256"), ("bits", "256")]), None);
        assert_eq!(told(&[("algorithm", "ec"), ("curve", "secp256k1"), ("bits", "256")]), Some(Severity::Medium));
        assert_eq!(told(&[("exponent", "3")]), Some(Severity::Medium));
        assert_eq!(told(&[("roca", "yes")]), Some(Severity::Critical));
        assert_eq!(told(&[("close-primes", "yes")]), Some(Severity::Critical));
        assert_eq!(told(&[("shared-prime", "yes")]), Some(Severity::Critical));
        assert_eq!(told(&[("algorithm", "ed25519"), ("bits", "256")]), None);
    }
}
