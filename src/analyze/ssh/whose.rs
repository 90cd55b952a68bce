//! Whose login a file of authorized keys is, by its path alone.

use crate::model::{Kind, Known, Place};

/// Accounts that machines log in to, by parts of their names.
const MACHINES: &[&str] = &[
    "ansible",
    "automation",
    "backup",
    "bamboo",
    "bot",
    "build",
    "buildkite",
    "cd",
    "ci",
    "cron",
    "deploy",
    "deployer",
    "drone",
    "git",
    "gitlab",
    "jenkins",
    "monitor",
    "nagios",
    "puppet",
    "release",
    "robot",
    "rsync",
    "runner",
    "salt",
    "service",
    "svc",
    "sync",
    "terraform",
    "zabbix",
];

/// A file that says which keys log in to an account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Login<'k> {
    /// What was scanned.
    pub target: &'k str,
    /// The path.
    pub path: &'k str,
    /// The account, where the path says it.
    pub account: Option<&'k str>,
}

impl<'k> Login<'k> {
    /// The login that a place is, if it is a file of authorized keys that lies there now.
    pub fn of(place: &'k Place) -> Option<Self> {
        let path = place.appearance.path.as_str();
        let current = place.appearance.in_tree || place.appearance.in_head == Some(true);
        let inner = path.rsplit("!/").next().unwrap_or(path);
        let mut parts = inner.rsplit('/');
        let leaf = parts.next().unwrap_or_default();
        if !current {
            return None;
        }
        match leaf {
            "authorized_keys" | "authorized_keys2" => {
                let folder = parts.next();
                let account = if folder == Some(".ssh") { parts.next() } else { folder };
                Some(Self { target: &place.target, path, account })
            }
            _ if parts.next() == Some("authorized_keys.d") => Some(Self { target: &place.target, path, account: Some(leaf) }),
            _ => None,
        }
    }

    /// The logins of a public key that this run saw.
    pub fn all(known: &'k Known) -> Vec<Self> {
        if known.credential.kind != Kind::PublicKey || !known.credential.key.rule.starts_with("ssh.") {
            return Vec::new();
        }
        let mut all: Vec<Self> = known.places.iter().filter(|place| place.this_run).filter_map(Self::of).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Whether it is the login of the administrator.
    pub fn root(&self) -> bool {
        self.account == Some("root")
    }

    /// Whether a machine logs in there, by the name of the account or by that on the key.
    pub fn machine(&self, comment: Option<&str>) -> bool {
        let named = |name: &str| {
            let name = name.split('@').next().unwrap_or_default().to_ascii_lowercase();
            name.split(|c: char| !c.is_ascii_alphabetic()).any(|word| MACHINES.contains(&word))
        };
        self.account.is_some_and(named) || comment.is_some_and(named)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use crate::{
        analyze::sample,
        model::{Kind, Known, Proof},
    };

    use super::Login;

    /// A public key that lies at these paths.
    pub(in crate::analyze) fn key(paths: &[&str], says: &[(&str, &str)]) -> Known {
        let mut sample = sample::known(1);
        for path in paths {
            sample = sample.at(path, 0);
        }
        let mut known = sample.build();
        known.credential.kind = Kind::PublicKey;
        known.credential.key.rule = "ssh.public-key".into();
        known.credential.proof = Proof::Valid;
        known.credential.attributes = says.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        known
    }

    #[test]
    fn the_path_says_whose_login_it_is() {
        let account = |path: &str| {
            let known = key(&[path], &[]);
            Login::all(&known).first().map(|login| login.account.unwrap_or("").to_owned())
        };
        assert_eq!(account("root/.ssh/authorized_keys").as_deref(), Some("root"));
        assert_eq!(account("home/deploy/.ssh/authorized_keys2").as_deref(), Some("deploy"));
        assert_eq!(account("image.tar!/layer.tar!/home/app/.ssh/authorized_keys").as_deref(), Some("app"));
        assert_eq!(account("etc/ssh/authorized_keys.d/alice").as_deref(), Some("alice"));
        assert_eq!(account("authorized_keys").as_deref(), Some(""));
        assert_eq!(account("home/deploy/.ssh/id_rsa.pub"), None);
    }

    #[test]
    fn machines_are_known_by_whole_words() {
        let machine = |path: &str, comment| Login::all(&key(&[path], &[]))[0].machine(comment);
        assert!(machine("home/deploy/.ssh/authorized_keys", None) && machine("home/a/.ssh/authorized_keys", Some("gitlab-ci@acme")));
        assert!(!machine("home/alice/.ssh/authorized_keys", Some("alice@ci")) && !machine("home/cid/.ssh/authorized_keys", None));
    }
}
