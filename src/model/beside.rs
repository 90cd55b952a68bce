//! By which name a key and its certificate are known to belong together.

/// What a file name says of itself behind its last dots, and not of whom it is.
const ENDINGS: &[&str] = &["pem", "crt", "cer", "cert", "der", "key", "p8", "pk8"];
/// The same behind a hyphen, an underscore or a dot, or alone.
const PARTS: &[&str] = &["cert", "certificate", "key", "privkey", "private", "public", "fullchain", "chain", "crt"];

/// What two files have in common if one is meant to hold the key and the other the certificate: their folder, and their name without
/// the words that tell which of the two it is. `tls/svc.key` and `tls/svc.crt`, `privkey.pem` and `fullchain.pem`, `a-key.pem` and
/// `a-cert.pem`; one file that holds both, too.
pub fn beside(path: &str) -> String {
    let lower = path.to_ascii_lowercase();
    let (folder, mut name) = lower.rsplit_once('/').unwrap_or(("", &lower));
    while let Some((stem, _)) = name.rsplit_once('.').filter(|(_, ending)| ENDINGS.contains(ending)) {
        name = stem;
    }
    while let Some((stem, _)) = name.rsplit_once(['-', '_', '.']).filter(|(_, part)| PARTS.contains(part)) {
        name = stem;
    }
    let name = if PARTS.contains(&name) { "" } else { name };
    format!("{folder}/{name}")
}

#[cfg(test)]
mod tests {
    use super::beside;

    #[test]
    fn halves_of_a_pair_have_one_name() {
        for (key, certificate) in [
            ("tls/svc.key", "tls/svc.crt"),
            ("tls/svc.key.pem", "tls/svc.pem"),
            ("live/privkey.pem", "live/fullchain.pem"),
            ("a/b-key.pem", "a/b-cert.pem"),
            ("tls.key", "tls.crt"),
            ("server.key", "server.crt"),
            ("x/all.pem", "x/all.pem"),
        ] {
            assert_eq!(beside(key), beside(certificate), "{key}");
        }
    }

    #[test]
    fn others_have_not() {
        for (key, other) in
            [("tls/a.key", "tls/b.crt"), ("a/svc.key", "b/svc.crt"), ("tls/svc.key", "tls/svc2.pem"), ("tls/svc.key", "tls/ca.crt")]
        {
            assert_ne!(beside(key), beside(other), "{key}");
        }
    }
}
