use std::collections::HashSet;

use super::{
    call::Call,
    refusal::{Refusal, Why},
    session::{Lost, Session},
    tree::Tree,
};

/// More pages than any account has.
const MOST: usize = 100_000;

/// How a service goes on from page to page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pager {
    /// The parameter that takes the marker.
    ask: &'static str,
    /// Where the answer tells it.
    told: &'static str,
    /// Where the answer says, apart from it, that there is more.
    more: Option<&'static str>,
}

/// IAM's way.
pub(super) const MARKER: Pager = Pager { ask: "Marker", told: "Marker", more: Some("IsTruncated") };
/// The way of services that answer in JSON, and of EC2.
pub(super) const NEXT_TOKEN: Pager = Pager { ask: "NextToken", told: "NextToken", more: None };
/// Lambda's way, and that of file systems.
pub(super) const NEXT_MARKER: Pager = Pager { ask: "Marker", told: "NextMarker", more: None };
/// The way of keys.
pub(super) const TRUNCATED: Pager = Pager { ask: "Marker", told: "NextMarker", more: Some("Truncated") };
/// The way of repositories of images.
pub(super) const NEXT_TOKEN_SMALL: Pager = Pager { ask: "nextToken", told: "nextToken", more: None };
/// The way of vaults of backups, which is not even the same in both directions.
pub(super) const NEXT_TOKEN_MIXED: Pager = Pager { ask: "nextToken", told: "NextToken", more: None };
/// The way of things with certificates.
pub(super) const NEXT_MARKER_SMALL: Pager = Pager { ask: "marker", told: "nextMarker", more: None };
/// The way of keys to interfaces.
pub(super) const POSITION: Pager = Pager { ask: "position", told: "position", more: None };
/// The way of buckets.
pub(super) const CONTINUATION: Pager = Pager { ask: "continuation-token", told: "ContinuationToken", more: None };

impl Session<'_> {
    /// Asks for page after page. `path` is where the documents lie, for what goes wrong. Pages that were read before something went wrong
    /// were handed to `each`.
    pub async fn pages(&self, pager: Pager, first: Call, subject: &str, path: &str, each: impl FnMut(Tree)) -> Result<(), Lost> {
        self.pages_in(&self.region, pager, first, subject, path, each).await
    }

    /// The same in a region.
    pub async fn pages_in(
        &self,
        region: &str,
        pager: Pager,
        first: Call,
        subject: &str,
        path: &str,
        mut each: impl FnMut(Tree),
    ) -> Result<(), Lost> {
        let mut seen = HashSet::new();
        let mut call = first.clone();
        loop {
            let mut page = self.ask_in(region, &call, subject, path).await?;
            let marker = match page.take(pager.told) {
                Some(Tree::Text(marker)) if !marker.is_empty() => Some(marker),
                _ => None,
            };
            let more = pager.more.map_or(marker.is_some(), |name| page.take(name) == Some(Tree::Bool(true)));
            each(page);
            if !more {
                return Ok(());
            }
            let Some(marker) = marker else {
                let what = "the pagination says that there is more, but gives no marker to go on with; the rest was not read";
                return self.lose(&call, subject, path, &Refusal::new(Why::Truncated, what));
            };
            if seen.len() == MOST || !seen.insert(marker.clone()) {
                let what = "the pagination repeats a marker that it gave before; what follows was not read";
                return self.lose(&call, subject, path, &Refusal::new(Why::Malformed, what));
            }
            call = first.clone().with(pager.ask, marker);
        }
    }

    /// All items that stand under `key` on all pages; those that were read before something went wrong, too.
    pub async fn list(&self, pager: Pager, call: Call, key: &str, subject: &str, path: &str) -> Vec<Tree> {
        self.list_told(pager, call, key, subject, path).await.0
    }

    /// The same, and whether those are all.
    pub async fn list_told(&self, pager: Pager, call: Call, key: &str, subject: &str, path: &str) -> (Vec<Tree>, bool) {
        let mut items = Vec::new();
        // What was lost is noted already.
        let told = self.pages(pager, call, subject, path, |mut page| items.append(&mut page.take_items(key))).await;
        (items, told.is_ok())
    }

    /// All items under `key` on all pages in a region; those that were read before something went wrong, too.
    pub async fn list_in(&self, region: &str, pager: Pager, call: Call, key: &str, path: &str) -> Vec<Tree> {
        let mut items = Vec::new();
        // What was lost is noted already.
        let _ = self.pages_in(region, pager, call, "", path, |mut page| items.append(&mut page.take_items(key))).await;
        items
    }
}
