use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    ops::ControlFlow,
};

use aws_config::SdkConfig;
use futures_util::stream::{self, StreamExt};

use crate::{
    collect::{Outlet, Settings},
    model::{Fault, Origin, Source},
};

use super::{
    asked::is_asked,
    call::Call,
    client::Client,
    losses::Losses,
    parcel::Answer,
    refusal::{Refusal, Why},
    service::{Endpoint, Seat, Service},
    tree::Tree,
};

/// How many calls wait for their answers at a time.
const IN_FLIGHT: usize = 8;

/// A call was not answered; what was lost is noted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lost;

/// One account being read with one set of credentials.
pub(super) struct Session<'s> {
    /// The number of the account.
    pub account: String,
    /// The region in which services that have none of their own are asked, and what they are asked with.
    pub region: String,
    config: SdkConfig,
    /// What the user asked.
    pub settings: &'s Settings,
    outlet: &'s dyn Outlet,
    clients: RefCell<BTreeMap<(&'static str, String), Client>>,
    losses: RefCell<Losses>,
    /// Services that are not there to be asked, by region.
    absent: RefCell<BTreeSet<(&'static str, String)>>,
    /// What was said when the credentials stopped being accepted, or that the run is over: then nothing more is asked.
    ended: RefCell<Option<End>>,
}

/// Why nothing more is asked.
enum End {
    /// The credentials are not accepted (any more): which call met that, and what was said.
    Login(String),
    /// The run is over.
    Over,
}

impl<'s> Session<'s> {
    /// A session with credentials whose account is not known yet.
    pub fn new(config: SdkConfig, region: String, settings: &'s Settings, outlet: &'s dyn Outlet) -> Self {
        Self {
            account: String::new(),
            region,
            config,
            settings,
            outlet,
            clients: RefCell::default(),
            losses: RefCell::default(),
            absent: RefCell::default(),
            ended: RefCell::default(),
        }
    }

    /// Asks in the home region of the session, without any book-keeping.
    pub async fn try_ask(&self, call: &Call, region: &str) -> Result<Tree, Refusal> {
        if !is_asked(&call.permission()) {
            return Err(Refusal::new(Why::Refused, "the program asks no such thing"));
        }
        let client = self.client(call.service, region);
        client.ask(call.clone()).await
    }

    /// Asks about `subject`, empty where the call is about all of them. What is lost is told as lying at `path`.
    pub async fn ask(&self, call: &Call, subject: &str, path: &str) -> Result<Tree, Lost> {
        self.ask_in(&self.region, call, subject, path).await
    }

    /// The same in a region.
    pub async fn ask_in(&self, region: &str, call: &Call, subject: &str, path: &str) -> Result<Tree, Lost> {
        if self.is_vain(region, call, path) {
            return Err(Lost);
        }
        match self.try_ask(call, region).await {
            Ok(answer) => {
                self.losses.borrow_mut().answered(call, path);
                Ok(answer)
            }
            Err(refusal) if self.is_absent(region, call, &refusal) => Err(Lost),
            Err(refusal) => self.lose(call, subject, path, &refusal),
        }
    }

    /// Asks for something that may not be there, which then is no loss.
    pub async fn find_in(&self, region: &str, call: &Call, subject: &str, path: &str) -> Result<Option<Tree>, Lost> {
        if self.is_vain(region, call, path) {
            return Err(Lost);
        }
        match self.try_ask(call, region).await {
            Err(refusal) if self.is_absent(region, call, &refusal) => Err(Lost),
            Err(refusal) if refusal.why != Why::Gone => self.lose(call, subject, path, &refusal),
            found => {
                self.losses.borrow_mut().answered(call, path);
                Ok(found.ok())
            }
        }
    }

    /// Counts what was left out with good reason.
    pub fn passed_over(&self, what: &'static str) {
        self.outlet.skipped(what, 1);
    }

    /// Whether nothing would come of a call.
    fn is_vain(&self, region: &str, call: &Call, path: &str) -> bool {
        let absent = self.absent.borrow().contains(&(call.service.host, region.to_owned()));
        absent || self.ended.borrow().is_some() || self.losses.borrow_mut().gives_up(call, path)
    }

    /// Whether a call was refused because the service is not there, so that it is not asked again.
    fn is_absent(&self, region: &str, call: &Call, refusal: &Refusal) -> bool {
        let Some(why) = refusal.absence(call.service) else { return false };
        if self.absent.borrow_mut().insert((call.service.host, region.to_owned())) {
            self.outlet.skipped(why, 1);
        }
        true
    }

    /// Notes what was lost with a call.
    pub fn lose<T>(&self, call: &Call, subject: &str, path: &str, refusal: &Refusal) -> Result<T, Lost> {
        // A region that was never opened for the account refuses the credentials, too; that ends nothing.
        if refusal.why == Why::Login && (call.service.seat == Seat::Partition || refusal.message.contains("xpired")) {
            self.ended.borrow_mut().get_or_insert_with(|| End::Login(format!("{}: {}", call.permission(), refusal.message)));
        } else if refusal.why == Why::Unknown && self.config.endpoint_url().is_some() {
            // An endpoint that stands in for AWS serves what it serves; AWS itself knows all these calls.
            if self.losses.borrow_mut().unserved(call, path) {
                self.outlet.skipped("calls that the endpoint does not serve", 1);
            }
        } else {
            self.losses.borrow_mut().note(call, subject, path, refusal);
        }
        Err(Lost)
    }

    /// Offers a document that lies at `path` in the account.
    pub fn offer(&self, path: &str, document: &Tree) {
        self.offer_bytes(path, document.document());
    }

    /// Offers values out of a secrets manager.
    pub fn offer_sealed(&self, path: &str, document: &Tree) {
        self.hand(path, document.document(), true);
    }

    /// Offers the bytes of a document.
    pub fn offer_bytes(&self, path: &str, bytes: Vec<u8>) {
        self.hand(path, bytes, false);
    }

    fn hand(&self, path: &str, bytes: Vec<u8>, sealed: bool) {
        let origin = Origin::new(Source::Answer { path: format!("{}/{path}", self.account), sealed });
        if self.outlet.offer(Box::new(Answer { origin, bytes })) == ControlFlow::Break(()) {
            *self.ended.borrow_mut() = Some(End::Over);
        }
    }

    /// Whether anything may still be asked.
    pub fn goes_on(&self) -> bool {
        self.ended.borrow().is_none()
    }

    /// Tells all that was lost: as faults, and as a document, so that what hangs on it is known to be unknown whoever reads it later.
    pub fn finish(self) {
        let mut refused = self.losses.borrow().refused();
        if matches!(*self.ended.borrow(), Some(End::Login(_))) {
            refused.push(("*".to_owned(), String::new()));
        }
        if !refused.is_empty() {
            let one = |(permission, at): (String, String)| {
                Tree::Map(vec![("Permission".into(), permission.as_str().into()), ("At".into(), at.as_str().into())])
            };
            self.offer("refused.json", &Tree::of("Refused", Tree::List(refused.into_iter().map(one).collect())));
        }
        let (faults, gone) = self.losses.into_inner().faults(&self.account);
        faults.into_iter().for_each(|fault| self.outlet.fault(fault));
        if gone > 0 {
            self.outlet.skipped("deleted while the account was read", gone);
        }
        if let Some(End::Login(said)) = self.ended.into_inner() {
            let (kind, word) = Why::Login.fault();
            let what = format!("{word} while the account was read, and the rest of it was not; {said}");
            self.outlet.fault(Fault::new(kind, self.account, what));
        }
    }

    /// Asks about many things, some at a time; the answers come in the order of the things.
    pub async fn each<'t, T, F: Future>(&self, things: &'t [T], ask: impl Fn(&'t T) -> F) -> Vec<F::Output> {
        // One future after the other is made: thousands that wait would all hold their requests.
        stream::iter(things.iter().map(ask)).buffered(IN_FLIGHT).collect().await
    }

    fn client(&self, service: &'static Service, region: &str) -> Client {
        let Endpoint { url, region } = service.endpoint(region, self.config.use_fips().unwrap_or(false));
        let mut clients = self.clients.borrow_mut();
        let client = clients.entry((service.host, region.clone())).or_insert_with(|| {
            let url = if service.seat == Seat::Account { url.replacen("://", &format!("://{}.", self.account), 1) } else { url };
            let url = self.config.endpoint_url().map_or(url, str::to_owned);
            let limit = usize::try_from(self.settings.max_file_size).unwrap_or(usize::MAX);
            Client::new(service, &Endpoint { url, region }, &self.config, limit)
        });
        client.clone()
    }
}
