use crate::{
    analyze::{Check, check::NoSettings},
    model::{About, Finding, Known, Severity, Time, control},
};

use super::facts::Facts;

/// Finds certificates of hosts that may issue certificates themselves.
pub struct CertificateAuthorityServes;

impl Check for CertificateAuthorityServes {
    const ABOUT: About = About {
        id: "certificate-authority-serves",
        title: "The certificate of a host may issue certificates",
        explain: "It names hosts, as the certificate of a server does, and says that it may issue certificates (CA:TRUE). Where it is trusted, whoever holds the key of \
                  this one server can pass for any other. `openssl req -x509` makes such certificates unless it is told otherwise.\n\nIssue it again with \
                  `basicConstraints = critical, CA:FALSE`; sign servers with an issuer whose key lies elsewhere.",
        controls: &[&control::NHI5, &control::CSF_PR_AA_05],
        see: &["https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.9"],
    };
    type Settings = NoSettings;

    fn judge(known: &Known, _: &NoSettings, now: Time) -> Option<Finding> {
        let facts = Facts::of(known).filter(|facts| facts.is("ca") && facts.says("hosts").is_some())?;
        if known.credential.expires.is_some_and(|at| at < now) {
            return None;
        }
        // One that is trusted by itself and by nobody else is a smaller matter than one below a trusted issuer.
        let severity = if facts.is("self-signed") { Severity::Medium } else { Severity::High };
        let hosts = facts.says("sans").unwrap_or_default();
        let finding = facts.finding(&Self::ABOUT, severity, format!("names hosts ({hosts}) and may issue certificates"));
        Some(finding.and_beyond("ca", true, "false where hosts are named").and("self-signed", facts.is("self-signed")))
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

    use super::CertificateAuthorityServes;

    #[test]
    fn an_issuer_that_names_hosts_is_told() {
        let told = |says: &[(&str, &str)]| {
            CertificateAuthorityServes::judge(&certificate("tls/svc.pem", 0, 10, says), &NoSettings {}, Time(DAY)).map(|f| f.severity)
        };
        assert_eq!(told(&[("ca", "yes"), ("hosts", "1")]), Some(Severity::High));
        assert_eq!(told(&[("ca", "yes"), ("hosts", "1"), ("self-signed", "yes")]), Some(Severity::Medium));
        assert_eq!((told(&[("ca", "yes")]), told(&[("hosts", "1")])), (None, None));
    }
}
