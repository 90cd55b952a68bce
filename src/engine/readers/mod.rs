//! Readers take what a match tells in clear: its public name, its dates, whom it belongs to.
//!
//! A reader sees the whole document and where the match lies. It never fails and never tells the secret itself: what it cannot read
//! it leaves out. Documents are hostile: every reader is linear in what it looks at and looks at a bounded stretch.

mod artifactory;
mod aws_bedrock;
mod aws_key_id;
mod azure_jqqj;
mod azure_sas;
mod base64_json;
mod basic_auth;
pub(crate) mod certificate;
mod close_primes;
mod discord;
mod gcp;
mod gitlab;
mod jwk;
mod jwt;
mod ksuid;
mod macaroon;
mod msgpack;
mod pem;
pub(crate) mod private_key;
mod public_key;
mod public_pem;
mod slack;
mod ssh_certificate;
mod ssh_key;
mod ssh_setting;
mod text;
mod ulid;
mod url;
mod values;

use std::{collections::BTreeMap, ops::Range};

use crate::model::{Kind, Proof, Time};

/// A match in its document.
#[derive(Debug, Clone)]
pub struct Found<'a> {
    /// All bytes in which the match lies.
    pub document: &'a [u8],
    /// Where the whole match lies.
    pub whole: Range<usize>,
    /// Where its secret lies.
    pub secret: Range<usize>,
    /// Where its public name lies, if the rule names one.
    pub handle: Option<Range<usize>>,
}

impl<'a> Found<'a> {
    /// The secret; empty where its range leaves the document.
    fn secret(&self) -> &'a [u8] {
        self.document.get(self.secret.clone()).unwrap_or_default()
    }

    /// The whole match; empty where its range leaves the document.
    fn whole(&self) -> &'a [u8] {
        self.document.get(self.whole.clone()).unwrap_or_default()
    }

    /// What stands at most `reach` bytes before the match.
    fn before(&self, reach: usize) -> &'a [u8] {
        let end = self.whole.start.min(self.document.len());
        &self.document[end.saturating_sub(reach)..end]
    }

    /// What stands at most `reach` bytes behind the match.
    fn behind(&self, reach: usize) -> &'a [u8] {
        let start = self.whole.end.min(self.document.len());
        &self.document[start..self.document.len().min(start.saturating_add(reach))]
    }
}

/// What a reader learned.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// The public name by which inventories know the credential.
    pub handle: Option<String>,
    /// When it was issued.
    pub issued: Option<Time>,
    /// When it expires.
    pub expires: Option<Time>,
    /// What else it tells.
    pub attributes: BTreeMap<String, String>,
    /// Whether reading it proved or refuted that it is one; `None` where it said nothing.
    pub proof: Option<Proof>,
    /// What sort of credential it turned out to be, where that differs from its rule's.
    pub kind: Option<Kind>,
    /// What it is apart from how it is written, where it is no secret.
    pub public: Option<Public>,
    /// The modulus of an RSA key, which is public.
    pub modulus: Option<Vec<u8>>,
    /// What of it could not be read, though its form says that it is there.
    pub broken: Option<String>,
    /// What was in it, to be inspected by itself. Of what is wrapped nothing else is told.
    pub wrapped: Option<Vec<u8>>,
}

/// A thing that is public as a whole: the same certificate is one in PEM, in DER and in a key store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Public {
    /// The bytes by which it is known again.
    pub bytes: Vec<u8>,
    /// What is shown of it.
    pub shown: String,
}

impl Reading {
    /// A reading that refutes the match.
    fn refuted() -> Self {
        Self { proof: Some(Proof::Invalid), ..Self::default() }
    }

    /// Notes an attribute, made fit to show; empty ones are left out.
    fn note(&mut self, name: &str, value: impl AsRef<str>) {
        let value = text::shown(value.as_ref());
        if !value.is_empty() {
            self.attributes.insert(name.to_owned(), value);
        }
    }

    /// Notes an attribute where there is one.
    fn note_some(&mut self, name: &str, value: Option<impl AsRef<str>>) {
        if let Some(value) = value {
            self.note(name, value);
        }
    }

    /// Sets the public name, made fit to show.
    fn name(&mut self, handle: impl AsRef<str>) {
        self.handle = Some(text::shown(handle.as_ref())).filter(|handle| !handle.is_empty());
    }
}

/// Reads a match.
pub type Reader = fn(&Found<'_>) -> Reading;

/// All readers, by the name that rules write.
const READERS: &[(&str, Reader)] = &[
    ("artifactory-reftkn", artifactory::read),
    ("aws-bedrock", aws_bedrock::read),
    ("aws-key-id", aws_key_id::read),
    ("azure-jqqj", azure_jqqj::read),
    ("azure-sas", azure_sas::read),
    ("base64-json", base64_json::read),
    ("basic-auth", basic_auth::read),
    ("bundle", certificate::read_bundle),
    ("certificate", certificate::read),
    ("discord-snowflake", discord::read),
    ("gcp-service-account", gcp::read),
    ("gitlab-routable", gitlab::read),
    ("jwk", jwk::read),
    ("jwk-private", jwk::read_private),
    ("jwt", jwt::read),
    ("ksuid", ksuid::read),
    ("macaroon", macaroon::read),
    ("private-key", private_key::read),
    ("public-key", public_pem::read),
    ("slack", slack::read),
    ("ssh-certificate", ssh_certificate::read),
    ("ssh-key", ssh_key::read),
    ("ssh-setting", ssh_setting::read),
    ("ulid", ulid::read),
    ("url-credentials", url::read),
];

/// The account inside an AWS key id; `None` where it is of the generation that tells none.
pub fn aws_account(id: &[u8]) -> Option<String> {
    aws_key_id::account(id)
}

/// The reader of that name.
pub fn reader(name: &str) -> Option<Reader> {
    READERS.iter().find(|(known, _)| *known == name).map(|(_, reader)| *reader)
}

/// The names of all readers, in order.
pub fn names() -> impl Iterator<Item = &'static str> {
    READERS.iter().map(|(name, _)| *name)
}

/// A document that is nothing but a secret, for the tests of readers.
#[cfg(test)]
pub(crate) fn alone(secret: &[u8]) -> Found<'_> {
    Found { document: secret, whole: 0..secret.len(), secret: 0..secret.len(), handle: None }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Found, READERS, names, reader};

    #[test]
    fn the_table_is_sorted_and_answers_to_its_names() {
        assert!(READERS.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(names().all(|name| reader(name).is_some()));
        assert!(reader("jwtt").is_none());
    }

    fn read_all(document: &[u8], at: (usize, usize, usize, usize)) {
        let found = Found { document, whole: at.0..at.1, secret: at.2..at.3, handle: None };
        for (_, read) in READERS {
            let _ = read(&found);
        }
    }

    proptest! {
        #[test]
        fn no_reader_panics_on_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300), a in 0..320_usize, b in 0..320_usize) {
            read_all(&bytes, (0, bytes.len(), 0, bytes.len()));
            read_all(&bytes, (a, b, b, a));
            read_all(&bytes, (a.min(b), a.max(b), a.min(b), a.max(b)));
        }

        #[test]
        fn no_reader_panics_on_what_looks_like_its_own(
            text in "(-----BEGIN (RSA |EC |OPENSSH |PGP |)PRIVATE KEY( BLOCK|)-----(\\\\n|\n)|eyJ|AKIA|ABSK|fm2_|pypi-AgEI|xox[bp]-|glpat-|https://a:b@|PuTTY-User-Key-File-3: )[A-Za-z0-9+/=._:@?&\\\\\n -]{0,200}(-----END|)"
        ) {
            read_all(text.as_bytes(), (0, text.len(), 0, text.len()));
        }
    }
}
