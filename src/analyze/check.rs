use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::model::{About, Finding, Inventory, Time};

/// Judges an inventory by one standard: a pure function with typed settings.
pub trait Check: Sync {
    /// What it says of itself.
    const ABOUT: About;
    /// Its thresholds; unknown keys must be refused (`deny_unknown_fields`).
    type Settings: DeserializeOwned + Default;

    /// The findings, in the order of the inventory.
    fn run(inventory: &Inventory, settings: &Self::Settings, now: Time) -> Vec<Finding>;
}

/// A check whose settings are not known by type: what a table of checks can hold.
pub trait Judge: Sync {
    /// What it says of itself.
    fn about(&self) -> &'static About;

    /// Whether it can take these settings.
    fn accepts(&self, settings: &Value) -> Result<(), SettingsError>;

    /// Reads its settings (none: the defaults) and judges.
    fn judge(&self, inventory: &Inventory, settings: Option<&Value>, now: Time) -> Result<Vec<Finding>, SettingsError>;
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

    fn judge(&self, inventory: &Inventory, value: Option<&Value>, now: Time) -> Result<Vec<Finding>, SettingsError> {
        let settings = value.map_or_else(|| Ok(C::Settings::default()), settings::<C>)?;
        Ok(C::run(inventory, &settings, now))
    }
}

/// Settings of a check that has none.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoSettings {}
