//! Values whose characters repeat or follow in order.

/// One character, or two that take turns, or characters in order.
pub fn regular(value: &[u8]) -> bool {
    let distinct = distinct(value);
    let ascending = value.windows(2).filter(|pair| pair[1] == pair[0].wrapping_add(1) || (pair[0], pair[1]) == (b'9', b'0')).count();
    let descending = value.windows(2).filter(|pair| pair[0] == pair[1].wrapping_add(1)).count();
    distinct <= 2
        || vector(value)
        || permutation(value, distinct)
        || value.chunk_by(|a, b| a == b).any(|run| run.len() >= 12 || run.len() * 2 > value.len())
        || (value.len() >= 4 && (ascending.max(descending) + 1) * 10 >= value.len() * 8)
        || (value.len() >= 8 && distinct * 4 <= value.len() && value.len() <= 64 && distinct < 6)
        || periodic(value)
}

/// How many different bytes there are.
fn distinct(value: &[u8]) -> usize {
    let mut there = [0_u64; 4];
    value.iter().for_each(|byte| there[usize::from(byte / 64)] |= 1 << (byte % 64));
    there.iter().map(|word| word.count_ones() as usize).sum()
}

/// An alphabet in another order: no character twice, and so many that chance does not do that (64 letters: 6e-5 at 32).
fn permutation(value: &[u8], distinct: usize) -> bool {
    let letters =
        || value.iter().filter(|byte| byte.is_ascii_lowercase()).count().max(value.iter().filter(|byte| byte.is_ascii_uppercase()).count());
    distinct == value.len() && (distinct >= 32 || letters() == 26)
}

/// The same few characters again and again.
fn periodic(value: &[u8]) -> bool {
    (1..=value.len() / 2).take(12).any(|period| value.len() >= 6 && value.windows(period + 1).all(|window| window[0] == window[period]))
}

/// Whether a value spells bytes that follow in order, or nearly all of one kind, as test vectors do.
pub fn vector(value: &[u8]) -> bool {
    let (pairs, odd) = value.as_chunks::<2>();
    if !odd.is_empty() || pairs.len() < 8 || !value.iter().all(u8::is_ascii_hexdigit) {
        return false;
    }
    let number = |pair: &[u8; 2]| {
        pair.iter().fold(0_u8, |sum, byte| (sum << 4) | char::from(*byte).to_digit(16).map_or(0, |digit| u8::try_from(digit).unwrap_or(0)))
    };
    let steps = pairs.windows(2).filter(|two| number(&two[1]) == number(&two[0]).wrapping_add(1)).count();
    let most = pairs.iter().map(|pair| pairs.iter().filter(|other| *other == pair).count()).max().unwrap_or(0);
    (steps + 1) * 10 >= pairs.len() * 7 || most * 2 >= pairs.len()
}

#[cfg(test)]
mod tests {
    use super::regular;

    #[test]
    fn an_alphabet_in_another_order_is_regular_and_a_random_key_is_not() {
        assert!(regular(b"qazwsxedcrfvtgbyhnujmikolp"));
        let alphabet: Vec<u8> = (0..64_u8).map(|at| b'!' + at.wrapping_mul(27) % 64).collect();
        assert!(regular(&alphabet));
        assert!(!regular(b"qazwsxedcrfvtgbyhnujmikola"));
    }
}
