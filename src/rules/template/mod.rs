//! Examples as templates: a rule file shows what a secret looks like without holding one.
//!
//! `{alnum:20}` and its like are random characters, `{<}` and `{>}` mark the secret, `{sum:PROOF}` is the check value that makes it
//! valid, `{jwt:…}`, `{b64:…}` and `{b64url:…}` encode a text that may hold items itself, `{pem:KIND}` is a made-up key, `{x:0502}`
//! are bytes. The same template and seed make the same text on every machine. Braces that are meant stand twice.

mod certificates;
mod der;
mod keys;
mod random;

use std::ops::Range;

use data_encoding::{BASE64, BASE64URL_NOPAD, Encoding};

use crate::engine::proofs;
use random::Random;

/// How many characters one item may ask for.
const LONGEST: usize = 65_536;
/// How many encoded texts may stand in each other.
const DEEPEST: usize = 4;

/// A text made of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    /// The text.
    pub text: Vec<u8>,
    /// Where the marked secret stands in it.
    pub secret: Option<Range<usize>>,
}

/// Why a template makes no text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("template, byte {at}: {flaw}")]
pub struct TemplateError {
    /// Where the item begins, in bytes.
    pub at: usize,
    /// What is wrong with it.
    pub flaw: Flaw,
}

/// What can be wrong with an item of a template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// A brace without its other half.
    #[error("a brace stands alone: write {{{{ or }}}} for the character")]
    Brace,
    /// An item of no known name.
    #[error("no item `{0}`: there are < > [ n uuid sum jwt b64 b64url pem x and {classes}", classes = names(random::classes()))]
    Unknown(String),
    /// A class without a good number.
    #[error("`{0}` is no number from 0 to {LONGEST}")]
    Number(String),
    /// A key of no known kind.
    #[error("no kind of key `{0}`: there are {kinds}", kinds = names(keys::kinds()))]
    Kind(String),
    /// A check value that nobody can compute.
    #[error("proof `{0}` has no check value for what stands before")]
    Sum(String),
    /// `{<}` and `{>}` that do not stand once each in this order, or a mark inside of an encoded text.
    #[error("the marks < and > stand once each, in this order, and no mark stands in an argument")]
    Mark,
    /// Encoded texts in encoded texts, too many.
    #[error("items stand in each other more than {DEEPEST} deep")]
    Deep,
}

fn names(names: impl Iterator<Item = &'static str>) -> String {
    names.collect::<Vec<_>>().join(" ")
}

/// Fills a template with random text of a seed.
pub fn fill(template: &str, seed: u64) -> Result<Filled, TemplateError> {
    let mut filler = Filler { template, at: 0, random: Random::new(seed), text: Vec::new(), token: 0, open: None, secret: None };
    filler.run(0)?;
    match filler.open {
        Some((at, _)) => Err(TemplateError { at, flaw: Flaw::Mark }),
        None => Ok(Filled { text: filler.text, secret: filler.secret }),
    }
}

struct Filler<'t> {
    template: &'t str,
    /// How far the template is read.
    at: usize,
    random: Random,
    text: Vec<u8>,
    /// Where the token begins of which `{sum:…}` is.
    token: usize,
    /// A `{<}` that waits for its `{>}`: its place in the template and in the text.
    open: Option<(usize, usize)>,
    secret: Option<Range<usize>>,
}

impl Filler<'_> {
    /// Fills up to the end of the template or of the argument in which it stands, so many texts deep.
    fn run(&mut self, depth: usize) -> Result<(), TemplateError> {
        loop {
            let rest = &self.template[self.at..];
            let (plain, braces) = rest.split_at(rest.find(['{', '}']).unwrap_or(rest.len()));
            self.text.extend(plain.as_bytes());
            self.at += plain.len();
            match braces.as_bytes() {
                [first @ (b'{' | b'}'), second, ..] if first == second => {
                    self.text.push(*first);
                    self.at += 2;
                }
                [b'{', ..] => {
                    let at = self.at;
                    self.item(depth).map_err(|error| error.at(at))?;
                }
                [b'}', ..] if depth > 0 => {
                    self.at += 1;
                    return Ok(());
                }
                [] if depth == 0 => return Ok(()),
                _ => return Err(TemplateError { at: self.at, flaw: Flaw::Brace }),
            }
        }
    }

    /// Fills the item that begins here.
    fn item(&mut self, depth: usize) -> Result<(), Fault> {
        let rest = &self.template[self.at + 1..];
        let end = rest.find([':', '}']).ok_or(Flaw::Brace)?;
        let (name, close) = (&rest[..end], rest.find('}').ok_or(Flaw::Brace)?);
        if end == close {
            self.at += 1 + close + 1;
            return self.alone(name, depth);
        }
        let argument = &rest[end + 1..close];
        if matches!(name, "jwt" | "b64url") || (name == "b64" && !is_number(argument)) {
            self.at += 1 + end + 1;
            return self.encoded(name, depth);
        }
        self.at += 1 + close + 1;
        Ok(self.argued(name, argument)?)
    }

    /// An item without argument.
    fn alone(&mut self, name: &str, depth: usize) -> Result<(), Fault> {
        match name {
            "n" => self.text.push(b'\n'),
            "uuid" => self.text.extend(self.random.uuid().into_bytes()),
            "<" | ">" | "[" if depth > 0 => return Err(Flaw::Mark.into()),
            "<" if self.open.is_none() && self.secret.is_none() => {
                self.open = Some((self.at - "{<}".len(), self.text.len()));
                self.token = self.text.len();
            }
            ">" => {
                let (_, start) = self.open.take().ok_or(Flaw::Mark)?;
                self.secret = Some(start..self.text.len());
            }
            "[" => self.token = self.text.len(),
            "<" => return Err(Flaw::Mark.into()),
            _ => return Err(Flaw::Unknown(name.to_owned()).into()),
        }
        Ok(())
    }

    /// An item with a short argument.
    fn argued(&mut self, name: &str, argument: &str) -> Result<(), Flaw> {
        match name {
            "sum" => {
                let sum = proofs::sum(argument, &self.text[self.token..]).ok_or_else(|| Flaw::Sum(argument.to_owned()))?;
                self.text.extend(sum);
            }
            "x" => {
                let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(argument.as_bytes());
                self.text.extend(bytes.map_err(|_| Flaw::Number(argument.to_owned()))?);
            }
            "pem" => {
                let block = keys::block(argument, &mut self.random).ok_or_else(|| Flaw::Kind(argument.to_owned()))?;
                self.text.extend(block.into_bytes());
            }
            _ => {
                let class = random::class(name).ok_or_else(|| Flaw::Unknown(name.to_owned()))?;
                let count = argument.parse().ok().filter(|count| is_number(argument) && *count <= LONGEST);
                let count = count.ok_or_else(|| Flaw::Number(argument.to_owned()))?;
                self.text.extend((0..count).map(|_| self.random.one_of(class)));
            }
        }
        Ok(())
    }

    /// An item whose argument is a text with items of its own.
    fn encoded(&mut self, name: &str, depth: usize) -> Result<(), Fault> {
        if depth == DEEPEST {
            return Err(Flaw::Deep.into());
        }
        let start = self.text.len();
        self.run(depth + 1)?;
        let inner = self.text.split_off(start);
        match name {
            "b64" => self.encode(&BASE64, &inner),
            "b64url" => self.encode(&BASE64URL_NOPAD, &inner),
            _ => {
                self.encode(&BASE64URL_NOPAD, br#"{"alg":"HS256","typ":"JWT"}"#);
                self.text.push(b'.');
                self.encode(&BASE64URL_NOPAD, &inner);
                self.text.push(b'.');
                let signature = self.random.bytes::<32>();
                self.encode(&BASE64URL_NOPAD, &signature);
            }
        }
        Ok(())
    }

    fn encode(&mut self, encoding: &Encoding, bytes: &[u8]) {
        self.text.extend(encoding.encode(bytes).into_bytes());
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A flaw of an item, or of one inside of it whose place is known already.
enum Fault {
    Here(Flaw),
    Inside(TemplateError),
}

impl Fault {
    fn at(self, at: usize) -> TemplateError {
        match self {
            Self::Here(flaw) => TemplateError { at, flaw },
            Self::Inside(error) => error,
        }
    }
}

impl From<Flaw> for Fault {
    fn from(flaw: Flaw) -> Self {
        Self::Here(flaw)
    }
}

impl From<TemplateError> for Fault {
    fn from(error: TemplateError) -> Self {
        Self::Inside(error)
    }
}

#[cfg(test)]
mod tests {
    use data_encoding::BASE64;
    use proptest::prelude::*;

    use super::{Flaw, TemplateError, fill};
    use crate::engine::proofs::{ProofCall, Verdict};

    fn text(template: &str) -> String {
        String::from_utf8(fill(template, 7).expect("a good template").text).expect("text")
    }

    fn flaw(template: &str) -> (usize, Flaw) {
        let TemplateError { at, flaw } = fill(template, 7).expect_err(template);
        (at, flaw)
    }

    #[test]
    fn the_same_seed_makes_the_same_text_and_another_seed_another() {
        assert_eq!(fill("{alnum:20}", 1), fill("{alnum:20}", 1));
        assert_ne!(fill("{alnum:20}", 1), fill("{alnum:20}", 2));
    }

    #[test]
    fn classes_have_their_length_and_characters() {
        assert_eq!(text("a{digit:0}b{n}c"), "ab\nc");
        assert!(text("{hex:300}").bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)));
        assert_eq!(text("{base58:300}").len(), 300);
        assert_eq!(text("{uuid}").as_bytes()[14], b'4');
    }

    #[test]
    fn marks_vanish_and_tell_the_secret() {
        let filled = fill("a={<}{digit:4}{>}}}", 7).expect("a good template");
        assert_eq!((filled.text.len(), filled.secret), (7, Some(2..6)));
        assert_eq!(text("-{[}-"), "--");
    }

    #[test]
    fn braces_that_are_meant_stand_twice_in_texts_and_arguments() {
        assert_eq!(text("{{}}{{{{x}}}}"), "{}{{x}}");
        assert_eq!(text("{b64:{{\"a\":1}}}."), format!("{}.", BASE64.encode(br#"{"a":1}"#)));
        assert_eq!(text("{b64:a{b64url:x}{n}}"), BASE64.encode(b"aeA\n"));
        let nested = BASE64.decode(text("{b64:{digit:12}:{alnum:20}}").as_bytes()).expect("base64");
        assert_eq!((nested.len(), nested[12]), (33, b':'));
    }

    #[test]
    fn a_sum_makes_its_proof_valid() {
        let filled = fill("x_1 {<}{[}cfut_{alnum:40}{sum:crc32-hex}{>}", 7).expect("a good template");
        let proof = ProofCall::parse("crc32-hex").expect("a proof");
        assert_eq!(proof.judge(&filled.text[filled.secret.expect("a mark")]), Verdict::Valid);
    }

    #[test]
    fn a_jwt_is_one() {
        let proof = ProofCall::parse("jwt").expect("a proof");
        assert_ne!(proof.judge(text("{jwt:{{\"sub\":\"{lower:5}\"}}}").as_bytes()), Verdict::Drop);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        assert_eq!(flaw("ab}"), (2, Flaw::Brace));
        assert_eq!(flaw("ab{alnum:3"), (2, Flaw::Brace));
        assert_eq!(flaw("ab{b64:x"), (2, Flaw::Brace));
        assert_eq!(flaw("ab{b64:x{n}"), (11, Flaw::Brace));
        assert_eq!(flaw("{alnun:3}"), (0, Flaw::Unknown("alnun".into())));
        assert_eq!(flaw("{b64:x{what}}"), (6, Flaw::Unknown("what".into())));
        assert_eq!(flaw("{hex:-1}"), (0, Flaw::Number("-1".into())));
        assert_eq!(flaw("{hex:99999999999}"), (0, Flaw::Number("99999999999".into())));
        assert_eq!(flaw("{pem:x}"), (0, Flaw::Kind("x".into())));
        assert_eq!(flaw("x{sum:mixed}"), (1, Flaw::Sum("mixed".into())));
        for marks in ["{>}", "{<}", "{<}{<}{>}", "{<}{>}{<}{>}", "{b64:{<}x{>}}"] {
            assert_eq!(flaw(marks).1, Flaw::Mark, "{marks}");
        }
        assert_eq!(flaw(&("{b64:x".repeat(9) + "}")).1, Flaw::Deep);
        assert_eq!(fill("{hex:x}", 0).expect_err("no number").to_string(), "template, byte 0: `x` is no number from 0 to 65536");
    }

    proptest! {
        #[test]
        fn no_template_panics(template in r"([{}]|\{(b64|b64url|jwt|hex|sum|pem):|[<>\[n:ä0-9]|uuid){0,30}") {
            let _ = fill(&template, 3);
        }
    }
}
