//! Key stores: what lies in them, as far as it is in clear or an empty or well-known password opens them.
//!
//! No password is guessed beyond those: that such a one opens a store is itself worth a finding.

mod element;
mod jks;
mod pkcs12;
mod work;

use std::collections::BTreeMap;

/// Passwords that tools and manuals set, in the order in which they are tried.
const PASSWORDS: &[&str] = &["changeit", "", "changeme", "password", "secret", "123456"];
/// Aliases that are told.
const MOST_ALIASES: usize = 8;
/// Longest list of aliases that is told, in bytes.
const LONGEST: usize = 180;

/// What is known of a store.
#[derive(Default)]
pub(super) struct Contents {
    /// The password that opens it; `None`: none of those that were tried.
    pub opens_with: Option<&'static str>,
    /// Whether the passwords would have cost too much to try.
    pub untried: bool,
    /// How many private keys are in it.
    pub keys: usize,
    /// How many certificates.
    pub certificates: usize,
    /// How many other secrets.
    pub secrets: usize,
    /// How many entries could not be looked into.
    pub closed: usize,
    /// By what names its entries are known.
    pub aliases: Vec<String>,
    /// A way of protection that is broken.
    pub legacy: Option<&'static str>,
    /// A way of protection that this version cannot undo, so that no password was tried on it.
    pub unknown: Option<&'static str>,
    /// What was taken out, by name: certificates, and private keys in PKCS#8.
    pub members: Vec<(String, Vec<u8>)>,
}

impl Contents {
    /// Whether it is known to hold nothing but what everybody may see.
    pub fn harmless(&self) -> bool {
        self.keys == 0 && self.secrets == 0 && self.closed == 0 && self.certificates > 0
    }

    /// What is told of it.
    pub fn attributes(&self) -> BTreeMap<String, String> {
        let mut all = BTreeMap::new();
        let mut note = |name: &str, value: String| drop(all.insert(name.to_owned(), value));
        if let Some(password) = self.opens_with {
            note("opens-with", if password.is_empty() { "an empty password".to_owned() } else { password.to_owned() });
        }
        if self.untried {
            note("passwords-tried", "no: too costly".to_owned());
        }
        note("private-keys", self.keys.to_string());
        note("certificates", self.certificates.to_string());
        if self.secrets > 0 {
            note("secrets", self.secrets.to_string());
        }
        if self.closed > 0 {
            note("closed", self.closed.to_string());
        }
        if let Some(way) = self.legacy.or(self.unknown) {
            note("protection", way.to_owned());
        }
        if !self.aliases.is_empty() {
            note("aliases", self.named());
        }
        all
    }

    fn named(&self) -> String {
        let mut text = String::new();
        for (at, alias) in self.aliases.iter().enumerate() {
            let left = self.aliases.len() - at;
            if at == MOST_ALIASES || text.len() + alias.len() > LONGEST {
                text.push_str(&format!(" … +{left}"));
                break;
            }
            text.push_str(if at == 0 { "" } else { ", " });
            text.push_str(alias);
        }
        text
    }
}

/// Looks into a store of that rule; `None` where this version does not know how, or it is damaged.
pub(super) fn open(rule: &str, bytes: &[u8]) -> Option<Contents> {
    match rule {
        "key-store.java" => jks::open(bytes),
        "key-store.pkcs12" => pkcs12::open(bytes),
        _ => None,
    }
}

/// A name that is fit to show and to be a part of a path.
fn alias(text: &str) -> String {
    text.chars().take(60).map(|c| if c.is_control() || matches!(c, '/' | '\\') { '_' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Contents, alias, open};

    #[test]
    fn names_are_no_paths_and_lists_end() {
        assert_eq!(alias("../a\n"), ".._a_");
        let many = Contents { aliases: (0..20).map(|n| format!("server{n}")).collect(), ..Contents::default() };
        assert!(many.attributes()["aliases"].ends_with("server7 … +12"));
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = open("key-store.java", &[&[0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 2], &bytes[..]].concat());
            let _ = open("key-store.pkcs12", &bytes);
        }
    }
}
