//! Marvin32, the checksum that Microsoft puts into the keys of its services (`SymCrypt`, "Marvin32").

/// One round: additions, rotations and exclusive-ors over two words.
fn round((mut low, mut high): (u32, u32)) -> (u32, u32) {
    high ^= low;
    low = low.rotate_left(20).wrapping_add(high);
    high = high.rotate_left(9) ^ low;
    low = low.rotate_left(27).wrapping_add(high);
    (low, high.rotate_left(19))
}

/// The two words after all of `data` and its padding (`0x80`, then zeros).
fn words(data: &[u8], seed: u64) -> (u32, u32) {
    let start = (u32::try_from(seed & 0xffff_ffff).expect("masked to 32 bits"), u32::try_from(seed >> 32).expect("shifted to 32 bits"));
    let (chunks, rest) = data.as_chunks::<4>();
    let state = chunks.iter().fold(start, |(low, high), chunk| round((low.wrapping_add(u32::from_le_bytes(*chunk)), high)));
    let mut last = [0; 4];
    last[..rest.len()].copy_from_slice(rest);
    last[rest.len()] = 0x80;
    round(round((state.0.wrapping_add(u32::from_le_bytes(last)), state.1)))
}

/// The checksum, folded to 32 bits as the identifiable keys carry it.
pub(super) fn checksum(data: &[u8], seed: u64) -> u32 {
    let (low, high) = words(data, seed);
    low ^ high
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn the_published_vectors_hold() {
        let vectors: &[(u64, &[u8], u64)] = &[
            (0xd53c_d9ce_cd08_93b7, b"abc", 0x22c7_4339_4927_69bf),
            (0x0ddd_deee_efff_f000, b"abcdefghijklmnopqrstuvwxyz", 0xa128_eb7e_7260_aca2),
            (0x004f_b61a_001b_dbcc, b"", 0x30ed_35c1_00cd_3c7d),
            (0x004f_b61a_001b_dbcc, b"\xaf", 0x48e7_3fc7_7d75_ddc1),
            (0x004f_b61a_001b_dbcc, b"\xe7\x0f", 0xb5f6_e1fc_485d_bff8),
            (0x804f_b61a_001b_dbcc, b"\x15\x3f\xb7\x98\x26", 0x0a06_114b_1346_4dbd),
        ];
        for (seed, data, expected) in vectors {
            let (low, high) = words(data, *seed);
            assert_eq!(u64::from(high) << 32 | u64::from(low), *expected, "{data:?}");
        }
    }
}
