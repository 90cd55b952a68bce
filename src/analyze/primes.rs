//! RSA moduli that share a prime: whoever divides one by what it has in common with another knows both private keys.
//!
//! Each is compared with the product of all others at once, by trees of products and of remainders (Bernstein's batch GCD).

use x509_parser::num_bigint::BigUint;

/// Moduli that are looked at, in bytes: smaller ones are weak anyhow, larger ones nobody uses.
const SIZES: std::ops::RangeInclusive<usize> = 64..=1025;
/// Bytes of moduli that are compared at most, all together: a thousand keys of 2048 bits, for a second or two.
pub const MOST: usize = 256 << 10;

/// Which of these moduli, big-endian and each another one, have a prime in common with any other.
///
/// All or none are compared: `None` where they are too many.
pub fn shared(moduli: &[&[u8]]) -> Option<Vec<bool>> {
    let numbers: Vec<BigUint> = moduli.iter().map(|modulus| BigUint::from_bytes_be(modulus)).collect();
    let fit = |at: &usize| SIZES.contains(&moduli[*at].len()) && numbers[*at].bit(0);
    let compared: Vec<usize> = (0..moduli.len()).filter(fit).collect();
    if compared.iter().map(|at| moduli[*at].len()).sum::<usize>() > MOST {
        return None;
    }
    let mut found = vec![false; moduli.len()];
    let leaves: Vec<BigUint> = compared.iter().map(|at| numbers[*at].clone()).collect();
    for (at, rest) in compared.iter().zip(remainders(&leaves)) {
        let number = &numbers[*at];
        let common = divisor(number.clone(), rest / number);
        // Numbers that only look like moduli have small factors in common.
        found[*at] = common.bits() >= number.bits() / 4;
    }
    Some(found)
}

/// The product of all numbers, modulo the square of each.
fn remainders(numbers: &[BigUint]) -> Vec<BigUint> {
    let mut levels = vec![numbers.to_vec()];
    while let Some(last) = levels.last().filter(|last| last.len() > 1) {
        let next = last.chunks(2).map(|pair| pair.iter().product()).collect();
        levels.push(next);
    }
    let mut rest = levels.pop().unwrap_or_default();
    while let Some(level) = levels.pop() {
        rest = level.iter().enumerate().map(|(at, number)| &rest[at / 2] % (number * number)).collect();
    }
    rest
}

/// The greatest common divisor.
fn divisor(mut a: BigUint, mut b: BigUint) -> BigUint {
    while b.bits() > 0 {
        (a, b) = (b.clone(), a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use x509_parser::num_bigint::BigUint;

    use super::{MOST, shared};

    /// Numbers without large factors in common, primes but for the last.
    fn prime(n: u32) -> BigUint {
        let two = BigUint::from(2_u32);
        match n {
            0 => two.pow(255) - 19_u32,
            1 => two.pow(256) - 189_u32,
            2 => two.pow(256) + 297_u32,
            3 => two.pow(521) - 1_u32,
            _ => two.pow(256) - 357_u32,
        }
    }

    fn modulus(a: u32, b: u32) -> Vec<u8> {
        (prime(a) * prime(b)).to_bytes_be()
    }

    #[test]
    fn moduli_that_share_a_prime_are_found_and_others_are_not() {
        let all = [modulus(0, 1), modulus(2, 3), modulus(1, 4)];
        let all: Vec<&[u8]> = all.iter().map(Vec::as_slice).collect();
        assert_eq!(shared(&all), Some(vec![true, false, true]));
        assert_eq!((shared(&all[..2]), shared(&all[..1]), shared(&[])), (Some(vec![false, false]), Some(vec![false]), Some(vec![])));
    }

    #[test]
    fn what_only_looks_like_a_modulus_proves_nothing() {
        let small = [BigUint::from(3_u32) * prime(3), BigUint::from(3_u32) * prime(1) * prime(2)].map(|number| number.to_bytes_be());
        let odd: Vec<u8> = vec![0xff; 64];
        assert_eq!(shared(&[&small[0], &odd, &[]]), Some(vec![false, false, false]));
    }

    #[test]
    fn too_many_are_not_compared_at_all() {
        let one = vec![0xff; 1024];
        let all: Vec<&[u8]> = (0..=MOST / 1024).map(|_| one.as_slice()).collect();
        assert_eq!((shared(&all).is_none(), shared(&all[1..3]).is_some()), (true, true));
    }
}
