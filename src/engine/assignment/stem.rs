//! The words by which a name says that its value is a credential.

/// What the name of a value speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sort {
    /// `password`, `passwd`, `pwd`, `passphrase`.
    Password,
    /// `secret`.
    Secret,
    /// `token`.
    Token,
    /// `key`.
    Key,
    /// `auth`, `credential`.
    Auth,
    /// `otp`, `totp`.
    Otp,
}

impl Sort {
    /// The shortest value that can be a credential of this sort: passwords are the shortest.
    pub fn shortest(self) -> usize {
        if self == Self::Password { 4 } else { 7 }
    }
}

/// A part of a word.
#[derive(Debug)]
pub struct Stem {
    /// Its letters, lower case.
    pub text: &'static str,
    /// What the name speaks of.
    pub sort: Sort,
    /// How the word may go on.
    pub tails: &'static [&'static str],
    /// What may stand before it in the same word; empty: anything.
    pub heads: &'static [&'static str],
}

impl Stem {
    /// Whether a word speaks of a credential that has this before and that behind the stem.
    pub fn speaks(&self, head: &[u8], tail: &[u8]) -> bool {
        let among = |list: &[&str], part: &[u8]| list.iter().any(|known| part.eq_ignore_ascii_case(known.as_bytes()));
        among(self.tails, tail) && (self.heads.is_empty() || among(self.heads, head))
    }

    /// Whether a byte may stand behind the stem in a name that speaks of a credential.
    pub fn goes_on_with(&self, byte: u8) -> bool {
        let ends = !byte.is_ascii_lowercase();
        self.tails.iter().any(|tail| tail.as_bytes().first().map_or(ends, |first| byte.eq_ignore_ascii_case(first)))
    }
}

/// What may stand before `pass`, `pwd` and the like without a hump or a hyphen.
const PASS_HEADS: &[&str] = &[
    "",
    "db",
    "user",
    "usr",
    "my",
    "admin",
    "mail",
    "email",
    "root",
    "ftp",
    "smtp",
    "imap",
    "sql",
    "mysql",
    "pg",
    "ldap",
    "redis",
    "mongo",
    "http",
    "https",
    "ssh",
    "git",
    "proxy",
    "cert",
    "store",
    "new",
    "old",
    "login",
    "log",
    "sa",
    "wifi",
    "default",
    "server",
    "host",
    "client",
    "test",
    "app",
    "web",
    "svc",
    "service",
    "conn",
    "dbuser",
    "acc",
    "account",
    "master",
    "super",
    "sys",
    "system",
    "guest",
    "enc",
    "pfx",
    "keystore",
    "truststore",
    "bind",
    "router",
    "vpn",
    "rpc",
    "mqtt",
    "jdbc",
    "oracle",
    "postgres",
    "sudo",
    "unix",
    "domain",
];
/// What may stand before `key` without a hump or a hyphen.
const KEY_HEADS: &[&str] = &[
    "",
    "api",
    "secret",
    "auth",
    "access",
    "private",
    "priv",
    "aes",
    "des",
    "rsa",
    "sign",
    "signing",
    "signature",
    "hmac",
    "master",
    "app",
    "user",
    "pass",
    "encrypt",
    "encryption",
    "enc",
    "crypto",
    "crypt",
    "cipher",
    "license",
    "licence",
    "ssh",
    "deploy",
    "service",
    "account",
    "session",
    "cookie",
    "jwt",
    "token",
    "consumer",
    "client",
    "server",
    "shared",
    "security",
    "webhook",
    "storage",
    "admin",
    "my",
    "aws",
    "azure",
    "gcp",
    "google",
    "stripe",
    "mail",
    "maps",
    "map",
    "dev",
    "prod",
    "test",
    "web",
    "data",
    "publishable",
    "write",
    "read",
    "ingest",
    "host",
    "db",
    "wallet",
    "root",
    "wg",
    "wep",
    "wpa",
    "psk",
    "pre",
    "preshared",
    "seed",
    "salt",
    "hash",
    "des3",
    "md5",
    "pay",
    "mch",
    "partner",
    "merchant",
    "apisecret",
    "appsecret",
    "apiaccess",
    "validation",
    "decryption",
    "machine",
    "x",
    "acct",
];
/// What may stand before `auth` without a hump or a hyphen.
const AUTH_HEADS: &[&str] = &["", "o", "basic", "proxy", "http", "x", "npm", "user", "smtp", "api", "web", "digest"];

/// All stems. A name that holds several is what the last of them says: a `token_secret` is a secret.
pub const STEMS: &[Stem] = &[
    Stem { text: "passw", sort: Sort::Password, tails: &["ord", "ords", "d", "rd", "wd", "ort", "ordtext", "dtext"], heads: &[] },
    Stem { text: "passphr", sort: Sort::Password, tails: &["ase", "ases"], heads: &[] },
    Stem { text: "pwd", sort: Sort::Password, tails: &["", "s"], heads: PASS_HEADS },
    Stem { text: "pass", sort: Sort::Password, tails: &["", "code"], heads: PASS_HEADS },
    Stem { text: "secret", sort: Sort::Secret, tails: &["", "s"], heads: &[] },
    Stem { text: "token", sort: Sort::Token, tails: &["", "s"], heads: &[] },
    Stem { text: "ticket", sort: Sort::Token, tails: &[""], heads: &[] },
    Stem { text: "key", sort: Sort::Key, tails: &["", "s"], heads: KEY_HEADS },
    Stem { text: "auth", sort: Sort::Auth, tails: &[""], heads: AUTH_HEADS },
    Stem { text: "cred", sort: Sort::Auth, tails: &["", "s", "ential", "entials"], heads: &["", "my", "user", "db", "sql"] },
    Stem { text: "otp", sort: Sort::Otp, tails: &["", "s"], heads: &["", "t", "h", "m"] },
];

/// The stem that a literal spells.
pub fn of_literal(literal: &[u8]) -> Option<&'static Stem> {
    // No two begin with the same letter and have the same length: one comparison tells.
    let same = |stem: &&Stem| stem.text.len() == literal.len() && stem.text.as_bytes()[0] == literal[0].to_ascii_lowercase();
    STEMS.iter().find(same).filter(|stem| literal.eq_ignore_ascii_case(stem.text.as_bytes()))
}

/// The letters of each stem.
const LETTERS: &[u32] = &{
    let (mut all, mut at) = ([0; STEMS.len()], 0);
    while at < STEMS.len() {
        all[at] = letters(STEMS[at].text.as_bytes());
        at += 1;
    }
    all
};

/// A bit for each letter of a word, whatever its case.
const fn letters(word: &[u8]) -> u32 {
    let (mut letters, mut at) = (0, 0);
    while at < word.len() {
        letters |= 1 << (word[at] & 31);
        at += 1;
    }
    letters
}

/// Whether a word speaks of a credential.
pub fn speaks(word: &[u8]) -> bool {
    // Most words lack a letter of each of them.
    let there = letters(word);
    STEMS.iter().zip(LETTERS).filter(|(_, all)| there & **all == **all).any(|(stem, _)| {
        let len = stem.text.len();
        word.len() >= len
            && (0..=word.len() - len)
                .rev()
                .find(|at| word[*at..at + len].eq_ignore_ascii_case(stem.text.as_bytes()))
                .is_some_and(|at| stem.speaks(&word[..at], &word[at + len..]))
    })
}

#[cfg(test)]
mod tests {
    use super::speaks;

    #[test]
    fn a_word_speaks_of_a_credential_or_does_not() {
        for word in ["password", "dbpassword", "APIKEY", "oauth", "Credentials", "PASS"] {
            assert!(speaks(word.as_bytes()), "{word}");
        }
        for word in ["author", "authority", "monkey", "keyboard", "compass", "tokenizer", "bypass", "passed", "passwordless"] {
            assert!(!speaks(word.as_bytes()), "{word}");
        }
    }
}
