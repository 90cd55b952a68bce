use crate::{
    analyze::{
        check::NoSettings,
        identity::{IdentityCheck, Roster, Ruling},
    },
    model::{About, Severity, Time, control},
};

use super::door::{doors, on_behalf, restricted};

/// Finds roles that every pod of every cluster can be given.
pub struct PodIdentity;

impl IdentityCheck for PodIdentity {
    const ABOUT: About = About {
        id: "aws-pod-identity-open",
        title: "Every pod of every cluster can be given a role",
        explain: "The trust of the role lets EKS give it to pods (`pods.eks.amazonaws.com`) and does not say of which cluster, namespace or service account. \
                  Whoever can associate roles with pods in any cluster of the account gets it. Medium where the role can read secrets or more.\n\nAdd a \
                  condition: `aws:SourceArn` with the cluster, or `aws:RequestTag/kubernetes-namespace` and `aws:RequestTag/kubernetes-service-account`.",
        controls: &[&control::NHI6],
        see: &["https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html"],
    };
    type Settings = NoSettings;

    fn judge(roster: &Roster, _: &NoSettings, _: Time, rule: &mut dyn FnMut(Ruling)) {
        for door in doors(roster, rule) {
            for (statement, principals) in door.open() {
                let pods = principals.services.iter().any(|service| service == "pods.eks.amazonaws.com");
                let named = on_behalf(statement) || restricted(statement, |key| key.starts_with("aws:requesttag/"));
                if pods && !named {
                    let severity = door.severity(Severity::Medium, Severity::Low);
                    let because = "every pod of every cluster in the account can be given it: nothing names a cluster or a namespace";
                    rule(Ruling::Finding(door.finding(&Self::ABOUT, statement, "pods", severity, because)));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::PodIdentity;
    use crate::{analyze::identity::sample, model::Severity};

    #[test]
    fn pods_without_a_name_are_told() {
        let pods = "pods.eks.amazonaws.com";
        assert_eq!(sample::served::<PodIdentity>(pods, "{}", "s3:GetObject"), Some(Severity::Medium));
        assert_eq!(sample::served::<PodIdentity>(pods, "{}", "sqs:SendMessage"), Some(Severity::Low));
        assert_eq!(sample::served::<PodIdentity>(pods, r#"{"StringEquals":{"aws:RequestTag/kubernetes-namespace":"prod"}}"#, "*"), None);
        assert_eq!(
            sample::served::<PodIdentity>(pods, r#"{"ArnEquals":{"aws:SourceArn":"arn:aws:eks:eu-west-1:111111111111:cluster/a"}}"#, "*"),
            None
        );
        assert_eq!(sample::served::<PodIdentity>("ec2.amazonaws.com", "{}", "*"), None);
    }
}
