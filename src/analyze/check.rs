use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::model::{About, Finding, Known, Time};

/// Judges what is known of a credential by one standard: a pure function with typed settings.
///
/// One credential at a time, so that a run with a hundred thousand of them needs no more room than one with ten.
pub trait Check: Sync {
    /// What it says of itself.
    const ABOUT: About;
    /// Its thresholds; unknown keys must be refused (`deny_unknown_fields`).
    type Settings: DeserializeOwned + Default + 'static;

    /// Its verdict on a credential with all its places; `None` where there is nothing to say.
    fn judge(known: &Known, settings: &Self::Settings, now: Time) -> Option<Finding>;
}

/// A check with its settings and its clock, ready to judge one credential after the other.
pub type Bench = Box<dyn Fn(&Known) -> Option<Finding>>;

/// A check whose settings are not known by type: what a table of checks can hold.
pub trait Judge: Sync {
    /// What it says of itself.
    fn about(&self) -> &'static About;

    /// Whether it can take these settings.
    fn accepts(&self, settings: &Value) -> Result<(), SettingsError>;

    /// Reads its settings (none: the defaults) and makes itself ready.
    fn sit(&self, settings: Option<&Value>, now: Time) -> Result<Bench, SettingsError>;
}

/// Settings that a check cannot take.
#[derive(Debug, thiserror::Error)]
#[error("settings of check `{check}`: {why}")]
pub struct SettingsError {
    /// The check.
    pub check: &'static str,
    /// What is wrong with them.
    pub why: String,
}

fn settings<C: Check>(value: &Value) -> Result<C::Settings, SettingsError> {
    serde_json::from_value(value.clone()).map_err(|e| SettingsError { check: C::ABOUT.id, why: e.to_string() })
}

impl<C: Check> Judge for C {
    fn about(&self) -> &'static About {
        &C::ABOUT
    }

    fn accepts(&self, value: &Value) -> Result<(), SettingsError> {
        settings::<C>(value).map(drop)
    }

    fn sit(&self, value: Option<&Value>, now: Time) -> Result<Bench, SettingsError> {
        let settings = value.map_or_else(|| Ok(C::Settings::default()), settings::<C>)?;
        Ok(Box::new(move |known| C::judge(known, &settings, now)))
    }
}

/// Settings of a check that has none.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoSettings {}
