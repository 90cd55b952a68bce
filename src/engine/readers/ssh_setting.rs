//! A setting of an SSH server or client on a line of its own: which, and to what it is set.

use super::{Found, Public, Reading, text};
use crate::model::Proof;

/// Longest indentation that is read, in bytes.
const LONGEST: usize = 256;

/// How far the head of a block may stand above, in bytes.
const FARTHEST: usize = 16 << 10;
/// Settings that may have several values.
const MANY: &[&str] = &["AuthorizedKeysFile", "Include"];

/// Reads the setting in a match, and for whom it counts; one behind a comment mark, or in the middle of a sentence, is none.
pub(super) fn read(found: &Found<'_>) -> Reading {
    let before = found.before(LONGEST);
    let start = before.iter().rposition(|byte| matches!(byte, b'\n' | b'\r')).map_or(0, |at| at + 1);
    let behind = found.behind(LONGEST);
    let end = behind.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(behind.len());
    let rest = behind[..end].trim_ascii();
    let words = text::utf8(found.secret()).and_then(|words| words.split_once([' ', '\t']));
    let Some((setting, value)) = words else { return Reading::refuted() };
    let more = MANY.contains(&setting);
    let alone = before[start..].trim_ascii().is_empty() && (more || rest.is_empty() || rest.starts_with(b"#"));
    if !alone {
        return Reading::refuted();
    }
    let mut reading = Reading { proof: Some(Proof::Valid), ..Reading::default() };
    reading.note("setting", setting);
    reading.note("value", value.trim());
    if let Some(block) = block(found.before(FARTHEST)) {
        // The same setting for some is another one than that for all.
        let bytes = [found.secret(), b"\0", block.as_bytes()].concat();
        reading.public = Some(Public { bytes, shown: format!("{setting} {} ({block})", value.trim()) });
        reading.note("block", block);
    }
    reading
}

/// The head of the block in which a line stands (`Match User git`, `Host lab`); `None` where it counts for all.
fn block(before: &[u8]) -> Option<String> {
    for line in before.rsplit(|byte| matches!(byte, b'\n' | b'\r')).skip(1) {
        let Some(line) = text::utf8(line.trim_ascii()) else { continue };
        let Some((word, rest)) = line.split_once([' ', '\t', '=']) else { continue };
        let word = ["Match", "Host"].into_iter().find(|head| head.eq_ignore_ascii_case(word));
        let Some(word) = word else { continue };
        let whom = rest.split('#').next().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
        return (!whom.is_empty() && whom != "*" && !whom.eq_ignore_ascii_case("all")).then(|| text::shown(&format!("{word} {whom}")));
    }
    None
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
    fn the_block_above_limits_a_setting_unless_it_is_for_all() {
        let block = |before: &str| super::block(before.as_bytes());
        assert_eq!(
            block("Port 22\nMatch User git Address 10.0.0.0/8 # CI\n  X11Forwarding no\n  ").as_deref(),
            Some("Match User git Address 10.0.0.0/8")
        );
        assert_eq!(block("host  lab1\tlab2\n").as_deref(), Some("Host lab1 lab2"));
        assert_eq!(
            (block("Match User git\nMatch all\n"), block("Host *\n"), block("Port 22\n"), block("# Match User git\n")),
            (None, None, None, None)
        );
        assert_eq!(block("HostKey /etc/x\nHostbasedAuthentication no\n"), None);
    }

    #[test]
    fn a_setting_stands_alone_on_its_line() {
        let known = Some(("PermitRootLogin".to_owned(), "yes".to_owned()));
        assert_eq!((told("", ""), told("Port 22\n  ", "\n"), told("\n\t", " # for now\r\n")), (known.clone(), known.clone(), known));
        assert_eq!((told("#", "\n"), told("# ", ""), told("set ", ""), told("", " and restart")), (None, None, None, None));
    }
}
