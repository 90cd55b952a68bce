//! What a document inherits from the one it was copied from, and which stretches still need a look.
//!
//! Whether a candidate stands is decided by the bytes from one before its literal to its last followed byte. Where all of them
//! lie inside a copied stretch, it stands here if it stood there. Everything else begins near a gap or a seam and is scanned.

use std::ops::Range;

use super::anchor::{Anchors, Candidate};

/// A stretch copied from the base document: start in base, start here, length.
pub type Copied = (u32, u32, u32);

/// The candidates of the base that lie wholly inside copied stretches, moved to where they lie here; in order.
pub fn inherit(base: &[Candidate], copies: &[Copied], anchors: impl Fn(u16) -> usize, heirs: &mut Vec<Candidate>) {
    if base.is_empty() {
        return;
    }
    for (there, here, len) in copies {
        let first = base.partition_point(|candidate| candidate.at <= *there);
        let end = there.saturating_add(*len);
        let inside = base[first..].iter().take_while(|candidate| candidate.at < end);
        let whole = inside.filter(|candidate| u64::from(candidate.at) + anchors(candidate.anchor) as u64 <= u64::from(end));
        heirs.extend(whole.map(|candidate| {
            // What was seen of a candidate there holds here as far as all that was looked at was copied.
            let margin = u32::from(candidate.barren) * Candidate::UNIT;
            let left = (*there == 0 && *here == 0) || candidate.at >= there.saturating_add(margin);
            let same = left && candidate.at.saturating_add(margin) <= end;
            Candidate { at: candidate.at - there + here, barren: if same { candidate.barren } else { 0 }, ..*candidate }
        }));
    }
}

/// The stretches in which candidates begin that no copy holds wholly, ascending and apart; `window` is the longest candidate.
pub fn fresh(len: usize, copies: &[Copied], window: usize, stretches: &mut Vec<Range<usize>>) {
    stretches.clear();
    let mut done = 0_usize;
    for (_, here, copied) in copies {
        let start = *here as usize;
        widen(stretches, done.saturating_sub(window)..start + 1, len);
        done = start + *copied as usize;
    }
    widen(stretches, done.saturating_sub(window)..len, len);
}

/// Adds a stretch, joined with the last one if they touch.
fn widen(stretches: &mut Vec<Range<usize>>, stretch: Range<usize>, len: usize) {
    let stretch = stretch.start..stretch.end.min(len);
    match stretches.last_mut() {
        Some(last) if stretch.start <= last.end => last.end = last.end.max(stretch.end),
        _ if stretch.is_empty() => {}
        _ => stretches.push(stretch),
    }
}

/// How far the widest anchor reaches from the start of its literal.
pub fn widest(anchors: &Anchors) -> usize {
    (0..anchors.list.len()).map(|anchor| anchors.window(anchor)).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::fresh;

    #[test]
    fn gaps_and_seams_are_fresh() {
        let mut stretches = Vec::new();
        fresh(1000, &[(0, 0, 400), (600, 400, 100), (0, 600, 400)], 10, &mut stretches);
        assert_eq!(stretches, [0..1, 390..401, 490..601, 990..1000]);
        fresh(10, &[], 10, &mut stretches);
        assert_eq!(stretches, vec![0..10]);
        fresh(0, &[], 10, &mut stretches);
        assert!(stretches.is_empty());
    }
}
