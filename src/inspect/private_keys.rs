use crate::{
    engine::readers::private_key::{self, Shape},
    model::{About, Companion, Credential, CredentialKey, Document, Notes, Origin, Proof, Secret},
};

use super::{Inspector, Outcome, Workbench};

/// Reads private keys that are files of their own in DER, or members of a key store.
pub struct PrivateKeys;

const ABOUT: About = About {
    id: "private-keys",
    title: "Private keys in DER",
    explain: "Files that are a private key in binary form (PKCS#8, plain or encrypted, PKCS#1, SEC 1), known by their first bytes whatever their name, and keys out of \
              key stores that open. Those in PEM and in the forms of SSH are found in any text. What begins like a key and is none is nothing.",
    controls: &[],
    see: &["https://www.rfc-editor.org/rfc/rfc5958", "https://www.rfc-editor.org/rfc/rfc8017"],
};

impl Inspector for PrivateKeys {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn wants(&self, _origin: &Origin, bytes: &[u8]) -> bool {
        Shape::of(bytes).is_some()
    }

    fn inspect(&self, document: &Document<'_>, bench: &mut Workbench<'_>, outcome: &mut dyn Outcome) {
        let Some(shape) = Shape::of(document.bytes) else { return };
        let Some(rule) = bench.rules.find(shape.rule()) else { return };
        let Some(reading) = private_key::from_der(document.bytes) else { return };
        let secret = Secret::new(document.bytes);
        let credential = Credential {
            key: CredentialKey { rule: rule.id.clone(), fingerprint: secret.fingerprint(bench.pepper) },
            kind: rule.kind,
            severity: rule.severity,
            confidence: rule.confidence,
            handle: reading.handle,
            preview: secret.preview(0),
            proof: reading.proof.unwrap_or(Proof::NotApplicable),
            issued: None,
            expires: None,
            attributes: reading.attributes,
            companion: Companion::None,
        };
        outcome.seen(credential, 0..0, Notes { modulus: reading.modulus, ..Notes::default() });
    }
}
