use crate::{
    analyze::{
        aws::policy::Policy,
        check::NoSettings,
        identity::{IdentityCheck, Roster, Ruling},
    },
    model::{About, Confidence, Finding, Severity, Subject, Time, control, entity::GrantKind},
};

/// Finds accounts that their organization limits in nothing.
pub struct OrganizationOpen;

impl IdentityCheck for OrganizationOpen {
    const ABOUT: About = About {
        id: "aws-organization-limits-nothing",
        title: "The organization limits an account in nothing",
        explain: "The service control policies above the account allow everything and deny nothing. What an administrator of the account, or whoever stole one of its \
                  credentials, may do has no end: switch off the trail, leave the organization, use regions that nobody watches. Accounts whose policies \
                  no inventory tells are not judged, and the management account cannot be limited.\n\nDeny in a service control policy what nobody in the \
                  organization should do.",
        controls: &[&control::NHI5, &control::CSF_PR_AA_05],
        see: &["https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html"],
    };
    type Settings = NoSettings;

    fn judge(roster: &Roster, _: &NoSettings, _: Time, rule: &mut dyn FnMut(Ruling)) {
        for account in roster.accounts.values().filter(|account| !account.attributes.contains_key("management-account")) {
            let units = account.parents.iter().chain([&account.id]);
            let grants = units.filter_map(|unit| roster.controls.get(unit)).flatten();
            let texts: Vec<&str> = grants.filter(|g| g.kind == GrantKind::ServiceControl).filter_map(|g| g.document.as_deref()).collect();
            if account.parents.is_empty() || texts.is_empty() {
                continue;
            }
            let everything = |text: &&str| {
                Policy::parse(text).is_ok_and(|policy| {
                    policy
                        .statements
                        .iter()
                        .all(|s| s.allows && s.actions.cover("*:*") && s.resources.cover("*") && s.conditions.is_empty())
                })
            };
            if texts.iter().all(everything) {
                let because = format!("no service control policy denies account {} anything", account.id);
                let subject = Subject::identity(format!("arn:aws:iam::{}:root", account.id), "");
                let finding = Finding::new(&Self::ABOUT, subject, Severity::Info, Confidence::High, because);
                rule(Ruling::Finding(finding.and("policies", texts.len())));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::OrganizationOpen;
    use crate::{
        analyze::{check::NoSettings, identity::sample},
        model::{
            Entity, Time,
            entity::{Account, Grant, GrantKind},
        },
    };

    fn told(documents: &[&str], management: bool) -> usize {
        let attributes = management.then(|| ("management-account".to_owned(), "yes".to_owned())).into_iter().collect();
        let parents = ["r-1".to_owned()].into();
        let account = Account { provider: "aws".into(), id: sample::ACCOUNT.into(), parents, attributes };
        let grants = documents.iter().enumerate().map(|(number, document)| {
            let (via, document) = (format!("p-{number}"), Some((*document).to_owned()));
            Entity::Grant(Grant { to: "r-1".into(), kind: GrantKind::ServiceControl, via, document })
        });
        let roster = sample::roster(grants.chain([Entity::Account(account)]));
        sample::found::<OrganizationOpen>(&roster, &NoSettings {}, Time(0)).0.len()
    }

    #[test]
    fn one_denial_is_a_limit() {
        let all = r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
        let deny = r#"{"Statement":{"Effect":"Deny","Action":"cloudtrail:StopLogging","Resource":"*"}}"#;
        assert_eq!(told(&[all], false), 1);
        assert_eq!(told(&[all, deny], false), 0);
        assert_eq!(told(&[all], true), 0, "nothing limits the management account");
        assert_eq!(told(&[], false), 0, "nobody told its policies");
    }
}
