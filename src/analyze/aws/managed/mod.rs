//! The policies that AWS manages, by ARN, for inventories that name them and do not tell their text: a Terraform plan, a list of
//! attached policies.
//!
//! The data is `policies.xz`, which `derive.py` makes of a public package; its head says of which, of what day, with what checksum. It
//! is unpacked when it is first asked, and costs nothing before. An inventory that tells the text itself is believed first.

use std::{collections::HashMap, io::Read as _, sync::LazyLock};

use lzma_rust2::XzReader;

/// The whole table, unpacked: its documents and where each stands.
static TABLE: LazyLock<HashMap<String, String>> = LazyLock::new(unpack);

const PACKED: &[u8] = include_bytes!("policies.xz");

/// The text of a policy that AWS manages; `None` where it is somebody's own, or newer than the table.
pub fn text(arn: &str) -> Option<&'static str> {
    let (partition, name) = arn.strip_prefix("arn:")?.split_once(":iam::aws:policy/")?;
    let known = matches!(partition, "aws" | "aws-cn" | "aws-us-gov");
    known.then(|| TABLE.get(name)).flatten().map(String::as_str)
}

/// All of them, by path and name, in no order.
pub fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    TABLE.iter().map(|(name, text)| (name.as_str(), text.as_str()))
}

fn unpack() -> HashMap<String, String> {
    let mut text = String::new();
    XzReader::new(PACKED, false).read_to_string(&mut text).expect("a test unpacks it");
    let lines = text.lines().filter_map(|line| line.split_once('\t'));
    lines.map(|(name, document)| (name.to_owned(), document.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::{TABLE, text};
    use crate::analyze::aws::policy::Policy;

    #[test]
    fn every_policy_of_aws_is_understood() {
        assert!(TABLE.len() > 1_500, "{}", TABLE.len());
        for (name, document) in TABLE.iter() {
            assert!(Policy::parse(document).is_ok(), "{name}");
        }
    }

    #[test]
    fn a_policy_is_found_in_every_partition_and_only_if_it_is_of_aws() {
        let own = "arn:aws:iam::111111111111:policy/AdministratorAccess";
        for arn in ["arn:aws:iam::aws:policy/AdministratorAccess", "arn:aws-cn:iam::aws:policy/AdministratorAccess"] {
            assert!(text(arn).is_some_and(|text| text.contains(r#""Action":"*""#)), "{arn}");
        }
        assert!(text("arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole").is_some());
        assert_eq!((text(own), text("arn:aws:iam::aws:policy/NoSuchPolicy"), text("x")), (None, None, None));
    }
}
