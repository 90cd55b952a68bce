use crate::{
    analyze::{
        aws::stranger,
        check::NoSettings,
        identity::{IdentityCheck, Roster, Ruling},
    },
    model::{About, Severity, Time, control, entity::Resource},
};

use super::guest::{Guest, guests};

/// Finds functions that anybody can call over the internet.
pub struct FunctionOpen;

/// What calling a function at its address takes.
const CALL: &str = "lambda:invokefunctionurl";

impl IdentityCheck for FunctionOpen {
    const ABOUT: About = About {
        id: "aws-function-open",
        title: "Anybody can call a function at its address",
        explain: "The function has an address on the internet that asks for no signature (`AuthType` NONE), and its policy lets everybody call it there. What it does \
                  with its role, it does for whoever finds the address; nothing but its own code stands before that.\n\nSet the address to `AWS_IAM`, \
                  put something before it that knows its callers, or take it away (`aws lambda delete-function-url-config`). Where it is meant for everybody, \
                  allow the finding with that reason and give the role as little as possible.",
        controls: &[&control::NHI6, &control::CIS_AWS_2_21, &control::CSF_PR_IR_01],
        see: &["https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"],
    };
    type Settings = NoSettings;

    fn judge(roster: &Roster, _: &NoSettings, _: Time, rule: &mut dyn FnMut(Ruling)) {
        for function in roster.belongings.values().filter(|one| one.attributes.contains_key(Resource::OPEN_ADDRESS)) {
            let told = roster.estate.resources.get(&function.uri).is_some_and(|guarded| guarded.policy.is_some());
            if !told && function.is_untold("Policy") {
                let why = "nobody tells who may use the resource".to_owned();
                rule(Ruling::Undecided { identity: function.uri.clone(), why });
            }
        }
        for guest in guests(roster).filter(|guest| tells(roster, guest)) {
            let address = &roster.belongings[guest.arn].attributes[Resource::OPEN_ADDRESS];
            let runs_as = roster.workloads.get(guest.arn).and_then(|function| function.runs_as.as_deref());
            let by = runs_as.map_or_else(String::new, |role| format!(", and it runs as {}", role.rsplit('/').next().unwrap_or(role)));
            let because = format!("anybody can call it at {address} without a signature{by}");
            let finding = guest.finding(roster, &Self::ABOUT, "address", Severity::Medium, because);
            rule(Ruling::Finding(finding.and("address", address.as_str())));
        }
    }
}

/// Whether a statement opens an address of a function that asks nobody who he is: then this is told, and not that it is public.
pub(super) fn tells(roster: &Roster, guest: &Guest<'_>) -> bool {
    let open = roster.belongings.get(guest.arn).is_some_and(|one| one.attributes.contains_key(Resource::OPEN_ADDRESS));
    open && guest.statement.actions.cover(CALL) && stranger(guest.principals, guest.statement).is_some_and(|who| who.width == "anybody")
}

#[cfg(test)]
mod tests {
    use super::FunctionOpen;
    use crate::{
        analyze::{
            check::NoSettings,
            identity::{sample, sharing::resource_public::ResourcePublic},
        },
        model::{Entity, Time, entity::Resource},
    };

    const FUNCTION: &str = "arn:aws:lambda:eu-west-1:111111111111:function:f";

    fn told(attribute: (&str, &str), policy: Option<&str>) -> (usize, usize, usize) {
        let mut function = Resource::new(FUNCTION, sample::ACCOUNT);
        function.attributes.insert(attribute.0.into(), attribute.1.into());
        let policy = policy.map(|condition| sample::resource(FUNCTION, &sample::trust(r#""*""#, "lambda:InvokeFunctionUrl", condition)));
        let roster = sample::roster([Entity::Resource(function)].into_iter().chain(policy));
        let (open, undecided) = sample::found::<FunctionOpen>(&roster, &NoSettings {}, Time(0));
        let (public, _) = sample::found::<ResourcePublic>(&roster, &NoSettings {}, Time(0));
        (open.len(), undecided, public.len())
    }

    #[test]
    fn an_address_without_a_signature_that_the_policy_opens_is_told_once() {
        let address = (Resource::OPEN_ADDRESS, "https://x.example/");
        let none = r#"{"StringEquals":{"lambda:FunctionUrlAuthType":"NONE"}}"#;
        assert_eq!(told(address, Some(none)), (1, 0, 0));
        assert_eq!(told(address, Some(r#"{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}"#)), (0, 0, 0), "for some");
        assert_eq!(told(address, None), (0, 0, 0), "without a policy nobody comes in");
        assert_eq!(told((Resource::UNTOLD, "FunctionUrlConfigs"), Some(none)), (0, 0, 1), "an address that was refused");
    }
}
