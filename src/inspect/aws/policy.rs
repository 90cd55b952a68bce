use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use serde_json::value::RawValue;

use crate::analyze::aws::policy::Policy;

use super::told::Told;

/// The text of a policy document, which AWS writes as an object, the CLI too, the API itself percent-encoded in a string, and other
/// tools as JSON in a string. What is none of these is a fault, and kept as it is.
pub(super) fn text(raw: &RawValue, whose: &str, told: &mut Told<'_, '_, '_>) -> String {
    let text = match serde_json::from_str::<Cow<'_, str>>(raw.get()) {
        Ok(string) if string.trim_start().starts_with('%') => percent_decode_str(&string).decode_utf8_lossy().into_owned(),
        Ok(string) => string.into_owned(),
        Err(_) => raw.get().to_owned(),
    };
    if let Err(error) = Policy::parse(&text) {
        told.malformed("", &format!("the policy {whose} cannot be understood, and counts for nothing: {error}"));
    }
    text
}
