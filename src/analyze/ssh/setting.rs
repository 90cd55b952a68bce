use crate::{
    analyze::{Check, check::NoSettings, surroundings::harmless},
    model::{About, Confidence, Finding, Known, Place, Proof, Severity, Time, control},
};

/// Finds settings of SSH that let in too many, or believe too much.
pub struct SshWeakSetting;

/// Settings with the values that are weak, how bad that is, why, and what is better.
const WEAK: &[(&str, &[&str], Severity, &str, &str)] = &[
    ("PermitEmptyPasswords", &["yes"], Severity::High, "accounts without a password are open to everybody", "no"),
    (
        "PermitRootLogin",
        &["yes"],
        Severity::Medium,
        "root logs in with a password, and nobody knows who it was",
        "no, or prohibit-password",
    ),
    ("PasswordAuthentication", &["yes"], Severity::Low, "passwords can be guessed from anywhere", "no"),
    ("StrictHostKeyChecking", &["no", "off"], Severity::Low, "whoever stands between is believed to be the server", "yes, or accept-new"),
    ("ForwardAgent", &["yes"], Severity::Low, "the administrators of every server that is visited can use the keys", "no"),
];

impl Check for SshWeakSetting {
    const ABOUT: About = About {
        id: "ssh-weak-setting",
        title: "A setting of SSH lets in too many, or believes too much",
        explain: "An sshd_config or ssh_config sets what makes keys worth less: `PermitEmptyPasswords yes` is high, `PermitRootLogin yes` medium; `PasswordAuthentication yes`, \
                  `StrictHostKeyChecking no` and `ForwardAgent yes` are low; a `HostKey` of DSA, and an `AuthorizedKeysFile` that is one list for all accounts, are medium. In a block of \
                  `Match` or `Host` that is not for all, high and medium become low, and low info. Lines behind a comment mark and files of tests and examples do not count. Files that `Include` names \
                  are not followed: they are judged where they lie in a target.\n\nSet it as the finding says, check with `sshd -T`, and restart the server.",
        controls: &[&control::NHI4, &control::CSF_PR_PS_01],
        see: &["https://man.openbsd.org/sshd_config", "https://man.openbsd.org/ssh_config"],
    };
    type Settings = NoSettings;

    fn judge(known: &Known, _: &NoSettings, _now: Time) -> Option<Finding> {
        let credential = &known.credential;
        if credential.key.rule != "ssh.setting" || credential.proof != Proof::Valid {
            return None;
        }
        let says = |name: &str| credential.attributes.get(name).map_or("", String::as_str);
        let (severity, why, better) = weakness(says("setting"), says("value"))?;
        // A block lets in some, or believes some, where the line alone would be all.
        let (severity, whom) = match says("block") {
            "" => (severity, String::new()),
            block => (if severity > Severity::Low { Severity::Low } else { Severity::Info }, format!(" for {block}")),
        };
        let files: Vec<&str> = known.places.iter().filter(|place| settings(place)).map(|place| place.appearance.path.as_str()).collect();
        let more = if files.len() > 1 { format!(" and {} more", files.len() - 1) } else { String::new() };
        let because = format!("{} {}{whom} in {}{more}: {why}", says("setting"), says("value"), files.first()?);
        let finding = Finding::new(&Self::ABOUT, credential.key.clone(), severity, Confidence::Medium, because);
        Some(finding.and_beyond("value", says("value"), better).and("places", files.len()))
    }
}

/// How bad the value of a setting is, why, and what is better; `None` where it is as it should be.
fn weakness(setting: &str, value: &str) -> Option<(Severity, &'static str, &'static str)> {
    match setting {
        "HostKey" if value.ends_with("dsa_key") && !value.ends_with("ecdsa_key") => {
            Some((Severity::Medium, "DSA keys can be broken, and newer servers refuse them", "an ed25519 key"))
        }
        // Relative ones lie in each home.
        "AuthorizedKeysFile" if value.starts_with('/') && !["%u", "%h", "%U"].iter().any(|own| value.contains(own)) => Some((
            Severity::Medium,
            "every account takes its keys from one list, root among them",
            ".ssh/authorized_keys, or a path with %u",
        )),
        _ => WEAK
            .iter()
            .find(|(known, values, ..)| *known == setting && values.contains(&value))
            .map(|(_, _, severity, why, better)| (*severity, *why, *better)),
    }
}

/// Whether a place is a file of settings of SSH that lies there now.
fn settings(place: &Place) -> bool {
    let path = place.appearance.path.as_str();
    let current = place.this_run && (place.appearance.in_tree || place.appearance.in_head == Some(true));
    let (folder, leaf) = path.rsplit_once('/').unwrap_or(("", path));
    let part = folder.rsplit('/').next().is_some_and(|folder| folder == "sshd_config.d" || folder == "ssh_config.d");
    let user = leaf == "config" && (folder == ".ssh" || folder.ends_with("/.ssh"));
    current && !harmless(path) && (part || user || leaf.starts_with("sshd_config") || leaf.starts_with("ssh_config"))
}

#[cfg(test)]
mod tests {
    use crate::{
        analyze::{Check, check::NoSettings, sample},
        model::{Kind, Proof, Severity, Time},
    };

    use super::SshWeakSetting;

    fn told(path: &str, setting: &str, value: &str) -> Option<Severity> {
        let mut known = sample::known(1).at(path, 0).build();
        known.credential.kind = Kind::Identifier;
        known.credential.key.rule = "ssh.setting".into();
        known.credential.proof = Proof::Valid;
        known.credential.attributes =
            [("setting", setting), ("value", value)].map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        SshWeakSetting::judge(&known, &NoSettings {}, Time(0)).map(|finding| finding.severity)
    }

    #[test]
    fn weak_values_are_told_and_others_are_not() {
        let server = |setting, value| told("etc/ssh/sshd_config", setting, value);
        assert_eq!((server("PermitRootLogin", "yes"), server("PermitRootLogin", "no")), (Some(Severity::Medium), None));
        assert_eq!(server("PermitRootLogin", "prohibit-password"), None);
        assert_eq!(server("PermitEmptyPasswords", "yes"), Some(Severity::High));
        assert_eq!((server("PasswordAuthentication", "yes"), server("PasswordAuthentication", "no")), (Some(Severity::Low), None));
        assert_eq!(told("home/a/.ssh/config", "StrictHostKeyChecking", "accept-new"), None);
        assert_eq!(told("home/a/.ssh/config", "StrictHostKeyChecking", "off"), Some(Severity::Low));
    }

    #[test]
    fn a_block_for_some_makes_less_of_it() {
        let within = |setting: &str, value: &str| {
            let mut known = sample::known(1).at("etc/ssh/sshd_config", 0).build();
            (known.credential.kind, known.credential.key.rule, known.credential.proof) =
                (Kind::Identifier, "ssh.setting".into(), Proof::Valid);
            let says = [("setting", setting), ("value", value), ("block", "Match User git")];
            known.credential.attributes = says.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
            SshWeakSetting::judge(&known, &NoSettings {}, Time(0))
                .map(|finding| (finding.severity, finding.because.contains(" for Match User git in ")))
        };
        assert_eq!(within("PermitRootLogin", "yes"), Some((Severity::Low, true)));
        assert_eq!(within("PasswordAuthentication", "yes"), Some((Severity::Info, true)));
    }

    #[test]
    fn lists_for_all_and_keys_of_dsa_are_told() {
        let server = |setting, value| told("etc/ssh/sshd_config", setting, value);
        assert_eq!(server("AuthorizedKeysFile", "/etc/ssh/authorized_keys"), Some(Severity::Medium));
        assert_eq!((server("AuthorizedKeysFile", ".ssh/authorized_keys"), server("AuthorizedKeysFile", "/etc/ssh/keys/%u")), (None, None));
        let key = |kind: &str| told("etc/ssh/sshd_config", "HostKey", &format!("/etc/ssh/ssh_host_{kind}_key"));
        assert_eq!((key("dsa"), key("ecdsa"), key("ed25519")), (Some(Severity::Medium), None, None));
    }

    #[test]
    fn only_files_of_settings_count() {
        let root = |path| told(path, "PermitRootLogin", "yes").is_some();
        assert!(root("etc/ssh/sshd_config.d/50-cloud.conf") && root("image.tar!/etc/ssh/sshd_config"));
        assert!(!root("README.md") && !root("docs/sshd_config") && !root("src/config"));
    }
}
