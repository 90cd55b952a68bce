use std::collections::BTreeSet;

use serde::Deserialize;

use crate::{
    analyze::{Check, surroundings::harmless},
    model::{About, Confidence, Finding, Kind, Known, Place, Proof, Severity, Time, control},
};

/// Finds keys by which several hosts prove who they are.
pub struct SshHostKeyShared;

/// How many hosts are many.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Hosts {
    /// From so many on.
    pub hosts: usize,
}

impl Default for Hosts {
    fn default() -> Self {
        Self { hosts: 2 }
    }
}

impl Check for SshHostKeyShared {
    const ABOUT: About = About {
        id: "ssh-host-key-shared",
        title: "Several hosts have one SSH host key",
        explain: "The same host key (`ssh_host_…_key`) lies in several machines, images or folders: they were copied from one image. Whoever gets into the least of them can \
                  pass for all others, and clients see no difference. In an image that is handed out, everybody has it.\n\nDelete the host keys from images; make \
                  them at the first start of each machine (`ssh-keygen -A`). Setting: `[check.ssh-host-key-shared] hosts = 2`.",
        controls: &[&control::NHI9, &control::CSF_PR_AA_01],
        see: &["https://man.openbsd.org/sshd#FILES"],
    };
    type Settings = Hosts;

    fn judge(known: &Known, settings: &Hosts, _now: Time) -> Option<Finding> {
        let credential = &known.credential;
        let fits = matches!(credential.kind, Kind::PrivateKey | Kind::PublicKey) && credential.proof != Proof::Invalid;
        // The public half is judged only where its private one lies nowhere.
        let half = credential.kind == Kind::PublicKey;
        if !fits
            || (half && known.related.iter().any(|other| other.credential.kind == Kind::PrivateKey && !hosts(&other.places).is_empty()))
        {
            return None;
        }
        let hosts = hosts(&known.places);
        if hosts.len() < settings.hosts.max(2) {
            return None;
        }
        let (first, last) = (hosts.first()?, hosts.last()?);
        let because = format!("is the host key of {} machines or images, among them {} and {}", hosts.len(), first.1, last.1);
        let finding = Finding::new(&Self::ABOUT, credential.key.clone(), Severity::Medium, Confidence::High, because);
        Some(finding.and_beyond("hosts", hosts.len(), format!("< {}", settings.hosts.max(2))))
    }
}

/// The hosts whose key lies at these places, by target and folder.
fn hosts(places: &[Place]) -> BTreeSet<(&str, &str)> {
    let here = places.iter().filter(|place| place.this_run && (place.appearance.in_tree || place.appearance.in_head == Some(true)));
    here.filter_map(|place| {
        let path = place.appearance.path.as_str();
        let (folder, leaf) = path.rsplit_once('/').unwrap_or(("", path));
        let stem = leaf.strip_suffix(".pub").unwrap_or(leaf);
        let host = stem.starts_with("ssh_host_") && stem.ends_with("_key") && !harmless(path);
        host.then_some((place.target.as_ref(), if folder.is_empty() { "." } else { folder }))
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use crate::{
        analyze::{Check, ssh::whose::tests::key},
        model::{Kind, Related, Time},
    };

    use super::{Hosts, SshHostKeyShared};

    #[test]
    fn two_hosts_of_one_key_are_told_and_the_two_halves_on_one_host_are_not() {
        let told = |known: &_| SshHostKeyShared::judge(known, &Hosts::default(), Time(0)).is_some();
        let (a, b) = ("a/etc/ssh/ssh_host_ed25519_key.pub", "b/etc/ssh/ssh_host_ed25519_key.pub");
        let both = key(&[a, b], &[]);
        assert!(told(&both));
        assert!(!told(&key(&[a, "a/etc/ssh/ssh_host_ed25519_key"], &[])));
        assert!(!told(&key(&[a, "tests/ssh/ssh_host_ed25519_key.pub"], &[])) && !told(&key(&["x/id.pub", "y/id.pub"], &[])));
        let three = Hosts { hosts: 3 };
        assert!(SshHostKeyShared::judge(&both, &three, Time(0)).is_none());
        let mut private = key(&["a/etc/ssh/ssh_host_ed25519_key", "b/etc/ssh/ssh_host_ed25519_key"], &[]);
        private.credential.kind = Kind::PrivateKey;
        assert!(told(&private));
        let mut half = both;
        half.related.push(Related { credential: private.credential.into(), via: Vec::new(), places: private.places.into() });
        assert!(!told(&half), "the private half is judged");
    }
}
