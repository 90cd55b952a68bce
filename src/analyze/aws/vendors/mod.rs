//! Whose an account of AWS is, where its owner tells that in public: vendors who are let in, and services of AWS itself.
//!
//! The data is `vendors.txt`, which `derive.py` makes of a public list; its head says of which, of what day, with what checksum. A name
//! is a hint for whoever looks: that somebody's account is let in says nothing of whether it should be.

use std::{collections::HashMap, sync::LazyLock};

static TABLE: LazyLock<HashMap<&str, Vendor>> = LazyLock::new(read);

/// Whose an account is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Vendor {
    /// The name of the vendor, or of the service.
    pub name: &'static str,
    /// Whether AWS itself acts from there, as it does where logs are delivered.
    pub aws: bool,
}

/// Whose an account is; `None` where nobody tells.
pub fn vendor(account: &str) -> Option<Vendor> {
    TABLE.get(account).copied()
}

/// An account in a sentence: its number, with whose it is.
pub fn called(account: &str) -> String {
    match vendor(account) {
        Some(Vendor { name, aws: true }) => format!("account {account} (AWS itself: {name})"),
        Some(Vendor { name, .. }) => format!("account {account} (of {name}, by a public list)"),
        None => format!("account {account}"),
    }
}

fn read() -> HashMap<&'static str, Vendor> {
    let lines = include_str!("vendors.txt").lines().filter(|line| !line.starts_with('#'));
    let parts = lines.filter_map(|line| line.split_once(' ').and_then(|(account, rest)| Some((account, rest.split_once(' ')?))));
    parts.map(|(account, (sort, name))| (account, Vendor { name, aws: sort == "aws" })).collect()
}

#[cfg(test)]
mod tests {
    use super::{TABLE, called, vendor};

    #[test]
    fn the_list_is_whole() {
        let head = include_str!("vendors.txt").lines().next().expect("a head");
        assert!(head.starts_with(&format!("# {} accounts;", TABLE.len())), "{head}");
        let number = |account: &str| account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit());
        assert!(TABLE.iter().all(|(account, one)| number(account) && !one.name.is_empty()));
    }

    #[test]
    fn a_vendor_is_told_from_aws_and_from_nobody() {
        assert_eq!(called("464622532012"), "account 464622532012 (of Datadog, by a public list)");
        assert_eq!(called("127311923021"), "account 127311923021 (AWS itself: ELB logs)");
        assert_eq!((called("111111111111").as_str(), vendor("x")), ("account 111111111111", None));
    }
}
