use std::fmt;

/// Why an account cannot be read at all, and what may help.
#[derive(Debug)]
pub struct Trouble {
    what: String,
    /// What to do about it.
    pub hint: Option<&'static str>,
}

impl Trouble {
    /// What is wrong.
    pub(super) fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), hint: None }
    }

    /// What to do about it.
    pub(super) fn hint(self, hint: &'static str) -> Self {
        Self { hint: Some(hint), ..self }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl std::error::Error for Trouble {}
