use crate::model::{About, Companion, Finding, Known, Proof, Severity, Time, control};

use super::{
    Check,
    check::NoSettings,
    exposure::{Exposure, confidence, counted},
};

/// Finds credentials that lie where they should not.
pub struct ExposedCredential;

impl Check for ExposedCredential {
    const ABOUT: About = About {
        id: "exposed-credential",
        title: "A credential lies outside of a secrets manager",
        explain: "A credential was found in a file or in the history of a repository. Whoever can read that place can act as its identity. One finding a \
                  credential, not a line: all places hang below it.\n\nRevoke or rotate the credential first: taking it out of the file leaves it in the \
                  history and in every clone. Then load it from a secrets manager.\n\nThe severity is two steps lower where all places are tests, examples or \
                  documentation; at most low where the confidence is low or the host is this machine or an example; at most medium for the public half of a \
                  key pair without its secret half, and for a key that a passphrase protects; at most low where the \
                  inventory of its account says that it is switched off, and info where it says that it is gone.",
        controls: &[&control::NHI2, &control::CSF_PR_AA_01, &control::PCI_8_6_2, &control::ATTACK_T1552_001],
        see: &["https://owasp.org/www-project-non-human-identities-top-10/2025/2-secret-leakage/"],
    };
    type Settings = NoSettings;

    fn judge(known: &Known, _: &NoSettings, now: Time) -> Option<Finding> {
        judge(known, now)
    }
}

fn judge(known: &Known, now: Time) -> Option<Finding> {
    let credential = &known.credential;
    let expired = credential.expires.is_some_and(|at| at < now);
    // More specific checks speak of these.
    if credential.proof == Proof::Invalid || expired {
        return None;
    }
    let exposure = Exposure::even_gone(known)?;
    let gone = known.held.as_ref().filter(|held| held.gone);
    let age = exposure.since.map(|since| since.days_until(now));
    let since = match (exposure.since, exposure.from_commit) {
        (Some(at), true) => format!(" since {} ({})", at.date(), counted(usize::try_from(at.days_until(now)).unwrap_or(0), "day")),
        _ => String::new(),
    };
    let mut because = format!("lies in {}{since}; {}", counted(exposure.paths(), "place"), exposure.standing());
    if exposure.half() {
        because.push_str("; its secret half was not found near it");
    }
    if exposure.locked() {
        because.push_str("; a passphrase protects it");
    }
    if credential.companion == Companion::Ambiguous {
        because.push_str("; several secret halves lie near it and nothing tells which is its own");
    }
    if let Some(mild) = exposure.mild() {
        because.push_str("; ");
        because.push_str(mild.why());
    }
    if exposure.off() {
        because.push_str("; its account has switched it off");
    }
    if let Some(held) = gone {
        because.push_str(&format!("; account {} no longer lists it, so that it opens nothing", held.account));
    }
    let severity = if gone.is_some() { Severity::Info } else { exposure.severity() };
    let mut finding = Finding::new(&ExposedCredential::ABOUT, credential.key.clone(), severity, confidence(known), because)
        .and("places", exposure.paths())
        .and("sightings", exposure.places.len())
        .and("current", exposure.current);
    if let (Some(since), Some(age)) = (exposure.since, age) {
        finding = finding.and("since", since.to_string()).and("days", age);
    }
    Some(finding)
}

#[cfg(test)]
mod tests {
    use crate::{
        analyze::{self, Check, sample},
        model::{Companion, Kind, Known, Proof, Severity, Time},
    };

    use super::{ExposedCredential, NoSettings};

    fn severity(known: &Known) -> Option<Severity> {
        ExposedCredential::judge(known, &NoSettings {}, Time(0)).map(|f| f.severity)
    }

    #[test]
    fn one_finding_a_credential_whatever_the_number_of_places() {
        let known = sample::known(1).at("a.env", 10).at("b.env", 20).build();
        let found = ExposedCredential::judge(&known, &NoSettings {}, Time(86_400 * 100)).expect("a finding");
        assert_eq!(found.because, "lies in 2 places since 1970-01-11 (90 days); HEAD still holds it");
        assert_eq!(found.severity, Severity::High);
    }

    #[test]
    fn tests_are_two_steps_milder() {
        assert_eq!(severity(&sample::known(1).at("tests/a.env", 10).build()), Some(Severity::Low));
    }

    #[test]
    fn half_a_pair_is_at_most_medium() {
        let mut half = sample::known(1).at("a.env", 10).build();
        half.credential.kind = Kind::AccessKey;
        half.credential.companion = Companion::None;
        assert_eq!(severity(&half), Some(Severity::Medium));
    }

    #[test]
    fn identifiers_and_what_only_earlier_runs_saw_are_no_finding_of_any_check() {
        let mut public = sample::known(1).at("a.env", 10).build();
        public.credential.kind = Kind::Identifier;
        let mut gone = sample::known(2).at("a.env", 10).build();
        gone.places[0].this_run = false;
        let mut broken = sample::known(3).build();
        broken.credential.proof = Proof::Invalid;
        for check in analyze::all() {
            let judge = check.sit(None, Time(86_400 * 999)).expect("the defaults are settings");
            assert!([&public, &gone, &broken].into_iter().all(|known| judge(known).is_none()), "{}", check.about().id);
        }
    }
}
