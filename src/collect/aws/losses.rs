use std::collections::BTreeMap;

use crate::model::Fault;

use super::{
    call::Call,
    refusal::{Refusal, Why},
};

/// How many names a fault tells; the others are counted.
const NAMED: usize = 3;

/// What was asked for in vain, gathered so that a permission that is missing for a thousand users is one fault.
#[derive(Debug, Default)]
pub(super) struct Losses {
    /// By the place where the document should lie, the permission and the sort of trouble.
    lost: BTreeMap<(String, String, Why), Lost>,
    /// How often in a row each call failed, by place.
    streaks: BTreeMap<(&'static str, String), u32>,
    /// Calls that are no longer made, with how many were left out.
    given_up: BTreeMap<(&'static str, String), u64>,
}

#[derive(Debug)]
struct Lost {
    /// What was said the first time.
    said: String,
    operation: &'static str,
    subjects: Vec<String>,
    count: u64,
}

impl Losses {
    /// Notes that a call was not answered. `subject` says about whom or what it asked, and is empty where it asked about all.
    pub fn note(&mut self, call: &Call, subject: &str, path: &str, refusal: &Refusal) {
        let asked = (call.operation, path.to_owned());
        let streak = self.streaks.entry(asked.clone()).or_default();
        *streak += 1;
        if *streak >= endurance(refusal.why) {
            self.given_up.entry(asked).or_default();
        }
        let entry = self.lost.entry((path.to_owned(), call.permission(), refusal.why)).or_insert_with(|| Lost {
            said: refusal.message.clone(),
            operation: call.operation,
            subjects: Vec::new(),
            count: 0,
        });
        entry.count += 1;
        if entry.subjects.len() < NAMED && !subject.is_empty() {
            entry.subjects.push(subject.to_owned());
        }
    }

    /// Notes that an endpoint does not know a call, so that it is not made again; whether that is news.
    pub fn unserved(&mut self, call: &Call, path: &str) -> bool {
        self.given_up.insert((call.operation, path.to_owned()), 0).is_none()
    }

    /// Notes that a call was answered.
    pub fn answered(&mut self, call: &Call, path: &str) {
        self.streaks.remove(&(call.operation, path.to_owned()));
    }

    /// Whether the call failed so often in a row that it is no longer made; what is left out is counted.
    pub fn gives_up(&mut self, call: &Call, path: &str) -> bool {
        let left = self.given_up.get_mut(&(call.operation, path.to_owned()));
        left.map(|count| *count += 1).is_some()
    }

    /// The permissions of what was asked in vain, each with where the answer should lie.
    pub fn refused(&self) -> Vec<(String, String)> {
        let lost = self.lost.keys().filter(|(.., why)| *why != Why::Gone);
        lost.map(|(path, permission, _)| (permission.clone(), path.clone())).collect()
    }

    /// All of it as faults below an account, and how many things vanished meanwhile.
    pub fn faults(self, account: &str) -> (Vec<Fault>, u64) {
        let mut gone = 0;
        let mut faults = Vec::new();
        for ((path, permission, why), lost) in self.lost {
            if why == Why::Gone {
                gone += lost.count;
                continue;
            }
            let (kind, word) = why.fault();
            let left = self.given_up.get(&(lost.operation, path.clone())).copied().unwrap_or(0);
            let mut what = format!("{permission} {word}{}: {}", whom(&lost), lost.said);
            if left > 0 {
                what.push_str(&format!("; given up after {} in a row, {left} more not asked", lost.count));
            }
            faults.push(Fault::new(kind, format!("{account}/{path}"), what));
        }
        (faults, gone)
    }
}

/// For how many calls in a row a sort of failure is borne. A denial may depend on the user, a service that hangs costs a minute each time.
fn endurance(why: Why) -> u32 {
    match why {
        Why::TimedOut | Why::Unreachable => 4,
        Why::Throttled | Why::Failing | Why::Malformed | Why::Truncated | Why::TooLarge => 8,
        Why::Denied | Why::Refused => 24,
        Why::Unknown | Why::Login | Why::Nobody => 1,
        Why::Gone => u32::MAX,
    }
}

/// ` for a, b and 7 others`
fn whom(lost: &Lost) -> String {
    let others = lost.count.saturating_sub(lost.subjects.len() as u64);
    match (lost.subjects.is_empty(), others) {
        (true, _) => String::new(),
        (false, 0) => format!(" for {}", lost.subjects.join(", ")),
        (false, others) => format!(" for {} and {others} other{}", lost.subjects.join(", "), if others == 1 { "" } else { "s" }),
    }
}

#[cfg(test)]
mod tests {
    use super::{Call, Losses, Refusal};
    use crate::collect::aws::service::IAM;

    #[test]
    fn a_permission_that_is_missing_for_many_is_one_fault() {
        let mut losses = Losses::default();
        let call = Call::new(&IAM, "ListAccessKeys");
        let denied = Refusal::said(403, "AccessDenied", "no");
        for number in 0..30 {
            if !losses.gives_up(&call, "iam/access-keys") {
                losses.note(&call, &format!("user-{number}"), "iam/access-keys", &denied);
            }
        }
        let (faults, gone) = losses.faults("1");
        let [fault] = &faults[..] else { panic!("{faults:?}") };
        assert_eq!(gone, 0);
        assert_eq!(
            fault.what,
            "iam:ListAccessKeys denied for user-0, user-1, user-2 and 21 others: AccessDenied: no; given up after 24 in a row, 6 more not asked"
        );
    }

    #[test]
    fn an_answer_between_denials_is_reason_to_go_on() {
        let mut losses = Losses::default();
        let call = Call::new(&IAM, "ListAccessKeys");
        let denied = Refusal::said(403, "AccessDenied", "no");
        for _ in 0..100 {
            losses.note(&call, "x", "p", &denied);
            losses.answered(&call, "p");
            assert!(!losses.gives_up(&call, "p"));
        }
    }

    #[test]
    fn who_was_deleted_meanwhile_is_counted_and_no_fault() {
        let mut losses = Losses::default();
        losses.note(&Call::new(&IAM, "ListAccessKeys"), "x", "p", &Refusal::said(404, "NoSuchEntity", "gone"));
        let (faults, gone) = losses.faults("1");
        assert!(faults.is_empty() && gone == 1);
    }
}
