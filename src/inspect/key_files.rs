use std::collections::BTreeMap;

use crate::{
    model::{About, Companion, Credential, CredentialKey, Document, Kind, Notes, Origin, Proof, Secret, Source},
    rules::files,
};

use super::{Inspector, Outcome, Workbench};

/// Finds files that are a credential as a whole.
pub struct KeyFiles;

const ABOUT: About = About {
    id: "key-files",
    title: "Key stores",
    explain: "Files that hold keys or passwords and nothing else, known by their first bytes: KeePass, PKCS#12, Java and the like. The name makes a finding \
              surer and is never one alone. In a history an object has no name when it is read; there the bytes must do.",
    see: &[],
};

impl Inspector for KeyFiles {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn wants(&self, _origin: &Origin, head: &[u8]) -> bool {
        files::of(head).is_some()
    }

    fn inspect(&self, document: &Document<'_>, bench: &mut Workbench<'_>, outcome: &mut dyn Outcome) {
        let Some(rule) = files::of(document.bytes).filter(|rule| bench.rules.has_file(&rule.id)) else { return };
        let Some(confidence) = rule.confidence(path(document)) else { return };
        let secret = Secret::new(document.bytes);
        let credential = Credential {
            key: CredentialKey { rule: rule.id.as_str().into(), fingerprint: secret.fingerprint(bench.pepper) },
            kind: Kind::KeyStore,
            severity: rule.severity,
            confidence,
            handle: None,
            preview: secret.preview(0),
            proof: Proof::NotApplicable,
            issued: None,
            expires: None,
            attributes: BTreeMap::new(),
            companion: Companion::None,
        };
        outcome.seen(credential, 0..0, Notes::default());
    }
}

/// The document's name, where it is known: a member of an archive has one of its own.
fn path<'d>(document: &Document<'d>) -> Option<&'d str> {
    if !document.origin.inside.is_empty() {
        return Some(&document.origin.inside);
    }
    match &document.origin.source {
        Source::File { path, .. } => Some(path),
        Source::Stream { name: path } | Source::Answer { path } => Some(path),
        Source::Object { .. } => None,
    }
}
