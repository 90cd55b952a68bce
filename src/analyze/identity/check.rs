use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{
    analyze::SettingsError,
    model::{About, Finding, Time},
};

use super::Roster;

/// Judges identities by one standard: a pure function with typed settings.
pub trait IdentityCheck: Sync {
    /// What it says of itself.
    const ABOUT: About;
    /// Its thresholds; unknown keys must be refused (`deny_unknown_fields`).
    type Settings: DeserializeOwned + Default + 'static;

    /// Its rulings on the identities of a roster. Those on identities that are not in view are dropped by whoever asks.
    fn judge(roster: &Roster, settings: &Self::Settings, now: Time, rule: &mut dyn FnMut(Ruling));
}

/// What a check has to say.
#[derive(Debug, Clone, PartialEq)]
pub enum Ruling {
    /// Something is wrong with an identity.
    Finding(Finding),
    /// Nobody can say whether something is wrong with an identity.
    Undecided {
        /// Its uri.
        identity: String,
        /// What is missing, in words that are the same for all identities that miss it.
        why: String,
    },
}

/// A check with its settings and its clock.
pub type IdentityBench = Box<dyn Fn(&Roster, &mut dyn FnMut(Ruling))>;

/// A check whose settings are not known by type: what a table of checks can hold.
pub trait IdentityJudge: Sync {
    /// What it says of itself.
    fn about(&self) -> &'static About;

    /// Whether it can take these settings.
    fn accepts(&self, settings: &Value) -> Result<(), SettingsError>;

    /// Reads its settings (none: the defaults) and makes itself ready.
    fn sit(&self, settings: Option<&Value>, now: Time) -> Result<IdentityBench, SettingsError>;
}

fn settings<C: IdentityCheck>(value: &Value) -> Result<C::Settings, SettingsError> {
    serde_json::from_value(value.clone()).map_err(|e| SettingsError { check: C::ABOUT.id, why: e.to_string() })
}

impl<C: IdentityCheck> IdentityJudge for C {
    fn about(&self) -> &'static About {
        &C::ABOUT
    }

    fn accepts(&self, value: &Value) -> Result<(), SettingsError> {
        settings::<C>(value).map(drop)
    }

    fn sit(&self, value: Option<&Value>, now: Time) -> Result<IdentityBench, SettingsError> {
        let settings = value.map_or_else(|| Ok(C::Settings::default()), settings::<C>)?;
        Ok(Box::new(move |roster, rule| C::judge(roster, &settings, now, rule)))
    }
}
