use aws_smithy_runtime_api::client::orchestrator::{HttpResponse, OrchestratorError};

use super::{
    call::Call,
    moments,
    refusal::{Refusal, Why},
    service::Protocol,
    tree::Tree,
    xml::Element,
};

/// Whether a page for people came, and not an answer.
pub(super) fn is_page(response: &HttpResponse) -> bool {
    response.headers().get("content-type").is_some_and(|kind| kind.contains("html"))
}

/// What came back for a call that was granted.
#[derive(Debug)]
pub(super) struct Reply {
    body: Vec<u8>,
    /// A page where an answer should be is a login, a proxy or a wrong address.
    page: bool,
}

impl Reply {
    /// Takes a response in, or what it says against the call.
    pub fn open(response: &HttpResponse) -> Result<Self, OrchestratorError<Refusal>> {
        let body = response.body().bytes().unwrap_or_default();
        let status = response.status();
        if status.is_success() {
            return Ok(Self { body: body.to_vec(), page: is_page(response) });
        }
        Err(OrchestratorError::operation(match status.as_u16() {
            300..400 => {
                Refusal::new(Why::Refused, format!("HTTP {}: the endpoint redirects elsewhere; credentials do not follow", status.as_u16()))
            }
            _ => refusal(response, body),
        }))
    }

    /// Makes out what it says.
    pub fn read(&self, call: &Call) -> Result<Tree, Refusal> {
        let text = std::str::from_utf8(&self.body).map_err(|_| "it is not UTF-8".to_owned());
        text.and_then(|text| result(call, text))
            .map_err(|what| Refusal::new(Why::Malformed, if self.page { format!("an HTML page came instead: {what}") } else { what }))
    }
}

fn result(call: &Call, text: &str) -> Result<Tree, String> {
    match call.service.protocol {
        Protocol::Form { .. } => Element::read(text)?.result(call.operation),
        Protocol::Object if !call.root.is_empty() => Element::read(text)?.rooted(call.root),
        Protocol::Json { .. } | Protocol::Path | Protocol::Object => match serde_json::from_str(text) {
            Ok(tree @ Tree::Map(_)) => Ok(moments::written(tree)),
            Ok(_) => Err("it is not a JSON object".to_owned()),
            Err(error) => Err(format!("it is not JSON: {error}")),
        },
    }
}

/// What a service says when it says no: in XML or JSON, the code in the body or in a header.
fn refusal(response: &HttpResponse, body: &[u8]) -> Refusal {
    let status = response.status().as_u16();
    let text = String::from_utf8_lossy(body);
    if let Ok(element) = Element::read(&text)
        && let Some(code) = element.find("Code")
    {
        return Refusal::said(status, code, element.find("Message").unwrap_or_default());
    }
    let json: Tree = serde_json::from_str(&text).unwrap_or(Tree::Null);
    let header = response.headers().get("x-amzn-errortype");
    let code = header.or_else(|| json.text("__type")).or_else(|| json.text("code")).unwrap_or_default();
    // `com.amazonaws.x#AccessDeniedException:http://…`
    let code = code.rsplit('#').next().unwrap_or(code).split(':').next().unwrap_or(code);
    let words = json.text("message").or_else(|| json.text("Message")).unwrap_or_default();
    Refusal::said(status, code, words)
}

#[cfg(test)]
mod tests {
    use aws_smithy_runtime_api::http::{Response, StatusCode};
    use aws_smithy_types::body::SdkBody;

    use super::{Call, Refusal, Reply, Why};
    use crate::collect::aws::service::{IAM, SSM, Service};

    fn refused(service: &'static Service, status: u16, body: &'static str) -> (Why, String) {
        let response = Response::new(StatusCode::try_from(status).expect("a status"), SdkBody::from(body));
        let refusal: Refusal = match Reply::open(&response) {
            Ok(reply) => reply.read(&Call::new(service, "X")).expect_err("refused"),
            Err(error) => error.as_operation_error().expect("by the service").clone(),
        };
        (refusal.why, refusal.message)
    }

    #[test]
    fn every_way_to_say_no_is_understood() {
        let xml = "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not  you</Message></Error></ErrorResponse>";
        assert_eq!(refused(&IAM, 403, xml), (Why::Denied, "AccessDenied: not you".into()));
        let ec2 = "<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>no</Message></Error></Errors></Response>";
        assert_eq!(refused(&IAM, 403, ec2).0, Why::Denied);
        let json = r#"{"__type":"com.amazonaws.ssm#AccessDeniedException","message":"no"}"#;
        assert_eq!(refused(&SSM, 400, json), (Why::Denied, "AccessDeniedException: no".into()));
        assert_eq!(refused(&SSM, 400, r#"{"__type":"ThrottlingException"}"#).0, Why::Throttled);
        assert_eq!(refused(&IAM, 503, "busy").0, Why::Failing);
        assert_eq!(refused(&IAM, 301, "").0, Why::Refused);
        assert_eq!(refused(&IAM, 200, "<html/>").0, Why::Malformed);
        assert_eq!(refused(&SSM, 200, "[1]"), (Why::Malformed, "it is not a JSON object".into()));
    }

    #[test]
    fn an_expired_token_is_told_from_a_missing_permission() {
        let xml = "<ErrorResponse><Error><Code>ExpiredToken</Code><Message>The security token included in the request is expired</Message></Error></ErrorResponse>";
        assert_eq!(refused(&IAM, 403, xml).0, Why::Login);
    }
}
