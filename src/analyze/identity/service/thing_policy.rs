use crate::{
    analyze::{
        aws::policy::{Names, Policy, Statement},
        check::NoSettings,
        identity::{IdentityCheck, Roster, Ruling},
    },
    model::{About, Confidence, Finding, Severity, Subject, Time, control, entity::Resource},
};

use super::text;

/// Finds policies that let a thing do what only others should.
pub struct ThingPolicy;

/// What a thing does in the name of what its policy names.
const SPEAKING: &[&str] = &["iot:connect", "iot:publish", "iot:subscribe", "iot:receive"];

impl IdentityCheck for ThingPolicy {
    const ABOUT: About = About {
        id: "aws-iot-policy-open",
        title: "A policy lets each thing be all of them",
        explain: "A policy of AWS IoT allows everything on everything (high), or allows to connect, publish or subscribe on everything (medium). Every thing that has it can come in by the \
                  name of any other, listen to all and command all.\n\nName the thing in the resource by variables: \
                  `arn:aws:iot:REGION:ACCOUNT:client/${iot:Connection.Thing.ThingName}`, and topics below that name.",
        controls: &[&control::NHI5, &control::CSF_PR_AA_05],
        see: &["https://docs.aws.amazon.com/iot-device-defender/latest/devguide/audit-chk-iot-policy-permissive.html"],
    };
    type Settings = NoSettings;

    fn judge(roster: &Roster, _: &NoSettings, _: Time, rule: &mut dyn FnMut(Ruling)) {
        let ours = roster.belongings.values().filter(|one| one.uri.contains(":iot:") && one.uri.contains(":policy/"));
        for policy in ours {
            let read = text(policy, Resource::POLICY).map(Policy::parse);
            let Some(Ok(read)) = read else {
                let why = if read.is_some() { "the policy cannot be understood" } else { "what the policy says was not told" };
                rule(Ruling::Undecided { identity: policy.uri.clone(), why: why.to_owned() });
                continue;
            };
            let worst = read
                .statements
                .iter()
                .filter(|one| one.allows && one.conditions.is_empty())
                .filter_map(open)
                .max_by_key(|(severity, _)| *severity);
            if let Some((severity, may)) = worst {
                let name = policy.uri.rsplit('/').next().unwrap_or_default();
                let because = format!("the policy {name} lets a thing {may}");
                let finding = Finding::new(&Self::ABOUT, Subject::identity(&policy.uri, ""), severity, Confidence::High, because);
                rule(Ruling::Finding(finding));
            }
        }
    }
}

/// What a statement opens, where it is about everything.
fn open(statement: &Statement) -> Option<(Severity, String)> {
    let all = match &statement.resources {
        Names::Only(names) => names.iter().any(|name| name == "*"),
        Names::Except(_) => true,
    };
    if !all {
        return None;
    }
    if statement.actions.cover("iot:deletething") && SPEAKING.iter().all(|action| statement.actions.cover(action)) {
        return Some((Severity::High, "do everything on everything".to_owned()));
    }
    let may: Vec<&str> = SPEAKING.iter().filter(|action| statement.actions.cover(action)).map(|action| &action[4..]).collect();
    (!may.is_empty()).then(|| (Severity::Medium, format!("{} on everything", may.join(", "))))
}

#[cfg(test)]
mod tests {
    use super::ThingPolicy;
    use crate::{
        analyze::{check::NoSettings, identity::sample},
        model::{Entity, Severity, Time, entity::Resource},
    };

    fn told(action: &str, on: &str) -> (Option<Severity>, usize) {
        let text = format!(r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":{action},"Resource":"{on}"}}}}"#);
        let mut policy = Resource::new("arn:aws:iot:eu-west-1:111111111111:policy/p", sample::ACCOUNT);
        policy.attributes.insert(Resource::POLICY.into(), text);
        let (found, undecided) = sample::found::<ThingPolicy>(&sample::roster([Entity::Resource(policy)]), &NoSettings {}, Time(0));
        (found.first().map(|(severity, _)| *severity), undecided)
    }

    #[test]
    fn everything_on_everything_is_more_than_a_word_on_everything() {
        assert_eq!(told(r#""iot:*""#, "*"), (Some(Severity::High), 0));
        assert_eq!(told(r#"["iot:Publish","iot:Subscribe"]"#, "*"), (Some(Severity::Medium), 0));
        let own = "arn:aws:iot:eu-west-1:111111111111:client/${iot:Connection.Thing.ThingName}";
        assert_eq!(told(r#""iot:Connect""#, own), (None, 0));
        assert_eq!(told("1", "*"), (None, 1));
    }
}
