//! Constants that look like keys and are no secrets: their makers publish them, and every copy of a program or emulator has them.
//!
//! They are known by digest, so that none stands here.

/// The first eight bytes of the BLAKE3 digests, sorted.
const PUBLISHED: &[u64] = &[
    0x725f_2f7a_14ed_eb58, // the Google Cloud command line's OAuth client
    0x7ce5_a460_482d_33c6, // the OAuth client of its application default credentials
    0xc26e_f92d_14ad_80f6, // the Gemini command line's OAuth client
    0xd410_8a2a_2f94_4066, // the Cosmos DB emulator's key
    0xe832_2be1_fa3e_0aa3, // the Azurite storage emulator's key
];

/// Whether a secret is such a constant.
pub(in crate::engine) fn known(secret: &[u8]) -> bool {
    let digest = blake3::hash(secret);
    let first = digest.as_bytes().first_chunk().map_or(0, |first| u64::from_be_bytes(*first));
    PUBLISHED.binary_search(&first).is_ok()
}

#[cfg(test)]
mod tests {
    use super::{PUBLISHED, known};

    #[test]
    fn the_table_is_sorted() {
        assert!(PUBLISHED.is_sorted());
    }

    #[test]
    fn other_values_are_not_known() {
        assert!(!known(b"") && !known(b"hushhush"));
    }
}
