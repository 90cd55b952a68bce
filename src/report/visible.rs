use std::io;

use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter};

use super::escape::invisible;

/// Writes JSON in which every character that a terminal or an editor would not show as itself is escaped: the text is the same
/// to a parser, and harmless to whoever looks at the file.
#[derive(Default)]
pub(super) struct Visible<F>(F);

/// Indented, for documents.
pub(super) fn pretty() -> Visible<PrettyFormatter<'static>> {
    Visible(PrettyFormatter::new())
}

/// On one line.
pub(super) fn compact() -> Visible<CompactFormatter> {
    Visible(CompactFormatter)
}

/// Hands a call on to the formatter inside.
macro_rules! same {
    ($($name:ident($($argument:ident: $type:ty),*)),+ $(,)?) => {
        $(fn $name<W: ?Sized + io::Write>(&mut self, writer: &mut W $(, $argument: $type)*) -> io::Result<()> {
            self.0.$name(writer $(, $argument)*)
        })+
    };
}

impl<F: Formatter> Formatter for Visible<F> {
    same!(
        begin_array(),
        end_array(),
        begin_array_value(first: bool),
        end_array_value(),
        begin_object(),
        end_object(),
        begin_object_key(first: bool),
        begin_object_value(),
        end_object_value(),
    );

    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some((at, c)) = rest.char_indices().find(|(_, c)| invisible(*c)) {
            writer.write_all(&rest.as_bytes()[..at])?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = &rest[at + c.len_utf8()..];
        }
        writer.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use serde::Serialize;

    #[test]
    fn what_cannot_be_seen_is_escaped_and_still_the_same_text() {
        for text in ["plain", "a\u{202e}b", "\u{e0041}", "tab\tquote\"", "\u{7f}\u{9b}[2J"] {
            let mut json = Vec::new();
            text.serialize(&mut serde_json::Serializer::with_formatter(&mut json, super::compact())).expect("memory takes everything");
            assert!(json.iter().all(|b| (b' '..=b'~').contains(b)), "{json:?}");
            assert_eq!(serde_json::from_slice::<String>(&json).ok().as_deref(), Some(text));
        }
    }
}
