//! A chain of certificates, followed from the one that a server shows to the last issuer that lies with it.

use crate::model::{Chain, Credential, Severity, Time};

/// What is wrong with a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Flaw {
    pub severity: Severity,
    /// In one word.
    pub name: &'static str,
    /// In a sentence.
    pub because: String,
}

/// A chain that was followed.
pub(super) struct Links<'c> {
    chain: &'c Chain,
    /// Where in the document the certificates are, from that of the server on, each issued by the next.
    path: Vec<usize>,
}

/// What a certificate says under a name.
fn says<'c>(certificate: &'c Credential, name: &str) -> &'c str {
    certificate.attributes.get(name).map_or("", String::as_str)
}

fn flaw(severity: Severity, name: &'static str, because: String) -> Flaw {
    Flaw { severity, name, because }
}

impl<'c> Links<'c> {
    /// Follows a chain from a certificate; `None` where another one in it is a server's, too, or nothing is known of the names.
    pub fn of(chain: &'c Chain, leaf: &Credential) -> Option<Self> {
        let links = &chain.links;
        let first = links.iter().position(|link| link.key == leaf.key)?;
        let issued = |link: &Credential| {
            let subject = says(link, "subject");
            links.iter().any(|other| other.key != link.key && says(other, "issuer") == subject)
        };
        let servers = links.iter().filter(|link| link.key != leaf.key && says(link, "ca") != "yes" && !issued(link)).count();
        if servers > 0 || says(leaf, "issuer").is_empty() || says(leaf, "self-signed") == "yes" {
            return None;
        }
        let mut path = vec![first];
        while let Some(last) = path.last().map(|at| &links[*at]).filter(|last| says(last, "self-signed") != "yes") {
            let next = (0..links.len()).find(|at| {
                says(&links[*at], "subject") == says(last, "issuer") && path.iter().all(|known| links[*known].key != links[*at].key)
            });
            let Some(next) = next else { break };
            path.push(next);
        }
        Some(Self { chain, path })
    }

    /// All that is wrong with it, worst first.
    pub fn flaws(&self, now: Time) -> Vec<Flaw> {
        let whole = [self.leaf_not_first(), self.missing(), self.out_of_order(), self.root()];
        let issuers = (1..self.path.len()).flat_map(|at| [self.dated(at, now), self.weak(at), self.limits(at), self.names(at)]);
        let lives = (1..self.path.len()).map(|at| self.outlives(at, now));
        let mut all: Vec<Flaw> = whole.into_iter().chain(issuers).chain(lives).flatten().collect();
        all.sort_by_key(|flaw| std::cmp::Reverse(flaw.severity));
        all
    }

    /// A certificate of the path, that of the server at 0.
    fn at(&self, at: usize) -> &'c Credential {
        &self.chain.links[self.path[at]]
    }

    fn leaf_not_first(&self) -> Option<Flaw> {
        let place = self.path[0];
        let because = || format!("its own certificate is number {} of {}, and not the first", place + 1, self.chain.links.len());
        (self.chain.ordered && place > 0).then(because).map(|because| flaw(Severity::Medium, "leaf-not-first", because))
    }

    /// Where the path ends before its time although other issuers lie there.
    fn missing(&self) -> Option<Flaw> {
        let last = self.at(self.path.len() - 1);
        let on_path = |link: &Credential| self.path.iter().any(|at| self.chain.links[*at].key == link.key);
        let others = self.chain.links.iter().any(|link| !on_path(link));
        let because = || format!("the issuer of {}, {}, is not in it", says(last, "subject"), says(last, "issuer"));
        (others && says(last, "self-signed") != "yes").then(because).map(|because| flaw(Severity::Medium, "issuer-missing", because))
    }

    fn out_of_order(&self) -> Option<Flaw> {
        let jumble = self.chain.ordered && self.path[1..].windows(2).any(|pair| pair[0] > pair[1]);
        jumble
            .then(|| "its issuers are not in the order in which they issued each other".to_owned())
            .map(|because| flaw(Severity::Low, "order", because))
    }

    fn root(&self) -> Option<Flaw> {
        let last = self.at(self.path.len() - 1);
        let because = || format!("the root, {}, is sent along", says(last, "subject"));
        (self.path.len() > 1 && says(last, "self-signed") == "yes").then(because).map(|because| flaw(Severity::Info, "root-sent", because))
    }

    fn dated(&self, at: usize, now: Time) -> Option<Flaw> {
        let issuer = self.at(at);
        let name = says(issuer, "subject");
        if let Some(end) = issuer.expires.filter(|end| *end < now) {
            return Some(flaw(Severity::High, "issuer-expired", format!("the issuer {name} expired on {}", end.date())));
        }
        let begin = issuer.issued.filter(|begin| *begin > now)?;
        Some(flaw(Severity::Medium, "issuer-not-yet-valid", format!("the issuer {name} is not valid before {}", begin.date())))
    }

    fn weak(&self, at: usize) -> Option<Flaw> {
        let issuer = self.at(at);
        let (name, signature) = (says(issuer, "subject"), says(issuer, "signature"));
        let hash = signature.split('-').next().unwrap_or_default();
        // Nobody looks at the signature of a root.
        if says(issuer, "self-signed") != "yes" && ["md2", "md4", "md5", "sha1"].contains(&hash) {
            return Some(flaw(Severity::Medium, "issuer-weak", format!("the issuer {name} is signed with {signature}")));
        }
        let bits = says(issuer, "bits").parse::<u32>().ok().filter(|bits| says(issuer, "algorithm") == "rsa" && *bits < 2048)?;
        Some(flaw(Severity::Medium, "issuer-weak", format!("the issuer {name} has an RSA key of {bits} bits")))
    }

    /// Whether it may issue certificates, and how many issuers may follow it.
    fn limits(&self, at: usize) -> Option<Flaw> {
        let issuer = self.at(at);
        let name = says(issuer, "subject");
        if says(issuer, "ca") != "yes" {
            return Some(flaw(Severity::High, "issuer-may-not", format!("{name} issued one of it, and may issue none")));
        }
        let length: usize = says(issuer, "path-length").parse().ok()?;
        let because = || format!("{name} allows {length} issuers below it, and has {}", at - 1);
        (at - 1 > length).then(because).map(|because| flaw(Severity::Medium, "path-length", because))
    }

    /// Whether the names of the server are those for which an issuer may issue.
    fn names(&self, at: usize) -> Option<Flaw> {
        let issuer = self.at(at);
        let list = |name| says(issuer, name).split(", ").filter(|domain| !domain.is_empty()).collect::<Vec<_>>();
        let (permitted, excluded) = (list("permitted-domains"), list("excluded-domains"));
        // What was cut off a long list could be any domain.
        let cut = permitted.iter().any(|domain| domain.contains('\u{2026}'));
        let bad = |name: &&str| {
            let domain = name.strip_prefix("*.").unwrap_or(name);
            let strange = !cut && !permitted.is_empty() && !permitted.iter().any(|tree| within(domain, tree));
            strange || excluded.iter().any(|tree| within(domain, tree))
        };
        let host = |name: &&str| !name.contains(['@', '/', ':', '=', '\u{2026}']) && name.bytes().any(|byte| byte.is_ascii_alphabetic());
        let name = says(self.at(0), "sans").split(", ").filter(host).find(bad)?;
        Some(flaw(Severity::High, "name-not-permitted", format!("{} may not issue for {name}", says(issuer, "subject"))))
    }

    /// Whether a certificate is to live longer than the one that issued it.
    fn outlives(&self, at: usize, now: Time) -> Option<Flaw> {
        let (issuer, below) = (self.at(at), self.at(at - 1));
        let (end, later) = issuer.expires.zip(below.expires).filter(|(end, later)| end < later && *end >= now)?;
        let days = end.days_until(later);
        let because = format!("{} outlives its issuer, which ends on {}, by {days} days", says(below, "subject"), end.date());
        Some(flaw(Severity::Low, "outlives-issuer", because))
    }
}

/// Whether a name is a domain or lies below it (RFC 5280, 4.2.1.10).
fn within(name: &str, domain: &str) -> bool {
    let (name, domain) = (name.to_ascii_lowercase(), domain.to_ascii_lowercase());
    let domain = domain.trim_start_matches('.');
    name == domain || name.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'))
}
