use crate::{
    analyze::{Check, check::NoSettings},
    model::{About, Confidence, Finding, Known, Severity, Time, control},
};

use super::whose::Login;

/// Options that limit what a key may do, or from where.
const LIMITS: &[&str] = &["command", "from", "restrict"];

/// Finds keys of administrators and machines that nothing limits.
pub struct SshLoginUnrestricted;

impl Check for SshLoginUnrestricted {
    const ABOUT: About = About {
        id: "ssh-login-unrestricted",
        title: "A key logs in as root, or for a machine, without limits",
        explain: "The key stands in an authorized_keys of root, or of an account or with a comment that names a machine (deploy, backup, jenkins …), without `from=`, \
                  `command=` or `restrict`. Whoever copies its private half, from anywhere, gets a shell. Logins of people are left out.\n\nLet a machine's \
                  key do one thing from one place: `restrict,from=\"10.0.0.5\",command=\"…\"`; let nobody log in as root.",
        controls: &[&control::NHI5, &control::CSF_PR_AA_05],
        see: &["https://man.openbsd.org/sshd#AUTHORIZED_KEYS_FILE_FORMAT"],
    };
    type Settings = NoSettings;

    fn judge(known: &Known, _: &NoSettings, _now: Time) -> Option<Finding> {
        let attributes = &known.credential.attributes;
        let options = attributes.get("options").map_or("", String::as_str);
        if options.split(", ").any(|option| LIMITS.contains(&option) || option == "cert-authority") {
            return None;
        }
        let comment = attributes.get("comment").map(String::as_str);
        let logins = Login::all(known);
        let root = logins.iter().find(|login| login.root());
        let found = root.or_else(|| logins.iter().find(|login| login.machine(comment)))?;
        let because = match (root, found.account) {
            (Some(_), _) => "logs in as root, from anywhere, without limits".to_owned(),
            (None, Some(account)) => format!("logs in as {account} for a machine, from anywhere, without limits"),
            (None, None) => "logs in for a machine, from anywhere, without limits".to_owned(),
        };
        let finding = Finding::new(&Self::ABOUT, known.credential.key.clone(), Severity::Medium, Confidence::Medium, because);
        Some(finding.and_beyond("options", options, "one of command, from, restrict").and("logins", logins.len()))
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        analyze::{Check, check::NoSettings, ssh::whose::tests::key},
        model::Time,
    };

    use super::SshLoginUnrestricted;

    #[test]
    fn root_and_machines_need_limits_and_people_do_not() {
        let told = |path: &str, says: &[(&str, &str)]| SshLoginUnrestricted::judge(&key(&[path], says), &NoSettings {}, Time(0)).is_some();
        assert!(told("root/.ssh/authorized_keys", &[]) && told("root/.ssh/authorized_keys", &[("options", "no-pty")]));
        assert!(!told("root/.ssh/authorized_keys", &[("options", "from, no-pty")]));
        assert!(told("home/backup/.ssh/authorized_keys", &[]) && told("home/app/.ssh/authorized_keys", &[("comment", "jenkins@acme")]));
        assert!(!told("home/alice/.ssh/authorized_keys", &[("comment", "alice@laptop")]) && !told("root/.ssh/id_rsa.pub", &[]));
    }
}
