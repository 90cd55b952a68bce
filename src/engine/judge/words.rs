//! Words that speak for or against a name or a value.

use std::{collections::HashSet, sync::LazyLock};

use aho_corasick::AhoCorasick;

/// Some words, looked up by all of them at once.
pub type Words = LazyLock<HashSet<&'static str>>;
/// Parts of texts, looked for all at once.
pub type Parts = LazyLock<AhoCorasick>;

fn words(list: &'static str) -> HashSet<&'static str> {
    list.split(", ").collect()
}

fn parts(list: &[&str]) -> AhoCorasick {
    AhoCorasick::new(list).expect("some short texts make a small automaton")
}

/// See [`ABOUT_WORDS`].
pub static ABOUT: Words = LazyLock::new(|| words(ABOUT_WORDS));
/// See [`EXTENSION_WORDS`].
pub static EXTENSIONS: Words = LazyLock::new(|| words(EXTENSION_WORDS));
/// See [`VALUES_WORDS`].
pub static VALUES: Words = LazyLock::new(|| words(VALUES_WORDS));
/// See [`DIGESTED_WORDS`].
pub static DIGESTED: Words = LazyLock::new(|| words(DIGESTED_WORDS));
/// See [`PUBLIC_WORDS`].
pub static PUBLIC: Words = LazyLock::new(|| words(PUBLIC_WORDS));
/// See [`MADE_UP_WORDS`].
pub static MADE_UP: Words = LazyLock::new(|| words(MADE_UP_WORDS));
/// See [`STRONG_WORDS`].
pub static STRONG: Words = LazyLock::new(|| words(STRONG_WORDS));
/// See [`SAMPLES_WORDS`].
pub static SAMPLES: Words = LazyLock::new(|| words(SAMPLES_WORDS));
/// See [`HOLE_PARTS`].
pub static HOLES: Parts = LazyLock::new(|| parts(HOLE_PARTS));
/// See [`CREDENTIAL_PARTS`].
pub static CREDENTIALS: Parts = LazyLock::new(|| parts(CREDENTIAL_PARTS));
/// See [`FETCHING_PARTS`].
pub static FETCHING: Parts = LazyLock::new(|| parts(FETCHING_PARTS));
/// See [`TEMPLATE_PARTS`].
pub static TEMPLATES: Parts = LazyLock::new(|| parts(TEMPLATE_PARTS));
/// See [`PUBLIC_KEY_PARTS`].
pub static PUBLIC_KEYS: Parts = LazyLock::new(|| parts(PUBLIC_KEY_PARTS));

/// Words of a name after which its value is not the credential but something about it.
const ABOUT_WORDS: &str = "\
    id, ids, name, names, path, file, filename, url, uri, type, types, field, fields, length, len, size, label, policy, \
    algorithm, alg, placeholder, hint, message, msg, error, err, regex, regexp, pattern, min, max, expiry, expires, expired, \
    expiration, count, ttl, format, param, params, parameter, header, headers, prefix, suffix, column, col, index, idx, title, \
    text, description, desc, help, tip, tooltip, link, page, form, input, view, state, status, strength, rule, rules, validator, \
    validation, endpoint, version, usage, info, location, dir, store, class, selector, event, action, mode, method, encoding, \
    encoder, provider, source, ref, arn, map, list, table, schema, model, factory, manager, service, handler, callback, fn, func, \
    function, required, enabled, disabled, visible, timeout, interval, date, time, age, limit, attempts, retries, reset, changed, \
    updated, created, issuer, audience, scope, scopes, host, port, user, username, env, var, command, cmd, management, checks, \
    check, codes, words, kinds, parts, forms, prefixes, suffixes, settings, configuration, prompt, question, template, html, css, \
    icon, image, color, key_name, separator, delimiter, algo";

/// Last parts of a name that hold the credential named before them: `password.value`, `TOTP.new`.
const VALUES_WORDS: &str = "\
    new, of, from, value, default, data, text, plain, string, current, prod, production, dev, development, test, staging, live, \
    sid, main, root, admin";

/// Words of a name that say that its value was made unreadable or stands for another one.
const DIGESTED_WORDS: &str = "\
    hash, hashed, digest, checksum, sha, md, integrity, etag, encrypted, sealed, cipher, ciphertext, crypted, fingerprint, \
    thumbprint, nonce, salt";

/// Words of a name that say that a key, token or auth is public or no credential at all.
const PUBLIC_WORDS: &str = "\
    public, pub, primary, foreign, partition, sort, cache, routing, group, join, parent, child, unique, composite, i18n, \
    translation, locale, lang, board, word, words, frame, hot, short, shortcut, press, down, up, next, page, pagination, \
    publishable, site, sitekey, metadata, row, column, dict, attribute, property, prop, lookup, query, filter, event, label, \
    registry, reg, lock, mutex, csrf, xsrf, antiforgery, tokenizer, lexer, parser, syntax, keyboard, iv, callback, measurement, \
    tracking";

/// Words of a name that say that its value is made up, or that it is meant not to fit.
const MADE_UP_WORDS: &str = "\
    fake, dummy, bogus, mock, mocked, wrong, invalid, incorrect, bad, mismatch, mismatched, mismatching, matching, placeholder";

/// Words of a name that make it certain that a credential is meant.
const STRONG_WORDS: &str = "\
    api, access, client, secret, private, priv, signing, sign, encryption, encrypt, aes, hmac, jwt, auth, oauth, bearer, refresh, \
    session, app, master, root, admin, db, database, mysql, postgres, postgresql, redis, mongo, mongodb, rabbitmq, ldap, smtp, \
    mail, ftp, ssh, aws, azure, gcp, google, github, gitlab, slack, stripe, twilio, consumer, shared, webhook, deploy, license, \
    storage, account, service, cookie, security, token, user, proxy, keystore, truststore, wifi, bot, personal, connection, sas";

/// Values that stand for a password in examples: compared without case, after digits and signs at either end are taken off.
const SAMPLES_WORDS: &str = "\
    password, passwd, passw, pass, pwd, passwort, passphrase, secret, secrets, mysecret, my-secret, my_secret, topsecret, \
    supersecret, super-secret, verysecret, mypassword, my-password, my_password, mypass, yourpassword, your_password, \
    your-password, userpassword, user_password, testpassword, test_password, test-password, newpassword, new_password, \
    new-password, oldpassword, old_password, newpass, oldpass, newpasswd, testpass, test_pass, pw, psw, test, tests, testing, \
    tester, foo, bar, baz, qux, foobar, foobarbaz, quux, doe, john, alice, bob, changeme, change-me, change_me, change, changeit, \
    example, sample, demo, dummy, fake, mock, placeholder, todo, fixme, xxx, xxxx, abc, abcd, abcdef, abcdefg, abcdefgh, asdf, \
    asdfgh, qwerty, letmein, hello, world, hello world, value, string, str, text, token, key, apikey, api_key, api-key, mytoken, \
    my_token, my-token, mykey, my_key, my-key, access_token, accesstoken, auth_token, token_secret, client_secret, clientsecret, \
    access, user, username, admin:password, user:pass, user:password, username:password, none, null, nil, undefined, empty, \
    blank, default, required, optional, hidden, redacted, removed, masked, sensitive, true, false, yes, no, on, off, enabled, \
    disabled, invalid, valid, wrong, correct, incorrect, bad, good, wrongpassword, badpassword, something, anything, whatever, \
    stuff, thing, data, unknown, not set, notset, unset, n/a, na, tbd, any, root, bogus, blah, lorem, ipsum, credential, \
    credentials, auth, basic, bearer, shh, shhh, shhhh, rubbish, wibble, insecure, unsafe, temp, tmp, number, int, bool, boolean, \
    object, array, enter, type, input, label, name, private, public";

/// Parts of a value that only a placeholder has.
const HOLE_PARTS: &[&str] = &[
    "your",
    "<",
    "example",
    "changeme",
    "change_me",
    "change-me",
    "placeholder",
    "xxxx",
    "****",
    "....",
    "replace",
    "insert",
    "dummy",
    "redacted",
    "todo",
    "fixme",
    "todo:",
    "put_",
    "enter_",
    "enter-",
    "lorem",
    "sample",
    "not-a-real",
    "notreal",
    "not_real",
    "foobar",
    "fake",
    "goes-here",
    "goes_here",
    "random",
    "secret-here",
    "_here",
    "-here",
    "mock",
    "deadbeef",
    "undefined",
    "abcdefg",
    "1234567",
    "test-",
    "test_",
    "-test",
    "_test",
    "testtest",
    "…",
];

/// Parts of a value that speak of credentials.
const CREDENTIAL_PARTS: &[&str] = &[
    "password",
    "passwd",
    "secret",
    "token",
    "apikey",
    "api_key",
    "api-key",
    "credential",
    "passphrase",
    "accesskey",
    "access_key",
    "auth",
    "key",
];

/// Parts of the name of a function that fetches what it is called with.
const FETCHING_PARTS: &[&str] = &[
    "get",
    "env",
    "find",
    "lookup",
    "param",
    "prompt",
    "input",
    "read",
    "request",
    "format",
    "load",
    "fetch",
    "config",
    "select",
    "query",
    "column",
    "field",
    "translate",
    "trans",
    "label",
    "regex",
    "error",
    "print",
    "log",
    "len",
    "arg",
    "option",
    "flag",
    "i18n",
    "require",
    "import",
    "path",
    "url",
    "symbol",
];

/// Marks of a template in a value: what stands there is filled in elsewhere.
const TEMPLATE_PARTS: &[&str] = &["${", "{{", "}}", "$(", "#{", "%(", "<%", "%>", "{%", "@@", "$[", "[[", "((", "%s", "%d", "%v", "{}"];

/// What stands before a key that is public.
const PUBLIC_KEY_PARTS: &[&str] = &["publickey", "public_key", "public key", "public-key"];

/// Extensions of files: a value that ends with one is a file's name.
const EXTENSION_WORDS: &str = "\
    pem, key, crt, cer, cert, csr, p12, pfx, jks, keystore, der, pub, gpg, asc, json, yml, yaml, xml, toml, ini, env, conf, cfg, \
    cnf, properties, txt, md, pod, log, lock, csv, html, php, js, jsx, ts, tsx, vue, css, py, java, go, rs, rb, cs, c, h, cpp, \
    in, sh, sql, db, bin, dll, exe, so, png, svg, jpg, tar, gz, zip, jar, pdf";
