use serde::Deserialize;

use crate::model::{About, Confidence, Finding, Severity, Subject, Time, control};

use super::{IdentityCheck, Roster, Ruling};

/// Finds secrets in managers that nobody reads.
pub struct SecretUnused;

/// When a secret is unused.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Idle {
    /// Days since somebody read it, or since it was made.
    pub days: i64,
}

impl Default for Idle {
    fn default() -> Self {
        Self { days: 90 }
    }
}

impl IdentityCheck for SecretUnused {
    const ABOUT: About = About {
        id: "aws-secret-unused",
        title: "Nobody reads a secret in Secrets Manager",
        explain: "Nobody read the secret for 90 days or more, or ever since it was made. What it opens may still be open, and nobody would notice who else reads \
                  it.\n\nFind out what it opens; delete it there first, then schedule the deletion of the secret, which can be taken back for some days. \
                  Setting: `[check.aws-secret-unused] days = 90`.",
        controls: &[&control::NHI1, &control::CSF_ID_AM_08],
        see: &[],
    };
    type Settings = Idle;

    fn judge(roster: &Roster, idle: &Idle, now: Time, rule: &mut dyn FnMut(Ruling)) {
        for secret in roster.vaulted.values().filter(|secret| secret.uri.contains(":secretsmanager:")) {
            let Some(since) = secret.last_used.or(secret.created) else {
                let why = "the inventory does not say when a secret was made or read".to_owned();
                rule(Ruling::Undecided { identity: secret.uri.clone(), why });
                continue;
            };
            let days = since.days_until(now);
            if days < idle.days {
                continue;
            }
            let because = match secret.last_used {
                Some(at) => format!("the secret {} was last read {days} days ago, on {}", secret.name, at.date()),
                None => format!("the secret {} was never read in the {days} days that it exists", secret.name),
            };
            let finding = Finding::new(&Self::ABOUT, Subject::identity(&secret.uri, ""), Severity::Low, Confidence::High, because);
            rule(Ruling::Finding(finding.and_beyond("days", days, format!(">= {}", idle.days))));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Idle, SecretUnused};
    use crate::{
        analyze::identity::{IdentityCheck, sample},
        model::{Entity, Time, entity::Vaulted},
    };

    #[test]
    fn ninety_days_without_a_reader_are_told() {
        let said = |last_used: Option<i64>, day: i64| {
            let secret = Vaulted { last_used: last_used.map(Time), created: Some(Time(0)), ..sample::secret("db") };
            let roster = sample::roster([Entity::Vaulted(secret)]);
            sample::rulings(|rule| SecretUnused::judge(&roster, &Idle::default(), Time(day * 86_400), rule)).len()
        };
        assert_eq!([said(None, 89), said(None, 90), said(Some(86_400), 90), said(Some(86_400), 91)], [0, 1, 0, 1]);
    }
}
