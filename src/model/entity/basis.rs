/// On what the word of an inventory rests. Where two speak of the same thing, `analyze::identity` says which counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// Somebody's notes of what was made, which may be out of date: a Terraform state.
    State,
    /// The account was asked: what AWS prints, live or saved.
    Account,
    /// What is to be made: a plan, a template.
    Plan,
}

impl Basis {
    /// All of them.
    const ALL: &[Self] = &[Self::State, Self::Account, Self::Plan];

    /// The one of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|basis| basis.name() == name)
    }

    /// The kebab-case name.
    pub fn name(self) -> &'static str {
        match self {
            Self::State => "state",
            Self::Account => "account",
            Self::Plan => "plan",
        }
    }
}
