use crate::{
    analyze::{
        aws::{
            Principal, account_of,
            policy::{Names, Principals, Statement},
        },
        check::NoSettings,
        identity::{IdentityCheck, Roster, Ruling},
    },
    model::{About, Severity, Time, control},
};

use super::door::{doors, restricted};

/// Finds roles whose guests write the labels by which they are judged.
pub struct SessionTags;

impl IdentityCheck for SessionTags {
    const ABOUT: About = About {
        id: "aws-session-tags-open",
        title: "Whoever becomes a role writes the labels by which it is judged",
        explain: "What the role may do hangs on `aws:PrincipalTag`, and its trust lets somebody from outside of the account bring tags of his own along \
                  (`sts:TagSession`) without saying which. He writes whatever opens the most.\n\nRestrict the tags in the trust (`aws:RequestTag/KEY` with its \
                  values, `aws:TagKeys`), or do not let outsiders set any.",
        controls: &[&control::NHI4, &control::CSF_PR_AA_05],
        see: &[],
    };
    type Settings = NoSettings;

    fn judge(roster: &Roster, _: &NoSettings, _: Time, rule: &mut dyn FnMut(Ruling)) {
        for door in doors(roster, rule) {
            if !by_tags(door.principal) {
                continue;
            }
            for (statement, principals) in door.open().filter(|(statement, _)| statement.actions.cover("sts:tagsession")) {
                let guided = restricted(statement, |key| key.starts_with("aws:requesttag/"));
                if !guided && outside(principals, &door.member.identity.scope) {
                    let because = "what it may do hangs on tags that whoever becomes it brings along";
                    rule(Ruling::Finding(door.finding(&Self::ABOUT, statement, "tags", Severity::Medium, because)));
                }
            }
        }
    }
}

/// Whether somebody from outside of the account is let in.
fn outside(principals: &Principals, account: &str) -> bool {
    let other = |name: &String| account_of(name).is_some_and(|owner| owner != account);
    principals.anybody || !principals.federated.is_empty() || principals.aws.iter().any(other)
}

/// Whether what a principal may do hangs on its tags.
fn by_tags(principal: &Principal) -> bool {
    let names = |names: &Names| {
        let (Names::Only(all) | Names::Except(all)) = names;
        all.iter().any(|name| name.to_ascii_lowercase().contains("${aws:principaltag/"))
    };
    let value = |value: &String| value.to_ascii_lowercase().contains("${aws:principaltag/");
    let hangs = |statement: &Statement| {
        let on_tag = |c: &crate::analyze::aws::policy::Condition| c.key.starts_with("aws:principaltag/") || c.values.iter().any(value);
        statement.conditions.iter().any(on_tag) || names(&statement.resources)
    };
    principal.policies.iter().flat_map(|attached| &attached.policy.statements).any(hangs)
}

#[cfg(test)]
mod tests {
    use super::SessionTags;
    use crate::{
        analyze::{check::NoSettings, identity::sample},
        model::Time,
    };

    fn told(action: &str, condition: &str, resource: &str) -> usize {
        let trust = sample::trust(r#"{"AWS":"222222222222"}"#, action, condition);
        let [role, trust, _] = sample::role("tenant", &trust, "s3:List*");
        let uri = "arn:aws:iam::111111111111:role/tenant";
        let statement =
            format!(r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":"s3:GetObject","Resource":"{resource}"}}}}"#);
        let roster = sample::roster([role, trust, sample::inline(uri, &statement)]);
        sample::found::<SessionTags>(&roster, &NoSettings {}, Time(0)).0.len()
    }

    #[test]
    fn tags_that_decide_must_not_be_free() {
        let tagged = "arn:aws:s3:::data/${aws:PrincipalTag/tenant}/*";
        assert_eq!(told("sts:*", "{}", tagged), 1);
        assert_eq!(told("sts:AssumeRole", "{}", tagged), 0, "nobody may bring any");
        assert_eq!(told("sts:*", "{}", "arn:aws:s3:::data/*"), 0, "nothing hangs on them");
        assert_eq!(told("sts:*", r#"{"StringEquals":{"aws:RequestTag/tenant":"acme"}}"#, tagged), 0);
    }
}
