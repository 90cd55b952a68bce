/// What was observed for and against a value being a credential: a set whose members `engine::judge` names and weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Observed(u128);

impl Observed {
    /// Adds a member, by its number below 128.
    pub fn insert(&mut self, member: u8) {
        self.0 |= 1 << member;
    }

    /// All members, the lowest first.
    pub fn members(self) -> impl Iterator<Item = u8> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let member = (rest != 0).then(|| u8::try_from(rest.trailing_zeros()).expect("of 128 bits"));
            rest &= rest.wrapping_sub(1);
            member
        })
    }

    /// Whether a member is in the set.
    pub fn has(self, member: u8) -> bool {
        self.0 >> member & 1 == 1
    }
}
