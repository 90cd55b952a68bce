//! Proofs test a hit without a network: filters drop what cannot be a secret, check values tell a real token from a made-up one.
//!
//! A rule names its proofs (`crc32-base62`, `entropy>=3.0`); the names stand in one table below. Some checks also know the way
//! back: [`sum`] gives the check value that makes a body valid, from which rule examples are made.

mod aws;
mod azure;
mod bech32;
mod crc;
mod defaults;
mod entropy;
pub(crate) mod jwt;
pub(crate) mod macaroon;
mod marvin;
mod nkey;
mod placeholder;
mod published;

pub(super) use defaults::known as service_default;
pub(super) use published::known as published;

/// Whether a secret that passed `not-placeholder` was made up by somebody at a keyboard: its characters count or repeat in pieces.
pub fn made_up(secret: &[u8]) -> bool {
    placeholder::made_up(secret)
}

/// What a proof says of a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Not a secret at all: the hit goes.
    Drop,
    /// A check value is there and does not fit.
    Invalid,
    /// The proof has nothing to say about this form.
    NotApplicable,
    /// The check value fits, or the filter lets the secret pass.
    Valid,
}

/// What the pattern named beside the secret, by group: `user`, `host`.
pub type Beside<'a> = &'a dyn Fn(&str) -> Option<&'a [u8]>;

/// How a proof judges: filters may take a number from the rule.
#[derive(Clone, Copy)]
enum Judge {
    /// Looks at the secret alone.
    Plain(fn(&[u8]) -> Verdict),
    /// Written `name>=number`.
    AtLeast(fn(&[u8], f64) -> Verdict),
    /// Looks at what stands beside the secret as well.
    Around(fn(&[u8], Beside<'_>) -> Verdict),
}

/// Computes the check value that makes a body valid; `None` where the body has not its shape.
type Sum = fn(&[u8]) -> Option<Vec<u8>>;

/// One line of the table of proofs.
struct Entry {
    /// What rules write.
    name: &'static str,
    /// How it judges.
    judge: Judge,
    /// The check value of a body, where the proof can compute one.
    sum: Option<Sum>,
}

/// A filter without argument.
const fn plain(name: &'static str, judge: fn(&[u8]) -> Verdict) -> Entry {
    Entry { name, judge: Judge::Plain(judge), sum: None }
}

/// A filter that looks around.
const fn around(name: &'static str, judge: fn(&[u8], Beside<'_>) -> Verdict) -> Entry {
    Entry { name, judge: Judge::Around(judge), sum: None }
}

/// A check value that can also be computed.
const fn check(name: &'static str, judge: fn(&[u8]) -> Verdict, sum: fn(&[u8]) -> Option<Vec<u8>>) -> Entry {
    Entry { name, judge: Judge::Plain(judge), sum: Some(sum) }
}

/// All proofs, by name.
const PROOFS: &[Entry] = &[
    plain("aws-key-id", aws::judge),
    plain("azure-devops-legacy", azure::judge_devops),
    check("azure-identifiable", azure::judge_identifiable, azure::sum_identifiable),
    plain("basic-credentials", defaults::basic),
    check("bech32", bech32::judge, bech32::sum),
    check("crc32-base36", crc::judge_base36, crc::sum_base36),
    check("crc32-base62", crc::judge_base62, crc::sum_base62),
    check("crc32-base64-le", crc::judge_base64_le, crc::sum_base64_le),
    check("crc32-hex", crc::judge_hex, crc::sum_hex),
    check("crc32-hex-le", crc::judge_hex_le, crc::sum_hex_le),
    check("crc32-hex-whole", crc::judge_hex_whole, crc::sum_hex_whole),
    check("entra-secret", azure::judge_entra, azure::sum_entra),
    Entry { name: "entropy", judge: Judge::AtLeast(entropy::at_least), sum: None },
    plain("jwt", jwt::judge),
    check("macaroon", macaroon::judge, macaroon::sum),
    plain("mixed", entropy::mixed),
    check("nkey", nkey::judge, nkey::sum),
    around("not-default-password", defaults::password),
    around("not-nowhere", defaults::host),
    plain("not-placeholder", placeholder::judge),
];

/// A proof as a rule calls it, with its argument.
#[derive(Clone, Copy)]
pub struct ProofCall {
    entry: &'static Entry,
    least: f64,
}

impl ProofCall {
    /// Reads `name` or `name>=number`; the error names what is close.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (name, argument) = text.split_once(">=").map_or((text, None), |(name, number)| (name.trim_end(), Some(number.trim())));
        let entry = find(name).ok_or_else(|| unknown(name))?;
        match (entry.judge, argument) {
            (Judge::Plain(_) | Judge::Around(_), None) => Ok(Self { entry, least: 0.0 }),
            (Judge::Plain(_) | Judge::Around(_), Some(_)) => Err(format!("proof `{name}` takes no number")),
            (Judge::AtLeast(_), None) => Err(format!("proof `{name}` needs a number: `{name}>=3.0`")),
            (Judge::AtLeast(_), Some(number)) => Ok(Self { entry, least: bound(name, number)? }),
        }
    }

    /// The name without its argument.
    pub fn name(&self) -> &'static str {
        self.entry.name
    }

    /// Whether it is a filter, which drops a secret or says nothing.
    pub fn filters(&self) -> bool {
        matches!(self.entry.name, "entropy" | "mixed") || self.entry.name.starts_with("not-")
    }

    /// Whether its `Valid` proves a token, as a check value does; a filter merely lets it pass.
    pub fn proves(&self) -> bool {
        self.entry.sum.is_some()
    }

    /// Judges the bytes of a hit's secret, of which nothing else is known.
    pub fn judge(&self, secret: &[u8]) -> Verdict {
        self.judge_beside(secret, &|_| None)
    }

    /// Judges the bytes of a hit's secret with what its pattern named beside it.
    pub fn judge_beside(&self, secret: &[u8], beside: Beside<'_>) -> Verdict {
        match self.entry.judge {
            Judge::Plain(judge) => judge(secret),
            Judge::AtLeast(judge) => judge(secret, self.least),
            Judge::Around(judge) => judge(secret, beside),
        }
    }
}

impl std::fmt::Debug for ProofCall {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ProofCall({}, {})", self.entry.name, self.least)
    }
}

/// The number behind `>=`: bits per byte, so 0 to 8.
fn bound(name: &str, number: &str) -> Result<f64, String> {
    let value: f64 = number.parse().map_err(|_| format!("`{number}` behind `{name}>=` is no number"))?;
    if (0.0..=8.0).contains(&value) { Ok(value) } else { Err(format!("`{name}>={number}` is not between 0 and 8")) }
}

/// The entry of a name.
fn find(name: &str) -> Option<&'static Entry> {
    PROOFS.iter().find(|entry| entry.name == name)
}

/// The names of all proofs, in order; `entropy` needs its `>=number`.
pub fn names() -> impl Iterator<Item = &'static str> {
    PROOFS.iter().map(|entry| entry.name)
}

/// The check value to append to `body` so that proof `name` holds; `None` where the proof is unknown, has no check value or the
/// body has not its shape.
pub fn sum(name: &str, body: &[u8]) -> Option<Vec<u8>> {
    find(name)?.sum.and_then(|sum| sum(body))
}

/// Says that a name is unknown, with the names that are near to it.
fn unknown(name: &str) -> String {
    let near: Vec<_> = names().filter(|known| strsim::jaro_winkler(known, name) > 0.75).map(|known| format!("`{known}`")).collect();
    match near.as_slice() {
        [] => format!("no proof `{name}`: there are {}", names().collect::<Vec<_>>().join(", ")),
        _ => format!("no proof `{name}`: did you mean {}?", near.join(" or ")),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{PROOFS, ProofCall, Verdict, names, sum};

    fn every() -> Vec<ProofCall> {
        names().map(|name| ProofCall::parse(if name == "entropy" { "entropy>=3" } else { name }).expect("a name of the table")).collect()
    }

    #[test]
    fn the_table_is_sorted_and_has_no_name_twice() {
        assert!(PROOFS.windows(2).all(|pair| pair[0].name < pair[1].name));
    }

    #[test]
    fn a_misspelt_name_is_told_its_neighbours() {
        assert_eq!(ProofCall::parse("crc32-base26").err().map(|e| e.contains("`crc32-base62`")), Some(true));
        assert!(ProofCall::parse("entropy").is_err());
        assert!(ProofCall::parse("entropy>=x").is_err());
        assert!(ProofCall::parse("entropy>=9").is_err());
        assert!(ProofCall::parse("entropy>=NaN").is_err());
        assert!(ProofCall::parse("mixed>=1").is_err());
        assert!(ProofCall::parse("entropy>=3.25").is_ok());
    }

    /// The shapes of bodies that each 32-bit sum completes: name, prefix, length of the random middle, tail.
    const SHAPES: &[(&str, &str, usize, &str)] = &[
        ("crc32-base62", "ghp_", 30, ""),
        ("crc32-base62", "ghr_", 70, ""),
        ("crc32-hex", "cfut_", 40, ""),
        ("crc32-hex", "zpka_", 32, "_"),
        ("crc32-hex-whole", "ATBB", 24, ""),
        ("crc32-hex-le", "glsa_", 32, "_"),
        ("crc32-base64-le", "cflt", 54, ""),
        ("crc32-base36", "glpat-", 40, ".01.14"),
    ];

    proptest! {
        #[test]
        fn no_proof_panics_on_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            for proof in every() {
                let _ = proof.judge(&bytes);
                let _ = sum(proof.name(), &bytes);
            }
        }

        #[test]
        fn no_proof_panics_on_token_like_text(text in "(AGE-|SU|pypi-AgEI|glsa_|glpat-|eyJ|AKIA|)[A-Za-z0-9+/_.=~-]{0,120}") {
            for proof in every() {
                let _ = proof.judge(text.as_bytes());
                let _ = sum(proof.name(), text.as_bytes());
            }
        }

        #[test]
        fn a_sum_makes_its_proof_valid_and_one_flipped_character_invalid(middle in "[0-9A-Za-z]{70}", place in 0..1000_usize) {
            for (name, prefix, length, tail) in SHAPES {
                let proof = ProofCall::parse(name).expect("a name of the table");
                let mut token = format!("{prefix}{}{tail}", &middle[..*length]).into_bytes();
                token.extend(sum(name, &token).expect("a body of the right shape"));
                prop_assert_eq!(proof.judge(&token), Verdict::Valid, "{}", name);
                let flipped = prefix.len() + place % length;
                token[flipped] = if token[flipped] == b'q' { b'r' } else { b'q' };
                let changed = middle.as_bytes()[place % length] != token[flipped];
                prop_assert_eq!(proof.judge(&token), if changed { Verdict::Invalid } else { Verdict::Valid }, "{}", name);
            }
        }
    }
}
