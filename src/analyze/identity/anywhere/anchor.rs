//! What IAM Roles Anywhere has in force, as resources of an inventory.

use crate::{
    analyze::identity::{Member, Roster},
    model::{Privilege, Time, entity::Resource},
};

/// So many certificates of one anchor are looked at: its inspector tells no more.
const AUTHORITIES: usize = 20;

/// The trust anchors that count.
pub(super) fn anchors(roster: &Roster) -> impl Iterator<Item = &Resource> {
    enabled(roster, ":trust-anchor/")
}

/// The profiles that count.
pub(super) fn profiles(roster: &Roster) -> impl Iterator<Item = Profile<'_>> {
    enabled(roster, ":profile/").map(|resource| Profile { resource })
}

/// What is in force of a sort; what does not say whether it is, is.
pub(super) fn enabled<'r>(roster: &'r Roster, sort: &'static str) -> impl Iterator<Item = &'r Resource> {
    let all = roster.belongings.values().filter(move |one| one.uri.contains(":rolesanywhere:") && one.uri.contains(sort));
    all.filter(|one| one.says(Resource::ENABLED) != Some(false))
}

/// What its owners call something.
pub(super) fn name(resource: &Resource) -> &str {
    resource.attributes.get(Resource::NAME).map_or_else(|| resource.uri.rsplit('/').next().unwrap_or_default(), String::as_str)
}

/// A certificate of a trust anchor.
#[derive(Clone, Copy)]
pub(super) struct Authority<'r> {
    anchor: &'r Resource,
    number: usize,
}

impl<'r> Authority<'r> {
    /// The certificates that an anchor has itself.
    pub fn of(anchor: &'r Resource) -> impl Iterator<Item = Self> {
        (0..AUTHORITIES).map(move |number| Self { anchor, number }).filter(|one| one.says("subject").is_some())
    }

    /// What is told of it under a name.
    pub fn says(&self, name: &str) -> Option<&'r str> {
        self.anchor.attributes.get(&format!("authority-{}-{name}", self.number)).map(String::as_str)
    }

    /// When it ends.
    pub fn expires(&self) -> Option<Time> {
        self.says("expires").and_then(Time::parse)
    }
}

/// What certificates open.
pub(super) struct Profile<'r> {
    /// As the inventory tells it.
    pub resource: &'r Resource,
}

impl<'r> Profile<'r> {
    /// The roles that it opens.
    pub fn roles(&self) -> impl Iterator<Item = &'r str> {
        self.resource.attributes.get("roles").into_iter().flat_map(|roles| roles.split(", "))
    }

    /// The strongest of its roles of which an inventory tells what it may do.
    pub fn strongest(&self, roster: &'r Roster) -> Option<(&'r Member, Privilege)> {
        let known = self.roles().filter_map(|role| roster.members.get(role));
        let powers = known.filter_map(|role| Some((role, role.standing.as_ref().filter(|standing| standing.is_known())?.privilege)));
        powers.max_by_key(|(_, privilege)| *privilege)
    }
}
