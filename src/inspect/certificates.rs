use crate::{
    engine::readers::certificate::{Form, from_der, why},
    model::{About, Companion, Credential, CredentialKey, Document, Notes, Origin, Preview, Proof, Secret},
};

use super::{Inspector, Outcome, Workbench};

/// Reads certificates, requests and lists of revoked ones that are files of their own in DER.
pub struct Certificates;

const ABOUT: About = About {
    id: "certificates",
    title: "Certificates in DER",
    explain: "Files that are a certificate, a request for one or a list of revoked ones in their binary form, known by their first bytes whatever their name. \
              Those in PEM are found in any text. What a file that begins like one does not tell is a fault.",
    controls: &[],
    see: &["https://www.rfc-editor.org/rfc/rfc5280"],
};

impl Inspector for Certificates {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn wants(&self, _origin: &Origin, bytes: &[u8]) -> bool {
        Form::of(bytes).is_some()
    }

    fn inspect(&self, document: &Document<'_>, bench: &mut Workbench<'_>, outcome: &mut dyn Outcome) {
        let Some(form) = Form::of(document.bytes) else { return };
        let Some(rule) = bench.rules.find(form.rule()) else { return };
        let Some((reading, public)) =
            from_der(form, document.bytes).and_then(|mut reading| reading.public.take().map(|public| (reading, public)))
        else {
            outcome.flaw(None, &format!("begins like {} in DER, and cannot be read as one: {}", form.name(), why(document.bytes)));
            return;
        };
        if let Some(broken) = &reading.broken {
            outcome.flaw(None, broken);
        }
        let credential = Credential {
            key: CredentialKey { rule: rule.id.clone(), fingerprint: Secret::new(&public.bytes).fingerprint(bench.pepper) },
            kind: rule.kind,
            severity: rule.severity,
            confidence: rule.confidence,
            handle: reading.handle,
            preview: Preview::from_stored(public.shown),
            proof: Proof::Valid,
            issued: reading.issued,
            expires: reading.expires,
            attributes: reading.attributes,
            companion: Companion::None,
        };
        outcome.seen(credential, 0..0, Notes { modulus: reading.modulus, ..Notes::default() });
    }
}
