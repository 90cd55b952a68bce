//! Encodings: stretches of a document that say something else than they show.
//!
//! What they say is written anew between what stands around them, as text of one more layer, and a map keeps where each byte of
//! it stood: a credential is told at the stretch that hides it. Only stretches that can matter are decoded, and finding them
//! costs a few passes at the speed of memory. JSON web tokens are known as such, PEM bodies decode to nothing legible.

mod backslash;
mod base64;
mod escapes;
mod hex;
mod html;
mod notebook;
mod pace;
mod percent;
mod remembered;
mod runs;

pub use remembered::Remembered;

use super::Inspector;

/// Every encoding.
pub const ENCODINGS: &[&dyn Inspector] = &[&notebook::Notebook, &runs::Runs, &escapes::Escapes];
