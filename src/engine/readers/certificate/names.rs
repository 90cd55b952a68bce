//! Names in certificates, made fit to show: of subjects and issuers, and the further ones that a certificate is good for.

use std::net::{Ipv4Addr, Ipv6Addr};

use x509_parser::{extensions::GeneralName, x509::X509Name};

/// What is kept of a name or list at most, in bytes: longer attributes are dropped.
const LONGEST: usize = 180;
/// What is looked at of a name, in attributes: hostile ones have thousands.
const PARTS: usize = 24;

/// A name as OpenSSL writes it on one line, most general part first.
pub(super) fn written(name: &X509Name<'_>) -> String {
    if name.iter_attributes().count() > PARTS {
        return String::new();
    }
    name.to_string()
}

/// What something is called in short: the common name, else the first of its further names, else all of its name.
pub(super) fn best(subject: &X509Name<'_>, further: &[String]) -> String {
    let common = subject.iter_common_name().next().and_then(|name| name.as_str().ok()).filter(|name| !name.trim().is_empty());
    common.map(ToOwned::to_owned).or_else(|| further.first().cloned()).unwrap_or_else(|| written(subject))
}

/// One of the further names; `None` where it is no name of a machine, a person or a workload.
pub(super) fn further(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(text) | GeneralName::RFC822Name(text) | GeneralName::URI(text) => Some((*text).to_owned()),
        GeneralName::IPAddress(bytes) => address(bytes),
        GeneralName::DirectoryName(name) => Some(written(name)),
        _ => None,
    }
}

/// An address as people write it.
fn address(bytes: &[u8]) -> Option<String> {
    if let Ok(four) = <[u8; 4]>::try_from(bytes) {
        return Some(Ipv4Addr::from(four).to_string());
    }
    <[u8; 16]>::try_from(bytes).ok().map(|sixteen| Ipv6Addr::from(sixteen).to_string())
}

/// As many names as fit, and how many more there are.
pub(super) fn joined(names: &[String]) -> String {
    let mut text = String::new();
    for (at, name) in names.iter().enumerate() {
        let joint = if at == 0 { "" } else { ", " };
        if text.len() + joint.len() + name.len() > LONGEST {
            text.push_str(&format!("{}… +{}", if at == 0 { "" } else { " " }, names.len() - at));
            break;
        }
        text.push_str(joint);
        text.push_str(name);
    }
    text
}

/// The beginning of a text, cut where it is too long.
pub(super) fn clipped(text: &str) -> String {
    if text.len() <= LONGEST {
        return text.to_owned();
    }
    let end = (0..=LONGEST).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    format!("{}…", &text[..end])
}

#[cfg(test)]
mod tests {
    use super::{address, clipped, joined};

    #[test]
    fn lists_end_with_how_many_are_left_out() {
        let names: Vec<String> = (0..50).map(|n| format!("host{n}.acme.dev")).collect();
        let text = joined(&names);
        assert!(text.starts_with("host0.acme.dev, host1.acme.dev") && text.ends_with("host10.acme.dev … +39"), "{text}");
        assert_eq!(joined(&names[..2]), "host0.acme.dev, host1.acme.dev");
        assert_eq!(joined(&["x".repeat(500)]), "… +1");
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        let text = clipped(&"ä".repeat(500));
        assert!(text.len() < 200 && text.ends_with('…'));
    }

    #[test]
    fn addresses_are_written_as_people_do() {
        assert_eq!(address(&[10, 0, 0, 1]).as_deref(), Some("10.0.0.1"));
        assert_eq!(address(&[0; 16]).as_deref(), Some("::"));
        assert_eq!(address(&[0; 5]), None);
    }
}
