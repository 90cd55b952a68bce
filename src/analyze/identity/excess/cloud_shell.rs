use crate::{
    analyze::{
        aws::{self, At, Request},
        check::NoSettings,
        identity::{IdentityCheck, Roster, Ruling, administrator::confidence, of_people},
    },
    model::{
        About, Finding, Severity, Subject, Time, control,
        entity::{HoldingKind, Status},
    },
};

use super::held::{Held, held};

/// Finds people who get files out of an account through its shell.
pub struct CloudShell;

/// What files leave by. To have a shell without it is no more than a terminal.
const DOWNLOAD: &str = "cloudshell:GetFileDownloadUrls";

impl IdentityCheck for CloudShell {
    const ABOUT: About = About {
        id: "aws-cloudshell-open",
        title: "Somebody may take files out of the account through CloudShell",
        explain: "A user with a password for the console, or a role of single sign-on, may download files out of AWS CloudShell (`AWSCloudShellFullAccess`, `cloudshell:*`), and is no administrator. The shell reaches the \
                  internet and has what he has, on a machine that nobody of yours watches; whatever he can read leaves the account there.\n\nTake away `cloudshell:GetFileDownloadUrls` and \
                  `GetFileUploadUrls`, or the whole service, from those who do not need it.",
        controls: &[&control::NHI5, &control::CIS_AWS_2_20],
        see: &["https://docs.aws.amazon.com/cloudshell/latest/userguide/sec-auth-with-identities.html"],
    };
    type Settings = NoSettings;

    fn judge(roster: &Roster, _: &NoSettings, _: Time, rule: &mut dyn FnMut(Ruling)) {
        for held in held(roster, rule).into_iter().filter(|held| !held.rules() && comes_by_console(held)) {
            let action = DOWNLOAD.to_lowercase();
            let request = Request::new(&action, At::Some);
            let Some(answer) = aws::allows(&roster.estate, held.principal, &request) else { continue };
            let statement = format!("{} statement {}", answer.witness.policy, answer.witness.statement);
            let because = format!("{} may download files out of CloudShell ({statement})", held.member.identity.name);
            let subject = Subject::identity(&held.member.identity.uri, "");
            rule(Ruling::Finding(Finding::new(&Self::ABOUT, subject, Severity::Low, confidence(answer.certainty), because)));
        }
    }
}

/// Whether a person comes in as it: the shell is a part of the console.
fn comes_by_console(held: &Held<'_>) -> bool {
    let password = |kind, status| kind == HoldingKind::Password && status == Status::Active;
    of_people(&held.member.identity) || held.member.holdings.iter().any(|one| password(one.kind, one.status))
}

#[cfg(test)]
mod tests {
    use super::CloudShell;
    use crate::{
        analyze::{check::NoSettings, identity::sample},
        model::{
            Entity, Time,
            entity::{Holding, HoldingKind, Status},
        },
    };

    fn told(action: &str, password: Status) -> usize {
        let user = sample::user("ann", 0);
        let own = sample::inline(&user.uri, &format!(r#"{{"Statement":{{"Effect":"Allow","Action":"{action}","Resource":"*"}}}}"#));
        let password = Holding { status: password, ..Holding::new(&user.uri, HoldingKind::Password, "") };
        let roster = sample::roster([Entity::Identity(user), own, Entity::Holding(password)]);
        sample::found::<CloudShell>(&roster, &NoSettings {}, Time(0)).0.len()
    }

    #[test]
    fn who_comes_by_the_console_and_may_download_is_told() {
        assert_eq!([told("cloudshell:*", Status::Active), told("cloudshell:*", Status::Inactive)], [1, 0]);
        assert_eq!([told("cloudshell:CreateSession", Status::Active), told("*", Status::Active)], [0, 0]);
    }
}
