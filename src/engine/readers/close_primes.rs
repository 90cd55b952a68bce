//! RSA moduli whose primes lie close together, which Fermat's method takes apart at once (CVE-2022-26320).

use x509_parser::num_bigint::BigUint;

/// Steps of the method that are tried: the keys that were found in the wild fall at the first ones.
const STEPS: u32 = 64;
/// Moduli that are looked at, in bytes: smaller ones are weak anyhow, larger ones nobody uses.
const SIZES: std::ops::RangeInclusive<usize> = 64..=1025;

/// Whether the modulus is the product of two primes that lie close together.
pub(super) fn close(modulus: &[u8]) -> bool {
    let number = BigUint::from_bytes_be(modulus);
    if !SIZES.contains(&modulus.len()) || !number.bit(0) {
        return false;
    }
    let root = number.sqrt();
    if &root * &root == number {
        return true;
    }
    // n = m² - d²: for primes near the root of n the first m above it will do.
    let middle = root + 1_u32;
    let mut difference = &middle * &middle - &number;
    let mut step = middle * 2_u32 + 1_u32;
    (0..STEPS).any(|_| {
        let found = square(&difference);
        difference += &step;
        step += 2_u32;
        found
    })
}

/// Whether a number is a square. Most are none by their last digits.
fn square(number: &BigUint) -> bool {
    let digit = number.iter_u64_digits().next().unwrap_or(0) & 63;
    // The squares modulo 64.
    if 0x0202_0212_0203_0213_u64 >> digit & 1 == 0 {
        return false;
    }
    let root = number.sqrt();
    &root * &root == *number
}

#[cfg(test)]
mod tests {
    use x509_parser::num_bigint::BigUint;

    use super::{close, square};

    #[test]
    fn squares_are_known() {
        for number in 0..5_000_u32 {
            let root = number.isqrt();
            assert_eq!(square(&BigUint::from(number)), root * root == number, "{number}");
        }
    }

    #[test]
    fn odd_numbers_on_either_side_of_a_root_are_close_and_far_ones_are_not() {
        let base = (BigUint::from(1_u32) << 511_u32) + 12_345_u32;
        // The method needs no primes: any two odd factors of that distance are found.
        let product = |distance: BigUint| (&base * (&base + distance)).to_bytes_be();
        assert!(close(&product(BigUint::from(2_u32))) && close(&product(BigUint::from(1_u32) << 100_u32)));
        assert!(close(&product(BigUint::from(0_u32))));
        assert!(!close(&product(BigUint::from(1_u32) << 400_u32)));
        assert!(!close(&[]) && !close(&[0; 128]));
    }
}
