use crate::model::{About, AllowedBy, Severity, Time, control};

use super::{AllowCheck, AllowFinding, AllowUse};

/// Finds allows that do not say why.
pub struct ReasonlessAllow;

const ABOUT: About = About {
    id: "reasonless-allow",
    title: "An allow has no reason",
    explain: "An allow that does not say why allows nothing: who reads it later could not tell an accepted risk from a leak that somebody silenced. \
              Marks of other scanners have no place for a reason and are not asked for one.\n\nWrite why behind `unhidden:allow`, or as `reason` in the \
              settings file.",
    controls: &[&control::CSF_PR_AA_01],
    see: &[],
};

impl AllowCheck for ReasonlessAllow {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, used: &AllowUse, _whole: bool, _now: Time) -> Option<AllowFinding> {
        let own = used.allow.by != AllowedBy::Inline || used.line.is_some();
        (own && used.allow.reason.is_none()).then(|| {
            let because = format!("{} does not say why, and so allows nothing", used.name());
            AllowFinding::new(&ABOUT, Severity::Low, because, used)
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        analyze::allow::{AllowCheck, check::sample},
        model::{AllowedBy, Time},
    };

    use super::ReasonlessAllow;

    #[test]
    fn marks_of_others_need_no_reason() {
        assert!(ReasonlessAllow.judge(&sample(None, None, 1), true, Time(0)).is_some());
        assert!(ReasonlessAllow.judge(&sample(Some("a test"), None, 1), true, Time(0)).is_none());
        let mut foreign = sample(None, None, 1);
        foreign.allow.by = AllowedBy::Inline;
        assert!(ReasonlessAllow.judge(&foreign, true, Time(0)).is_none());
    }
}
