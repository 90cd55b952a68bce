use serde::Deserialize;

use crate::model::{About, Certainty, Finding, Privilege, Severity, Standing, Step, Subject, Time, control, entity::Identity};

use super::{IdentityCheck, Roster, Ruling, administrator::confidence, untold::UNTOLD};

/// Finds identities that can make themselves administrator.
pub struct Escalation;

/// Which ways are told.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Reach {
    /// Ways with more steps are not told.
    pub steps: usize,
}

impl Default for Reach {
    fn default() -> Self {
        Self { steps: 5 }
    }
}

impl IdentityCheck for Escalation {
    const ABOUT: About = About {
        id: "aws-privilege-escalation",
        title: "An identity can make itself administrator",
        explain: "The identity is no administrator, but what it may do is enough to become one: change a policy of its own, make a credential for somebody else, \
                  change somebody whom it can become, pass a role to a service that does as it is told, take over something that runs already, or assume a role. The finding names the shortest \
                  way, a step at a time, each with the request and the statement that allows it. A way is *certain* where every step is allowed on \
                  something that exists; *conditional* where it hangs on a condition; *possible* where the inventory does not tell whether what it needs is \
                  there.\n\nTake away the step that nobody needs: narrow `Resource` to what the work needs, give `iam:PassRole` the condition \
                  `iam:PassedToService` and the ARN of one role, put a permissions boundary on whoever may make identities. Setting: \
                  `[check.aws-privilege-escalation] steps = 5`, the longest way that is told.",
        controls: &[&control::NHI5, &control::CSF_PR_AA_05, &control::ATTACK_T1098_001],
        see: &["https://pathfinding.cloud"],
    };
    type Settings = Reach;

    fn judge(roster: &Roster, reach: &Reach, _: Time, rule: &mut dyn FnMut(Ruling)) {
        for member in roster.members.values() {
            let Some(standing) = &member.standing else { continue };
            let told = standing.privilege == Privilege::Escalates && (1..=reach.steps).contains(&standing.path.len());
            if told && !member.identity.uri.contains(":role/aws-service-role/") {
                rule(Ruling::Finding(finding(&member.identity, standing, reach)));
            } else if standing.privilege < Privilege::Escalates && !member.untold.is_empty() {
                rule(Ruling::Undecided { identity: member.identity.uri.clone(), why: UNTOLD.into() });
            }
        }
    }
}

fn finding(identity: &Identity, standing: &Standing, reach: &Reach) -> Finding {
    let steps = standing.path.len();
    let way = standing.path.iter().map(told).collect::<Vec<_>>().join(", then ");
    let count = if steps == 1 { "in one step".to_owned() } else { format!("in {steps} steps") };
    let sure = match standing.certainty {
        Certainty::Certain => "can",
        Certainty::Conditional => "can, under a condition,",
        Certainty::Possible => "can possibly",
    };
    let because = format!("{} {sure} become administrator {count}: {way}", identity.name);
    Finding::new(
        &Escalation::ABOUT,
        Subject::identity(&identity.uri, ""),
        severity(identity, standing),
        confidence(standing.certainty),
        because,
    )
    .and_beyond("steps", steps, format!("<= {}", reach.steps))
    .and("certainty", standing.certainty.name())
    .and("path", serde_json::to_value(&standing.path).unwrap_or_default())
}

/// A step in words: `iam:PassRole + lambda:CreateFunction to deploy`.
fn told(step: &Step) -> String {
    match step.to.rsplit_once('/') {
        Some((_, name)) if step.changes => format!("{} on {name}", step.by),
        Some((_, name)) => format!("{} to {name}", step.by),
        None => step.by.clone(),
    }
}

fn severity(identity: &Identity, standing: &Standing) -> Severity {
    match standing.certainty {
        _ if super::of_people(identity) => Severity::Low,
        Certainty::Certain => Severity::Critical,
        Certainty::Conditional => Severity::High,
        Certainty::Possible => Severity::Medium,
    }
}

#[cfg(test)]
mod tests {
    use super::{Escalation, Reach};
    use crate::{
        analyze::identity::{IdentityCheck, Ruling, sample},
        model::{Severity, Time},
    };

    fn told(action: &str, reach: &Reach) -> Vec<Ruling> {
        let roster = sample::standing("ci", &format!(r#"{{"Statement":{{"Effect":"Allow","Action":"{action}","Resource":"*"}}}}"#));
        sample::rulings(|rule| Escalation::judge(&roster, reach, Time(0), rule))
    }

    #[test]
    fn the_way_is_told_with_its_step() {
        let said = told("iam:AttachUserPolicy", &Reach::default());
        let [Ruling::Finding(found)] = said.as_slice() else { panic!("{said:?}") };
        assert_eq!(found.because, "ci can become administrator in one step: iam:AttachUserPolicy");
        assert_eq!(found.severity, Severity::Critical);
    }

    #[test]
    fn what_leads_nowhere_and_what_is_too_long_is_not_told() {
        assert!(told("iam:AttachRolePolicy", &Reach::default()).is_empty());
        assert!(told("iam:AttachUserPolicy", &Reach { steps: 0 }).is_empty());
    }
}
