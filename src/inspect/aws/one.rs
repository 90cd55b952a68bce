//! One element of a list that AWS prints, read by the names of its fields.

use serde_json::{Map, Value};

use crate::model::{
    Time,
    entity::{Holding, HoldingKind, Identity, IdentityKind, Status},
};

use super::access_keys::status;

/// One element of a list, with the account and region of its document.
pub(super) struct One<'v> {
    /// What it says.
    pub fields: &'v Map<String, Value>,
    /// The account, empty where nothing tells it.
    pub account: &'v str,
    /// The region, where the folder of the document tells it.
    pub region: Option<&'v str>,
}

impl One<'_> {
    /// The text under a name.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.fields.get(name)?.as_str()
    }

    /// The moment under a name.
    pub fn time(&self, name: &str) -> Option<Time> {
        moment(self.fields.get(name)?)
    }

    /// A credential of the user that the element names.
    pub fn held(&self, kind: HoldingKind, handle: &str, made: &str) -> Option<Holding> {
        let user = self.text("UserName")?;
        if self.account.is_empty() {
            return None;
        }
        let owner = Identity::alias_of("aws", self.account, IdentityKind::User, user);
        let mut holding = Holding::new(owner, kind, self.text(handle)?);
        holding.created = self.time(made);
        holding.status = self.text("Status").map_or(Status::Active, |word| status(Some(word)));
        Some(holding)
    }
}

/// A moment as the AWS CLI writes it: RFC 3339, or seconds since 1970.
pub(super) fn moment(value: &Value) -> Option<Time> {
    #[expect(clippy::cast_possible_truncation, reason = "whole seconds; what is beyond the range is clamped")]
    match value {
        Value::String(text) => Time::parse(text),
        Value::Number(seconds) => seconds.as_f64().map(|seconds| Time(seconds as i64)),
        _ => None,
    }
}
