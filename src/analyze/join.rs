//! What the checks about leaked and living credentials have in common.

use crate::model::{
    Companion, Held, Kind, Known, Privilege, Proof, Time,
    entity::{Holding, HoldingKind, Status},
};

use super::exposure::Exposure;

/// A credential that lies somewhere and that an inventory lists as working.
pub(super) struct Living<'k> {
    /// How it lies there.
    pub exposure: Exposure<'k>,
    /// What the inventory says.
    pub held: &'k Held,
    /// The credential as it lists it.
    pub holding: &'k Holding,
}

impl<'k> Living<'k> {
    /// A leak that works, all of it; a public half alone opens nothing.
    pub fn of(known: &'k Known) -> Option<Self> {
        let held = known.held.as_deref().filter(|held| !held.gone && !held.half)?;
        let holding = held.holding.as_ref().filter(|holding| holding.status != Status::Inactive)?;
        let half = known.credential.kind == Kind::AccessKey && known.credential.companion == Companion::None;
        let exposure = Exposure::of(known).filter(|_| !half && known.credential.proof != Proof::Invalid)?;
        Some(Self { exposure, held, holding })
    }

    /// Whether nobody says that it works: only a state of Terraform lists it, which may be out of date.
    pub fn is_doubtful(&self) -> bool {
        self.holding.kind == HoldingKind::AccessKey && self.holding.status == Status::Unknown
    }

    /// Whose it is, in words: `user ci of account 111111111111`.
    pub fn whose(&self) -> String {
        match &self.held.identity {
            Some(identity) => format!("the {} {} of account {}", identity.kind.name(), identity.name, self.held.account),
            None => match (self.holding.kind, self.holding.attributes.get("name")) {
                (HoldingKind::KeyPair, Some(name)) => format!("the key pair {name} of account {}", self.held.account),
                (HoldingKind::ServerCertificate, _) => format!("the certificate {} of account {}", self.holding.handle, self.held.account),
                _ => format!("account {}", self.held.account),
            },
        }
    }

    /// What is known of its life: `812 days old, last used on 2026-11-26 for lambda`.
    pub fn life(&self, now: Time) -> String {
        let age = self.holding.created.map(|at| format!("{} days old", at.days_until(now)));
        let service = self.holding.attributes.get("service").map_or_else(String::new, |service| format!(" for {service}"));
        let used = match self.holding.last_used {
            Some(at) => Some(format!("last used on {}{service}", at.date())),
            None => self.holding.use_known.then(|| "never used".to_owned()),
        };
        age.into_iter().chain(used).collect::<Vec<_>>().join(", ")
    }

    /// What it may do, in words.
    pub fn power(&self) -> Option<String> {
        let standing = self.held.standing.as_ref()?;
        let steps = standing.path.len();
        Some(match standing.privilege {
            Privilege::Admin => "an administrator".to_owned(),
            Privilege::Escalates if steps == 1 => format!("an administrator after one step ({})", standing.path[0].by),
            Privilege::Escalates => {
                let by: Vec<&str> = standing.path.iter().map(|step| step.by.as_str()).collect();
                format!("an administrator after {steps} steps ({})", by.join(", then "))
            }
            Privilege::None if !standing.is_known() => return None,
            privilege => format!("able to {}", able(privilege)),
        })
    }
}

fn able(privilege: Privilege) -> &'static str {
    match privilege {
        Privilege::Sensitive => "read secrets or data in bulk, or to change who may",
        Privilege::Write => "change things",
        Privilege::Read => "read what is no secret",
        _ => "do nothing",
    }
}
