use std::sync::Arc;

use super::{
    Appearance, Credential, Mark, Span, Standing, Time,
    entity::{Holding, Identity, Vaulted},
};

/// One entry of the inventory, which is all that is known at the end of a run: a credential that the run saw, with every place
/// that this or an earlier run knows. Nobody holds all entries at once.
#[derive(Debug, Clone)]
pub struct Known {
    /// The credential.
    pub credential: Credential,
    /// Where it lies, sorted by target, path, span.
    pub places: Vec<Place>,
    /// Other credentials that share a public name with it: the certificate of a private key, the other form of an SSH key.
    pub related: Vec<Related>,
    /// Of a private key: the certificates that lie beside it under the same name, whatever their keys.
    pub beside: Vec<Arc<Credential>>,
    /// Of a certificate: those that lie in one document with it, the chain that a server sends among them.
    pub chains: Vec<Chain>,
    /// What an inventory says of it.
    pub held: Option<Box<Held>>,
    /// Secrets in managers that hold the same value, as far as their values were read.
    pub vaulted: Vec<Vaulted>,
}

/// The certificates of one document: a file in PEM, a bundle in PKCS#7.
#[derive(Debug, Clone)]
pub struct Chain {
    /// Where it lies.
    pub path: String,
    /// Whether their order there says anything: that of a set does not.
    pub ordered: bool,
    /// The certificates in their order, each as often as it is there.
    pub links: Vec<Arc<Credential>>,
}

/// A credential that shares a public name with another one.
#[derive(Debug, Clone)]
pub struct Related {
    /// The credential: one for all that are related to it.
    pub credential: Arc<Credential>,
    /// The names that they share (`spki-sha256:…`), sorted.
    pub via: Vec<String>,
    /// Where it lies.
    pub places: Arc<Vec<Place>>,
}

/// What the inventories say of a credential that lies somewhere: the join.
#[derive(Debug, Clone)]
pub struct Held {
    /// The account that must hold it, by the number inside the credential or by the inventory.
    pub account: String,
    /// The credential as an inventory lists it; `None`: the inventory of its account does not list it.
    pub holding: Option<Holding>,
    /// Whether an inventory that saw everything no longer lists it: it does not work any more.
    pub gone: bool,
    /// Whether any inventory of that account was ever seen.
    pub account_known: bool,
    /// Whose it is.
    pub identity: Option<Identity>,
    /// What he may do, and how far he is to be trusted.
    pub standing: Option<Standing>,
    /// Whether it is the secret half of what is listed, which has no public name of its own.
    pub half: bool,
    /// When the inventory was taken that says so.
    pub as_of: Option<Time>,
}

/// One sighting with the place of its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The target as the user would name it.
    pub target: Arc<str>,
    /// What tells copies of one repository apart from different ones: its oldest root commit, else the target's name.
    pub lineage: Arc<str>,
    /// Whether the run being judged saw it (else: an earlier run, elsewhere).
    pub this_run: bool,
    /// The bytes, and where they lie.
    ///
    /// The path of a member of an archive holds the whole way: `app.jar!/application.yml`.
    pub appearance: Appearance,
    /// Which encodings were taken off there; empty: it lies there in clear.
    pub wrapping: Arc<str>,
    /// Which lines.
    pub span: Span,
    /// When a run first saw it there.
    pub first_seen: Time,
    /// The mark at its line, as the content has it.
    pub mark: Option<Box<Mark>>,
    /// The allow of the run that covers it, by its number in the run.
    pub allow: Option<i64>,
}
