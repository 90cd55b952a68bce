use crate::{
    analyze::{Check, check::NoSettings, surroundings::harmless},
    model::{About, Finding, Known, Time, control},
};

use super::{
    facts::Facts,
    links::{Flaw, Links},
};

/// Finds chains of certificates that clients cannot follow to their end, or will soon not.
pub struct CertificateChain;

impl Check for CertificateChain {
    const ABOUT: About = About {
        id: "certificate-chain",
        title: "A chain of certificates is incomplete, out of order or weak",
        explain: "A file holds the certificate of a server and those of its issuers, as a server sends them. High: an issuer in it has expired, may issue no certificates, \
                  or none of these names. Medium: the issuer of the first certificate is not in it, the server's own does not come first, an issuer is not yet valid, is signed with MD5 or SHA-1 or \
                  has an RSA key below 2048 bits, or more issuers follow one another than one of them allows. Low: the issuers are not in the order in which they issued each other, or a \
                  certificate outlives its issuer, with whose last day it ends. Info: the root is sent along, which a client has or will not believe. Signatures are not verified; a chain is followed by names. \
                  Files with several servers' certificates, or with more than 16 certificates, are lists and no chains.\n\nPut the server's certificate first, then each issuer below the one before, without the root \
                  (`fullchain.pem` of ACME clients is made so), and try it with `openssl verify -untrusted`.",
        controls: &[&control::NHI4, &control::CSF_PR_PS_01],
        see: &["https://www.rfc-editor.org/rfc/rfc8446#section-4.4.2", "https://www.rfc-editor.org/rfc/rfc5280#section-6.1"],
    };
    type Settings = NoSettings;

    fn judge(known: &Known, _: &NoSettings, now: Time) -> Option<Finding> {
        let facts = Facts::of(known).filter(|facts| !facts.authority())?;
        // What has expired is sent by nobody who cares.
        if known.credential.expires.is_some_and(|at| at < now) {
            return None;
        }
        let judged = known.chains.iter().filter(|chain| !harmless(&chain.path)).filter_map(|chain| {
            let flaws = Links::of(chain, &known.credential)?.flaws(now);
            flaws.iter().map(|flaw| flaw.severity).max().map(|severity| (severity, chain, flaws))
        });
        // The first of the worst.
        let (severity, chain, flaws) = judged.reduce(|worst, next| if next.0 > worst.0 { next } else { worst })?;
        let because = flaws.iter().map(|flaw| flaw.because.as_str()).collect::<Vec<_>>().join("; ");
        let names: Vec<&str> = flaws.iter().map(|flaw: &Flaw| flaw.name).collect();
        let finding = facts.finding(&Self::ABOUT, severity, format!("its chain in {}: {because}", chain.path));
        Some(finding.and_beyond("flaws", names.join(", "), "none").and("certificates", chain.links.len()))
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
        model::{Chain, Credential, Fingerprint, Known, Severity, Time},
    };

    use super::CertificateChain;

    /// A certificate of a name, issued by another, that ends on a day.
    fn one(n: u8, subject: &str, issuer: &str, to: i64, says: &[(&str, &str)]) -> Credential {
        let own = if subject == issuer { "yes" } else { "no" };
        let ca = if n == 1 { "no" } else { "yes" };
        let names = [
            ("subject", subject),
            ("issuer", issuer),
            ("self-signed", own),
            ("ca", ca),
            ("sans", if n == 1 { "svc.acme.dev" } else { "" }),
        ];
        let mut made = certificate("tls/svc.pem", 0, to, &[&names[..], says].concat()).credential;
        made.key.fingerprint = Fingerprint::from_bytes([n; 16]);
        made
    }

    fn leaf() -> Credential {
        one(1, "CN=svc", "CN=Issuing", 90, &[])
    }

    fn issuing(says: &[(&str, &str)]) -> Credential {
        one(2, "CN=Issuing", "CN=Root", 900, says)
    }

    fn root() -> Credential {
        one(3, "CN=Root", "CN=Root", 9_000, &[])
    }

    /// A server's certificate with what lies beside it in its file.
    fn chained(path: &str, links: Vec<Credential>) -> Known {
        let mut known = certificate(path, 0, 90, &[]);
        known.credential = leaf();
        let links = links.into_iter().map(Into::into).collect();
        known.chains = vec![Chain { path: path.into(), ordered: true, links }];
        known
    }

    fn told(links: Vec<Credential>, now: i64) -> Option<(Severity, String)> {
        let finding = CertificateChain::judge(&chained("tls/svc.pem", links), &NoSettings {}, Time(now * DAY))?;
        let flaws = finding.evidence.iter().find(|evidence| evidence.name == "flaws").map(|evidence| evidence.value.to_string());
        Some((finding.severity, flaws.unwrap_or_default().trim_matches('"').to_owned()))
    }

    #[test]
    fn a_chain_as_it_should_be_is_no_finding_and_a_root_in_it_is_info() {
        assert_eq!(told(vec![leaf(), issuing(&[])], 1), None);
        assert_eq!(told(vec![leaf(), issuing(&[]), root()], 1), Some((Severity::Info, "root-sent".into())));
    }

    #[test]
    fn what_is_missing_or_out_of_order_is_told() {
        assert_eq!(told(vec![leaf(), root()], 1), Some((Severity::Medium, "issuer-missing".into())));
        assert_eq!(told(vec![issuing(&[]), leaf()], 1), Some((Severity::Medium, "leaf-not-first".into())));
        let between = one(4, "CN=Root", "CN=Top", 9_000, &[]);
        assert_eq!(told(vec![leaf(), between.clone(), issuing(&[])], 1), Some((Severity::Low, "order".into())));
        assert_eq!(told(vec![leaf(), issuing(&[]), between], 1), None);
        let stranger = one(5, "CN=Other", "CN=Elsewhere", 900, &[]);
        assert_eq!(told(vec![leaf(), stranger], 1), Some((Severity::Medium, "issuer-missing".into())));
    }

    #[test]
    fn issuers_that_have_expired_or_are_weak_are_told_and_what_outlives_them() {
        let soon = one(2, "CN=Issuing", "CN=Root", 30, &[]);
        assert_eq!(told(vec![leaf(), soon.clone()], 30), Some((Severity::Low, "outlives-issuer".into())));
        assert_eq!(told(vec![leaf(), soon], 31), Some((Severity::High, "issuer-expired".into())));
        assert_eq!(told(vec![leaf(), issuing(&[("signature", "sha1-rsa")])], 1), Some((Severity::Medium, "issuer-weak".into())));
        assert_eq!(told(vec![leaf(), issuing(&[("bits", "2047")])], 1), Some((Severity::Medium, "issuer-weak".into())));
        assert_eq!(told(vec![leaf(), issuing(&[("bits", "2048")])], 1), None);
    }

    #[test]
    fn limits_that_an_issuer_has_are_told_where_they_are_broken() {
        let top = |length| one(4, "CN=Root", "CN=Top", 9_000, &[("path-length", length)]);
        assert_eq!(told(vec![leaf(), issuing(&[]), top("0")], 1), Some((Severity::Medium, "path-length".into())));
        assert_eq!(told(vec![leaf(), issuing(&[]), top("1")], 1), None);
        assert_eq!(told(vec![leaf(), issuing(&[("ca", "no")])], 1), Some((Severity::High, "issuer-may-not".into())));
        let permitted = |domains| told(vec![leaf(), issuing(&[("permitted-domains", domains)])], 1);
        assert_eq!((permitted("acme.dev"), permitted("example.org, svc.acme.dev")), (None, None));
        assert_eq!(permitted("cme.dev"), Some((Severity::High, "name-not-permitted".into())));
        let excluded = |domains| told(vec![leaf(), issuing(&[("excluded-domains", domains)])], 1);
        assert_eq!((excluded(".acme.dev"), excluded("db.acme.dev")), (Some((Severity::High, "name-not-permitted".into())), None));
    }

    #[test]
    fn lists_tests_and_what_has_expired_are_no_chains() {
        let other = one(6, "CN=db", "CN=Issuing", 90, &[("ca", "no")]);
        assert_eq!(told(vec![leaf(), other, root()], 1), None);
        assert_eq!(told(vec![leaf(), root()], 91), None);
        let test = chained("tests/svc.pem", vec![leaf(), root()]);
        assert!(CertificateChain::judge(&test, &NoSettings {}, Time(DAY)).is_none());
    }
}
