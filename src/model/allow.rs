use super::{Fingerprint, Time};

/// Longest reason that is kept, characters.
const LONGEST_REASON: usize = 200;
/// Runs of letters and digits from this length on are not kept: a reason may quote a secret.
const LONGEST_WORD: usize = 20;

/// Somebody's reasoned acceptance of credentials at places.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Allow {
    /// How it was said.
    pub by: AllowedBy,
    /// Where it stands: a settings file, a baseline, the spelling of a mark.
    pub at: String,
    /// The target for which alone it counts, by its name in the record; `None`: for all of the run.
    pub target: Option<String>,
    /// Only credentials of this rule.
    pub rule: Option<String>,
    /// Only at paths that match this glob, relative to the target.
    pub path: Option<String>,
    /// Only the credential with this fingerprint.
    pub fingerprint: Option<Fingerprint>,
    /// Only what the commit brought whose id begins so, in small hexadecimal digits.
    pub commit: Option<String>,
    /// Why; without one it allows nothing, but for marks of other scanners, which have no place for it.
    pub reason: Option<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// The last day on which it counts, at its first second.
    pub until: Option<Time>,
}

impl Allow {
    /// Whether its last day is over.
    pub fn expired(&self, now: Time) -> bool {
        self.until.is_some_and(|last| now >= last.plus_days(1))
    }

    /// What it is about, in words: `rule github.x, path tests/**`.
    pub fn scope(&self) -> String {
        let fingerprint = self.fingerprint.map(|f| f.to_string());
        let parts = [
            ("rule", self.rule.as_deref()),
            ("path", self.path.as_deref()),
            ("fingerprint", fingerprint.as_deref()),
            ("commit", self.commit.as_deref()),
        ];
        parts.iter().filter_map(|(name, value)| value.map(|v| format!("{name} {v}"))).collect::<Vec<_>>().join(", ")
    }
}

/// The ways to say an allow; where several speak of one place, the first of these counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AllowedBy {
    /// A mark on the line, or on the line before.
    Inline,
    /// The settings file of whoever scans.
    Settings,
    /// The settings file in the root of what is scanned.
    Repository,
    /// The baseline.
    Baseline,
}

impl AllowedBy {
    /// All ways with their names.
    pub const NAMES: &'static [(Self, &'static str)] =
        &[(Self::Inline, "inline"), (Self::Settings, "settings"), (Self::Repository, "repository"), (Self::Baseline, "baseline")];

    /// The name in record and report.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(by, _)| *by == self).map_or("inline", |(_, name)| name)
    }

    /// The way of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(_, known)| *known == name).map(|(by, _)| *by)
    }
}

/// A mark that stands on the line of a secret, or on the line before.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mark {
    /// As it is spelt (`unhidden:allow`, `nosec`).
    pub spelling: String,
    /// Why; marks of other scanners have none.
    pub reason: Option<String>,
}

impl Mark {
    /// Whether it allows anything: ours needs a reason, others have no place for one.
    pub fn counts(&self) -> bool {
        self.reason.is_some() || !self.spelling.starts_with(OWN_MARK)
    }
}

/// How our own marks begin.
pub const OWN_MARK: &str = "unhidden:allow";

/// One of our own marks that allows nothing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct IdleMark {
    /// The line on which it stands, from 1.
    pub line: u32,
    /// Why it says it is there.
    pub reason: Option<String>,
}

/// What a worker noticed beside a credential; all of it is safe to keep.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Notes {
    /// The mark at its line.
    pub mark: Option<Mark>,
    /// Its digest under the salt of a baseline, where one is in use and the secret cannot be guessed.
    pub digest: Option<Fingerprint>,
    /// The modulus of an RSA key, which is public: keys are compared with each other at the end.
    pub modulus: Option<Vec<u8>>,
}

/// Makes a text that somebody wrote fit to be kept: short, on one line, and without long runs of letters and digits, since it
/// may quote a secret. `None` where nothing is left.
pub fn presentable(text: &str) -> Option<String> {
    let mut kept = String::new();
    for word in text.split_whitespace() {
        if !kept.is_empty() {
            kept.push(' ');
        }
        kept.push_str(&veiled(word));
    }
    let kept: String = kept.chars().filter(|c| !c.is_control()).take(LONGEST_REASON).collect();
    kept.chars().any(char::is_alphanumeric).then_some(kept)
}

/// A word with its long runs of letters and digits left out.
fn veiled(word: &str) -> String {
    let mut out = String::new();
    let mut rest = word;
    let of_run = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '=' | '_' | '-');
    while !rest.is_empty() {
        let end = rest.find(|c| !of_run(c)).unwrap_or(rest.len());
        let (run, behind) = rest.split_at(end);
        let secretive = run.len() >= LONGEST_WORD && run.bytes().any(|b| b.is_ascii_digit());
        out.push_str(if secretive { "…" } else { run });
        let other = behind.find(of_run).unwrap_or(behind.len());
        out.push_str(&behind[..other]);
        rest = &behind[other..];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Allow, AllowedBy, presentable};
    use crate::model::Time;

    #[test]
    fn an_allow_counts_through_its_last_day() {
        let last = Time::parse_day("2026-03-31").expect("a day");
        let allow = Allow {
            by: AllowedBy::Settings,
            at: String::new(),
            target: None,
            rule: None,
            path: None,
            fingerprint: None,
            commit: None,
            reason: None,
            owner: None,
            until: Some(last),
        };
        let at = |text| Time::parse(text).expect("a time");
        assert!(!allow.expired(at("2026-03-31T23:59:59Z")));
        assert!(allow.expired(at("2026-04-01T00:00:00Z")));
    }

    #[test]
    fn a_reason_keeps_words_and_addresses_and_no_secret() {
        assert_eq!(presentable("  a  test\tvalue ").as_deref(), Some("a test value"));
        assert_eq!(presentable("https://tracker.acme.dev/browse/SEC-1234").as_deref(), Some("https://tracker.acme.dev/browse/SEC-1234"));
        let secret = "a1".repeat(12);
        assert_eq!(presentable(&format!("was {secret}, \u{1b}old")).as_deref(), Some("was …, old"));
        assert_eq!(presentable(" -- … "), None);
    }
}
