//! A setting of an SSH server or client on a line of its own: which, and to what it is set.

use super::{Found, Reading, text};
use crate::model::Proof;

/// Longest indentation that is read, in bytes.
const LONGEST: usize = 256;

/// Reads the setting in a match; one behind a comment mark, or in the middle of a sentence, is none.
pub(super) fn read(found: &Found<'_>) -> Reading {
    let before = found.before(LONGEST);
    let start = before.iter().rposition(|byte| matches!(byte, b'\n' | b'\r')).map_or(0, |at| at + 1);
    let behind = found.behind(LONGEST);
    let end = behind.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(behind.len());
    let rest = behind[..end].trim_ascii();
    let alone = before[start..].trim_ascii().is_empty() && (rest.is_empty() || rest.starts_with(b"#"));
    let words = text::utf8(found.secret()).and_then(|words| words.split_once([' ', '\t']));
    let Some((setting, value)) = words.filter(|_| alone) else { return Reading::refuted() };
    let mut reading = Reading { proof: Some(Proof::Valid), ..Reading::default() };
    reading.note("setting", setting);
    reading.note("value", value);
    reading
}

#[cfg(test)]
mod tests {
    use super::{super::Found, read};

    fn told(before: &str, behind: &str) -> Option<(String, String)> {
        let setting = "PermitRootLogin   yes";
        let document = format!("{before}{setting}{behind}");
        let at = before.len()..before.len() + setting.len();
        let reading = read(&Found { document: document.as_bytes(), whole: at.clone(), secret: at, handle: None });
        reading.attributes.get("setting").cloned().zip(reading.attributes.get("value").cloned())
    }

    #[test]
    fn a_setting_stands_alone_on_its_line() {
        let known = Some(("PermitRootLogin".to_owned(), "yes".to_owned()));
        assert_eq!((told("", ""), told("Port 22\n  ", "\n"), told("\n\t", " # for now\r\n")), (known.clone(), known.clone(), known));
        assert_eq!((told("#", "\n"), told("# ", ""), told("set ", ""), told("", " and restart")), (None, None, None, None));
    }
}
