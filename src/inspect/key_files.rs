use std::collections::BTreeMap;

use crate::{
    model::{About, Companion, Credential, CredentialKey, Document, FaultKind, Kind, Notes, Origin, Proof, Secret, Source},
    rules::files,
};

use super::{
    Inner, Inspector, Outcome, Workbench,
    stores::{self, Contents},
};

/// Finds files that are a credential as a whole.
pub struct KeyFiles;

const ABOUT: About = About {
    id: "key-files",
    title: "Key stores",
    explain: "Files that hold keys or passwords and nothing else, known by their first bytes: KeePass, PKCS#12, Java and the like. The name makes a finding \
              surer and is never one alone. In a history an object has no name when it is read; there the bytes must do.",
    controls: &[],
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
        let contents = stores::open(&rule.id, document.bytes);
        if let Some(contents) = contents.as_ref().filter(|contents| contents.harmless()) {
            // A list of whom to trust: its certificates are told, and there is nothing else to it.
            members(document, bench, outcome, contents);
            return;
        }
        if let Some(way) = contents.as_ref().and_then(|contents| contents.unknown) {
            outcome.fault(
                FaultKind::Unsupported,
                "",
                &format!("sealed by {way}, which is not undone here: what is in it was not inspected"),
            );
        }
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
            attributes: contents.as_ref().map_or_else(BTreeMap::new, Contents::attributes),
            companion: Companion::None,
        };
        outcome.seen(credential, 0..0, Notes::default());
        if let Some(contents) = contents {
            members(document, bench, outcome, &contents);
        }
    }
}

/// Has what lies in a store inspected.
fn members(document: &Document<'_>, bench: &mut Workbench<'_>, outcome: &mut dyn Outcome, contents: &Contents) {
    let wrapping = if document.bytes.first() == Some(&0x30) { "pkcs12" } else { "jks" };
    for (name, bytes) in &contents.members {
        let inner = Inner { wrapping, name: Some(name), map: None, bytes };
        if outcome.inner(bench, inner).is_break() {
            return;
        }
    }
}

/// The document's name, where it is known: a member of an archive has one of its own.
fn path<'d>(document: &Document<'d>) -> Option<&'d str> {
    if !document.origin.inside.is_empty() {
        return Some(&document.origin.inside);
    }
    match &document.origin.source {
        Source::File { path, .. } | Source::Stream { name: path } | Source::Answer { path, .. } => Some(path),
        Source::Object { .. } => None,
    }
}
