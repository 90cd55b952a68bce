use std::{
    collections::HashSet,
    ops::{ControlFlow, Range},
    panic::{AssertUnwindSafe, catch_unwind},
};

use crate::{
    engine::Scratch,
    inspect::{
        INSPECTORS, Inner, Inspector, Map, Outcome, Remembered, Workbench,
        archive::ARCHIVES,
        aws::{AWS, lists_keys},
        encoding::ENCODINGS,
    },
    model::{
        Companion, Credential, CredentialKey, Document, Entity, FaultKind, Flaw, IdleMark, Kind, Notes, OWN_MARK, Observed, OwnerLine,
        Part, Span, entity::Basis,
    },
};

use super::{spot::Spot, worker::Told};

/// One collected document being inspected, with all that is wrapped in it.
pub(super) struct Dissection<'w, 's> {
    told: Told<'w, 's>,
    bytes_left: u64,
    members_left: u32,
    /// Why nothing more is unwrapped has been said.
    over: bool,
    /// What was seen in the bytes of archives: told at the end, unless it was seen in a member.
    held: Vec<Seen>,
    /// What was seen in members, with the ways to the archives around them.
    better: HashSet<(CredentialKey, String)>,
    /// The ways to documents whose words were all told as a member.
    spelled: HashSet<String>,
    /// Values of names that lie there in clear, until all is decoded that they may be another spelling of.
    named: Vec<(Seen, Range<usize>)>,
    /// Our own marks that cover nothing that lies in the document in clear.
    idle: Vec<IdleMark>,
    /// The lines at which our own marks cover what is encoded, and those before.
    marked: HashSet<u32>,
}

/// A credential, and where in the document it was seen.
pub(super) struct Seen {
    pub credential: Credential,
    pub inside: String,
    pub wrapping: String,
    pub span: Span,
    pub observed: Option<Observed>,
    pub notes: Notes,
}

/// A document at one depth.
struct Layer<'l, 'w, 's> {
    whole: &'l mut Dissection<'w, 's>,
    document: &'l Document<'l>,
    spot: &'l Spot<'l>,
    /// Whether it is a list of access keys: their public names stand there because that is what it is for.
    inventory: bool,
}

impl<'w, 's> Dissection<'w, 's> {
    /// Inspects a document.
    pub fn run(told: Told<'w, 's>, document: &Document<'_>, bench: &mut Workbench<'_>) {
        let limits = told.survey.limits;
        let (bytes_left, members_left) = (limits.allowance(document.bytes.len()), limits.members);
        let mut whole = Self {
            told,
            bytes_left,
            members_left,
            over: false,
            held: Vec::new(),
            better: HashSet::default(),
            spelled: HashSet::default(),
            named: Vec::new(),
            idle: Vec::new(),
            marked: HashSet::default(),
        };
        whole.inspect(document, (&Spot::outermost(document.bytes), false), bench);
        // Members that are stored as they are show in the bytes of their archive, too: they are told where they are members.
        for seen in std::mem::take(&mut whole.held) {
            let at = (seen.credential.key.clone(), seen.inside.clone());
            let joined = whole.told.judged.contains(at.0.rule.as_ref()) && whole.spelled.contains(&at.1);
            if !joined && !whole.better.contains(&at) {
                whole.told.seen(seen);
            }
        }
        for mark in std::mem::take(&mut whole.idle) {
            if !whole.marked.contains(&mark.line) {
                whole.told.idle(mark);
            }
        }
    }

    /// Shows a document to every inspector that wants it. A text out of a list of keys is one itself.
    fn inspect(&mut self, document: &Document<'_>, (spot, inventory): (&Spot<'_>, bool), bench: &mut Workbench<'_>) {
        let sealed = document.origin.is_sealed();
        let wants = |inspector: &&&dyn Inspector| (!sealed || inspector.reads_sealed()) && inspector.wants(document.origin, document.bytes);
        let mut openers: Vec<_> = ARCHIVES.iter().filter(wants).collect();
        if !self.told.survey.limits.archives {
            openers.drain(..).for_each(|_| self.told.skipped("archives (--no-archives)"));
        }
        if let (Spot::Place(place), false) = (spot, openers.is_empty()) {
            place.archive.set(true);
        }
        let inventory = inventory || lists_keys(document.bytes);
        let first = self.named.len();
        for inspector in INSPECTORS.iter().chain(AWS).chain(ENCODINGS).filter(wants).chain(openers) {
            self.show(*inspector, document, (spot, inventory), bench);
        }
        for (seen, at) in self.named.split_off(first) {
            if !matches!(spot, Spot::Place(place) if place.says_more(&at)) {
                self.put(seen, spot);
            }
        }
    }

    fn put(&mut self, seen: Seen, spot: &Spot<'_>) {
        if spot.in_archive() {
            self.held.push(seen);
        } else {
            self.told.seen(seen);
        }
    }

    /// A panic of an inspector is a fault that names it, not the end of the run.
    fn show(
        &mut self,
        inspector: &dyn Inspector,
        document: &Document<'_>,
        (spot, inventory): (&Spot<'_>, bool),
        bench: &mut Workbench<'_>,
    ) {
        let mut layer = Layer { whole: self, document, spot, inventory };
        if catch_unwind(AssertUnwindSafe(|| inspector.inspect(document, bench, &mut layer))).is_err() {
            let what = format!("inspector `{}` crashed on it; please report this", inspector.about().id);
            self.told.fault(FaultKind::Crashed, &document.origin.inside, what);
            (bench.scratch, bench.remembered) = (Scratch::default(), Remembered::default());
        }
    }
}

impl Layer<'_, '_, '_> {
    fn sighting(&mut self, credential: Credential, at: &Range<usize>, observed: Option<Observed>, mut notes: Notes) {
        let Some(found) = self.spot.note(&credential.key, at) else { return };
        self.whole.better.extend(found.place.covers.iter().map(|outer| (credential.key.clone(), outer.clone())));
        if matches!(self.spot, Spot::Decoded(..)) {
            notes.mark = notes.mark.or_else(|| found.place.mark(&found.at));
            if let Some(mark) = notes.mark.as_ref().filter(|mark| mark.spelling.starts_with(OWN_MARK)) {
                let before = u32::from(mark.spelling != OWN_MARK);
                self.whole.marked.extend([found.span.line.saturating_sub(before), found.span.end_line.saturating_sub(before)]);
            }
        }
        let judged = self.whole.told.judged.contains(credential.key.rule.as_ref());
        if !judged && matches!(self.spot, Spot::Decoded(..)) {
            found.place.told_decoded(&found.at);
        }
        let seen = Seen { credential, inside: found.place.inside.clone(), wrapping: found.wrapping, span: found.span, observed, notes };
        if judged && matches!(self.spot, Spot::Place(_)) {
            self.whole.named.push((seen, found.at));
        } else {
            self.whole.put(seen, self.spot);
        }
    }

    /// Says once why nothing more is taken out of this document.
    fn enough(&mut self, kind: FaultKind, what: &str) -> ControlFlow<()> {
        if !self.whole.over {
            self.whole.over = true;
            self.fault(kind, "", what);
        }
        ControlFlow::Break(())
    }

    /// Pays for some bytes; says how many of them may be inspected.
    fn pay(&mut self, inner: &Inner<'_>) -> usize {
        let limit = self.whole.told.survey.settings.max_file_size.min(self.whole.bytes_left);
        let granted = inner.bytes.len().min(usize::try_from(limit).unwrap_or(usize::MAX));
        self.whole.bytes_left -= granted as u64;
        granted
    }

    fn below(&mut self, inner: &Inner<'_>, bytes: &[u8], bench: &mut Workbench<'_>) {
        let named = inner.name.map(|name| self.document.origin.member(&presentable(name)));
        let origin = named.as_ref().unwrap_or(self.document.origin);
        let document = Document { origin, bytes, kin: None, layer: self.document.layer + 1 };
        // The same text in another spelling, where it stands in another one: all of it is the stretch.
        let mut whole = Map::default();
        whole.push(0, 0..self.document.bytes.len(), Some(inner.wrapping));
        let spot = match (inner.map, self.spot) {
            (Some(map), _) => Spot::Decoded(self.spot, map),
            (None, Spot::Decoded(..)) if named.is_none() => Spot::Decoded(self.spot, &whole),
            _ => self.spot.below(inner.wrapping, origin.inside.clone(), named.is_some(), bytes),
        };
        self.whole.inspect(&document, (&spot, self.inventory && named.is_none()), bench);
    }
}

impl Outcome for Layer<'_, '_, '_> {
    fn seen(&mut self, credential: Credential, at: Range<usize>, notes: Notes) {
        if self.inventory && credential.kind == Kind::AccessKey && credential.companion == Companion::None {
            return;
        }
        self.sighting(credential, &at, None, notes);
    }

    fn perhaps(&mut self, credential: Credential, at: Range<usize>, observed: Observed, notes: Notes) {
        self.sighting(credential, &at, Some(observed), notes);
    }

    fn entity(&mut self, basis: Basis, entity: Entity) {
        self.whole.told.entity(basis, entity);
    }

    fn part(&mut self, part: Part) {
        self.whole.told.part(&self.document.origin.inside, part);
    }

    fn owners(&mut self, lines: Vec<OwnerLine>) {
        if matches!(self.spot, Spot::Place(_)) {
            self.whole.told.owners(lines);
        }
    }

    fn idle(&mut self, mark: IdleMark) {
        self.whole.idle.push(mark);
    }

    fn fault(&mut self, kind: FaultKind, member: &str, what: &str) {
        // What only looks like an archive in base64, or is a broken one for a test, is a text like others and was searched as one.
        if matches!(self.spot, Spot::Decoded(..)) && matches!(kind, FaultKind::Malformed | FaultKind::Truncated) {
            return self.whole.told.skipped("archives in encoded texts that do not open");
        }
        let origin = self.document.origin;
        let inside = if member.is_empty() { origin.inside.clone() } else { origin.member(&presentable(member)).inside };
        self.whole.told.fault(kind, &inside, what);
    }

    fn flaw(&mut self, at: Option<Range<usize>>, what: &str) {
        // What stands in the bytes of an archive is told of its member.
        if self.spot.in_archive() {
            return;
        }
        let whole = at.is_none() && matches!(self.spot, Spot::Place(_));
        let (inside, line) = self.spot.line(&at.unwrap_or(0..self.document.bytes.len()));
        let what = if whole { what.to_owned() } else { format!("line {line}: {what}") };
        self.whole.told.flaw(Flaw { inside: inside.to_owned(), what });
    }

    fn inner(&mut self, bench: &mut Workbench<'_>, inner: Inner<'_>) -> ControlFlow<()> {
        let limits = self.whole.told.survey.limits;
        if self.whole.over || self.whole.told.survey.tally.stopped() {
            return ControlFlow::Break(());
        }
        if self.document.layer >= limits.depth {
            if inner.map.is_some() {
                // Towers of backslashes are nothing unusual, and hold nothing.
                self.whole.told.skipped("texts encoded too many times over");
                return ControlFlow::Break(());
            }
            let what = format!("wrapped more than {} times (depth limit); what is further inside was not scanned", limits.depth);
            self.fault(FaultKind::Unsupported, "", &what);
            return ControlFlow::Break(());
        }
        if inner.name.is_some() {
            let Some(left) = self.whole.members_left.checked_sub(1) else {
                return self
                    .enough(FaultKind::TooLarge, &format!("more than {} members (limit); the rest was not scanned", limits.members));
            };
            self.whole.members_left = left;
        }
        let granted = self.pay(&inner);
        self.below(&inner, &inner.bytes[..granted], bench);
        if granted == inner.bytes.len() {
            return if self.whole.over { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
        }
        if self.whole.bytes_left == 0 {
            return self.enough(FaultKind::TooLarge, "unwraps to more bytes than the limit permits (a bomb?); the rest was not scanned");
        }
        let limit = self.whole.told.survey.settings.max_file_size;
        self.fault(
            FaultKind::TooLarge,
            inner.name.unwrap_or_default(),
            &format!("larger than {limit} bytes (--max-file-size) when unwrapped; the rest was not scanned"),
        );
        ControlFlow::Continue(())
    }

    fn spelled(&mut self) {
        self.whole.spelled.insert(self.document.origin.inside.clone());
    }

    fn room(&self) -> u64 {
        self.whole.told.survey.settings.max_file_size.min(self.whole.bytes_left)
    }
}

/// Longest name that is kept of a member, characters.
const LONGEST_NAME: usize = 1024;

/// The name of a member as a path for people. Nothing is ever written under it.
fn presentable(name: &str) -> String {
    let name = name.trim_start_matches("./");
    name.chars().take(LONGEST_NAME).map(|c| if c == '\0' { char::REPLACEMENT_CHARACTER } else { c }).collect()
}
