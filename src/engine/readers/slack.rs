//! Tokens and webhooks of Slack: they name the workspace, the app or the bot.

use super::{Found, Reading};

/// Takes what the form tells: numbers of a token, ids of a webhook.
pub(super) fn read(found: &Found<'_>) -> Reading {
    let whole = String::from_utf8_lossy(&found.whole()[..found.whole().len().min(1024)]);
    let secret = String::from_utf8_lossy(&found.secret()[..found.secret().len().min(1024)]);
    match whole.split_once("hooks.slack.com/") {
        Some((_, path)) => webhook(path),
        None if secret.starts_with("xapp-") => app(&secret),
        None => token(&secret),
    }
}

/// `services/T…/B…/secret`, `workflows/T…/A…/id/secret`, `triggers/T…/id/secret`.
fn webhook(path: &str) -> Reading {
    let ids: Vec<&str> = path.split('/').skip(1).take_while(|part| id(part)).take(2).collect();
    let mut reading = Reading::default();
    reading.note_some("team", ids.iter().find(|id| id.starts_with(['T', 'E'])));
    reading.note_some("app", ids.iter().find(|id| id.starts_with('A')));
    reading.note_some("integration", ids.iter().find(|id| id.starts_with('B')));
    if !ids.is_empty() {
        reading.name(ids.join("/"));
    }
    reading
}

/// An id of Slack: a letter and up to a dozen of upper case and digits.
fn id(part: &str) -> bool {
    (8..=13).contains(&part.len())
        && part.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        && part.starts_with(['T', 'E', 'A', 'B'])
}

/// `xapp-1-<app>-<number>-<secret>`.
fn app(secret: &str) -> Reading {
    let mut reading = Reading::default();
    if let Some(app) = secret.split('-').nth(2).filter(|part| id(part)) {
        reading.note("app", app);
        reading.name(app);
    }
    reading
}

/// `xoxb-<team>-<bot>-<secret>`, `xoxp-<team>-<user>-…-<secret>`: the first two numbers.
fn token(secret: &str) -> Reading {
    let mut reading = Reading::default();
    let number = |part: &&str| (8..=14).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    let numbers: Vec<&str> = secret.split('-').skip(1).take_while(number).take(2).collect();
    reading.note_some("team-number", numbers.first());
    reading.note_some("user-number", numbers.get(1));
    if numbers.len() == 2 {
        reading.name(numbers.join("-"));
    }
    reading
}

#[cfg(test)]
mod tests {
    use super::{super::alone, read};

    #[test]
    fn tokens_apps_and_webhooks_name_their_owner() {
        let bot = ["xoxb", "123456789012", "210987654321", &"hush".repeat(6)].join("-");
        assert_eq!(read(&alone(bot.as_bytes())).handle.as_deref(), Some("123456789012-210987654321"));
        let app = ["xapp", "1", "A0123456789", "1234567890123", &"hush".repeat(16)].join("-");
        assert_eq!(read(&alone(app.as_bytes())).attributes["app"], "A0123456789");
        let hook = ["https://hooks.slack.com/services", "T01234567", "B01234567", &"hush".repeat(6)].join("/");
        let reading = read(&alone(hook.as_bytes()));
        assert_eq!((reading.attributes["team"].as_str(), reading.attributes["integration"].as_str()), ("T01234567", "B01234567"));
        assert!(!format!("{reading:?}").contains("hush"));
    }
}
