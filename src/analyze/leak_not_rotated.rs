use serde::Deserialize;

use crate::model::{About, Finding, Known, Severity, Time, control};

use super::{Check, exposure::confidence, join::Living};

/// Finds leaks after which nobody rotated.
pub struct LeakNotRotated;

/// How long a rotation may take.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rotation {
    /// Days from the leak.
    pub days: i64,
}

impl Default for Rotation {
    fn default() -> Self {
        Self { days: 7 }
    }
}

impl Check for LeakNotRotated {
    const ABOUT: About = About {
        id: "leak-not-rotated",
        title: "Nobody rotated a credential after it leaked",
        explain: "A credential was there before it leaked, and is the same still, 7 days or more after the commit that leaked it (or after a run first saw it). \
                  Taking a key out of a file is not a rotation: it lies in the history.\n\nMake a new credential, move its users over, delete the old one. \
                  Setting: `[check.leak-not-rotated] days = 7`.",
        controls: &[&control::NHI2, &control::NHI7, &control::CSF_PR_AA_01, &control::PCI_8_6_3],
        see: &[],
    };
    type Settings = Rotation;

    fn judge(known: &Known, rotation: &Rotation, now: Time) -> Option<Finding> {
        let living = Living::of(known)?;
        let since = living.exposure.since?;
        let days = since.days_until(now);
        // A key that is younger than the place where it lies came after: its leak is of the day on which it was made.
        let before = living.holding.created.is_none_or(|created| created <= since);
        if days < rotation.days || !before {
            return None;
        }
        let made = living.holding.created.map_or_else(String::new, |at| format!(", made on {}", at.date()));
        let because =
            format!("leaked on {} and works still, {days} days later; it is the same credential of {}{made}", since.date(), living.whose());
        Some(
            Finding::new(&Self::ABOUT, known.credential.key.clone(), Severity::Critical, confidence(known), because)
                .and_beyond("days", days, format!(">= {}", rotation.days))
                .and("since", since.to_string()),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::{LeakNotRotated, Rotation};
    use crate::{
        analyze::{Check, sample::leaked},
        model::{Time, entity::Status},
    };

    #[test]
    fn a_week_is_enough_for_a_rotation() {
        // The key is of day 0 and leaked on day 10.
        let at = |day: i64| LeakNotRotated::judge(&leaked(Status::Active), &Rotation::default(), Time(day * 86_400)).is_some();
        assert_eq!([at(16), at(17)], [false, true]);
        assert!(LeakNotRotated::judge(&leaked(Status::Inactive), &Rotation::default(), Time(86_400 * 99)).is_none());
    }

    #[test]
    fn a_key_that_was_made_later_is_another_one() {
        let mut known = leaked(Status::Active);
        known.held.as_mut().and_then(|h| h.holding.as_mut()).expect("held").created = Some(Time(11 * 86_400));
        assert!(LeakNotRotated::judge(&known, &Rotation::default(), Time(86_400 * 99)).is_none());
    }
}
