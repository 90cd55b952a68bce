use crate::{
    analyze::{
        aws::actions::Level,
        check::NoSettings,
        identity::{IdentityCheck, Roster, Ruling},
    },
    model::{About, Severity, Time, control},
};

use super::wide;

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
        wide::judge(
            &Self::ABOUT,
            roster,
            rule,
            |one| one.level == Level::Permissions,
            |_, _| Some((Severity::High, "may change who may do what, on everything")),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::ResourceExposure;
    use crate::analyze::identity::sample;

    #[test]
    fn changing_who_may_do_what_is_told_where_nothing_limits_it() {
        assert_eq!(
            sample::allowed::<ResourceExposure>(r#"["s3:PutBucketPolicy","s3:GetBucketPolicy"]"#, "*"),
            ["ci may change who may do what, on everything: s3:PutBucketPolicy"]
        );
        assert!(sample::allowed::<ResourceExposure>(r#""s3:PutBucketPolicy""#, "arn:aws:s3:::own").is_empty());
        assert!(sample::allowed::<ResourceExposure>(r#""iam:PutUserPolicy""#, "*").is_empty(), "he becomes administrator by it");
    }
}
