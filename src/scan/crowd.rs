use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
};

use crate::model::{Credential, CredentialKey, Fingerprint};

use super::coded::{decode, encode};

/// Bytes of a block of codes; blocks do not move when more come.
const BLOCK: usize = 64 << 10;

/// Credentials, each once and numbered by arrival: 100,000 of them in some 10 megabytes.
#[derive(Debug, Default)]
pub(super) struct Crowd {
    rules: BTreeMap<Cow<'static, str>, u32>,
    numbers: HashMap<(u32, Fingerprint), u32>,
    /// Where the code of each begins, by number; `None` as long as only its key is known.
    codes: Vec<Option<Code>>,
    blocks: Vec<Vec<u8>>,
}

/// Where a code lies.
#[derive(Debug, Clone, Copy)]
struct Code {
    block: u32,
    start: u32,
    len: u32,
}

impl Crowd {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.codes.len()
    }

    /// The number of a credential; a new one where it was not yet known.
    pub fn number(&mut self, key: &CredentialKey) -> u32 {
        let rule = if let Some(rule) = self.rules.get(&key.rule) {
            *rule
        } else {
            let next = u32::try_from(self.rules.len()).expect("rules are few");
            self.rules.insert(key.rule.clone(), next);
            next
        };
        let next = u32::try_from(self.codes.len()).expect("memory ends before");
        let number = *self.numbers.entry((rule, key.fingerprint)).or_insert(next);
        if number == next {
            self.codes.push(None);
        }
        number
    }

    /// Takes in what is told of a credential.
    pub fn add(&mut self, mut credential: Credential) {
        let at = self.number(&credential.key) as usize;
        let mut new = encode(&credential);
        if let Some(old) = self.codes[at] {
            if *self.code(old) == *new {
                return;
            }
            credential.merge(&decode(credential.key.clone(), self.code(old)));
            new = encode(&credential);
            if *self.code(old) == *new {
                return;
            }
        }
        self.codes[at] = Some(self.keep(&new));
    }

    fn code(&self, code: Code) -> &[u8] {
        &self.blocks[code.block as usize][code.start as usize..][..code.len as usize]
    }

    fn keep(&mut self, code: &[u8]) -> Code {
        if self.blocks.last().is_none_or(|block| block.len() + code.len() > block.capacity()) {
            self.blocks.push(Vec::with_capacity(BLOCK.max(code.len())));
        }
        let small = |n: usize| u32::try_from(n).expect("a block is small, and memory ends before blocks do");
        let at = small(self.blocks.len() - 1);
        let block = &mut self.blocks[at as usize];
        let start = small(block.len());
        block.extend_from_slice(code);
        Code { block: at, start, len: small(code.len()) }
    }

    /// The names of all, with their numbers, by rule and fingerprint.
    fn keys(&self) -> Vec<(&Cow<'static, str>, Fingerprint, u32)> {
        let mut rules = vec![None; self.rules.len()];
        self.rules.iter().for_each(|(name, rule)| rules[*rule as usize] = Some(name));
        let mut keys = Vec::with_capacity(self.numbers.len());
        keys.extend(self.numbers.iter().filter_map(|((rule, print), number)| Some((rules[*rule as usize]?, *print, *number))));
        keys.sort_unstable();
        keys
    }

    /// The numbers by rule and fingerprint.
    pub fn sorted(&self) -> impl Iterator<Item = u32> {
        self.keys().into_iter().map(|(_, _, number)| number)
    }

    /// Every credential of which more than its key is known, by rule and fingerprint, with its number.
    pub fn iter(&self) -> impl Iterator<Item = (u32, Credential)> {
        self.keys().into_iter().filter_map(|(rule, fingerprint, number)| {
            let code = self.codes[number as usize]?;
            Some((number, decode(CredentialKey { rule: rule.clone(), fingerprint }, self.code(code))))
        })
    }
}
