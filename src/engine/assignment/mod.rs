//! Reads `name = value` where a literal of a name was found, in any language and format: what a person reads as "this name has
//! that value".
//!
//! No regular expression and no parser of one format: from the literal out to the whole name ([`name`]), over what joins name and
//! value ([`joint`]), to the value's end ([`value`]). Every step looks at a bounded stretch, so that a literal that occurs in
//! every line costs little. What the value is worth is not asked here but in [`super::judge`].

mod joint;
mod name;
pub mod stem;
mod value;

use std::ops::Range;

pub use joint::Joint;
pub use name::words;
pub use stem::Sort;

/// How many values of one list are read.
const LIST: usize = 16;

/// A name with its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// What the name speaks of.
    pub sort: Sort,
    /// The whole name, dots and hyphens included.
    pub name: Range<usize>,
    /// The value, without quotes and without what wraps it.
    pub value: Range<usize>,
    /// What joins the two.
    pub joint: Joint,
    /// The quote around the value.
    pub quote: Option<u8>,
    /// The function or type that is called with the value: `base64Decode` in `key = base64Decode("…")`.
    pub call: Option<Range<usize>>,
    /// Whether the text goes on behind the value with something that belongs to it: `"abc" + x`.
    pub goes_on: bool,
    /// Whether the value stands in a list of values.
    pub listed: bool,
}

/// Reads the assignment to whose name a literal belongs, and the other values if it is a list.
pub fn read(bytes: &[u8], literal: Range<usize>, each: &mut dyn FnMut(Assignment)) {
    let Some((sort, word)) = name::word(bytes, &literal) else { return };
    let Some(end) = name::end(bytes, &word) else { return };
    // Most names are given nothing: that is seen before anything else is looked at.
    if !joint::may_follow(bytes, end) {
        return;
    }
    let name = name::start(bytes, word.start)..end;
    let Some(found) = joint::read(bytes, &name) else { return };
    let Some(mut first) = value::read(bytes, sort, name, &found) else { return };
    let mut end = value::end_of(bytes, &first);
    first.listed |= found.list && value::next_of_list(bytes, end).is_some();
    let listed = first.listed && first.quote.is_some();
    let template = first.clone();
    each(first);
    for _ in 1..if listed { LIST } else { 1 } {
        let Some(value) = value::next_of_list(bytes, end) else { return };
        end = value.end + 1;
        each(Assignment { value, ..template.clone() });
    }
}

/// Whether a word of a name speaks of a credential.
pub fn speaks(word: &[u8]) -> bool {
    stem::speaks(word)
}
