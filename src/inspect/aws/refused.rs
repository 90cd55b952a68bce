use serde::Deserialize;

use crate::{
    inspect::{Inspector, Outcome, Workbench},
    model::{About, Document, Entity, Origin, entity::Account},
};

use super::{
    document::{account, begins, holds, parse},
    told::Told,
};

/// Reads what an account did not tell.
pub(super) struct Refused;

const ABOUT: About = About {
    id: "aws-refused",
    title: "What an AWS account did not tell",
    explain: "Reads the list of calls that were not answered, by the permission that each takes, which `unhidden scan aws:` puts into the folder of an account: what hangs on \
              them is undecided, also where the answers were saved and are read again.",
    controls: &[],
    see: &[],
};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Whole {
    refused: Vec<One>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct One {
    permission: String,
    #[serde(default)]
    at: String,
}

impl Inspector for Refused {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn wants(&self, origin: &Origin, bytes: &[u8]) -> bool {
        begins(bytes, &["Refused"]) && holds(bytes, "\"Permission\"") && account(origin, None).is_some()
    }

    fn inspect(&self, document: &Document<'_>, bench: &mut Workbench<'_>, outcome: &mut dyn Outcome) {
        let mut told = Told::new(bench, outcome);
        let Some(whole) = parse::<Whole>(document, "what an AWS account did not tell", &mut told) else { return };
        let Some(id) = account(document.origin, None) else { return };
        let attributes = whole.refused.into_iter().map(|one| (format!("{}{}", Account::REFUSED, one.permission), one.at)).collect();
        told.tell(Entity::Account(Account { provider: "aws".into(), id, attributes, ..Account::default() }));
    }
}
