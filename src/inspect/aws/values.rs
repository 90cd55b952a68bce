use std::{collections::BTreeSet, ops::ControlFlow, ops::Range};

use serde_json::Value;

use crate::{
    engine::{assignment, judge::likeness::likeness},
    inspect::{Inner, Inspector, Outcome, Workbench, secrets::Secrets},
    model::{
        About, Credential, Document, Entity, FaultKind, IdleMark, Notes, Observed, Origin, OwnerLine, Part, Pepper, Secret,
        entity::{Basis, Vaulted},
    },
};

use super::{
    document::{account_of, parse},
    told::Told,
};

/// Reads values out of secrets managers, and keeps no more of them than keyed fingerprints.
pub(super) struct Values;

const ABOUT: About = About {
    id: "aws-secret-values",
    title: "Values of secrets in AWS",
    explain: "Reads what `aws secretsmanager get-secret-value` and `aws ssm get-parameters --with-decryption` give, where the user asked for it \
              (`--read-secret-values`). What is kept are keyed fingerprints of the value, of each text in it where it is JSON, and of each credential that the rules \
              find in it: enough to know the same secret again in a file, and of no other use.",
    controls: &[],
    see: &["https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html"],
};

/// Shorter texts are no secrets, bytes.
const SHORTEST: usize = 8;
/// From this length on no password is the same by chance, bytes.
const LONG: usize = 16;
/// From this likeness on a value is more like a word than like random characters.
const LIKE_TEXT: i32 = 0;
/// So many texts of one value are remembered.
const MOST: usize = 256;

impl Inspector for Values {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn wants(&self, origin: &Origin, _bytes: &[u8]) -> bool {
        origin.is_sealed()
    }

    fn reads_sealed(&self) -> bool {
        true
    }

    fn inspect(&self, document: &Document<'_>, bench: &mut Workbench<'_>, outcome: &mut dyn Outcome) {
        let Some(whole) = parse::<Value>(document, "values of secrets", &mut Told::new(bench, outcome)) else { return };
        let parameters = whole.get("Parameters").and_then(Value::as_array);
        for one in parameters.map_or(std::slice::from_ref(&whole), Vec::as_slice) {
            let text = |key: &str| one.get(key).and_then(Value::as_str);
            let Some(uri) = text("ARN") else { continue };
            let binary = text("SecretBinary").and_then(|coded| data_encoding::BASE64.decode(coded.as_bytes()).ok());
            let plain = text("SecretString").or_else(|| text("Value")).map(|text| text.as_bytes().to_vec());
            let values: Vec<_> = plain.into_iter().chain(binary).map(|value| fingerprints(&value, document.origin, bench)).collect();
            let vaulted = Vaulted::new(uri, text("Name").unwrap_or_default(), account_of(uri).unwrap_or_default());
            Told::new(bench, outcome).tell_vaulted(vaulted, values.into_iter().flatten().collect());
        }
    }
}

/// The fingerprints of all that a value holds.
fn fingerprints(value: &[u8], origin: &Origin, bench: &mut Workbench<'_>) -> BTreeSet<String> {
    let mut gathered = Gathered::default();
    Secrets.inspect(&Document { origin, bytes: value, kin: None, layer: 1 }, bench, &mut gathered);
    note(value, bench.pepper, &mut gathered.all);
    if let Ok(json) = serde_json::from_slice::<Value>(value) {
        texts("", &json, bench.pepper, &mut gathered.all);
    }
    gathered.all
}

/// The texts in a document, however deep, that may be secrets: beside a password there stand users and hosts.
fn texts(name: &str, json: &Value, pepper: &Pepper, all: &mut BTreeSet<String>) {
    match json {
        Value::String(text) if may_be_secret(name, text) => note(text.as_bytes(), pepper, all),
        Value::Array(items) => items.iter().for_each(|item| texts(name, item, pepper, all)),
        Value::Object(entries) => entries.iter().for_each(|(name, item)| texts(name, item, pepper, all)),
        _ => {}
    }
}

/// Whether a text is a secret by its name, or not so short and so much like a word that the same may be somebody's password elsewhere.
fn may_be_secret(name: &str, text: &str) -> bool {
    let speaks = assignment::words(name.as_bytes()).any(|at| assignment::speaks(&name.as_bytes()[at]));
    speaks || text.len() >= LONG || likeness(text.as_bytes()) < LIKE_TEXT
}

fn note(text: &[u8], pepper: &Pepper, all: &mut BTreeSet<String>) {
    let text = text.trim_ascii();
    if text.len() >= SHORTEST && all.len() < MOST {
        all.insert(Secret::new(text).fingerprint(pepper).to_string());
    }
}

/// Takes of what the rules find no more than the fingerprints.
#[derive(Default)]
struct Gathered {
    all: BTreeSet<String>,
}

impl Gathered {
    fn take(&mut self, credential: &Credential) {
        if !credential.kind.is_public() && self.all.len() < MOST {
            self.all.insert(credential.key.fingerprint.to_string());
        }
    }
}

impl Outcome for Gathered {
    fn seen(&mut self, credential: Credential, _at: Range<usize>, _notes: Notes) {
        self.take(&credential);
    }

    fn perhaps(&mut self, credential: Credential, _at: Range<usize>, _observed: Observed, _notes: Notes) {
        self.take(&credential);
    }

    fn entity(&mut self, _basis: Basis, _entity: Entity) {}

    fn part(&mut self, _: Part) {}

    fn owners(&mut self, _: Vec<OwnerLine>) {}

    fn idle(&mut self, _mark: IdleMark) {}

    fn fault(&mut self, _kind: FaultKind, _member: &str, _what: &str) {}

    fn flaw(&mut self, _at: Option<Range<usize>>, _what: &str) {}

    fn inner(&mut self, _bench: &mut Workbench<'_>, _inner: Inner<'_>) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn spelled(&mut self) {}

    fn room(&self) -> u64 {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::may_be_secret;

    #[test]
    fn a_word_beside_a_password_is_not_taken_for_one() {
        for (name, word) in [("engine", "postgres"), ("username", "postgres"), ("dbname", "customers"), ("", "production")] {
            assert!(!may_be_secret(name, word), "{name} {word}");
        }
        assert!(may_be_secret("password", "postgres") && may_be_secret("db_password", "postgres"), "the name says it");
        assert!(may_be_secret("value", "x7Kq2vRz") && may_be_secret("dsn", "correct horse battery"), "by itself");
    }
}
