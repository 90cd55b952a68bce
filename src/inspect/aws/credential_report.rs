use std::collections::HashMap;

use crate::{
    inspect::{Inspector, Outcome, Workbench},
    model::{
        About, Document, Entity, Origin, Time,
        entity::{Holding, HoldingKind, Identity, IdentityKind, Status},
    },
};

use super::{document::account_of, told::Told};

/// Reads the credential report of an AWS account.
pub(super) struct CredentialReport;

const ABOUT: About = About {
    id: "aws-credential-report",
    title: "The credential report of an AWS account",
    explain: "Reads the CSV that `aws iam get-credential-report` gives: for each user and the root user whether there are a password, a second factor, access \
              keys and signing certificates, how old they are and when they were last used. Columns are found by name; a report may be four hours old.",
    controls: &[],
    see: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html"],
};

/// How every report begins.
const HEAD: &[u8] = b"user,arn,user_creation_time";

impl Inspector for CredentialReport {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn wants(&self, _origin: &Origin, bytes: &[u8]) -> bool {
        bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).starts_with(HEAD)
    }

    fn inspect(&self, document: &Document<'_>, bench: &mut Workbench<'_>, outcome: &mut dyn Outcome) {
        let mut told = Told::new(bench, outcome);
        let mut reader = csv::Reader::from_reader(document.bytes);
        let columns: HashMap<String, usize> = match reader.headers() {
            Ok(names) => names.iter().enumerate().map(|(at, name)| (name.trim_start_matches('\u{feff}').to_owned(), at)).collect(),
            Err(error) => return told.malformed("", &format!("a credential report whose columns cannot be read: {error}")),
        };
        for (at, record) in reader.records().enumerate() {
            match record {
                Ok(record) => Row { columns: &columns, record: &record }.tell(at + 2, &mut told),
                Err(error) => told.truncated("", &format!("a credential report with a broken row, which may be its end: {error}")),
            }
        }
    }
}

/// One row of a report.
struct Row<'r> {
    columns: &'r HashMap<String, usize>,
    record: &'r csv::StringRecord,
}

impl Row<'_> {
    /// What stands in a column; `None` where there is none, or where AWS says that there is nothing.
    fn text(&self, column: &str) -> Option<&str> {
        let text = self.record.get(*self.columns.get(column)?)?;
        (!matches!(text, "" | "N/A" | "no_information" | "not_supported")).then_some(text)
    }

    fn time(&self, column: &str) -> Option<Time> {
        self.text(column).and_then(Time::parse)
    }

    fn yes(&self, column: &str) -> Option<bool> {
        match self.text(column)? {
            "true" | "TRUE" => Some(true),
            "false" | "FALSE" => Some(false),
            _ => None,
        }
    }

    fn tell(&self, line: usize, told: &mut Told<'_, '_, '_>) {
        let (Some(name), Some(arn)) = (self.text("user"), self.text("arn")) else {
            return told.malformed("", &format!("line {line} of the credential report names no user"));
        };
        let Some(scope) = account_of(arn) else {
            return told.malformed("", &format!("line {line} of the credential report: `{arn}` is no ARN"));
        };
        let root = name == "<root_account>";
        let kind = if root { IdentityKind::Root } else { IdentityKind::User };
        let mut identity = Identity::new("aws", kind, arn, if root { "root" } else { name }, scope);
        identity.created = self.time("user_creation_time");
        identity.last_used = ["password_last_used", "access_key_1_last_used_date", "access_key_2_last_used_date"]
            .iter()
            .filter_map(|column| self.time(column))
            .max();
        identity.attributes.insert("use-known".into(), "yes".into());
        if let Some(mfa) = self.yes("mfa_active") {
            identity.attributes.insert("mfa".into(), if mfa { "yes" } else { "no" }.into());
        }
        told.tell(Entity::Identity(identity));
        self.password(arn, root)
            .into_iter()
            .chain(self.keys(arn))
            .chain(self.certificates(arn))
            .for_each(|h| told.tell(Entity::Holding(h)));
    }

    /// The root user always has a password, which the report does not count.
    fn password(&self, arn: &str, root: bool) -> Option<Holding> {
        let enabled = self.yes("password_enabled")?;
        (enabled && !root).then(|| Holding {
            status: Status::Active,
            created: self.time("password_last_changed"),
            last_used: self.time("password_last_used"),
            use_known: true,
            ..Holding::new(arn, HoldingKind::Password, "")
        })
    }

    /// Keys as the report counts them: a slot that is switched off may be empty, or hold a key that is.
    fn keys(&self, arn: &str) -> Vec<Holding> {
        let slot = |number: &str| {
            let column = |name: &str| format!("access_key_{number}_{name}");
            let active = self.yes(&column("active"))?;
            let created = self.time(&column("last_rotated"));
            let mut holding = Holding::new(arn, HoldingKind::AccessKeySlot, number);
            holding.status = if active { Status::Active } else { Status::Inactive };
            (holding.created, holding.last_used, holding.use_known) = (created, self.time(&column("last_used_date")), true);
            for (name, column) in [("service", column("last_used_service")), ("region", column("last_used_region"))] {
                holding.attributes.extend(self.text(&column).map(|v| (name.to_owned(), v.to_owned())));
            }
            (active || created.is_some()).then_some(holding)
        };
        ["1", "2"].into_iter().filter_map(slot).collect()
    }

    fn certificates(&self, arn: &str) -> Vec<Holding> {
        let slot = |number: &str| {
            let active = self.yes(&format!("cert_{number}_active"))?;
            let created = self.time(&format!("cert_{number}_last_rotated"));
            let status = if active { Status::Active } else { Status::Inactive };
            let holding = Holding { status, created, ..Holding::new(arn, HoldingKind::SigningCertificate, format!("slot {number}")) };
            (active || created.is_some()).then_some(holding)
        };
        ["1", "2"].into_iter().filter_map(slot).collect()
    }
}
