//! Which earlier document a document was made from, in the words of [`Kin`](crate::model::Kin).
//!
//! A desk remembers one document a depth: the last that it was given there. A base can be named only while it is still
//! that one, and a base that was never given (too large, known from another pack) cannot be named at all. A wrong kin
//! would lose findings, so this is kept as the desk keeps it.

/// Git makes chains of 50 deltas, and never more than 4095. Deeper ones stand alone, so that no desk has to remember more.
const DEEPEST: usize = 256;

/// What the desk remembers: the position of the last document at each depth.
#[derive(Default)]
pub struct Kinship(Vec<u32>);

impl Kinship {
    /// The depth at which a document made from `base` is to be given, and whether it may lean on its base.
    pub fn enter(&mut self, position: u32, base: Option<u32>) -> (usize, bool) {
        let known = base.and_then(|base| self.0.iter().rposition(|last| *last == base)).filter(|depth| depth + 1 < DEEPEST);
        let depth = known.map_or(0, |depth| depth + 1);
        match self.0.get_mut(depth) {
            Some(last) => *last = position,
            None => self.0.push(position),
        }
        (depth, known.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::Kinship;

    #[test]
    fn a_base_that_was_overwritten_is_not_named() {
        let mut kin = Kinship::default();
        assert_eq!(kin.enter(1, None), (0, false));
        assert_eq!(kin.enter(2, Some(1)), (1, true));
        assert_eq!(kin.enter(3, Some(2)), (2, true));
        assert_eq!(kin.enter(4, Some(1)), (1, true));
        // 9 was never given: 5 stands alone and takes depth 0, so 1 is gone for its other children.
        assert_eq!(kin.enter(5, Some(9)), (0, false));
        assert_eq!(kin.enter(6, Some(4)), (2, true));
        assert_eq!(kin.enter(7, Some(1)), (0, false));
    }
}
