//! Public names by which the same credential is known in several places.
//!
//! Only names that no two credentials share by chance: an id that its issuer gave out once, a digest of a public key.

use std::collections::BTreeSet;

use super::{
    Credential, Kind,
    entity::{Holding, HoldingKind},
};

/// Attributes that are such names, whatever the kind of the credential.
const JOINING: &[&str] = &[
    "spki-sha256",
    "x509-sha256",
    "x509-sha1",
    "x509-issuer-serial",
    "ssh-sha256",
    "ssh-fingerprint",
    "ssh-md5",
    "aws-key-pair",
    "aws-imported-key-pair",
];

/// The public names of a credential, each with its scheme: `access-key:AKIA…`, `spki-sha256:…`.
pub fn handles(credential: &Credential) -> BTreeSet<String> {
    let own = credential.handle.as_deref().and_then(|handle| match credential.kind {
        Kind::AccessKey => Some(format!("access-key:{handle}")),
        _ if JOINING.iter().any(|scheme| handle.strip_prefix(scheme).is_some_and(|rest| rest.starts_with(':'))) => Some(handle.to_owned()),
        _ => None,
    });
    let named = credential.attributes.iter().filter(|(name, _)| JOINING.contains(&name.as_str()));
    named.map(|(name, value)| format!("{name}:{value}")).chain(own).collect()
}

/// The public names of a credential that an inventory lists.
pub fn handles_of_holding(holding: &Holding) -> BTreeSet<String> {
    let own = match holding.kind {
        HoldingKind::AccessKey | HoldingKind::ServiceSpecific => Some(format!("access-key:{}", holding.handle)),
        _ => None,
    };
    let named = holding.attributes.iter().filter(|(name, _)| JOINING.contains(&name.as_str()));
    named.map(|(name, value)| format!("{name}:{value}")).chain(own).collect()
}

#[cfg(test)]
mod tests {
    use super::handles;
    use crate::model::{Companion, Confidence, Credential, CredentialKey, Fingerprint, Kind, Preview, Proof, Severity};

    #[test]
    fn only_names_that_are_given_once_join() {
        let mut credential = Credential {
            key: CredentialKey { rule: "sample.key".into(), fingerprint: Fingerprint::from_bytes([1; 16]) },
            kind: Kind::AccessKey,
            severity: Severity::High,
            confidence: Confidence::High,
            handle: Some("K1".into()),
            preview: Preview::from_stored("x".into()),
            proof: Proof::NotApplicable,
            issued: None,
            expires: None,
            attributes: [("spki-sha256".to_owned(), "00".to_owned()), ("user".to_owned(), "admin".to_owned())].into(),
            companion: Companion::None,
        };
        assert_eq!(handles(&credential).into_iter().collect::<Vec<_>>(), ["access-key:K1", "spki-sha256:00"]);
        credential.kind = Kind::Password;
        assert_eq!(handles(&credential).into_iter().collect::<Vec<_>>(), ["spki-sha256:00"]);
    }
}
