use crate::model::{About, AllowedBy, Severity, Time, control};

use super::{AllowCheck, AllowFinding, AllowUse};

/// Finds allows that cover nothing.
pub struct UnusedAllow;

const ABOUT: About = About {
    id: "unused-allow",
    title: "An allow covers nothing",
    explain: "An allow fits no credential that this run saw. It may have outlived what it was written for, or be misspelt; the next credential that \
              happens to fit would be accepted with nobody asked. Told only where the run saw everything, files and history, and not of a settings \
              file that serves many targets.\n\nTake it out.",
    controls: &[&control::CSF_PR_AA_01],
    see: &[],
};

impl AllowCheck for UnusedAllow {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, used: &AllowUse, whole: bool, _now: Time) -> Option<AllowFinding> {
        // What is gone from a baseline is good news, and told with it.
        let silent = used.places > 0 || !whole || used.optional || used.allow.by == AllowedBy::Baseline;
        (!silent).then(|| AllowFinding::new(&ABOUT, Severity::Info, format!("{} fits no credential", used.name()), used))
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        analyze::allow::{AllowCheck, check::sample},
        model::Time,
    };

    use super::UnusedAllow;

    #[test]
    fn nothing_is_called_unused_where_not_all_was_seen() {
        assert!(UnusedAllow.judge(&sample(Some("a test"), None, 0), true, Time(0)).is_some());
        assert!(UnusedAllow.judge(&sample(Some("a test"), None, 0), false, Time(0)).is_none());
        assert!(UnusedAllow.judge(&sample(Some("a test"), None, 1), true, Time(0)).is_none());
    }
}
