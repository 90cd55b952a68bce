use serde::Deserialize;

use crate::{
    analyze::{
        certificate::weak_key::weakness,
        identity::{IdentityCheck, Roster, Ruling},
    },
    model::{About, Confidence, Finding, Severity, Subject, Time, control, entity::Resource},
};

use super::anchor::{Authority, anchors, name};

/// Finds trust anchors whose authority is no longer one, can be broken, or is everybody's.
pub struct AnchorAuthority;

/// When the end of an authority is near.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct End {
    /// Days before it ends.
    pub days: i64,
}

impl Default for End {
    fn default() -> Self {
        Self { days: 30 }
    }
}

/// How organizations call themselves that issue certificates to the public.
const PUBLIC: &[&str] = &[
    "Actalis",
    "Amazon",
    "Asseco Data Systems",
    "Buypass",
    "COMODO CA",
    "Certum",
    "D-Trust",
    "DigiCert",
    "Entrust",
    "GeoTrust",
    "GlobalSign",
    "GoDaddy",
    "Google Trust Services",
    "IdenTrust",
    "Internet Security Research Group",
    "Let's Encrypt",
    "Microsoft Corporation",
    "QuoVadis",
    "SSL Corp",
    "Sectigo",
    "Starfield Technologies",
    "SwissSign",
    "The USERTRUST Network",
    "Unizeto",
    "VeriSign",
    "ZeroSSL",
    "thawte",
];

impl IdentityCheck for AnchorAuthority {
    const ABOUT: About = About {
        id: "aws-roles-anywhere-authority",
        title: "An authority that opens roles is weak, public or ends",
        explain: "A trust anchor of IAM Roles Anywhere holds the certificate of an authority: whatever that authority signs is believed. High: its key or signature can be \
                  broken, so that anybody can sign; or by its name it issues certificates to the public, so that anybody can have one. Medium: the last of its \
                  certificates has ended, or will within 30 days, and with it the way in of every machine that comes by it.\n\nMake an authority of your own \
                  for this alone, with a strong key, or use AWS Private CA; put the new certificate beside the old one before that ends. Setting: \
                  `[check.aws-roles-anywhere-authority] days = 30`.",
        controls: &[&control::NHI4, &control::CSF_PR_AA_04],
        see: &["https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html"],
    };
    type Settings = End;

    fn judge(roster: &Roster, end: &End, now: Time, rule: &mut dyn FnMut(Ruling)) {
        for anchor in anchors(roster) {
            let all: Vec<Authority<'_>> = Authority::of(anchor).collect();
            if all.is_empty() && anchor.attributes.get("source").is_some_and(|source| source == "CERTIFICATE_BUNDLE") {
                let why = "no certificate of the trust anchor could be read".into();
                rule(Ruling::Undecided { identity: anchor.uri.clone(), why });
            }
            let valid = all.iter().filter(|one| one.expires().is_none_or(|at| at > now));
            valid.filter_map(|one| forged(anchor, *one).or_else(|| public(anchor, *one))).for_each(|found| rule(Ruling::Finding(found)));
            ended(anchor, &all, end.days, now).into_iter().for_each(|found| rule(Ruling::Finding(found)));
        }
    }
}

fn finding(anchor: &Resource, subject: &str, severity: Severity, confidence: Confidence, because: &str) -> Finding {
    let because = format!("the trust anchor {}: {because}", name(anchor));
    Finding::new(&AnchorAuthority::ABOUT, Subject::identity(&anchor.uri, subject), severity, confidence, because).and("authority", subject)
}

/// What can be broken of a certificate: its key, or, where another authority signed it, the signature.
fn forged(anchor: &Resource, one: Authority<'_>) -> Option<Finding> {
    let subject = one.says("subject")?;
    let key = weakness(&|name| one.says(name)).map(|(_, because, name, value, limit)| (because, name, value, limit));
    let hash = one.says("signature").filter(|signature| one.says("self-signed") != Some("yes") && broken(signature));
    let hash = hash.map(|hash| (format!("it is signed with {hash}"), "signature", hash.to_owned(), "SHA-2, SHA-3 or EdDSA"));
    let (because, name, value, limit) = key.or(hash)?;
    Some(finding(anchor, subject, Severity::High, Confidence::High, &format!("{because} ({subject})")).and_beyond(name, value, limit))
}

fn broken(signature: &str) -> bool {
    ["md2", "md4", "md5", "sha1"].iter().any(|hash| signature.split('-').next() == Some(hash))
}

/// An authority that issues to everybody, by its name; AWS keeps its private authorities elsewhere.
fn public(anchor: &Resource, one: Authority<'_>) -> Option<Finding> {
    let subject = one.says("subject")?;
    let organization = subject.split(", ").find_map(|part| part.trim().strip_prefix("O="))?.trim_matches('"');
    let whose = PUBLIC.iter().find(|known| organization.starts_with(**known))?;
    let because = format!("{whose} issues certificates to the public: anybody can have one of {subject}");
    Some(finding(anchor, subject, Severity::High, Confidence::Medium, &because))
}

/// An anchor of which the last certificate ends. One that is told beside a new one is on its way out.
fn ended(anchor: &Resource, all: &[Authority<'_>], days: i64, now: Time) -> Option<Finding> {
    let last = all.iter().max_by_key(|one| one.expires())?;
    let (at, subject) = (last.expires()?, last.says("subject")?);
    let left = now.days_until(at);
    let because = match left {
        _ if at <= now => format!("{subject} ended on {}: nobody comes in by it", at.date()),
        left if left <= days => format!("{subject} ends in {left} days, on {}, and with it every way in", at.date()),
        _ => return None,
    };
    let found = finding(anchor, subject, Severity::Medium, Confidence::High, &because).and("expires", at.to_string());
    Some(found.and_beyond("days-left", left, format!("<= {days}")))
}

#[cfg(test)]
mod tests {
    use super::{AnchorAuthority, End};
    use crate::{
        analyze::identity::sample,
        model::{Entity, Severity, Time, entity::Resource},
    };

    fn told(says: &[(&str, &str)]) -> (Vec<(Severity, String)>, usize) {
        let uri = "arn:aws:rolesanywhere:eu-west-1:111111111111:trust-anchor/a";
        let mut anchor = Resource::new(uri, sample::ACCOUNT);
        anchor.attributes.extend(says.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        sample::found::<AnchorAuthority>(&sample::roster([Entity::Resource(anchor)]), &End::default(), Time(0))
    }

    fn one(more: &[(&str, &str)]) -> Vec<Severity> {
        let sound = [("authority-0-subject", "CN=Plant CA, O=Acme"), ("authority-0-algorithm", "rsa"), ("authority-0-bits", "4096")];
        let (found, undecided) = told(&[&sound, more].concat());
        assert_eq!(undecided, 0);
        found.into_iter().map(|(severity, _)| severity).collect()
    }

    #[test]
    fn the_end_is_near_thirty_days_before_and_counts_for_the_last_certificate() {
        let ends = |at: &str| one(&[("authority-0-expires", at)]);
        assert_eq!([ends("1970-02-01T00:00:00Z"), ends("1970-01-31T00:00:00Z")], [vec![], vec![Severity::Medium]]);
        assert_eq!(ends("1969-12-31T00:00:00Z"), [Severity::Medium]);
        let renewed = [("authority-1-subject", "CN=Plant CA 2"), ("authority-1-expires", "1980-01-01T00:00:00Z")];
        assert_eq!(one(&[&renewed[..], &[("authority-0-expires", "1969-12-31T00:00:00Z")]].concat()), []);
    }

    #[test]
    fn what_can_be_broken_and_whom_everybody_can_ask_is_high() {
        assert_eq!([one(&[("authority-0-bits", "2048")]), one(&[("authority-0-bits", "2047")])], [vec![], vec![Severity::High]]);
        let signed = |own: &str| one(&[("authority-0-signature", "sha1-rsa"), ("authority-0-self-signed", own)]);
        assert_eq!([signed("yes"), signed("no")], [vec![], vec![Severity::High]]);
        assert_eq!(one(&[("authority-0-subject", "CN=R11, O=Let's Encrypt, C=US")]), [Severity::High]);
        assert_eq!(one(&[("authority-0-subject", "CN=DigiCert, O=Acme")]), [], "a name is no organization");
    }

    #[test]
    fn an_anchor_that_is_off_or_kept_by_aws_is_not_judged_and_one_that_cannot_be_read_is_undecided() {
        assert_eq!(one(&[("authority-0-bits", "512"), (Resource::ENABLED, "no")]), []);
        assert_eq!(told(&[("source", "AWS_ACM_PCA")]), (vec![], 0));
        assert_eq!(told(&[("source", "CERTIFICATE_BUNDLE")]), (vec![], 1));
    }
}
