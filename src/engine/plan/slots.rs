//! Where the literals are found that may stand around a hot place: by the hash of the bytes around it.

use super::{Choice, Planned};
use crate::engine::tables::{KEY_WORDS, KEYS, SLOTS, Window, bits_of, slot_of};

/// Files the windows by their keys, in each spelling that has a hash of its own.
pub(super) fn fill(literals: &[Planned], entries: &[(&Choice, usize)]) -> (Vec<u64>, Vec<u16>, Vec<Window>) {
    let mut keys = vec![0_u64; KEY_WORDS];
    let mut filed = Vec::new();
    for (choice, bucket) in entries {
        let window = window(&literals[choice.literal], choice, *bucket);
        let key = &KEYS[*bucket];
        for around in spellings(&window, literals[choice.literal].ignore_case && !key.folds()) {
            let hash = key.hash(around);
            bits_of(hash).iter().for_each(|bit| keys[bit / 64] |= 1 << (bit % 64));
            filed.push((slot_of(hash), window));
        }
    }
    filed.sort_by_key(|(slot, window)| (*slot, window.literal, window.offset));
    // Two spellings may share a slot.
    filed.dedup_by_key(|(slot, window)| (*slot, window.literal, window.offset));
    let (mut slots, mut windows) = (vec![0_u16; SLOTS], vec![Window::END]);
    for group in filed.chunk_by(|a, b| a.0 == b.0) {
        slots[group[0].0] = u16::try_from(windows.len()).expect("literals are numbered in 16 bits");
        windows.extend(group.iter().map(|(_, window)| *window));
        windows.push(Window::END);
    }
    (keys, slots, windows)
}

/// What may stand around a hot place where the literal of a window does, in the bytes of its key.
fn spellings(window: &Window, any_case: bool) -> Vec<u64> {
    let key = &KEYS[usize::from(window.bucket)];
    if !any_case {
        return vec![window.value];
    }
    (key.first..key.first + key.count).fold(vec![window.value], |texts, place| {
        let bit = 0x20 << (8 * place);
        // Of a letter the window holds the large form, and does not ask for the bit of its case.
        let cased = window.mask & bit == 0;
        texts.into_iter().flat_map(|text| [Some(text), cased.then_some(text | bit)].into_iter().flatten()).collect()
    })
}

fn window(literal: &Planned, choice: &Choice, bucket: usize) -> Window {
    let (mut value, mut mask) = (0_u64, 0_u64);
    for index in 0..8 {
        if let Some(byte) = usize::try_from(choice.offset - 3 + index).ok().and_then(|place| literal.bytes.get(place)) {
            let bits = if literal.ignore_case && byte.is_ascii_alphabetic() { 0xdf } else { 0xff };
            value |= u64::from(byte & bits) << (8 * index);
            mask |= u64::from(bits) << (8 * index);
        }
    }
    let start = 3 - choice.offset;
    let whole = start >= 0 && start + literal.bytes.len() as i32 <= 8;
    Window { value, mask, literal: choice.literal as u16, offset: choice.offset as i8, bucket: bucket as u8, whole }
}
