use std::fmt;

use aws_smithy_runtime_api::{client::result::SdkError, http::Response};
use aws_smithy_types::error::{ErrorMetadata, display::DisplayErrorContext, metadata::ProvideErrorMetadata};

use crate::model::FaultKind;

use super::service::{Seat, Service};

/// The longest foreign message that is passed on, in characters.
const LONGEST: usize = 300;

/// Why a call was not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Why {
    /// The credentials may not ask that.
    Denied,
    /// The credentials are no longer, or were never, valid.
    Login,
    /// There are no credentials to ask with.
    Nobody,
    /// The service was asked too often.
    Throttled,
    /// The service could not answer.
    Failing,
    /// No answer in time.
    TimedOut,
    /// No connection, or one that broke.
    Unreachable,
    /// What was asked about is not there.
    Gone,
    /// The endpoint does not know the call.
    Unknown,
    /// The answer is not one.
    Malformed,
    /// The answer ends before it should.
    Truncated,
    /// The answer is larger than a document may be.
    TooLarge,
    /// The service says no for another reason.
    Refused,
}

impl Why {
    /// The kind of fault that it amounts to, with the word for it.
    pub fn fault(self) -> (FaultKind, &'static str) {
        match self {
            Self::Denied => (FaultKind::PermissionDenied, "denied"),
            Self::Login => (FaultKind::PermissionDenied, "refused: the credentials are expired or invalid"),
            Self::Nobody => (FaultKind::PermissionDenied, "could not be asked"),
            Self::Throttled => (FaultKind::Unreadable, "throttled beyond all retries"),
            Self::Failing => (FaultKind::Unreadable, "failed at the service beyond all retries"),
            Self::TimedOut => (FaultKind::Unreadable, "timed out"),
            Self::Unreachable => (FaultKind::Unreadable, "got no whole answer over the connection"),
            Self::Gone => (FaultKind::Vanished, "found nothing"),
            Self::Unknown => (FaultKind::Unsupported, "is not known to this endpoint"),
            Self::Malformed => (FaultKind::Malformed, "got an answer that cannot be parsed"),
            Self::Truncated => (FaultKind::Truncated, "got an answer that ends too early"),
            Self::TooLarge => (FaultKind::TooLarge, "got an answer larger than --max-file-size"),
            Self::Refused => (FaultKind::Unreadable, "refused"),
        }
    }
}

/// An answer that is none.
#[derive(Debug, Clone)]
pub(super) struct Refusal {
    /// Its sort.
    pub why: Why,
    /// What the service, or the way to it, said.
    pub message: String,
    meta: Box<ErrorMetadata>,
}

impl Refusal {
    /// An answer that could not be made out.
    pub fn new(why: Why, message: impl Into<String>) -> Self {
        Self { why, message: clipped(&message.into()), meta: Box::default() }
    }

    /// What a service said: its code and its words.
    pub fn said(status: u16, code: &str, words: &str) -> Self {
        let message = match (code, words) {
            ("", "") => format!("HTTP {status}"),
            ("", words) => format!("HTTP {status}: {words}"),
            (code, "") => format!("{code} (HTTP {status})"),
            (code, words) => format!("{code}: {words}"),
        };
        Self {
            why: sort(status, code, words),
            message: clipped(&message),
            meta: Box::new(ErrorMetadata::builder().code(code).message(words).build()),
        }
    }

    /// Why a service is not there to be asked, in words, where that is no loss: not every region has every service, and some an account
    /// must open first.
    pub fn absence(&self, service: &Service) -> Option<&'static str> {
        match self.why {
            // Of services that every region has, a name that leads nowhere is a network that is down.
            Why::Unreachable if service.seat == Seat::SomeRegions && self.message.contains("lookup address") => {
                Some("services that a region does not have")
            }
            Why::Login if ["OptInRequired", "SubscriptionRequired"].iter().any(|code| self.message.starts_with(code)) => {
                Some("services that the account has not opened")
            }
            _ => None,
        }
    }

    /// What the client made of it.
    pub fn from_client(error: SdkError<Self, Response>) -> Self {
        let told = format!("{}", DisplayErrorContext(&error));
        match error {
            SdkError::ServiceError(service) => service.into_err(),
            // A role that may not be assumed: its service said so, deep in the causes.
            _ if told.contains("\"AccessDenied\"") => {
                let words = told.split("message: \"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
                Self::said(403, "AccessDenied", words)
            }
            _ if told.contains("provided credentials") || told.contains("CredentialsNotLoaded") => {
                Self::new(Why::Nobody, "no credentials were found in the environment, the profile, a container or a machine")
            }
            SdkError::TimeoutError(_) => Self::new(Why::TimedOut, "no whole answer came in time"),
            SdkError::DispatchFailure(failure) if failure.is_timeout() => Self::new(Why::TimedOut, "no answer came in time"),
            SdkError::DispatchFailure(failure) => {
                let error = failure.as_connector_error();
                Self::new(Why::Unreachable, error.map_or_else(|| "no connection".to_owned(), |error| cause(error)))
            }
            SdkError::ResponseError(_) if told.contains("length limit exceeded") => Self::new(Why::TooLarge, "the rest was not read"),
            SdkError::ResponseError(_) => {
                Self::new(Why::Unreachable, "the connection was closed, or the body has not the length that was told")
            }
            // No credentials, no signature: what is wrong stands deep in the causes.
            _ if told.contains("redentials") => Self::new(Why::Login, innermost(&told)),
            _ => Self::new(Why::Unreachable, innermost(&told)),
        }
    }
}

/// The sort of a refusal by what services say; their words differ by protocol and by age.
fn sort(status: u16, code: &str, words: &str) -> Why {
    let said = |all: &[&str]| all.iter().any(|part| code.contains(part));
    if said(&["Throttl", "TooManyRequests", "RequestLimitExceeded", "SlowDown"]) || status == 429 {
        Why::Throttled
    } else if said(&[
        "Expired",
        "InvalidClientTokenId",
        "UnrecognizedClient",
        "SignatureDoesNotMatch",
        "AuthFailure",
        "InvalidSignature",
        "TimeTooSkewed",
    ]) || said(&["IncompleteSignature", "MissingAuthenticationToken", "OptInRequired", "SubscriptionRequired"])
    {
        Why::Login
    } else if said(&["AccessDenied", "UnauthorizedOperation", "Unauthorized", "Forbidden", "NotAuthorized"]) {
        Why::Denied
    } else if said(&["NoSuch", "NotFound", "NonExistent", "AWSOrganizationsNotInUse"]) {
        Why::Gone
    } else if said(&["InvalidAction", "UnknownOperation", "NotImplemented"])
        || words.contains("InvalidAction")
        || (status, code) == (404, "")
    {
        Why::Unknown
    } else if status >= 500 || said(&["ServiceUnavailable", "InternalFailure", "InternalError"]) {
        Why::Failing
    } else if status == 403 || status == 401 {
        Why::Denied
    } else {
        Why::Refused
    }
}

/// What stands deepest in the causes of a failed connection.
fn cause(error: &(dyn std::error::Error + 'static)) -> String {
    let mut last = error;
    while let Some(next) = last.source() {
        last = next;
    }
    last.to_string()
}

/// The first sentence of a chain of causes that says more than that something failed.
fn innermost(told: &str) -> String {
    let short = told.split(" (").next().unwrap_or(told);
    short.rsplit(": ").next().unwrap_or(short).to_owned()
}

fn clipped(text: &str) -> String {
    let one_line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match one_line.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &one_line[..at]),
        None => one_line,
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Refusal {}

impl ProvideErrorMetadata for Refusal {
    fn meta(&self) -> &ErrorMetadata {
        &self.meta
    }
}

#[cfg(test)]
mod tests {
    use super::{Refusal, Why};
    use crate::collect::aws::service::{EC2, ROLES_ANYWHERE};

    #[test]
    fn a_service_that_a_region_lacks_is_no_loss_and_a_network_that_is_down_is_one() {
        let lost = Refusal::new(Why::Unreachable, "failed to lookup address information: Name or service not known");
        assert_eq!(lost.absence(&ROLES_ANYWHERE), Some("services that a region does not have"));
        assert_eq!(lost.absence(&EC2), None);
        assert_eq!(Refusal::new(Why::Unreachable, "connection refused").absence(&ROLES_ANYWHERE), None);
        let closed = Refusal::said(403, "OptInRequired", "You are not subscribed to this service");
        assert_eq!(closed.absence(&EC2), Some("services that the account has not opened"));
        assert_eq!(Refusal::said(403, "ExpiredToken", "x").absence(&EC2), None);
    }
}
