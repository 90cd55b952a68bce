//! Made-up credentials for the tests of checks.

use std::collections::BTreeMap;

use crate::model::{
    Appearance, Companion, Confidence, ContentId, Credential, CredentialKey, Fingerprint, Held, Introduction, Kind, Known, Place, Preview,
    Proof, RefClass, RefClasses, Severity, Span, Time,
    entity::{Holding, HoldingKind, Identity, IdentityKind, Status},
};

pub(super) struct Sample(Known);

/// A high-severity token without any place.
pub(super) fn known(n: u8) -> Sample {
    let credential = Credential {
        key: CredentialKey { rule: "sample.token".into(), fingerprint: Fingerprint::from_bytes([n; 16]) },
        kind: Kind::Token,
        severity: Severity::High,
        confidence: Confidence::High,
        handle: None,
        preview: Preview::from_stored("smp_… (40)".into()),
        proof: Proof::NotApplicable,
        issued: None,
        expires: None,
        attributes: BTreeMap::new(),
        companion: Companion::None,
    };
    Sample(Known {
        credential,
        places: Vec::new(),
        related: Vec::new(),
        beside: Vec::new(),
        chains: Vec::new(),
        held: None,
        vaulted: Vec::new(),
    })
}

/// A whole key of the user ci that leaked on day 10, was made on day 0, and has that status in the inventory.
pub(super) fn leaked(status: Status) -> Known {
    let mut leaked = known(1).at("a.env", 10).build();
    leaked.credential.kind = Kind::AccessKey;
    leaked.credential.companion = Companion::Found(Fingerprint::from_bytes([2; 16]));
    let mut holding = Holding::new("arn:aws:iam::111111111111:user/ci", HoldingKind::AccessKey, "K1");
    (holding.status, holding.created) = (status, Some(Time(0)));
    let identity = Identity::new("aws", IdentityKind::User, "arn:aws:iam::111111111111:user/ci", "ci", "111111111111");
    leaked.held = Some(Box::new(Held {
        account: "111111111111".into(),
        holding: Some(holding),
        gone: false,
        account_known: true,
        identity: Some(identity),
        standing: None,
        half: false,
        as_of: None,
    }));
    leaked
}

impl Sample {
    /// Adds a place in HEAD, brought by a commit of that day; each place has content of its own.
    pub fn at(self, path: &str, day: i64) -> Self {
        let n = u8::try_from(self.0.places.len()).expect("few places");
        self.with(path, day, "repo", n)
    }

    /// Adds a place in a repository, with content of that number.
    pub fn with(mut self, path: &str, day: i64, repository: &str, content: u8) -> Self {
        let content = ContentId::new(&[content; 20]).expect("20 bytes");
        let date = Time(day * 86_400);
        let appearance = Appearance {
            content,
            path: path.into(),
            mode: Some(0o644),
            introduced: Some(Introduction { commit: "c".repeat(40), author: "A <a@example.org>".into(), date }),
            in_head: Some(true),
            in_tree: false,
            refs: RefClasses::of(RefClass::Branch),
        };
        let span = Span { line: 1, column: 1, end_line: 1, end_column: 41 };
        let (target, lineage) = (repository.into(), repository.into());
        let wrapping = "".into();
        self.0.places.push(Place {
            target,
            lineage,
            this_run: true,
            appearance,
            wrapping,
            span,
            first_seen: date,
            mark: None,
            allow: None,
        });
        self
    }

    pub fn build(self) -> Known {
        self.0
    }
}
