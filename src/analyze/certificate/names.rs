use std::net::IpAddr;

use serde::Deserialize;

use crate::{
    analyze::Check,
    model::{About, Finding, Known, Severity, Time, control},
};

use super::facts::Facts;

/// Finds certificates that are good for many hosts, or for none that clients look at.
pub struct CertificateBroadNames;

/// Endings of names that no public issuer may certify.
const INTERNAL: &[&str] = &[".local", ".localdomain", ".internal", ".intranet", ".lan", ".corp", ".home", ".private"];

/// How many names are many.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Names {
    /// Names beyond which they are many.
    pub names: u64,
}

impl Default for Names {
    fn default() -> Self {
        Self { names: 100 }
    }
}

impl Check for CertificateBroadNames {
    const ABOUT: About = About {
        id: "certificate-broad-names",
        title: "A certificate is good for many hosts, or for none by today's rules",
        explain: "A wildcard is good for every host below a name: whoever takes the key of the least of them can pass for all. More than 100 names is the same in another \
                  form. A certificate of a server without any name beside its common name is refused by clients of this decade. A publicly \
                  trusted one that names inner hosts or private addresses tells the world of them, in public logs.\n\nGive each service a \
                  certificate of its own; it costs nothing where a machine renews it. Setting: `[check.certificate-broad-names] names = 100`.",
        controls: &[&control::NHI9, &control::NHI5],
        see: &["https://www.rfc-editor.org/rfc/rfc9525"],
    };
    type Settings = Names;

    fn judge(known: &Known, settings: &Names, now: Time) -> Option<Finding> {
        let facts = Facts::of(known).filter(|facts| !facts.authority())?;
        if known.credential.expires.is_some_and(|at| at < now) {
            return None;
        }
        let count: u64 = facts.says("san-count").and_then(|count| count.parse().ok()).unwrap_or(0);
        if let Some(wildcard) = facts.says("wildcard") {
            let finding = facts.finding(&Self::ABOUT, Severity::Low, format!("is good for every host of {wildcard}"));
            return Some(finding.and_beyond("wildcard", wildcard, "none"));
        }
        if count > settings.names {
            let finding = facts.finding(&Self::ABOUT, Severity::Low, format!("is good for {count} names"));
            return Some(finding.and_beyond("names", count, format!("<= {}", settings.names)));
        }
        let inside = facts.says("public-tls").and(facts.says("sans")).and_then(|names| names.split(", ").find(|name| internal(name)));
        if let Some(name) = inside {
            let finding = facts.finding(
                &Self::ABOUT,
                Severity::Low,
                format!("is publicly trusted and names what only an inner network knows: {name}"),
            );
            return Some(finding.and_beyond("name", name, "a public name"));
        }
        let nameless = facts.says("sans").is_none() && facts.for_purpose("server-auth");
        nameless.then(|| {
            let finding = facts.finding(&Self::ABOUT, Severity::Medium, "is a server's and names no host beside its common name");
            finding.and_beyond("names", 0, ">= 1")
        })
    }
}

/// Whether a name or address is known within a network only. Names of workloads and persons are none of those.
fn internal(name: &str) -> bool {
    if let Ok(address) = name.parse::<IpAddr>() {
        return match address {
            IpAddr::V4(four) => four.is_private() || four.is_loopback() || four.is_link_local(),
            IpAddr::V6(six) => six.is_unique_local() || six.is_loopback() || six.is_unicast_link_local(),
        };
    }
    let host = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'*'));
    host && (!name.contains('.') || INTERNAL.iter().any(|end| name.ends_with(end)))
}

#[cfg(test)]
mod tests {
    use crate::{
        analyze::{
            Check,
            certificate::facts::tests::{DAY, certificate},
        },
        model::{Severity, Time},
    };

    use super::{CertificateBroadNames, Names};

    fn told(says: &[(&str, &str)]) -> Option<Severity> {
        CertificateBroadNames::judge(&certificate("tls/svc.pem", 0, 10, says), &Names::default(), Time(DAY)).map(|f| f.severity)
    }

    #[test]
    fn wildcards_crowds_and_the_nameless_are_told() {
        assert_eq!(told(&[("san-count", "100")]), None);
        assert_eq!(told(&[("san-count", "101")]), Some(Severity::Low));
        assert_eq!(told(&[("wildcard", "*.acme.dev")]), Some(Severity::Low));
        assert_eq!(told(&[("sans", "")]), Some(Severity::Medium));
        let public = |names| told(&[("sans", names), ("public-tls", "policy")]);
        assert_eq!((public("svc.acme.dev, 8.8.8.8"), public("spiffe://acme.dev/x")), (None, None));
        for inner in ["svc.acme.dev, 10.1.2.3", "db", "db.corp", "fd00::1"] {
            assert_eq!(public(inner), Some(Severity::Low), "{inner}");
            assert_eq!(told(&[("sans", inner)]), None, "of a private issuer, {inner}");
        }
        assert_eq!(told(&[("sans", ""), ("eku", "client-auth")]), None);
    }
}
