use crate::{
    analyze::{
        check::NoSettings,
        identity::{IdentityCheck, Roster, Ruling, administrator::confidence},
    },
    model::{About, Finding, Privilege, Severity, Standing, Subject, Time, control, entity::Resource},
};

use super::text;

/// Finds pools that give whoever asks a role.
pub struct GuestPool;

impl IdentityCheck for GuestPool {
    const ABOUT: About = About {
        id: "aws-cognito-unauth",
        title: "Whoever asks gets a role of the account",
        explain: "An identity pool of Amazon Cognito lets in guests (`AllowUnauthenticatedIdentities`): anybody who knows the id of the pool, which every copy of the app \
                  tells, gets credentials of its role for guests. What that role may do, the world may do. Critical where it is an administrator or can become one, high \
                  where it changes things or reads secrets, medium where it reads. Where the classic flow is off, AWS takes away all but some services from \
                  guests, so that is high at most.\n\nLet in nobody without a login, or give guests a role with the few actions that the app needs before \
                  it; leave the classic flow off.",
        controls: &[&control::NHI4, &control::NHI5, &control::CSF_PR_AA_05],
        see: &["https://docs.aws.amazon.com/cognito/latest/developerguide/iam-roles.html"],
    };
    type Settings = NoSettings;

    fn judge(roster: &Roster, _: &NoSettings, _: Time, rule: &mut dyn FnMut(Ruling)) {
        for pool in roster.belongings.values().filter(|one| one.uri.contains(":identitypool/")) {
            let undecided = |why: &str| Ruling::Undecided { identity: pool.uri.clone(), why: why.to_owned() };
            match (pool.says(Resource::GUESTS), text(pool, Resource::GUEST_ROLE)) {
                (Some(false), _) => {}
                (None, _) => rule(undecided("whether the pool lets in guests was not told")),
                (_, None) if pool.is_untold("GetIdentityPoolRoles") => rule(undecided("which role guests of the pool get was refused")),
                (_, None) => {}
                (Some(true), Some(guest)) => {
                    let standing = roster.members.get(guest).and_then(|member| member.standing.as_ref()).filter(|one| one.is_known());
                    let Some(standing) = standing else {
                        rule(undecided("no inventory tells what the role of guests may do"));
                        continue;
                    };
                    if let Some(finding) = finding(pool, guest, standing) {
                        rule(Ruling::Finding(finding));
                    }
                }
            }
        }
    }
}

fn finding(pool: &Resource, role: &str, standing: &Standing) -> Option<Finding> {
    let (may, severity) = match standing.privilege {
        Privilege::None => return None,
        Privilege::Read => ("reads", Severity::Medium),
        Privilege::Write => ("changes things", Severity::High),
        Privilege::Sensitive => ("reads secrets or data in bulk, or changes what others may do", Severity::High),
        Privilege::Escalates => ("can become administrator", Severity::Critical),
        Privilege::Admin => ("may do everything", Severity::Critical),
    };
    let limited = pool.says(Resource::CLASSIC) == Some(false);
    let severity = if limited { severity.min(Severity::High) } else { severity };
    let name = text(pool, Resource::NAME).unwrap_or(&pool.uri);
    let short = role.rsplit('/').next().unwrap_or(role);
    let because = format!("anybody gets the role {short} from the pool {name}; it {may}");
    let finding = Finding::new(&GuestPool::ABOUT, Subject::identity(&pool.uri, ""), severity, confidence(standing.certainty), because);
    let flow = if limited { "off" } else { "on, or not told" };
    Some(finding.and("role", role).and("classic flow", flow).and_beyond("privilege", standing.privilege.name(), "> none"))
}

#[cfg(test)]
mod tests {
    use super::GuestPool;
    use crate::{
        analyze::{check::NoSettings, identity::sample},
        model::{Entity, Severity, Time, entity::Resource},
    };

    fn told(attributes: &[(&str, &str)], actions: &str) -> (Option<Severity>, usize) {
        let trust = sample::trust(r#"{"Federated":"cognito-identity.amazonaws.com"}"#, "sts:AssumeRoleWithWebIdentity", "{}");
        let mut pool = Resource::new("arn:aws:cognito-identity:eu-west-1:111111111111:identitypool/eu-west-1:x", sample::ACCOUNT);
        pool.attributes.extend(attributes.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())));
        let roster = sample::roster(sample::role("guest", &trust, actions).into_iter().chain([Entity::Resource(pool)]));
        let (found, undecided) = sample::found::<GuestPool>(&roster, &NoSettings {}, Time(0));
        (found.first().map(|(severity, _)| *severity), undecided)
    }

    const ROLE: (&str, &str) = (Resource::GUEST_ROLE, "arn:aws:iam::111111111111:role/guest");

    #[test]
    fn what_guests_may_do_is_what_the_role_may_do() {
        let open = |actions| told(&[(Resource::GUESTS, "yes"), ROLE], actions);
        assert_eq!(open("s3:ListBucket"), (Some(Severity::Medium), 0));
        assert_eq!(open("s3:PutObject"), (Some(Severity::High), 0));
        assert_eq!(open("*"), (Some(Severity::Critical), 0));
        assert_eq!(told(&[(Resource::GUESTS, "yes"), ROLE, (Resource::CLASSIC, "no")], "*"), (Some(Severity::High), 0));
        assert_eq!(told(&[(Resource::GUESTS, "no"), ROLE], "*"), (None, 0));
    }

    #[test]
    fn what_is_not_told_is_not_taken_for_closed() {
        assert_eq!(told(&[ROLE], "*"), (None, 1), "whether there are guests");
        assert_eq!(told(&[(Resource::GUESTS, "yes"), (Resource::UNTOLD, "GetIdentityPoolRoles")], "*"), (None, 1), "as what");
        assert_eq!(told(&[(Resource::GUESTS, "yes"), (Resource::GUEST_ROLE, "arn:aws:iam::111111111111:role/other")], "*"), (None, 1));
        assert_eq!(told(&[(Resource::GUESTS, "yes")], "*"), (None, 0), "as nobody");
    }
}
