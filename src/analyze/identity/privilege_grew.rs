use crate::model::{About, Finding, Privilege, Severity, Standing, Subject, Time, control, entity::Account};

use super::{Before, IdentityCheck, Member, Roster, Ruling, administrator::confidence};
use crate::analyze::check::NoSettings;

/// Finds identities that may do more than when they were last judged.
pub struct PrivilegeGrew;

impl IdentityCheck for PrivilegeGrew {
    const ABOUT: About = About {
        id: "privilege-grew",
        title: "An identity may do more than at the last run",
        explain: "An earlier run of the same record judged the identity, and now it may do more: it writes where it read, or has a way to administrator that it had \
                  not. Or the account was judged before, and there is a new identity in it that may do everything, or can make itself administrator. A change of \
                  somebody else's policy or role can be the cause as well as one of its own.\n\nFind out who made the change and why; take it back if nobody can \
                  say. Each run compares with the last one that saw the identity, so this is told once: schedule `scan`, and keep the record. Where an \
                  earlier run was made by another version of this program, nothing is compared, for versions judge differently, and the check is undecided; so it \
                  is where one of the two was refused a part of what the identity was given, but for what it may do more in spite of that.",
        controls: &[&control::NHI5, &control::CSF_PR_AA_05, &control::CSF_DE_CM_03, &control::ATTACK_T1098_001],
        see: &[],
    };
    type Settings = NoSettings;

    fn judge(roster: &Roster, _: &NoSettings, _: Time, rule: &mut dyn FnMut(Ruling)) {
        for member in roster.members.values().filter(|member| !member.identity.uri.contains(":role/aws-service-role/")) {
            let Some(standing) = member.standing.as_ref().filter(|standing| standing.is_known()) else { continue };
            match &member.before {
                Some(before) if !before.comparable => {
                    let why = "another version of this program judged it last".to_owned();
                    rule(Ruling::Undecided { identity: member.identity.uri.clone(), why });
                }
                // What was refused then or is refused now may be all the difference.
                Some(before) if !before.standing.is_whole() || !standing.is_whole() && standing.privilege <= before.standing.privilege => {
                    let why = "one of the two runs was refused a part of what it was given".to_owned();
                    rule(Ruling::Undecided { identity: member.identity.uri.clone(), why });
                }
                Some(before) if before.standing.is_known() && standing.privilege > before.standing.privilege => {
                    rule(Ruling::Finding(grown(member, standing, before)));
                }
                Some(_) => {}
                // What nobody says of which account it is may belong to another one than what was judged before.
                None if member.identity.scope == Account::NOWHERE => {}
                None => roster.judged.get(&member.identity.scope).into_iter().for_each(|last| {
                    if standing.privilege >= Privilege::Escalates {
                        rule(Ruling::Finding(fresh(member, standing, *last)));
                    }
                }),
            }
        }
    }
}

/// What it may do, as an end of "it may …".
fn may(privilege: Privilege) -> &'static str {
    match privilege {
        Privilege::None => "do nothing",
        Privilege::Read => "read",
        Privilege::Write => "write",
        Privilege::Sensitive => "read data in bulk or change who may",
        Privilege::Escalates => "make itself administrator",
        Privilege::Admin => "do everything",
    }
}

fn severity(privilege: Privilege) -> Severity {
    match privilege {
        Privilege::None | Privilege::Read => Severity::Low,
        Privilege::Write | Privilege::Sensitive => Severity::Medium,
        Privilege::Escalates | Privilege::Admin => Severity::High,
    }
}

fn finding(member: &Member, standing: &Standing, because: String) -> Finding {
    let subject = Subject::identity(&member.identity.uri, "");
    let finding = Finding::new(&PrivilegeGrew::ABOUT, subject, severity(standing.privilege), confidence(standing.certainty), because);
    finding.and("certainty", standing.certainty.name()).and("because", standing.because.clone())
}

fn grown(member: &Member, standing: &Standing, before: &Before) -> Finding {
    let (now, then, when) = (may(standing.privilege), may(before.standing.privilege), before.when.date());
    let because = format!("{} may {now}; on {when} it could {then}", member.identity.name);
    let finding = finding(member, standing, because).and_beyond(
        "privilege",
        standing.privilege.name(),
        format!("<= {}", before.standing.privilege.name()),
    );
    finding.and("compared_with_run", before.run)
}

fn fresh(member: &Member, standing: &Standing, last: Time) -> Finding {
    let (name, account, now) = (&member.identity.name, &member.identity.scope, may(standing.privilege));
    let because = format!("{name} is new in account {account} since {}, and may {now}", last.date());
    finding(member, standing, because).and_beyond("privilege", standing.privilege.name(), "< escalates")
}

#[cfg(test)]
mod tests {
    use super::PrivilegeGrew;
    use crate::{
        analyze::{
            check::NoSettings,
            identity::{Before, IdentityCheck, Roster, Ruling, sample},
        },
        model::{Privilege, Severity, Standing, Time},
    };

    const ALL: &str = r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;

    fn said(roster: &Roster) -> Vec<Ruling> {
        sample::rulings(|rule| PrivilegeGrew::judge(roster, &NoSettings {}, Time(0), rule))
    }

    fn after(then: Privilege, comparable: bool) -> Roster {
        let mut roster = sample::standing("ci", ALL);
        roster.judged.insert(sample::ACCOUNT.into(), Time(0));
        for member in roster.members.values_mut() {
            let mut standing = member.standing.clone().expect("judged");
            standing.privilege = then;
            member.before = Some(Box::new(Before { standing, run: 1, when: Time(0), comparable }));
        }
        roster
    }

    #[test]
    fn more_than_before_is_told_and_the_same_is_not() {
        let told = said(&after(Privilege::Sensitive, true));
        let [Ruling::Finding(found)] = told.as_slice() else { panic!("{told:?}") };
        assert_eq!(found.because, "ci may do everything; on 1970-01-01 it could read data in bulk or change who may");
        assert_eq!(found.severity, Severity::High);
        assert!(said(&after(Privilege::Admin, true)).is_empty());
    }

    #[test]
    fn another_version_of_the_program_is_no_standard() {
        let told = said(&after(Privilege::Read, false));
        assert!(matches!(told.as_slice(), [Ruling::Undecided { .. }]), "{told:?}");
    }

    #[test]
    fn only_like_is_compared_with_like() {
        let refused = || format!("{}the policy own allows", Standing::UNTOLD);
        let mut roster = after(Privilege::Read, true);
        for before in roster.members.values_mut().filter_map(|member| member.before.as_mut()) {
            before.standing.because.push(refused());
        }
        assert!(matches!(said(&roster).as_slice(), [Ruling::Undecided { .. }]), "it may have had that before");
        let mut roster = after(Privilege::Admin, true);
        for standing in roster.members.values_mut().filter_map(|member| member.standing.as_mut()) {
            standing.because.push(refused());
        }
        assert!(matches!(said(&roster).as_slice(), [Ruling::Undecided { .. }]), "it may have more than is told");
        let mut roster = after(Privilege::Sensitive, true);
        for standing in roster.members.values_mut().filter_map(|member| member.standing.as_mut()) {
            standing.because.push(refused());
        }
        assert!(matches!(said(&roster).as_slice(), [Ruling::Finding(_)]), "it has more in any case");
    }

    #[test]
    fn a_new_administrator_is_told_where_the_account_was_known() {
        let mut roster = sample::standing("ci", ALL);
        assert!(said(&roster).is_empty(), "the first run has nothing to compare with");
        roster.judged.insert(sample::ACCOUNT.into(), Time(0));
        let told = said(&roster);
        let [Ruling::Finding(found)] = told.as_slice() else { panic!("{told:?}") };
        assert_eq!(found.because, "ci is new in account 111111111111 since 1970-01-01, and may do everything");
    }
}
