use crate::{
    analyze::{
        aws::{
            Guarded,
            actions::{Level, worst},
            policy::{Names, Principals, Statement},
        },
        identity::Roster,
    },
    model::{About, Confidence, Finding, Severity, Subject},
};

/// A statement of a resource's policy that lets somebody in.
pub(super) struct Guest<'r> {
    /// The ARN of the resource.
    pub arn: &'r str,
    /// Its policy, and whose it is.
    pub guarded: &'r Guarded,
    /// The statement.
    pub statement: &'r Statement,
    /// Whom it names.
    pub principals: &'r Principals,
}

/// Every statement that lets somebody use a resource.
pub(super) fn guests(roster: &Roster) -> impl Iterator<Item = Guest<'_>> {
    roster.estate.resources.iter().flat_map(|(arn, guarded)| {
        let statements = guarded.policy.statements.iter().filter(|statement| statement.allows);
        statements.filter_map(move |statement| Some(Guest { arn, guarded, statement, principals: statement.principals.as_ref()? }))
    })
}

impl Guest<'_> {
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
    pub fn finding(&self, about: &About, what: &str, severity: Severity, because: String) -> Finding {
        let subject = Subject::identity(self.arn, format!("statement {} {what}", self.statement.number));
        // A setting that no policy tells may close a bucket all the same.
        let confidence = if self.arn.starts_with("arn:aws:s3:") { Confidence::Medium } else { Confidence::High };
        let actions = self.statement.actions.named().map_or_else(|| vec!["all but some".to_owned()], <[String]>::to_vec);
        Finding::new(about, subject, severity, confidence, because).and("statement", self.statement.number).and("actions", actions)
    }
}
