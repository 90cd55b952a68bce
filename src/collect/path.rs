/// Shows path bytes for people and for the record: valid UTF-8 as it is, other bytes as `\xNN`, so that two different
/// names stay different and every report is valid UTF-8. What is dangerous to a terminal is escaped by the face.
pub fn show_path(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        out.push_str(chunk.valid());
        for byte in chunk.invalid() {
            out.push_str("\\x");
            out.push_str(&data_encoding::HEXLOWER.encode(&[*byte]));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::show_path;

    #[test]
    fn what_is_not_utf8_is_spelled_out() {
        assert_eq!(show_path("grün/a.env".as_bytes()), "grün/a.env");
        assert_eq!(show_path(b"caf\xe9.env"), "caf\\xe9.env");
    }
}
