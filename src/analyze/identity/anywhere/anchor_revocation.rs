use std::collections::BTreeSet;

use crate::{
    analyze::{
        check::NoSettings,
        identity::{IdentityCheck, Roster, Ruling},
    },
    model::{About, Confidence, Finding, Severity, Subject, Time, control, entity::Account},
};

use super::anchor::{anchors, enabled, name};

/// Finds trust anchors whose certificates cannot be taken back.
pub struct AnchorRevocation;

impl IdentityCheck for AnchorRevocation {
    const ABOUT: About = About {
        id: "aws-roles-anywhere-revocation",
        title: "Certificates that open roles cannot be taken back",
        explain: "No list of revoked certificates (CRL) is in force for the trust anchor. IAM Roles Anywhere asks no responder and fetches no list by itself, not \
                  even from AWS Private CA: a certificate whose key was stolen opens the roles until it ends. Where not all lists of the region could be read, \
                  nothing is claimed.\n\nImport the list of the authority (`aws rolesanywhere import-crl --enabled`), and again whenever it changes. Where \
                  certificates live for hours, accept this finding with that reason.",
        controls: &[&control::NHI7, &control::CSF_PR_AA_01],
        see: &["https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html"],
    };
    type Settings = NoSettings;

    fn judge(roster: &Roster, _: &NoSettings, _: Time, rule: &mut dyn FnMut(Ruling)) {
        let covered: BTreeSet<&String> = enabled(roster, ":crl/").filter_map(|list| list.attributes.get("anchor")).collect();
        for anchor in anchors(roster).filter(|anchor| !covered.contains(&anchor.uri)) {
            let region = anchor.uri.split(':').nth(3).unwrap_or_default();
            let account = roster.accounts.get(&anchor.scope);
            if !account.is_some_and(|account| account.attributes.contains_key(&format!("{}{region}", Account::REVOCATIONS))) {
                let why = "no inventory tells which lists of revoked certificates are in force".into();
                rule(Ruling::Undecided { identity: anchor.uri.clone(), why });
                continue;
            }
            let because = format!("no list of revoked certificates is in force for the trust anchor {}", name(anchor));
            let subject = Subject::identity(&anchor.uri, "");
            rule(Ruling::Finding(Finding::new(&Self::ABOUT, subject, Severity::Medium, Confidence::High, because)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::AnchorRevocation;
    use crate::{
        analyze::{check::NoSettings, identity::sample},
        model::{
            Entity, Time,
            entity::{Account, Resource},
        },
    };

    const ANCHOR: &str = "arn:aws:rolesanywhere:eu-west-1:111111111111:trust-anchor/a";

    fn thing(uri: &str, says: &[(&str, &str)]) -> Entity {
        let attributes = says.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Entity::Resource(Resource { attributes, ..Resource::new(uri, sample::ACCOUNT) })
    }

    fn told(lists: &[Entity], region: &str) -> (usize, usize) {
        let attributes = [(format!("{}{region}", Account::REVOCATIONS), "yes".to_owned())].into();
        let account = Entity::Account(Account { provider: "aws".into(), id: sample::ACCOUNT.into(), attributes, ..Account::default() });
        let all = lists.iter().cloned().chain([thing(ANCHOR, &[]), account]);
        let (found, undecided) = sample::found::<AnchorRevocation>(&sample::roster(all), &NoSettings {}, Time(0));
        (found.len(), undecided)
    }

    #[test]
    fn only_a_list_that_is_in_force_for_the_anchor_counts() {
        let list = |of: &str, enabled: &str| {
            thing("arn:aws:rolesanywhere:eu-west-1:111111111111:crl/c", &[("anchor", of), (Resource::ENABLED, enabled)])
        };
        assert_eq!(told(&[], "eu-west-1"), (1, 0));
        assert_eq!(told(&[list(ANCHOR, "yes")], "eu-west-1"), (0, 0));
        assert_eq!(told(&[list(ANCHOR, "no")], "eu-west-1"), (1, 0));
        assert_eq!(told(&[list("another", "yes")], "eu-west-1"), (1, 0));
    }

    #[test]
    fn where_the_lists_of_the_region_are_not_told_nothing_is_claimed() {
        assert_eq!(told(&[], "us-east-1"), (0, 1));
    }
}
