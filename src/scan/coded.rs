//! Credentials in few bytes: a ledger may hold a hundred thousand, and takes each in hand only once more.

use crate::model::{Companion, Confidence, Credential, CredentialKey, Fingerprint, Kind, Preview, Proof, Severity, Time};

const PROOFS: &[Proof] = &[Proof::NotApplicable, Proof::Valid, Proof::Invalid];

const HANDLE: u8 = 1;
const ISSUED: u8 = 2;
const EXPIRES: u8 = 4;
const FOUND: u8 = 8;
const AMBIGUOUS: u8 = 16;

/// Everything about a credential but its key.
pub(super) fn encode(credential: &Credential) -> Vec<u8> {
    let mut out = Vec::with_capacity(32);
    out.push(code(Kind::NAMES, |(kind, _)| *kind == credential.kind));
    out.push(code(Severity::ALL, |s| *s == credential.severity));
    out.push(code(Confidence::ALL, |c| *c == credential.confidence));
    out.push(code(PROOFS, |p| *p == credential.proof));
    out.push(flags(credential));
    [credential.issued, credential.expires].into_iter().flatten().for_each(|t| out.extend(t.0.to_le_bytes()));
    if let Companion::Found(print) = &credential.companion {
        out.extend(print.as_bytes());
    }
    put(&mut out, credential.preview.as_str());
    credential.handle.iter().for_each(|handle| put(&mut out, handle));
    for (name, value) in &credential.attributes {
        put(&mut out, name);
        put(&mut out, value);
    }
    out
}

fn flags(credential: &Credential) -> u8 {
    let companion = match credential.companion {
        Companion::None => 0,
        Companion::Ambiguous => AMBIGUOUS,
        Companion::Found(_) => FOUND,
    };
    let set = |there: bool, flag: u8| if there { flag } else { 0 };
    companion
        | set(credential.handle.is_some(), HANDLE)
        | set(credential.issued.is_some(), ISSUED)
        | set(credential.expires.is_some(), EXPIRES)
}

/// The credential of that key again.
pub(super) fn decode(key: CredentialKey, code: &[u8]) -> Credential {
    let mut rest = Rest(code);
    let [kind, severity, confidence, proof, flags] = rest.bytes();
    let mut when = |flag: u8| (flags & flag != 0).then(|| Time(i64::from_le_bytes(rest.bytes())));
    let (issued, expires) = (when(ISSUED), when(EXPIRES));
    let companion = match flags & (FOUND | AMBIGUOUS) {
        FOUND => Companion::Found(Fingerprint::from_bytes(rest.bytes())),
        AMBIGUOUS => Companion::Ambiguous,
        _ => Companion::None,
    };
    Credential {
        key,
        kind: Kind::NAMES[usize::from(kind)].0,
        severity: Severity::ALL[usize::from(severity)],
        confidence: Confidence::ALL[usize::from(confidence)],
        preview: Preview::from_stored(rest.text()),
        handle: (flags & HANDLE != 0).then(|| rest.text()),
        proof: PROOFS[usize::from(proof)],
        issued,
        expires,
        attributes: std::iter::from_fn(|| (!rest.0.is_empty()).then(|| (rest.text(), rest.text()))).collect(),
        companion,
    }
}

fn code<T>(all: &[T], is: impl Fn(&T) -> bool) -> u8 {
    all.iter().position(is).and_then(|at| u8::try_from(at).ok()).expect("the table names all variants, and they are few")
}

fn put(out: &mut Vec<u8>, text: &str) {
    out.extend(u32::try_from(text.len()).expect("no name has 4 GiB").to_le_bytes());
    out.extend(text.as_bytes());
}

/// What is still to be read of a code that [`encode`] wrote.
struct Rest<'c>(&'c [u8]);

impl Rest<'_> {
    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let (head, rest) = self.0.split_first_chunk().expect("it was written");
        self.0 = rest;
        *head
    }

    fn text(&mut self) -> String {
        let len = u32::from_le_bytes(self.bytes()) as usize;
        let (text, rest) = self.0.split_at(len);
        self.0 = rest;
        String::from_utf8(text.to_vec()).expect("it was written as text")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{PROOFS, decode, encode};
    use crate::model::{Companion, Confidence, Credential, CredentialKey, Fingerprint, Kind, Preview, Severity, Time};

    #[test]
    fn a_credential_comes_back_as_it_went() {
        let key = CredentialKey { rule: "sample.token".into(), fingerprint: Fingerprint::from_bytes([1; 16]) };
        for (n, (kind, _)) in Kind::NAMES.iter().enumerate() {
            let some = n % 2 == 0;
            let companions = [Companion::None, Companion::Ambiguous, Companion::Found(Fingerprint::from_bytes([7; 16]))];
            let credential = Credential {
                key: key.clone(),
                kind: *kind,
                severity: Severity::ALL[n % Severity::ALL.len()],
                confidence: Confidence::ALL[n % Confidence::ALL.len()],
                handle: some.then(|| "hándle".into()),
                preview: Preview::from_stored("smp_… (40)".into()),
                proof: PROOFS[n % PROOFS.len()],
                issued: (n % 3 == 0).then_some(Time(-5)),
                expires: some.then_some(Time(i64::MAX)),
                attributes: (0..n).map(|n| (format!("name{n}"), "v".repeat(n))).collect::<BTreeMap<_, _>>(),
                companion: companions[n % 3],
            };
            assert_eq!(decode(key.clone(), &encode(&credential)), credential);
        }
    }
}
