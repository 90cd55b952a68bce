use serde::Deserialize;

use crate::{
    analyze::{Check, exposure::Exposure},
    model::{About, Confidence, Finding, Kind, Known, Proof, Severity, Time, control},
};

/// Finds private keys whose passphrase can be tried at great speed.
pub struct PassphraseEasilyGuessed;

/// How much work a guess should be.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Work {
    /// Rounds of bcrypt, for OpenSSH keys.
    pub bcrypt_rounds: u64,
    /// Rounds of PBKDF2, for PKCS#8.
    pub pbkdf2_rounds: u64,
}

impl Default for Work {
    fn default() -> Self {
        Self { bcrypt_rounds: 16, pbkdf2_rounds: 2048 }
    }
}

impl Check for PassphraseEasilyGuessed {
    const ABOUT: About = About {
        id: "passphrase-easily-guessed",
        title: "The passphrase of a private key can be guessed at great speed",
        explain: "What makes a key of the passphrase is too quick: one round of MD5 in the old form of OpenSSL (`DEK-Info`), fewer than 16 rounds of bcrypt, fewer than 2048 of \
                  PBKDF2. A graphics card tries billions of passphrases a second on the first of these.\n\nWrite it anew: `ssh-keygen -p -o -a 64 -f KEY`, or \
                  `openssl pkcs8 -topk8 -scrypt`. Settings: `[check.passphrase-easily-guessed] bcrypt-rounds = 16, pbkdf2-rounds = 2048`.",
        controls: &[&control::CSF_PR_DS_01],
        see: &["https://man.openbsd.org/ssh-keygen#a"],
    };
    type Settings = Work;

    fn judge(known: &Known, settings: &Work, _now: Time) -> Option<Finding> {
        let credential = &known.credential;
        if credential.kind != Kind::PrivateKey || credential.proof == Proof::Invalid {
            return None;
        }
        let exposure = Exposure::seen(known)?;
        let kdf = credential.attributes.get("kdf")?;
        let rounds: u64 = credential.attributes.get("kdf-rounds")?.parse().ok()?;
        let least = match kdf.as_str() {
            "md5" => u64::MAX,
            "bcrypt" => settings.bcrypt_rounds,
            "pbkdf2" => settings.pbkdf2_rounds,
            _ => return None,
        };
        if rounds >= least {
            return None;
        }
        let because = format!("its passphrase is made a key by {rounds} round{} of {kdf}", if rounds == 1 { "" } else { "s" });
        let severity = exposure.temper(Severity::Low);
        let finding = Finding::new(&Self::ABOUT, credential.key.clone(), severity, Confidence::High, because);
        let limit = if kdf == "md5" { "another kdf".to_owned() } else { format!(">= {least}") };
        Some(finding.and_beyond("rounds", rounds, limit).and("kdf", kdf.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        analyze::{Check, sample},
        model::{Kind, Time},
    };

    use super::{PassphraseEasilyGuessed, Work};

    #[test]
    fn each_way_has_its_border() {
        let told = |kdf: &str, rounds: &str| {
            let mut known = sample::known(1).at("a.key", 0).build();
            known.credential.kind = Kind::PrivateKey;
            known.credential.attributes = [("kdf".to_owned(), kdf.to_owned()), ("kdf-rounds".to_owned(), rounds.to_owned())].into();
            PassphraseEasilyGuessed::judge(&known, &Work::default(), Time(0)).is_some()
        };
        assert!(told("md5", "1") && told("bcrypt", "15") && !told("bcrypt", "16"));
        assert!(told("pbkdf2", "2047") && !told("pbkdf2", "2048") && !told("scrypt", "1"));
    }
}
