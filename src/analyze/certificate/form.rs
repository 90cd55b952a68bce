use crate::{
    analyze::{Check, check::NoSettings},
    model::{About, Finding, Known, Severity, Time, control},
};

use super::facts::Facts;

/// Finds certificates that contradict themselves or the standard.
pub struct CertificateForm;

impl Check for CertificateForm {
    const ABOUT: About = About {
        id: "certificate-form",
        title: "A certificate contradicts itself or the standard",
        explain: "A part of it could not be read; or it is of version 1 or 2, which cannot say that it is no issuer; or it may issue certificates by its basic constraints and not \
                  by its key usage, or the other way round; or its serial number has fewer than 64 bits although it was issued by somebody else. Strict clients \
                  refuse such a certificate, and what an old tool left out was often a protection.\n\nHave it issued anew by a current tool.",
        controls: &[&control::NHI4, &control::CSF_PR_PS_01],
        see: &["https://www.rfc-editor.org/rfc/rfc5280#section-4.1", "https://cabforum.org/working-groups/server/baseline-requirements/"],
    };
    type Settings = NoSettings;

    fn judge(known: &Known, _: &NoSettings, now: Time) -> Option<Finding> {
        let facts = Facts::of(known)?;
        if known.credential.expires.is_some_and(|at| at < now) {
            return None;
        }
        let (because, name, value, limit) = flaw(&facts)?;
        Some(facts.finding(&Self::ABOUT, Severity::Low, because).and_beyond(name, value, limit))
    }
}

/// The first flaw: why, and what was observed against what.
fn flaw(facts: &Facts<'_>) -> Option<(String, &'static str, String, &'static str)> {
    if let Some(broken) = facts.says("broken") {
        return Some((format!("was read but for {broken}"), "broken", broken.to_owned(), "nothing"));
    }
    if let Some(version) = facts.says("version").filter(|_| !facts.is("self-signed")) {
        return Some((format!("is of version {version}, which cannot say that it is no issuer"), "version", version.to_owned(), "3"));
    }
    let usage = facts.says("key-usage");
    let signs = usage.is_some_and(|usage| usage.split(", ").any(|one| one == "cert-sign"));
    match (facts.is("ca"), usage) {
        (true, Some(usage)) if !signs => {
            return Some(("may issue certificates, and its key may not sign any".into(), "key-usage", usage.to_owned(), "cert-sign"));
        }
        (false, Some(usage)) if signs => {
            return Some(("may not issue certificates, and its key may sign some".into(), "key-usage", usage.to_owned(), "no cert-sign"));
        }
        _ => {}
    }
    let short = facts.is("short-serial") && !facts.is("self-signed") && !facts.authority();
    short.then(|| {
        let serial = facts.says("serial").unwrap_or_default();
        (format!("has a serial number that can be guessed: {serial}"), "serial", serial.to_owned(), ">= 64 bits")
    })
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

    use super::CertificateForm;

    fn told(says: &[(&str, &str)]) -> Option<String> {
        CertificateForm::judge(&certificate("tls/svc.pem", 0, 10, says), &NoSettings {}, Time(DAY)).map(|f| f.because)
    }

    #[test]
    fn a_leaf_and_an_issuer_of_today_have_no_flaw() {
        assert_eq!(told(&[("key-usage", "digital-signature")]), None);
        assert_eq!(told(&[("ca", "yes"), ("key-usage", "cert-sign, crl-sign"), ("short-serial", "yes")]), None);
        assert_eq!(told(&[("self-signed", "yes"), ("short-serial", "yes"), ("version", "1")]), None);
    }

    #[test]
    fn each_flaw_is_told() {
        assert!(told(&[("broken", "its last day")]).is_some_and(|why| why.contains("its last day")));
        assert!(told(&[("version", "1")]).is_some_and(|why| why.contains("version 1")));
        assert!(told(&[("ca", "yes"), ("key-usage", "digital-signature")]).is_some_and(|why| why.contains("may not sign")));
        assert!(told(&[("key-usage", "digital-signature, cert-sign")]).is_some_and(|why| why.contains("may sign")));
        assert!(told(&[("short-serial", "yes"), ("serial", "01")]).is_some_and(|why| why.contains("guessed: 01")));
    }
}
