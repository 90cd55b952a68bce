use crate::{
    analyze::{Check, check::NoSettings, surroundings::environment},
    model::{About, Finding, Known, Severity, Time, control},
};

use super::facts::Facts;

/// Finds hosts that vouch for themselves.
pub struct CertificateSelfSigned;

impl Check for CertificateSelfSigned {
    const ABOUT: About = About {
        id: "certificate-self-signed",
        title: "A host or client vouches for itself",
        explain: "Nobody issued this certificate: it is signed with its own key. Clients that accept it must have been given exactly this one, or check nothing, and then \
                  anybody can pass for the host. It cannot be revoked either. Places that name development or tests are left out.\n\nHave it issued by a private \
                  issuer that clients trust, for days or weeks, by machine.",
        controls: &[&control::NHI4, &control::CSF_PR_AA_03],
        see: &[],
    };
    type Settings = NoSettings;

    fn judge(known: &Known, _: &NoSettings, now: Time) -> Option<Finding> {
        let facts = Facts::of(known)?;
        let elsewhere = facts.paths().all(|path| matches!(environment(path), Some("development" | "test")));
        if !facts.is("self-signed") || facts.authority() || elsewhere || known.credential.expires.is_some_and(|at| at < now) {
            return None;
        }
        let finding = facts.finding(&Self::ABOUT, Severity::Medium, format!("is signed with its own key; lies in {}", facts.places()));
        Some(finding.and_beyond("self-signed", true, "false"))
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
        model::Time,
    };

    use super::CertificateSelfSigned;

    #[test]
    fn a_host_that_vouches_for_itself_is_told_outside_of_development() {
        let told = |path: &str, says: &[(&str, &str)]| {
            CertificateSelfSigned::judge(&certificate(path, 0, 10, says), &NoSettings {}, Time(DAY)).is_some()
        };
        assert!(told("tls/svc.pem", &[("self-signed", "yes")]));
        assert!(told("tls/svc.pem", &[("self-signed", "yes"), ("ca", "yes"), ("hosts", "2")]));
        assert!(!told("tls/root.pem", &[("self-signed", "yes"), ("ca", "yes")]));
        assert!(!told("dev/svc.pem", &[("self-signed", "yes")]) && !told("tls/svc.pem", &[]));
    }
}
