//! How much work hostile parameters may make.

/// Rounds that deriving keys of passwords may take for one store, all together: a second or so.
const MOST: u64 = 4_000_000;

/// What is left of it.
pub(super) struct Work(u64);

impl Work {
    /// All of it.
    pub fn new() -> Self {
        Self(MOST)
    }

    /// Pays for some rounds; `None` where they are more than is left.
    pub fn pay(&mut self, rounds: u64) -> Option<()> {
        self.0 = self.0.checked_sub(rounds.max(1))?;
        Some(())
    }
}
