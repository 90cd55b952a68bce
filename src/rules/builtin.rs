//! The built-in rules and the tables that find their anchors, as the build script wrote them.

#![expect(clippy::unreadable_literal, reason = "written by machine")]

use std::borrow::Cow;

use super::{Pair, Rule};
use crate::{
    engine::{
        Anchor, Anchors, ByteSet, Form, Prefilter, RuleIndex,
        armour::Closing,
        context::{Context, Gap},
        pair::Other,
        pattern::Pattern,
        prefilter::Literal,
        tables::Window,
        word::Value,
    },
    model::{Confidence, Kind, Severity},
};

/// Shorter to write by machine.
const fn text(text: &'static str) -> Cow<'static, str> {
    Cow::Borrowed(text)
}

include!(concat!(env!("OUT_DIR"), "/rules.rs"));
include!(concat!(env!("OUT_DIR"), "/tables.rs"));
