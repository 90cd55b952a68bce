use serde::Deserialize;

use crate::{
    analyze::{Check, exposure::Exposure, surroundings::harmless},
    model::{About, Confidence, Finding, Known, Severity, Time, control},
};

/// Finds SSH certificates that live long, or are good for anybody.
pub struct SshCertificateLongLived;

/// How long they may live.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Lives {
    /// Hours of a user's.
    pub user_hours: i64,
    /// Days of a host's.
    pub host_days: i64,
}

impl Default for Lives {
    fn default() -> Self {
        Self { user_hours: 24, host_days: 366 }
    }
}

impl Check for SshCertificateLongLived {
    const ABOUT: About = About {
        id: "ssh-certificate-long-lived",
        title: "An SSH certificate lives long, or is good for anybody",
        explain: "A user's certificate of more than 24 hours, a host's of more than 366 days, one without an end, or one without principals, which is good for every account \
                  that trusts its issuer. An SSH certificate is revoked by a list that every server must have been given, so its end is what ends it.\n\nIssue \
                  for hours, after a login, for named principals. Settings: `[check.ssh-certificate-long-lived] user-hours = 24, host-days = 366`.",
        controls: &[&control::NHI7, &control::CSF_PR_AA_01],
        see: &["https://man.openbsd.org/ssh-keygen#CERTIFICATES"],
    };
    type Settings = Lives;

    fn judge(known: &Known, settings: &Lives, now: Time) -> Option<Finding> {
        let credential = &known.credential;
        let over = credential.expires.is_some_and(|at| at < now);
        if credential.key.rule != "ssh.certificate" || over {
            return None;
        }
        let exposure = Exposure::seen(known).filter(|exposure| exposure.current == Some(true))?;
        if exposure.places.iter().all(|place| harmless(&place.appearance.path)) {
            return None;
        }
        let says = |name: &str| credential.attributes.get(name).map_or("", String::as_str);
        let host = says("for") == "host";
        let limit = if host { settings.host_days.saturating_mul(86_400) } else { settings.user_hours.saturating_mul(3_600) };
        let life = credential.issued.zip(credential.expires).map(|(from, to)| to.0.saturating_sub(from.0));
        let finding = |because: String| Finding::new(&Self::ABOUT, credential.key.clone(), Severity::High, Confidence::High, because);
        if says("forever") == "yes" {
            return Some(finding(format!("of a {} has no end", says("for"))).and_beyond("seconds", "forever", format!("<= {limit}")));
        }
        if says("principals").is_empty() {
            return Some(finding("names no principal: it is good for every account".to_owned()).and_beyond("principals", 0, ">= 1"));
        }
        let life = life.filter(|life| *life > limit)?;
        let because = format!("of a {} lives for {} hours, until {}", says("for"), life / 3_600, credential.expires?.date());
        Some(finding(because).and_beyond("seconds", life, format!("> {limit}")))
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        analyze::{Check, ssh::whose::tests::key},
        model::{Kind, Time},
    };

    use super::{Lives, SshCertificateLongLived};

    fn told(life: i64, says: &[(&str, &str)]) -> bool {
        let mut known = key(&["home/a/.ssh/id-cert.pub"], says);
        known.credential.kind = Kind::Certificate;
        known.credential.key.rule = "ssh.certificate".into();
        (known.credential.issued, known.credential.expires) = (Some(Time(1)), (life > 0).then_some(Time(1 + life)));
        SshCertificateLongLived::judge(&known, &Lives::default(), Time(1)).is_some()
    }

    #[test]
    fn a_day_is_enough_for_users_and_a_year_for_hosts() {
        let user = [("for", "user"), ("principals", "app")];
        assert!(!told(86_400, &user) && told(86_401, &user));
        let host = [("for", "host"), ("principals", "db")];
        assert!(!told(366 * 86_400, &host) && told(366 * 86_400 + 1, &host));
        assert!(told(60, &[("for", "user")]) && told(0, &[("for", "user"), ("principals", "app"), ("forever", "yes")]));
    }
}
