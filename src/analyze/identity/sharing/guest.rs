use crate::{
    analyze::{
        aws::{
            Guarded,
            actions::{Level, worst},
            policy::{Names, Principals, Statement},
        },
        identity::{Roster, Ruling},
    },
    model::{
        About, Confidence, Finding, Severity, Subject,
        entity::{Account, Identity, Resource},
    },
};

/// A statement of a resource's policy that lets somebody in.
pub(super) struct Guest<'r> {
    /// The ARN of the resource.
    pub arn: &'r str,
    /// Its policy, and whose it is.
    pub guarded: &'r Guarded,
    /// The statement.
    pub statement: &'r Statement,
    /// The grant in which it stands, where it is not the policy.
    pub grant: Option<&'r str>,
    /// Whom it names.
    pub principals: &'r Principals,
}

/// Every statement that lets somebody use a resource, of its policy and of what was granted beside it.
pub(super) fn guests(roster: &Roster) -> impl Iterator<Item = Guest<'_>> {
    roster.estate.resources.iter().flat_map(|(arn, guarded)| {
        let granted = guarded.grants.iter().map(|(id, policy)| (Some(id.as_str()), policy));
        guarded.policy.iter().map(|policy| (None, policy)).chain(granted).flat_map(move |(grant, policy)| {
            let statements = policy.statements.iter().filter(|statement| statement.allows);
            statements
                .filter_map(move |statement| Some(Guest { arn, guarded, statement, grant, principals: statement.principals.as_ref()? }))
        })
    })
}

/// Rules that nobody can say what is wrong with resources of which one of these parts was refused.
pub(super) fn undecided(roster: &Roster, parts: &[&str], rule: &mut dyn FnMut(Ruling)) {
    for resource in roster.belongings.values().filter(|resource| parts.iter().any(|part| resource.is_untold(part))) {
        let why = "nobody tells who may use the resource".to_owned();
        rule(Ruling::Undecided { identity: resource.uri.clone(), why });
    }
}

impl Guest<'_> {
    /// Whether it is a bucket that stays closed to strangers whatever its policy says; `None` where nobody tells.
    pub fn closed(&self, roster: &Roster) -> Option<bool> {
        let own = roster.belongings.get(self.arn).and_then(|bucket| bucket.says(Resource::CLOSED));
        let account = self.guarded.account.as_ref().and_then(|account| roster.accounts.get(account));
        let all = account.and_then(|account| account.attributes.get(Account::BUCKETS_CLOSED)).map(|word| word == "yes");
        match (own, all) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), Some(false)) => Some(false),
            _ => None,
        }
    }

    /// What the guest may do, in words, and how bad the worst of it is.
    pub fn may(&self) -> (&'static str, Level) {
        let level = match &self.statement.actions {
            Names::Only(patterns) => patterns.iter().map(|pattern| worst(pattern)).max().unwrap_or(Level::List),
            Names::Except(_) => Level::Permissions,
        };
        let words = match level {
            Level::List | Level::Read => "read it",
            Level::Tagging | Level::Write => "use or change it",
            Level::Permissions => "change who may use it",
        };
        (words, level)
    }

    /// Whether it is a secret or a key, of which reading is enough.
    pub fn precious(&self) -> bool {
        self.arn.starts_with("arn:aws:secretsmanager:") || self.arn.starts_with("arn:aws:kms:")
    }

    /// What is wrong with it.
    pub fn finding(&self, roster: &Roster, about: &About, what: &str, severity: Severity, because: String) -> Finding {
        let by = self.grant.map_or_else(|| format!("statement {}", self.statement.number), |id| format!("grant {id}"));
        let subject = Subject::identity(self.arn, format!("{by} {what}"));
        // A setting that no policy tells may close a bucket all the same.
        let doubtful = self.arn.starts_with("arn:aws:s3:") && self.closed(roster).is_none();
        let confidence = if doubtful { Confidence::Medium } else { Confidence::High };
        let actions = self.statement.actions.named().map_or_else(|| vec!["all but some".to_owned()], <[String]>::to_vec);
        let finding = Finding::new(about, subject, severity, confidence, because).and("by", by).and("actions", actions);
        match roster.shared_in.get(self.arn) {
            Some(file) => finding.and(Identity::DECLARED_IN, file.as_str()),
            None => finding,
        }
    }
}
