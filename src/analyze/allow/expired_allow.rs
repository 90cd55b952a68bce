use crate::model::{About, Evidence, Severity, Time, control};

use super::{AllowCheck, AllowFinding, AllowUse};

/// Finds allows whose last day is over.
pub struct ExpiredAllow;

const ABOUT: About = About {
    id: "expired-allow",
    title: "An allow has expired",
    explain: "Somebody accepted credentials up to a day that is over. The allow covers nothing any more, and what it covered is reported again.\n\n\
              Rotate the credential and take the allow out, or decide anew and give it a later `until`.",
    controls: &[&control::CSF_PR_AA_01],
    see: &[],
};

impl AllowCheck for ExpiredAllow {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, used: &AllowUse, _whole: bool, now: Time) -> Option<AllowFinding> {
        let until = used.allow.until.filter(|_| used.allow.expired(now))?;
        let because = format!("{} ended with {}; {}", used.name(), until.date(), used.covers());
        let mut finding = AllowFinding::new(&ABOUT, Severity::Low, because, used);
        finding.evidence.push(Evidence { name: "until", value: until.date().into(), threshold: Some(format!(">= {}", now.date())) });
        Some(finding)
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        analyze::allow::{AllowCheck, check::sample},
        model::Time,
    };

    use super::ExpiredAllow;

    #[test]
    fn the_last_day_still_counts() {
        let used = sample(Some("a test"), Some("2026-03-31"), 2);
        let on = |day| ExpiredAllow.judge(&used, true, Time::parse_day(day).expect("a day"));
        assert!(on("2026-03-30").is_none() && on("2026-03-31").is_none());
        let because = on("2026-04-01").expect("a finding").because;
        assert_eq!(
            because,
            "the allow of rule sample.token, path tests/** in unhidden.toml ended with 2026-03-31; it fits 2 credentials at 2 places"
        );
    }
}
