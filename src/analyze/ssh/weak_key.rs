use crate::{
    analyze::{
        Check,
        check::NoSettings,
        exposure::{Exposure, counted},
        surroundings::harmless,
    },
    model::{About, Confidence, Finding, Kind, Known, Proof, Severity, Time, control},
};

/// Finds keys that can be broken, outside of certificates.
pub struct WeakKey;

impl Check for WeakKey {
    const ABOUT: About = About {
        id: "weak-key",
        title: "A key is weak",
        explain: "An SSH key, or a private key of any form: DSA is high (OpenSSH dropped it), RSA below 2048 bits is high and below 1024 critical, a modulus with the mark of \
                  the library behind CVE-2017-15361 (ROCA) or of primes that lie close together (CVE-2022-26320) is critical, and so is one that has a prime in common with another key of the run, since its private half can be computed. RSA below 3072 bits is low for SSH: it is to be \
                  gone by 2030. Keys of certificates have a check of their own.\n\nMake a new one: `ssh-keygen -t ed25519`.",
        controls: &[&control::NHI4, &control::CSF_PR_DS_02],
        see: &["https://nvlpubs.nist.gov/nistpubs/SpecialPublications/NIST.SP.800-131Ar2.pdf"],
    };
    type Settings = NoSettings;

    fn judge(known: &Known, _: &NoSettings, _now: Time) -> Option<Finding> {
        let credential = &known.credential;
        let ssh = credential.key.rule == "ssh.public-key"
            || matches!(credential.key.rule.as_ref(), "private-key.openssh" | "private-key.putty" | "private-key.ssh2");
        if !(ssh || credential.kind == Kind::PrivateKey) || credential.proof == Proof::Invalid {
            return None;
        }
        let exposure = Exposure::seen(known).filter(|exposure| exposure.current == Some(true))?;
        if exposure.places.iter().all(|place| harmless(&place.appearance.path)) {
            return None;
        }
        let says = |name: &str| credential.attributes.get(name).map(String::as_str);
        let bits: Option<u32> = says("bits").and_then(|bits| bits.parse().ok());
        let finding = |severity, because: String| {
            let because = format!("{because}; lies in {}", counted(exposure.paths(), "place"));
            Finding::new(&Self::ABOUT, credential.key.clone(), severity, Confidence::High, because)
        };
        match (says("algorithm")?, bits) {
            _ if says("shared-prime") == Some("yes") => {
                let because = "has a prime in common with another RSA key of this run: the private halves of both can be computed";
                Some(finding(Severity::Critical, because.into()).and_beyond("shared-prime", true, "false"))
            }
            _ if says("close-primes") == Some("yes") => {
                let because = "its primes lie so close together that its private half can be computed (CVE-2022-26320)";
                Some(finding(Severity::Critical, because.into()).and_beyond("close-primes", true, "false"))
            }
            _ if says("roca") == Some("yes") => Some(
                finding(Severity::Critical, "its private half can be computed (CVE-2017-15361)".into()).and_beyond("roca", true, "false"),
            ),
            ("dsa", _) => Some(finding(Severity::High, "is a DSA key".into()).and_beyond("algorithm", "dsa", "ed25519, ec, rsa")),
            ("rsa", Some(bits)) if bits < if ssh { 3072 } else { 2048 } => {
                let (severity, least) = match bits {
                    ..1024 => (Severity::Critical, 2048),
                    1024..2048 => (Severity::High, 2048),
                    _ => (Severity::Low, 3072),
                };
                Some(finding(severity, format!("is an RSA key of {bits} bits")).and_beyond("bits", bits, format!(">= {least}")))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        analyze::{Check, check::NoSettings, ssh::whose::tests::key},
        model::{Kind, Severity, Time},
    };

    use super::WeakKey;

    fn told(rule: &'static str, algorithm: &str, bits: &str) -> Option<Severity> {
        let close = if bits == "close" { "yes" } else { "no" };
        let mut known = key(&["home/a/.ssh/id.pub"], &[("algorithm", algorithm), ("bits", bits), ("close-primes", close)]);
        known.credential.key.rule = rule.into();
        if rule.starts_with("private") {
            known.credential.kind = Kind::PrivateKey;
        }
        WeakKey::judge(&known, &NoSettings {}, Time(0)).map(|f| f.severity)
    }

    #[test]
    fn sizes_have_their_borders_and_ssh_a_further_one() {
        let ssh = |bits| told("ssh.public-key", "rsa", bits);
        assert_eq!((ssh("1023"), ssh("1024"), ssh("2047")), (Some(Severity::Critical), Some(Severity::High), Some(Severity::High)));
        assert_eq!((ssh("2048"), ssh("3071"), ssh("3072")), (Some(Severity::Low), Some(Severity::Low), None));
        assert_eq!((told("private-key.rsa", "rsa", "2047"), told("private-key.rsa", "rsa", "2048")), (Some(Severity::High), None));
    }

    #[test]
    fn primes_that_lie_close_together_are_critical() {
        assert_eq!((told("ssh.public-key", "rsa", "close"), told("ssh.public-key", "rsa", "4096")), (Some(Severity::Critical), None));
    }

    #[test]
    fn dsa_is_told_and_modern_keys_are_not() {
        assert_eq!(told("private-key.openssh", "dsa", "1024"), Some(Severity::High));
        assert_eq!((told("ssh.public-key", "ed25519", "256"), told("ssh.public-key", "ec", "256")), (None, None));
    }
}
