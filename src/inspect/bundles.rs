use x509_parser::asn1_rs::{Any, FromBer as _};

use crate::model::{About, Document, Origin};

use super::{Inner, Inspector, Outcome, Workbench};

/// Takes certificates and lists of revoked ones out of PKCS#7.
pub struct Bundles;

const ABOUT: About = About {
    id: "bundles",
    title: "Certificates in PKCS#7",
    explain: "Chains of certificates and lists of revoked ones in PKCS#7 or CMS (.p7b, .p7c, the signatures of archives and mails), known by their first bytes \
              whatever their name; in armour they are found in any text. Each member is inspected like a file of its own. What else a signed message holds \
              is inspected, too; sealed messages stay closed.",
    controls: &[],
    see: &["https://www.rfc-editor.org/rfc/rfc5652"],
};

/// `signedData`, 1.2.840.113549.1.7.2, as an element.
const SIGNED: &[u8] = &[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2];
/// The tag of a sequence.
const SEQUENCE: u32 = 16;
/// The tag of an octet string.
const OCTETS: u32 = 4;
/// Pieces into which a message may be cut.
const MOST_PIECES: usize = 1 << 16;

impl Inspector for Bundles {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn wants(&self, _origin: &Origin, bytes: &[u8]) -> bool {
        let ([0x30, 0x80, head @ ..]
        | [0x30, 0x81, _, head @ ..]
        | [0x30, 0x82, _, _, head @ ..]
        | [0x30, 0x83, _, _, _, head @ ..]
        | [0x30, 0x84, _, _, _, _, head @ ..]) = bytes
        else {
            return false;
        };
        head.starts_with(SIGNED)
    }

    fn inspect(&self, document: &Document<'_>, bench: &mut Workbench<'_>, outcome: &mut dyn Outcome) {
        let Some(bundle) = Bundle::read(document.bytes) else {
            outcome.flaw(None, "begins like PKCS#7 and cannot be read as such");
            return;
        };
        if bundle.cut {
            outcome
                .flaw(None, &format!("member {} of PKCS#7 cannot be read; those behind it were not inspected", bundle.members.len() + 1));
        }
        for (name, bytes) in &bundle.members {
            if outcome.inner(bench, Inner { wrapping: "pkcs7", name: Some(name), map: None, bytes }).is_break() {
                return;
            }
        }
    }
}

/// What lies in a signed message.
#[derive(Debug, Default)]
struct Bundle {
    members: Vec<(String, Vec<u8>)>,
    /// Whether something could not be read.
    cut: bool,
}

impl Bundle {
    fn read(bytes: &[u8]) -> Option<Self> {
        let (_, info) = element(bytes)?;
        let (rest, _) = element(info.data)?;
        let (_, signed) = element(element(rest)?.1.data)?;
        // Version, algorithms, content; then what signed it, and what else comes along.
        let (rest, _) = element(signed.data)?;
        let (rest, _) = element(rest)?;
        let (mut rest, content) = element(rest)?;
        let mut bundle = Self::default();
        bundle.content(&content);
        while let Some((behind, part)) = element(rest) {
            match part.tag().0 {
                0 if part.class() != x509_parser::asn1_rs::Class::Universal => bundle.take(part.data, "certificate", "cer"),
                1 if part.class() != x509_parser::asn1_rs::Class::Universal => bundle.take(part.data, "list", "crl"),
                _ => {}
            }
            rest = behind;
        }
        Some(bundle)
    }

    /// The members of a set.
    fn take(&mut self, set: &[u8], what: &str, ending: &str) {
        let mut rest = set;
        let mut number = 0;
        while !rest.is_empty() && !rest.iter().all(|byte| *byte == 0) {
            let Some((behind, member)) = element(rest) else {
                self.cut = true;
                return;
            };
            // Other forms of certificates have tags of their own, and say nothing that is read here.
            if member.tag().0 == SEQUENCE {
                number += 1;
                self.members.push((format!("{what}{number}.{ending}"), rest[..rest.len() - behind.len()].to_vec()));
            }
            rest = behind;
        }
    }

    /// The message that was signed, where it comes along.
    fn content(&mut self, content: &Any<'_>) {
        let message = element(content.data).and_then(|(rest, _)| element(rest)).and_then(|(_, wrapped)| element(wrapped.data));
        let Some((_, octets)) = message.filter(|(_, octets)| octets.tag().0 == OCTETS) else { return };
        let mut bytes = Vec::new();
        if octets.header.is_constructed() {
            let mut rest = octets.data;
            for _ in 0..MOST_PIECES {
                let Some((behind, piece)) = element(rest).filter(|(_, piece)| piece.tag().0 == OCTETS) else { break };
                bytes.extend_from_slice(piece.data);
                rest = behind;
            }
        } else {
            bytes.extend_from_slice(octets.data);
        }
        if !bytes.is_empty() {
            self.members.push(("content".to_owned(), bytes));
        }
    }
}

/// The first element of some bytes, of a told length or not, and what stands behind it.
fn element(bytes: &[u8]) -> Option<(&[u8], Any<'_>)> {
    Any::from_ber(bytes).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Bundle, SIGNED};

    /// An element of fewer than 128 bytes.
    fn short(tag: u8, content: &[u8]) -> Vec<u8> {
        [&[tag, u8::try_from(content.len()).expect("it is short")], content].concat()
    }

    fn signed(parts: &[Vec<u8>]) -> Vec<u8> {
        let message = [short(2, &[1]), short(0x31, &[]), short(0x30, &short(6, &[0x2a, 1]))].concat();
        short(0x30, &[SIGNED.to_vec(), short(0xa0, &short(0x30, &[message, parts.concat()].concat()))].concat())
    }

    #[test]
    fn certificates_and_lists_come_out_by_name_and_other_forms_do_not() {
        let (one, two, other) = (short(0x30, &[2, 1, 1]), short(0x30, &[2, 1, 2]), short(0xa1, &[]));
        let bundle = Bundle::read(&signed(&[short(0xa0, &[one.clone(), other, two].concat()), short(0xa1, &one)])).expect("a bundle");
        let names: Vec<&str> = bundle.members.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!((names, bundle.cut), (vec!["certificate1.cer", "certificate2.cer", "list1.crl"], false));
        assert_eq!(bundle.members[0].1, one);
    }

    #[test]
    fn a_length_that_lies_cuts_the_bundle() {
        let bundle = Bundle::read(&signed(&[short(0xa0, &[short(0x30, &[2, 1, 1]), vec![0x30, 0x7f, 1]].concat())])).expect("a bundle");
        assert_eq!((bundle.members.len(), bundle.cut), (1, true));
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = Bundle::read(&bytes);
            let _ = Bundle::read(&signed(&[short(0xa0, &bytes[..bytes.len().min(60)])]));
        }
    }
}
