use super::Trouble;

/// What stands behind `aws:`: a profile, and the regions whose services are read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// The profile in AWS's own configuration; `None` for the standard one.
    pub profile: Option<String>,
    /// The regions; empty for the one of the profile.
    pub regions: Vec<String>,
}

impl Place {
    /// Reads `[PROFILE][@REGION[,REGION…]]`.
    pub fn parse(text: &str) -> Result<Self, Trouble> {
        // A profile may be named after an address, a region never has an `@`.
        let (profile, regions) = text.rsplit_once('@').unwrap_or((text, ""));
        let regions: Vec<String> = regions.split(',').map(str::trim).filter(|r| !r.is_empty()).map(str::to_owned).collect();
        match regions.iter().find(|region| !is_region(region)) {
            Some(odd) => Err(Trouble::new(format!("`{odd}` is not the name of a region")).hint("write aws:PROFILE@eu-west-1,us-east-1")),
            None => Ok(Self { profile: Some(profile.to_owned()).filter(|p| !p.is_empty()), regions }),
        }
    }
}

/// Whether a word can be the name of a region: it becomes a part of a host's name.
pub(super) fn is_region(word: &str) -> bool {
    word.len() <= 32
        && word.contains('-')
        && !word.starts_with('-')
        && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::Place;

    #[test]
    fn profile_and_regions_may_each_be_missing() {
        let place = |text: &str| Place::parse(text).ok().map(|p| (p.profile.unwrap_or_default(), p.regions.join("+")));
        assert_eq!(place(""), Some((String::new(), String::new())));
        assert_eq!(place("prod"), Some(("prod".into(), String::new())));
        assert_eq!(place("@eu-west-1"), Some((String::new(), "eu-west-1".into())));
        assert_eq!(place("me@example.org@eu-west-1,us-east-1"), Some(("me@example.org".into(), "eu-west-1+us-east-1".into())));
    }

    #[test]
    fn a_region_can_not_lead_to_another_host() {
        for odd in ["@evil.example/-", "@eu-west-1#x", "@EU-WEST-1", "@-eu", "me@example.org"] {
            assert!(Place::parse(odd).is_err(), "{odd}");
        }
    }
}
