use crate::{
    analyze::{Check, check::NoSettings},
    model::{About, Confidence, Finding, Known, Severity, Time, control},
};

use super::whose::Login;

/// Finds issuers whose certificates log in as anybody.
pub struct SshAuthorityUnlimited;

impl Check for SshAuthorityUnlimited {
    const ABOUT: About = About {
        id: "ssh-authority-unlimited",
        title: "An SSH issuer is trusted for every principal",
        explain: "An authorized_keys trusts an issuer (`cert-authority`) without saying for whom (`principals=`): a certificate for any account name that this issuer \
                  signs, logs in here.\n\nName the principals: `cert-authority,principals=\"deploy\" …`.",
        controls: &[&control::NHI5, &control::CSF_PR_AA_05],
        see: &["https://man.openbsd.org/sshd#cert-authority"],
    };
    type Settings = NoSettings;

    fn judge(known: &Known, _: &NoSettings, _now: Time) -> Option<Finding> {
        let options = known.credential.attributes.get("options")?;
        let has = |name: &str| options.split(", ").any(|option| option == name);
        let logins = Login::all(known);
        if !has("cert-authority") || has("principals") || logins.is_empty() {
            return None;
        }
        let because = format!("certificates of this issuer log in at {} whatever principal they name", logins[0].path);
        let finding = Finding::new(&Self::ABOUT, known.credential.key.clone(), Severity::Medium, Confidence::High, because);
        Some(finding.and_beyond("options", options.as_str(), "principals"))
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        analyze::{Check, check::NoSettings, ssh::whose::tests::key},
        model::Time,
    };

    use super::SshAuthorityUnlimited;

    #[test]
    fn an_issuer_needs_principals() {
        let told = |options| {
            let known = key(&["home/app/.ssh/authorized_keys"], &[("options", options)]);
            SshAuthorityUnlimited::judge(&known, &NoSettings {}, Time(0)).is_some()
        };
        assert!(told("cert-authority") && !told("cert-authority, principals") && !told("from"));
    }
}
