use crate::{
    analyze::{Check, check::NoSettings, surroundings::harmless},
    model::{About, Confidence, Finding, Kind, Known, Place, Proof, Related, Severity, Time, control},
};

/// Finds private keys of certificates in repositories.
pub struct CertificateKeyInRepository;

impl Check for CertificateKeyInRepository {
    const ABOUT: About = About {
        id: "certificate-key-in-repository",
        title: "The private key of a certificate that is in force lies in a repository",
        explain: "The repository holds a private key, and a certificate of the same key lies beside it or was found elsewhere, and is in force. Whoever can clone the \
                  repository can pass for what the certificate names; where it is an issuer's, for anything at all. Deleting the file does not help: history keeps it.\n\n\
                  Have the certificate revoked, make a new key where it is used, and never move it.",
        controls: &[&control::NHI2, &control::CSF_PR_AA_01, &control::ATTACK_T1552_004],
        see: &["https://www.rfc-editor.org/rfc/rfc5280#section-3.3"],
    };
    type Settings = NoSettings;

    fn judge(known: &Known, _: &NoSettings, now: Time) -> Option<Finding> {
        let credential = &known.credential;
        if credential.kind != Kind::PrivateKey || credential.proof == Proof::Invalid {
            return None;
        }
        let committed: Vec<&Place> = known.places.iter().filter(|place| place.this_run && in_repository(place)).collect();
        let certificate = worst(known.related.iter().filter(|other| in_force(other, now)))?;
        if committed.is_empty() {
            return None;
        }
        let says = |name: &str| certificate.credential.attributes.get(name).map_or("", String::as_str);
        // A host that vouches for itself is an issuer in name only.
        let issuer = says("ca") == "yes" && says("hosts").is_empty();
        let locked = credential.attributes.get("encrypted").is_some_and(|value| value == "yes");
        let severity = match (committed.iter().all(|place| harmless(&place.appearance.path)), locked) {
            (true, _) => Severity::Low,
            (false, true) => Severity::High,
            (false, false) => Severity::Critical,
        };
        let whose = if issuer { "the issuer " } else { "" };
        let until = certificate.credential.expires.map_or_else(String::new, |at| format!(", in force until {}", at.date()));
        let lock = if locked { "; a passphrase protects it" } else { "" };
        let because = format!("is the key of {whose}{}{until}, and a repository holds it{lock}", says("subject"));
        let finding = Finding::new(&Self::ABOUT, credential.key.clone(), severity, Confidence::High, because);
        Some(
            finding
                .and("subject", says("subject"))
                .and("x509-sha256", says("x509-sha256"))
                .and("issuer", issuer)
                .and("places", committed.len()),
        )
    }
}

/// Whether a place is a commit, or a part of one.
pub(super) fn in_repository(place: &Place) -> bool {
    place.appearance.introduced.is_some() || place.appearance.in_head.is_some() || !place.appearance.refs.is_empty()
}

/// Whether something is a certificate that is in force.
pub(super) fn in_force(other: &Related, now: Time) -> bool {
    other.credential.kind == Kind::Certificate && other.credential.expires.is_none_or(|at| at >= now)
}

/// Of several certificates an issuer's, else the one that lives longest.
pub(super) fn worst<'k>(certificates: impl Iterator<Item = &'k Related>) -> Option<&'k Related> {
    let issuer = |other: &Related| other.credential.attributes.get("ca").is_some_and(|value| value == "yes");
    certificates.max_by_key(|other| (issuer(other), other.credential.expires, other.credential.key.clone()))
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
        model::{Kind, Known, Severity, Time},
    };

    use super::CertificateKeyInRepository;

    fn key(path: &str) -> Known {
        let mut known = sample::known(1).at(path, 0).build();
        known.credential.kind = Kind::PrivateKey;
        let mut certificate = related(Kind::Certificate, "tls/svc.pem", 2);
        Arc::make_mut(&mut certificate.credential).expires = Some(Time(10 * DAY));
        known.related.push(certificate);
        known
    }

    fn told(known: &Known, now: i64) -> Option<Severity> {
        CertificateKeyInRepository::judge(known, &NoSettings {}, Time(now)).map(|f| f.severity)
    }

    #[test]
    fn the_key_of_a_certificate_in_force_is_critical_in_a_repository() {
        assert_eq!((told(&key("tls/svc.key"), 10 * DAY), told(&key("tls/svc.key"), 10 * DAY + 1)), (Some(Severity::Critical), None));
        assert_eq!(told(&key("tests/svc.key"), 0), Some(Severity::Low));
        let mut locked = key("tls/svc.key");
        locked.credential.attributes.insert("encrypted".into(), "yes".into());
        assert_eq!(told(&locked, 0), Some(Severity::High));
    }

    #[test]
    fn a_key_in_a_folder_or_without_a_certificate_is_another_matter() {
        let mut file = key("tls/svc.key");
        let appearance = &mut file.places[0].appearance;
        (appearance.introduced, appearance.in_head, appearance.refs) = (None, None, crate::model::RefClasses::NONE);
        let mut alone = key("tls/svc.key");
        alone.related.clear();
        assert_eq!((told(&file, 0), told(&alone, 0)), (None, None));
    }
}
