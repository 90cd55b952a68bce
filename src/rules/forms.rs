//! The forms in which a name is given a value: what the laws try on each context rule.

/// `acme`, `Acme` and `ACME` stand for the word, `V` for the value.
pub const FORMS: &[&str] = &[
    "acme_token: V",
    "acme_key=V\n",
    "ACME_TOKEN=V",
    "export ACME_API_KEY=\"V\"",
    "const acmeToken = \"V\";",
    "acmeToken := `V`",
    "System.setProperty(\"ACME_TOKEN\", \"V\")",
    "\"acme-api-key\" => \"V\"",
    "{\"acme_token\":\"V\"}",
    "\"{\\\"acme_token\\\":\\\"V\\\",\\n\\\"",
    "acmeKey = @\"V\"",
    "acme_key ::= \"V\"",
    "acme.token = <V>",
    "<acmeToken>V</acmeToken>",
    "<add key=\"AcmeToken\" value=\"V\"/>",
    "acme_TOKEN ?= \"V\"",
    "run --acme-token V --verbose",
    "acme token V",
    "acme SECRET V",
    "acme private access key\nV",
    "acme.init(\"V\")",
    "new Acme(\"V\")",
    "new AcmeClient({ apiKey: \"V\" })",
    "// acme: V",
    "'acme_key', 'V'",
    "acme-SECRET=V",
    "acme-key acme key V",
    "env('ACME_API','V')",
    "  - name: ACME_TOKEN\n    value: V\n",
    "[acme]\napi_key = V\n",
    "<key>AcmeToken</key>\n  <string>V</string>",
    "os.environ[\"ACME_KEY\"] = 'V'",
    "acmeKey: string = 'V'",
    "ACME_KEY = process.env['ACME_KEY'] || \"V\"",
    "// as acme_key: V.\n",
    "https://api.acme.com/v1/things?limit=10&api_key=V",
];

/// Puts word and value into a form.
pub fn fill(form: &str, word: &str, value: &[u8]) -> Vec<u8> {
    let capital: String = word.chars().take(1).flat_map(char::to_uppercase).chain(word.chars().skip(1)).collect();
    let (mut filled, mut rest) = (Vec::new(), form);
    while let Some(letter) = rest.chars().next() {
        let known = [("acme", word), ("Acme", &capital), ("ACME", &word.to_uppercase())]
            .into_iter()
            .find_map(|(sign, text)| Some((rest.strip_prefix(sign)?, text.as_bytes().to_vec())));
        let inside = filled.last().is_some_and(u8::is_ascii_alphabetic);
        let sign = rest.strip_prefix('V').filter(|next| !inside && !next.starts_with(char::is_alphabetic));
        let known = known.or_else(|| Some((sign?, value.to_vec())));
        let (next, bytes) = known.unwrap_or_else(|| (&rest[letter.len_utf8()..], letter.to_string().into_bytes()));
        filled.extend(bytes);
        rest = next;
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::fill;

    #[test]
    fn word_and_value_are_put_in() {
        assert_eq!(fill("x ACME_VAR: acme Acme V;", "zed", b"12"), b"x ZED_VAR: zed Zed 12;");
        assert_eq!(fill("ENV[V]", "zed", b"12"), b"ENV[12]");
    }
}
