use aws_smithy_runtime_api::{box_error::BoxError, client::orchestrator::HttpRequest, http::Request};
use aws_smithy_types::body::SdkBody;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

use super::service::{Protocol, Service};

/// All but what a query may hold unescaped.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// One question to a service. All of them read; none changes anything.
#[derive(Debug, Clone)]
pub(super) struct Call {
    /// Whom.
    pub service: &'static Service,
    /// What.
    pub operation: &'static str,
    /// Where, for services that are asked by a path.
    path: String,
    /// The root of the answer in XML, for those that name it after nothing else; empty where the answer is a document.
    pub root: &'static str,
    /// What the service wants said in the head.
    headers: Vec<(&'static str, String)>,
    /// Whether the parameters of a question by path go in its body.
    posted: bool,
    parameters: Map<String, Value>,
}

impl Call {
    /// A question without parameters.
    pub fn new(service: &'static Service, operation: &'static str) -> Self {
        Self { service, operation, path: "/".to_owned(), root: "", headers: Vec::new(), posted: false, parameters: Map::new() }
    }

    /// Asked at a path: its fixed parts, with the names between them.
    #[must_use]
    pub fn at(mut self, parts: &[&str]) -> Self {
        let parts = parts.iter().enumerate();
        self.path = parts.map(|(n, part)| if n % 2 == 0 { (*part).to_owned() } else { escaped(part) }).collect();
        self
    }

    /// Answered by XML with that root.
    #[must_use]
    pub fn answered_by(mut self, root: &'static str) -> Self {
        self.root = root;
        self
    }

    /// With a parameter; one of the same name is replaced.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.parameters.insert(name.to_owned(), value.into());
        self
    }

    /// With something in the head of the question.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// Asked at a path with the parameters in the body: the method changes, and still nothing but reading happens.
    #[must_use]
    pub fn posted(mut self) -> Self {
        self.posted = true;
        self
    }

    /// The permission that it takes: `iam:ListAccessKeys`.
    pub fn permission(&self) -> String {
        format!("{}:{}", self.service.id, self.operation)
    }

    /// As a request, not signed yet and without a host.
    pub fn request(&self) -> Result<HttpRequest, BoxError> {
        let mut request = match &self.service.protocol {
            Protocol::Form { version } => {
                let known = [("Action", self.operation), ("Version", version)].map(|(name, value)| format!("{name}={value}"));
                let form = known.into_iter().chain(self.pairs()).collect::<Vec<_>>().join("&");
                post(form, "application/x-www-form-urlencoded; charset=utf-8")?
            }
            Protocol::Json { target, version } => {
                let mut request = post(serde_json::to_string(&self.parameters)?, &format!("application/x-amz-json-{version}"))?;
                request.headers_mut().try_insert("x-amz-target", format!("{target}.{}", self.operation))?;
                request
            }
            Protocol::Path if self.posted => {
                let mut request = post(serde_json::to_string(&self.parameters)?, "application/json")?;
                request.set_uri(self.path.clone())?;
                request
            }
            Protocol::Path | Protocol::Object => {
                let (path, query) = (&self.path, self.pairs().collect::<Vec<_>>().join("&"));
                let mut request = Request::new(SdkBody::empty());
                request.set_uri(if query.is_empty() { path.clone() } else { format!("{path}?{query}") })?;
                request
            }
        };
        for (name, value) in &self.headers {
            request.headers_mut().try_insert(*name, value.clone())?;
        }
        request.headers_mut().try_insert("user-agent", concat!("unhidden/", env!("CARGO_PKG_VERSION")))?;
        Ok(request)
    }

    fn pairs(&self) -> impl Iterator<Item = String> + '_ {
        self.parameters.iter().map(|(name, value)| {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            format!("{}={}", escaped(name), escaped(&text))
        })
    }
}

/// A name as a part of an address or of a file's name: nothing in it means anything.
pub(super) fn escaped(name: &str) -> String {
    utf8_percent_encode(name, ESCAPED).to_string()
}

fn post(body: String, kind: &str) -> Result<HttpRequest, BoxError> {
    let length = body.len();
    // The method is a type of another crate; what is built there comes over whole.
    let mut request = HttpRequest::try_from(http::Request::post("/").body(SdkBody::from(body))?)?;
    request.headers_mut().try_insert("content-type", kind.to_owned())?;
    request.headers_mut().try_insert("content-length", length.to_string())?;
    Ok(request)
}

#[cfg(test)]
mod tests {
    use super::Call;
    use crate::collect::aws::service::{IAM, LAMBDA, OPENSEARCH, SSM};

    fn body(call: &Call) -> String {
        let request = call.request().expect("a request");
        String::from_utf8(request.body().bytes().expect("in memory").to_vec()).expect("text")
    }

    #[test]
    fn each_protocol_puts_the_parameters_where_they_belong() {
        let call = Call::new(&IAM, "ListAccessKeys").with("UserName", "a b&Action=DeleteUser");
        assert_eq!(body(&call), "Action=ListAccessKeys&Version=2010-05-08&UserName=a%20b%26Action%3DDeleteUser");
        assert_eq!(call.permission(), "iam:ListAccessKeys");
        let call = Call::new(&SSM, "DescribeParameters").with("MaxResults", 50);
        assert_eq!(body(&call), r#"{"MaxResults":50}"#);
        assert_eq!(call.request().expect("a request").headers().get("x-amz-target"), Some("AmazonSSM.DescribeParameters"));
        let call = Call::new(&LAMBDA, "ListFunctions").at(&["/2015-03-31/functions/"]).with("Marker", "a/b");
        assert_eq!(call.request().expect("a request").uri(), "/2015-03-31/functions/?Marker=a%2Fb");
        assert_eq!(call.request().expect("a request").method(), "GET");
        let call = Call::new(&LAMBDA, "GetPolicy").at(&["/2015-03-31/functions/", "../x?", "/policy"]);
        assert_eq!(call.request().expect("a request").uri(), "/2015-03-31/functions/..%2Fx%3F/policy");
        let call = Call::new(&OPENSEARCH, "DescribeDomains").at(&["/2021-01-01/opensearch/domain-info"]).with("DomainNames", "x").posted();
        let call = call.header("x-amzn-principal", "y");
        let request = call.request().expect("a request");
        assert_eq!((request.method(), request.uri()), ("POST", "/2021-01-01/opensearch/domain-info"));
        assert_eq!((body(&call), request.headers().get("x-amzn-principal")), (r#"{"DomainNames":"x"}"#.to_owned(), Some("y")));
    }
}
