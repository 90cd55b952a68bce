use serde::Deserialize;

use crate::model::{About, Finding, Kind, Known, Proof, Severity, Time, control};

use super::{
    Check,
    exposure::{Exposure, confidence},
};

/// Finds exposed tokens whose own dates give them a long life.
pub struct LongLivedToken;

/// When a life is long.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LongLife {
    /// Days from issue (or from now, where the token does not say when it was issued) to expiry.
    pub days: i64,
}

impl Default for LongLife {
    fn default() -> Self {
        Self { days: 365 }
    }
}

impl Check for LongLivedToken {
    const ABOUT: About = About {
        id: "long-lived-token",
        title: "An exposed token lives long, by its own dates",
        explain: "The dates inside the token give it a life beyond the threshold (default: 365 days or more), or it says when it was issued and never expires. \
                  Such a token is worth stealing, and its leak stays open until somebody revokes it.\n\nIssue tokens for hours, not years, or use workload \
                  identity. Setting: `[check.long-lived-token] days = 365`.",
        controls: &[&control::NHI7, &control::CSF_PR_AA_01],
        see: &[],
    };
    type Settings = LongLife;

    fn judge(known: &Known, settings: &LongLife, now: Time) -> Option<Finding> {
        judge(known, settings, now)
    }
}

fn judge(known: &Known, settings: &LongLife, now: Time) -> Option<Finding> {
    let credential = &known.credential;
    if credential.proof == Proof::Invalid || credential.expires.is_some_and(|at| at < now) {
        return None;
    }
    let exposure = Exposure::of(known)?;
    let severity = exposure.temper(Severity::Medium);
    let finding = |because: String| Finding::new(&LongLivedToken::ABOUT, credential.key.clone(), severity, confidence(known), because);
    match (credential.issued, credential.expires) {
        (issued, Some(expires)) => {
            let days = issued.unwrap_or(now).days_until(expires);
            let long = days >= settings.days;
            long.then(|| {
                finding(format!("lives for {days} days, until {}", expires.date())).and_beyond(
                    "days",
                    days,
                    format!(">= {}", settings.days),
                )
            })
        }
        // Only a format that carries both dates says by the absence of one that it never expires.
        (Some(issued), None) if credential.kind == Kind::Jwt => {
            Some(finding(format!("was issued on {} and never expires", issued.date())).and("issued", issued.to_string()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        analyze::{Check, sample},
        model::{Kind, Known, Time},
    };

    use super::{LongLife, LongLivedToken};

    fn token(issued: Option<i64>, expires: Option<i64>) -> Known {
        let mut known = sample::known(1).at("a", 0).build();
        known.credential.kind = Kind::Jwt;
        known.credential.issued = issued.map(|d| Time(d * 86_400));
        known.credential.expires = expires.map(|d| Time(d * 86_400));
        known
    }

    #[test]
    fn a_year_is_long_and_a_day_less_is_not() {
        let long = |issued, expires| LongLivedToken::judge(&token(issued, expires), &LongLife::default(), Time(0)).is_some();
        assert!(!long(Some(0), Some(364)));
        assert!(long(Some(0), Some(365)));
        assert!(long(None, Some(366)));
        assert!(long(Some(0), None));
        assert!(!long(None, None));
    }
}
