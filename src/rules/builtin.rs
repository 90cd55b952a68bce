//! The built-in rules and the tables that find their anchors, as the build script wrote them.

#![allow(
    clippy::unreadable_literal,
    clippy::too_many_lines,
    unused_imports,
    reason = "written by machine, and not every set of rules uses everything"
)]

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
