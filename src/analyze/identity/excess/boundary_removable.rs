use crate::{
    analyze::{
        aws::{self, At, Boundary, PrincipalKind, Request},
        check::NoSettings,
        identity::{IdentityCheck, Roster, Ruling, administrator::confidence},
    },
    model::{About, Finding, Severity, Subject, Time, control},
};

use super::held::held;

/// Finds identities that can take off their own limits.
pub struct BoundaryRemovable;

impl IdentityCheck for BoundaryRemovable {
    const ABOUT: About = About {
        id: "aws-boundary-removable",
        title: "An identity may take off its own permissions boundary",
        explain: "A permissions boundary says what an identity may do at most, and this one may delete or replace its own. Then it is none. Where that makes an \
                  administrator of it, `aws-privilege-escalation` tells the way, and it is not told here.\n\nDeny `iam:Delete*PermissionsBoundary` and \
                  `iam:Put*PermissionsBoundary` in the boundary itself.",
        controls: &[&control::NHI5, &control::CSF_PR_AA_05],
        see: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html"],
    };
    type Settings = NoSettings;

    fn judge(roster: &Roster, _: &NoSettings, _: Time, rule: &mut dyn FnMut(Ruling)) {
        for held in held(roster, rule).into_iter().filter(|held| !held.rules()) {
            let principal = held.principal;
            if matches!(principal.boundary, Boundary::None) {
                continue;
            }
            let kind = if principal.kind == PrincipalKind::User { "User" } else { "Role" };
            let actions = ["Delete", "Put"].map(|verb| format!("iam:{verb}{kind}PermissionsBoundary"));
            let allowed = actions.iter().find_map(|action| {
                let asked = action.to_lowercase();
                let request = Request { tags: Some(&principal.tags), ..Request::new(&asked, At::One(&principal.arn)) };
                aws::allows(&roster.estate, principal, &request).map(|answer| answer.spelled(action))
            });
            if let Some(answer) = allowed {
                let identity = &held.member.identity;
                let by = format!("{} ({} statement {})", answer.witness.action, answer.witness.policy, answer.witness.statement);
                let because = format!("{} may take off its own permissions boundary by {by}", identity.name);
                let subject = Subject::identity(&identity.uri, "");
                let finding = Finding::new(&Self::ABOUT, subject, Severity::High, confidence(answer.certainty), because);
                rule(Ruling::Finding(finding.and("certainty", answer.certainty.name())));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::BoundaryRemovable;
    use crate::{
        analyze::{check::NoSettings, identity::sample},
        model::{
            Entity, Severity, Time,
            entity::{Grant, GrantKind, PolicyText, PolicyVersion},
        },
    };

    fn told(own: &str, most: Option<&str>) -> Option<Severity> {
        let user = sample::user("ci", 0);
        let document = |action: &str| format!(r#"{{"Statement":{{"Effect":"Allow","Action":"{action}","Resource":"*"}}}}"#);
        let arn = format!("arn:aws:iam::{}:policy/most", sample::ACCOUNT);
        let boundary = most.map(|most| {
            let versions = vec![PolicyVersion { id: "v1".into(), default: true, document: document(most) }];
            let policy = PolicyText { uri: arn.clone(), name: "most".into(), versions, attachments: Some(0) };
            let grant = Grant { to: user.uri.clone(), kind: GrantKind::Boundary, via: arn.clone(), document: None };
            [Entity::Policy(policy), Entity::Grant(grant)]
        });
        let own = sample::inline(&user.uri, &document(own));
        let roster = sample::roster([Entity::Identity(user.clone()), own].into_iter().chain(boundary.into_iter().flatten()));
        sample::found::<BoundaryRemovable>(&roster, &NoSettings {}, Time(0)).0.first().map(|(severity, _)| *severity)
    }

    #[test]
    fn a_boundary_must_deny_its_own_end() {
        assert_eq!(told("iam:DeleteUserPermissionsBoundary", Some("iam:*")), Some(Severity::High));
        assert_eq!(told("iam:PutUserPermissionsBoundary", Some("iam:*")), Some(Severity::High));
        assert_eq!(told("iam:DeleteUserPermissionsBoundary", Some("s3:*")), None, "the boundary does not let it");
        assert_eq!(told("iam:DeleteRolePermissionsBoundary", Some("iam:*")), None, "that of roles is not its own");
        assert_eq!(told("iam:DeleteUserPermissionsBoundary", None), None);
    }
}
