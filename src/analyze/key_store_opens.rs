use crate::model::{About, Confidence, Finding, Kind, Known, Severity, Time, control};

use super::{
    Check,
    check::NoSettings,
    exposure::{Exposure, counted},
};

/// Finds key stores that a well-known password opens.
pub struct KeyStoreOpens;

impl Check for KeyStoreOpens {
    const ABOUT: About = About {
        id: "key-store-opens",
        title: "A key store opens with an empty or well-known password",
        explain: "A PKCS#12 or Java key store opens with no password, or with one that tools and manuals set (changeit, changeme, password, secret, 123456): its private \
                  keys lie there as if in clear. Nothing else was tried. Stores of certificates alone are left out: there is nothing to protect in them.\n\nReplace the \
                  keys, and give the new store a random password that lies in a secrets manager.",
        controls: &[&control::NHI2, &control::NHI4, &control::CSF_PR_AA_01],
        see: &[],
    };
    type Settings = NoSettings;

    fn judge(known: &Known, _: &NoSettings, _now: Time) -> Option<Finding> {
        let credential = &known.credential;
        if credential.kind != Kind::KeyStore {
            return None;
        }
        let password = credential.attributes.get("opens-with")?;
        let exposure = Exposure::of(known)?;
        let keys: usize = credential.attributes.get("private-keys").and_then(|keys| keys.parse().ok()).unwrap_or(0);
        let how = if password.contains(' ') { password.clone() } else { format!("the password `{password}`") };
        let because = format!("opens with {how}; {} in it; lies in {}", counted(keys, "private key"), counted(exposure.paths(), "place"));
        let severity = exposure.temper(Severity::High);
        let finding = Finding::new(&Self::ABOUT, credential.key.clone(), severity, Confidence::High, because);
        Some(finding.and_beyond("opens-with", password.as_str(), "none of the well-known").and("private-keys", keys))
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        analyze::{Check, sample},
        model::{Kind, Severity, Time},
    };

    use super::{KeyStoreOpens, NoSettings};

    #[test]
    fn a_store_that_opens_is_told_with_its_password() {
        let mut known = sample::known(1).at("conf/server.p12", 0).build();
        known.credential.kind = Kind::KeyStore;
        assert!(KeyStoreOpens::judge(&known, &NoSettings {}, Time(0)).is_none());
        known.credential.attributes.insert("opens-with".into(), "changeit".into());
        let found = KeyStoreOpens::judge(&known, &NoSettings {}, Time(0)).expect("a finding");
        assert_eq!((found.severity, found.because.starts_with("opens with the password `changeit`")), (Severity::High, true));
    }
}
