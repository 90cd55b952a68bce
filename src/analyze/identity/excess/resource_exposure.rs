use crate::{
    analyze::{
        aws::actions::Level,
        check::NoSettings,
        identity::{IdentityCheck, Roster, Ruling},
    },
    model::{About, Severity, Time, control},
};

use super::{
    held::held,
    wide::{self, finding},
};

/// Finds identities that can open resources to others.
pub struct ResourceExposure;

impl IdentityCheck for ResourceExposure {
    const ABOUT: About = About {
        id: "aws-resource-exposure",
        title: "An identity may open everything of a service to others",
        explain: "The policies of the identity allow it, on everything, to change who may do what: policies of buckets, keys, queues and secrets, shares of \
                  snapshots and images. One call makes data public, or lets another account in, and it stays open when the identity is taken away. Actions \
                  that make an administrator have a check of their own.\n\nName the resources, or leave policies to whoever deploys them.",
        controls: &[&control::NHI5, &control::CSF_PR_AA_05],
        see: &[],
    };
    type Settings = NoSettings;

    fn judge(roster: &Roster, _: &NoSettings, _: Time, rule: &mut dyn FnMut(Ruling)) {
        for held in held(roster, rule).into_iter().filter(|held| !held.rules()) {
            let answers = wide::of(roster, held.principal, |one| one.level == Level::Permissions);
            if !answers.is_empty() {
                let what = "may change who may do what, on everything";
                rule(Ruling::Finding(finding(&Self::ABOUT, &held, &answers, Severity::High, what)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ResourceExposure;
    use crate::{
        analyze::{check::NoSettings, identity::sample},
        model::Time,
    };

    fn told(actions: &str, resource: &str) -> Vec<String> {
        let policy = format!(r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":{actions},"Resource":"{resource}"}}}}"#);
        let found = sample::found::<ResourceExposure>(&sample::standing("ci", &policy), &NoSettings {}, Time(0)).0;
        found.into_iter().map(|(_, because)| because).collect()
    }

    #[test]
    fn changing_who_may_do_what_is_told_where_nothing_limits_it() {
        assert_eq!(
            told(r#"["s3:PutBucketPolicy","s3:GetBucketPolicy"]"#, "*"),
            ["ci may change who may do what, on everything: s3:PutBucketPolicy"]
        );
        assert!(told(r#""s3:PutBucketPolicy""#, "arn:aws:s3:::own").is_empty());
        assert!(told(r#""iam:PutUserPolicy""#, "*").is_empty(), "he becomes administrator by it");
    }
}
