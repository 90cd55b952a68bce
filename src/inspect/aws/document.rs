//! What all AWS documents in JSON have in common.

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error as _},
};
use serde_json::value::RawValue;

use crate::{
    engine::readers,
    model::{Document, Origin, Source, Time},
};

use super::told::Told;

/// How far the first key of a document may lie from its start, bytes.
const HEAD: usize = 512;

/// The first key of a document that is one JSON object.
pub(super) fn first_key(bytes: &[u8]) -> Option<&str> {
    let head = bytes[..bytes.len().min(HEAD)].trim_ascii_start();
    let key = head.strip_prefix(b"{")?.trim_ascii_start().strip_prefix(b"\"")?;
    let end = key.iter().position(|b| *b == b'"')?;
    std::str::from_utf8(&key[..end]).ok()
}

/// Whether a document begins with one of these keys, or with what AWS may write before them and then holds one of them.
pub(super) fn begins(bytes: &[u8], keys: &[&str]) -> bool {
    let Some(first) = first_key(bytes) else { return false };
    let holds = |key: &&str| memchr::memmem::find(bytes, format!("\"{key}\"").as_bytes()).is_some();
    keys.contains(&first) || (matches!(first, "IsTruncated" | "Marker" | "ResponseMetadata" | "NextToken") && keys.iter().any(holds))
}

/// Whether a document holds a word somewhere: its first key may be one that others use, too.
pub(super) fn holds(bytes: &[u8], word: &str) -> bool {
    memchr::memmem::find(bytes, word.as_bytes()).is_some()
}

/// Reads a document; what is no such document is a fault.
pub(super) fn parse<'d, T: Deserialize<'d>>(document: &Document<'d>, what: &str, told: &mut Told<'_, '_, '_>) -> Option<T> {
    match serde_json::from_slice(document.bytes) {
        Ok(read) => Some(read),
        Err(error) if error.is_eof() => {
            told.truncated("", &format!("{what} that ends in the middle ({error})"));
            None
        }
        Err(error) => {
            told.malformed("", &format!("looks like {what}, but cannot be read: {error}"));
            None
        }
    }
}

/// Reads one element of a list; one that cannot be read is a fault that names it, and the others are read.
pub(super) fn element<T: DeserializeOwned>(raw: &RawValue, what: &str, told: &mut Told<'_, '_, '_>) -> Option<T> {
    let read = serde_json::from_str(raw.get());
    read.map_err(|error| told.malformed("", &format!("{what} {} cannot be read: {error}", name(raw)))).ok()
}

/// The name by which people know an element.
fn name(raw: &RawValue) -> String {
    let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(raw.get()).unwrap_or_default();
    let named = ["Arn", "UserName", "RoleName", "GroupName", "PolicyName", "AccessKeyId"].iter().find_map(|key| object.get(*key)?.as_str());
    named.map_or_else(|| "without a name".to_owned(), |name| format!("`{name}`"))
}

/// The account of an ARN.
pub(super) fn account_of(arn: &str) -> Option<&str> {
    arn.split(':').nth(4).filter(|part| !part.is_empty())
}

/// The account that a document speaks of where its text does not say: the folder in which a collector puts it, else the number
/// inside a key.
pub(super) fn account(origin: &Origin, key: Option<&str>) -> Option<String> {
    let path = match &origin.source {
        Source::File { path, .. } | Source::Stream { name: path } | Source::Answer { path, .. } => path.as_str(),
        Source::Object { .. } => "",
    };
    let inside = if origin.inside.is_empty() { path } else { &origin.inside };
    let number = |part: &&str| part.len() == 12 && part.bytes().all(|b| b.is_ascii_digit());
    let folder = inside.rsplit('/').skip(1).find(number).map(str::to_owned);
    folder.or_else(|| readers::aws_account(key?.as_bytes()))
}

/// The region of a document in the folder of an account, as a collector puts it there.
pub(super) fn region(origin: &Origin) -> Option<String> {
    let name = origin.name();
    let mut parts = name.rsplit('/').skip(1).peekable();
    let number = |part: &str| part.len() == 12 && part.bytes().all(|b| b.is_ascii_digit());
    while let Some(part) = parts.next() {
        if parts.peek().is_some_and(|folder| number(folder)) {
            // What has no region lies in a folder without a hyphen.
            return part.contains('-').then(|| part.to_owned());
        }
    }
    None
}

/// A moment as AWS and its tools write it: RFC 3339 with `T` or a blank, or seconds since 1970.
pub(super) fn moment<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Time>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Text(String),
        Seconds(f64),
        Nothing(()),
    }
    match Written::deserialize(d)? {
        Written::Nothing(()) => Ok(None),
        Written::Text(text) => Time::parse(&text).map(Some).ok_or_else(|| D::Error::custom(format!("`{text}` is no moment"))),
        #[expect(clippy::cast_possible_truncation, reason = "whole seconds; what is beyond the range is clamped")]
        Written::Seconds(seconds) => Ok(Some(Time(seconds as i64))),
    }
}

#[cfg(test)]
mod tests {
    use super::{account, begins, first_key};
    use crate::model::{Origin, Source};

    #[test]
    fn a_document_is_known_by_its_first_key() {
        assert_eq!(first_key(b" {\n  \"UserDetailList\": []}"), Some("UserDetailList"));
        assert!(begins(br#"{"IsTruncated": false, "Policies": []}"#, &["Policies"]));
        assert!(!begins(br#"{"name": "x", "Policies": []}"#, &["Policies"]));
        assert!([&b""[..], b"[1]", b"{", b"{}", b"{\"a"].iter().all(|bytes| first_key(bytes).is_none()));
    }

    #[test]
    fn the_folder_names_the_account() {
        let at = |path: &str| account(&Origin::new(Source::Stream { name: path.into() }), None);
        assert_eq!(at("111111111111/iam/access-keys-1.json").as_deref(), Some("111111111111"));
        assert_eq!(at("x/keys.json"), None);
        let region = |path: &str| super::region(&Origin::new(Source::Answer { path: path.into(), sealed: false }));
        assert_eq!(region("111111111111/eu-west-1/ec2/key-pairs.json").as_deref(), Some("eu-west-1"));
        assert_eq!((region("111111111111/iam/roles.json"), region("a/b.json")), (None, None));
    }
}
