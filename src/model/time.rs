use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// A moment: seconds since 1970-01-01T00:00:00Z. Nobody below `cli/` asks for the present one; it is an argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub i64);

/// Seconds in a day.
const DAY: i64 = 86_400;

impl Time {
    /// Whole days from `self` to `later`, rounded down; negative when `later` lies before.
    pub fn days_until(self, later: Self) -> i64 {
        later.0.saturating_sub(self.0).div_euclid(DAY)
    }

    /// The moment `days` later.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        Self(self.0.saturating_add(days.saturating_mul(DAY)))
    }

    /// The calendar day in UTC, `2026-11-24`; the raw seconds where no calendar reaches.
    pub fn date(self) -> String {
        jiff::Timestamp::from_second(self.0).map_or_else(|_| self.0.to_string(), |t| t.strftime("%Y-%m-%d").to_string())
    }

    /// Reads a calendar day (`2026-11-24`): its first second in UTC.
    pub fn parse_day(text: &str) -> Option<Self> {
        let plain = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        plain.then(|| Self::parse(&format!("{text}T00:00:00Z"))).flatten()
    }

    /// Reads RFC 3339 (`2026-11-24T00:00:00Z`).
    pub fn parse(text: &str) -> Option<Self> {
        text.parse::<jiff::Timestamp>().ok().map(|t| Self(t.as_second()))
    }
}

/// RFC 3339 in UTC, whole seconds; the raw seconds where no calendar reaches (git accepts any number).
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_second(self.0) {
            Ok(t) => write!(f, "{t}"),
            Err(_) => write!(f, "{}", self.0),
        }
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        let raw = || text.parse().ok().map(Self);
        Self::parse(&text).or_else(raw).ok_or_else(|| D::Error::custom(format!("`{text}` is no moment")))
    }
}

#[cfg(test)]
mod tests {
    use super::Time;

    #[test]
    fn a_day_counts_when_it_is_over() {
        let start = Time(1_000_000);
        assert_eq!(start.days_until(Time(1_000_000 + 86_399)), 0);
        assert_eq!(start.days_until(Time(1_000_000 + 86_400)), 1);
        assert_eq!(start.days_until(Time(999_999)), -1);
    }

    #[test]
    fn a_day_is_a_day_of_the_calendar() {
        assert_eq!(Time::parse_day("1970-01-02"), Some(Time(86_400)));
        assert!(
            ["2026-02-30", "2026-2-3", "26-02-03", "tomorrow", "2026-02-03Z", "+002026-01"].iter().all(|t| Time::parse_day(t).is_none())
        );
    }

    #[test]
    fn absurd_times_still_print() {
        assert_eq!(Time(i64::MAX).to_string(), i64::MAX.to_string());
        assert_eq!(Time(0).to_string(), "1970-01-01T00:00:00Z");
        assert_eq!(Time::parse("1970-01-02T00:00:00Z"), Some(Time(86_400)));
    }
}
