//! A certificate with what checks ask of it.

use crate::{
    analyze::{
        exposure::{Exposure, counted},
        surroundings::harmless,
    },
    model::{About, Confidence, Finding, Kind, Known, Proof, Related, Severity, Time},
};

/// A certificate that lies somewhere now.
pub(super) struct Facts<'k> {
    /// All that is known of it.
    pub known: &'k Known,
    exposure: Exposure<'k>,
}

impl<'k> Facts<'k> {
    /// A certificate that was read and that a work tree, a folder or HEAD holds. What only history holds needs no care any more,
    /// those of tests, examples and documentation are made to be wrong, and one that came with a signature says who signed, then.
    pub fn of(known: &'k Known) -> Option<Self> {
        let x509 = known.credential.kind == Kind::Certificate && known.credential.key.rule.starts_with("x509.");
        if !x509 || known.credential.proof == Proof::Invalid {
            return None;
        }
        let exposure = Exposure::seen(known).filter(|exposure| exposure.current == Some(true))?;
        let careless = exposure.places.iter().all(|place| harmless(&place.appearance.path) || of_signature(&place.appearance.path));
        (!careless).then_some(Self { known, exposure })
    }

    /// What it says under a name.
    pub fn says(&self, name: &str) -> Option<&'k str> {
        self.known.credential.attributes.get(name).map(String::as_str)
    }

    /// Whether it says yes under a name.
    pub fn is(&self, name: &str) -> bool {
        self.says(name) == Some("yes")
    }

    /// Whether it is an issuer's: it may issue certificates, and names no hosts.
    pub fn authority(&self) -> bool {
        self.is("ca") && self.says("hosts").is_none()
    }

    /// Whether one of the purposes that it names is this one.
    pub fn for_purpose(&self, purpose: &str) -> bool {
        self.says("eku").is_some_and(|all| all.split(", ").any(|one| one == purpose))
    }

    /// When its life begins and ends.
    pub fn life(&self) -> Option<(Time, Time)> {
        self.known.credential.issued.zip(self.known.credential.expires)
    }

    /// The private key that belongs to it, where that lies somewhere, too.
    pub fn private_key(&self) -> Option<&'k Related> {
        self.known.related.iter().find(|other| other.credential.kind == Kind::PrivateKey)
    }

    /// Where it lies, in words.
    pub fn places(&self) -> String {
        counted(self.exposure.paths(), "place")
    }

    /// The paths at which it lies.
    pub fn paths(&self) -> impl Iterator<Item = &'k str> {
        self.known.places.iter().filter(|place| place.this_run).map(|place| place.appearance.path.as_str())
    }

    /// A finding about it.
    pub fn finding(&self, about: &About, severity: Severity, because: impl Into<String>) -> Finding {
        let finding = Finding::new(about, self.known.credential.key.clone(), severity, Confidence::High, because);
        finding.and("subject", self.says("subject").unwrap_or_default()).and("places", self.exposure.paths())
    }
}

/// What files are called that hold a signature in PKCS#7: those of archives of Java, of mails, of Windows.
const SIGNATURES: &[&str] = &["rsa", "dsa", "ec", "p7s", "p7m", "cat"];

/// Whether a certificate lies in a signature.
fn of_signature(path: &str) -> bool {
    let file = path.rsplit_once("!/").map(|(outer, _)| outer.rsplit_once("!/").map_or(outer, |(_, file)| file));
    let ending = file.and_then(|file| file.rsplit_once('.')).map(|(_, ending)| ending.to_ascii_lowercase());
    ending.is_some_and(|ending| SIGNATURES.contains(&ending.as_str()))
}

/// Made-up certificates for the tests of these checks.
#[cfg(test)]
pub(super) mod tests {
    use crate::{
        analyze::sample,
        model::{Kind, Known, Proof, Related, Time},
    };

    pub(in crate::analyze) const DAY: i64 = 86_400;

    /// A certificate of a server, in force from one day to another.
    pub(in crate::analyze) fn certificate(path: &str, from: i64, to: i64, says: &[(&str, &str)]) -> Known {
        let mut known = sample::known(1).at(path, 0).build();
        known.credential.kind = Kind::Certificate;
        known.credential.key.rule = "x509.certificate".into();
        known.credential.proof = Proof::Valid;
        known.credential.issued = Some(Time(from * DAY));
        known.credential.expires = Some(Time(to * DAY));
        let usual = [("subject", "CN=svc.acme.dev"), ("ca", "no"), ("self-signed", "no"), ("eku", "server-auth"), ("sans", "svc.acme.dev")];
        let all = usual.iter().chain([&("algorithm", "rsa"), &("bits", "2048"), &("signature", "sha256-rsa")]).chain(says);
        known.credential.attributes = all.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        known.credential.attributes.retain(|_, value| !value.is_empty());
        known
    }

    #[test]
    fn a_certificate_in_a_signature_is_no_matter_of_care() {
        let careful = |path| super::Facts::of(&certificate(path, 0, 1, &[])).is_some();
        assert!(!careful("app.jar!/META-INF/ACME.RSA!/certificate1.cer") && !careful("mail.p7m!/certificate1.cer"));
        assert!(careful("tls/chain.p7b!/certificate1.cer") && careful("app.jar!/tls/svc.cer") && careful("a.rsa"));
    }

    /// Another credential with the same key.
    pub(in crate::analyze) fn related(kind: Kind, path: &str, n: u8) -> Related {
        let mut other = sample::known(n).at(path, 0).build();
        other.credential.kind = kind;
        other.credential.proof = Proof::Valid;
        Related { credential: other.credential.into(), via: vec!["spki-sha256:00".into()], places: other.places.into() }
    }
}
