use crate::{
    analyze::{Check, check::NoSettings, exposure::Exposure, surroundings::harmless},
    model::{About, Confidence, Finding, Kind, Known, Proof, Severity, Time, control},
};

use super::key_in_repository::{in_force, in_repository, worst};

/// Finds keys of issuers that lie on a disk.
pub struct CertificateAuthorityKey;

impl Check for CertificateAuthorityKey {
    const ABOUT: About = About {
        id: "certificate-authority-key",
        title: "The private key of an issuer lies on a disk",
        explain: "The key of a certificate that may issue others, in force, lies in a file. Whoever reads it can make certificates for any name, and everybody who trusts the \
                  issuer believes them; nobody sees that happen. Without a passphrase that is critical, with one high. Where a repository holds it, \
                  `certificate-key-in-repository` tells instead.\n\nKeep issuers' keys in a hardware module or in a service that signs, the root's offline; where \
                  this one may have been copied, replace the issuer.",
        controls: &[&control::NHI2, &control::CSF_PR_AA_01],
        see: &["https://www.rfc-editor.org/rfc/rfc5280#section-8"],
    };
    type Settings = NoSettings;

    fn judge(known: &Known, _: &NoSettings, now: Time) -> Option<Finding> {
        let credential = &known.credential;
        if credential.kind != Kind::PrivateKey || credential.proof == Proof::Invalid {
            return None;
        }
        let exposure = Exposure::of(known).filter(|exposure| exposure.current == Some(true))?;
        let issuer = worst(known.related.iter().filter(|other| in_force(other, now)))?;
        let says = |name: &str| issuer.credential.attributes.get(name).map_or("", String::as_str);
        let apart = exposure.places.iter().any(|place| in_repository(place) || harmless(&place.appearance.path));
        // A host that vouches for itself is an issuer in name only.
        if says("ca") != "yes" || !says("hosts").is_empty() || apart {
            return None;
        }
        let locked = exposure.locked();
        let lock = if locked { "; a passphrase protects it" } else { ", without a passphrase" };
        let because = format!("is the key of the issuer {}{lock}; lies at {}", says("subject"), exposure.places[0].appearance.path);
        let severity = if locked { Severity::High } else { Severity::Critical };
        let finding = Finding::new(&Self::ABOUT, credential.key.clone(), severity, Confidence::High, because);
        Some(finding.and("subject", says("subject")).and_beyond("passphrase", locked, "a hardware module or a service"))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::{
        analyze::{
            Check,
            certificate::facts::tests::{DAY, related},
            check::NoSettings,
            sample,
        },
        model::{Kind, Known, RefClasses, Severity, Time},
    };

    use super::CertificateAuthorityKey;

    fn key(path: &str, says: &[(&str, &str)]) -> Known {
        let mut known = sample::known(1).at(path, 0).build();
        known.credential.kind = Kind::PrivateKey;
        let appearance = &mut known.places[0].appearance;
        (appearance.introduced, appearance.in_head, appearance.in_tree, appearance.refs) = (None, None, true, RefClasses::NONE);
        let mut issuer = related(Kind::Certificate, "ca/ca.pem", 2);
        let credential = Arc::make_mut(&mut issuer.credential);
        credential.expires = Some(Time(10 * DAY));
        credential.attributes = says.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        known.related.push(issuer);
        known
    }

    fn told(known: &Known, now: i64) -> Option<Severity> {
        CertificateAuthorityKey::judge(known, &NoSettings {}, Time(now)).map(|f| f.severity)
    }

    #[test]
    fn the_key_of_an_issuer_in_force_is_told_where_it_lies_on_a_disk() {
        let mut known = key("etc/ca/ca.key", &[("ca", "yes")]);
        assert_eq!((told(&known, 10 * DAY), told(&known, 10 * DAY + 1)), (Some(Severity::Critical), None));
        known.credential.attributes.insert("encrypted".into(), "yes".into());
        assert_eq!(told(&known, 0), Some(Severity::High));
        known.places[0].appearance.in_head = Some(true);
        assert_eq!(told(&known, 0), None, "in a repository another check tells it");
    }

    #[test]
    fn keys_of_hosts_and_of_tests_are_left_out() {
        assert_eq!(told(&key("etc/tls/svc.key", &[("ca", "no")]), 0), None);
        assert_eq!(told(&key("etc/tls/svc.key", &[("ca", "yes"), ("hosts", "1")]), 0), None);
        assert_eq!(told(&key("tests/ca.key", &[("ca", "yes")]), 0), None);
    }
}
