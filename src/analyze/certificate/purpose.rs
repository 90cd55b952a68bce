use crate::{
    analyze::{Check, check::NoSettings},
    model::{About, Finding, Known, Severity, Time, control},
};

use super::facts::Facts;

/// From this moment browsers distrust issuers that let public certificates authenticate clients: 2027-03-15.
const CLIENTS_END: Time = Time(1_805_068_800);

/// Finds certificates that may be used for more than one thing.
pub struct CertificatePurpose;

impl Check for CertificatePurpose {
    const ABOUT: About = About {
        id: "certificate-purpose",
        title: "A certificate is good for more than it should be",
        explain: "A certificate for any purpose is medium, one that names no purpose low: each can be taken for another kind of certificate, a client's for a server's or \
                  for one that signs code. A publicly trusted TLS certificate that also authenticates clients is medium: anybody can get one from the same issuers, \
                  and from 15 March 2027 on browsers do not permit it, so that what relies on it will break at a renewal.\n\nName one purpose: `serverAuth` \
                  or `clientAuth`; authenticate workloads with certificates of a private issuer.",
        controls: &[&control::NHI4, &control::NHI5],
        see: &["https://googlechrome.github.io/chromerootprogram/"],
    };
    type Settings = NoSettings;

    fn judge(known: &Known, _: &NoSettings, now: Time) -> Option<Finding> {
        let facts = Facts::of(known).filter(|facts| !facts.authority())?;
        if known.credential.expires.is_some_and(|at| at < now) {
            return None;
        }
        let (severity, because) = match facts.says("eku") {
            None => (Severity::Low, "names no purpose".to_owned()),
            Some(_) if facts.for_purpose("any") => (Severity::Medium, "is good for any purpose".to_owned()),
            Some(_) if facts.for_purpose("client-auth") && facts.says("public-tls").is_some() => {
                let late = known.credential.expires.is_some_and(|at| at >= CLIENTS_END);
                let end = if late { "; it outlives 2027-03-15, when that ends" } else { "; its renewal from 2027-03-15 on will not" };
                (if late { Severity::Medium } else { Severity::Low }, format!("is publicly trusted and authenticates clients, too{end}"))
            }
            Some(_) => return None,
        };
        let purposes = facts.says("eku").unwrap_or("none");
        Some(facts.finding(&Self::ABOUT, severity, because).and_beyond("eku", purposes, "server-auth, or client-auth of a private issuer"))
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

    use super::{CLIENTS_END, CertificatePurpose};

    fn told(to: i64, says: &[(&str, &str)]) -> Option<Severity> {
        let mut known = certificate("tls/svc.pem", 0, 10, says);
        known.credential.expires = Some(Time(to));
        CertificatePurpose::judge(&known, &NoSettings {}, Time(DAY)).map(|f| f.severity)
    }

    #[test]
    fn one_purpose_is_enough() {
        assert_eq!(told(9 * DAY, &[]), None);
        assert_eq!(told(9 * DAY, &[("eku", "")]), Some(Severity::Low));
        assert_eq!(told(9 * DAY, &[("eku", "server-auth, any")]), Some(Severity::Medium));
        assert_eq!(told(9 * DAY, &[("eku", ""), ("ca", "yes")]), None);
    }

    #[test]
    fn public_certificates_of_clients_end_on_a_day() {
        assert_eq!(CLIENTS_END.date(), "2027-03-15");
        let says = [("eku", "server-auth, client-auth"), ("public-tls", "policy")];
        assert_eq!((told(CLIENTS_END.0 - 1, &says), told(CLIENTS_END.0, &says)), (Some(Severity::Low), Some(Severity::Medium)));
        assert_eq!(told(CLIENTS_END.0, &says[..1]), None);
    }
}
