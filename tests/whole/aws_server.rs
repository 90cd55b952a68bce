//! A stand-in for AWS that answers what a test tells it to, over HTTP on loopback.

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
};

/// One question, by its parameters.
pub type Asked = BTreeMap<String, String>;

/// An answer: status and body.
pub type Told = (u16, String);

/// Answers until the test ends.
pub struct Server {
    pub url: String,
    calls: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Starts one. `tell` gets the operation, the parameters, and how often that operation was asked before.
    pub fn start(tell: impl Fn(&str, &Asked, usize) -> Option<Told> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let calls = Arc::new(Mutex::new(Vec::new()));
        let (noted, tell) = (Arc::clone(&calls), Arc::new(tell));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (noted, tell) = (Arc::clone(&noted), Arc::clone(&tell));
                std::thread::spawn(move || serve(&stream, &noted, &*tell));
            }
        });
        Self { url, calls }
    }

    /// The operations that were asked for, in their order.
    pub fn calls(&self) -> Vec<String> {
        self.calls.lock().expect("whole").clone()
    }
}

fn serve(mut stream: &TcpStream, calls: &Mutex<Vec<String>>, tell: &dyn Fn(&str, &Asked, usize) -> Option<Told>) {
    let Some((head, body)) = question(stream) else { return };
    let mut asked = parameters(&body);
    asked.extend(signer(&head).map(|key| (SIGNED_BY.to_owned(), key)));
    let operation = operation(&head, &asked);
    let before = {
        let mut calls = calls.lock().expect("whole");
        calls.push(operation.clone());
        calls.iter().filter(|call| **call == operation).count() - 1
    };
    let _ = answer(&mut stream, tell(&operation, &asked, before).unwrap_or_else(|| refused(400, "InvalidAction", "not here")));
}

/// Under which name a server tells whose key signed a question.
pub const SIGNED_BY: &str = "@signed-by";

fn signer(head: &[String]) -> Option<String> {
    let credential = head.iter().find_map(|line| line.split("Credential=").nth(1))?;
    credential.split('/').next().map(str::to_owned)
}

fn answer(stream: &mut impl std::io::Write, (status, body): Told) -> std::io::Result<()> {
    let head = format!("HTTP/1.1 {status} X\r\ncontent-type: text/xml\r\ncontent-length: {}\r\n{TTL}connection: close\r\n\r\n", body.len());
    stream.write_all(head.as_bytes())?;
    stream.write_all(body.as_bytes())
}

/// What the metadata service of a machine says of its tokens.
const TTL: &str = "x-aws-ec2-metadata-token-ttl-seconds: 21600\r\n";

/// Reads a request: the lines of its head, and its body.
fn question(stream: &TcpStream) -> Option<(Vec<String>, Vec<u8>)> {
    let mut reader = BufReader::new(stream);
    let (mut head, mut length) = (Vec::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().ok()?;
        }
        head.push(line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some((head, body))
}

/// What is asked: the action of a form, else the target in the head (`TrentService.ListKeys`), else the first line (`GET /data?policy=`).
fn operation(head: &[String], asked: &Asked) -> String {
    let target = || head.iter().find_map(|line| line.strip_prefix("x-amz-target:").map(|target| target.trim().to_owned()));
    let first = || head.first().and_then(|line| line.rsplit_once(" HTTP/")).map(|(line, _)| line.to_owned());
    asked.get("Action").cloned().or_else(target).or_else(first).unwrap_or_default()
}

/// The parameters of a form.
fn parameters(body: &[u8]) -> Asked {
    let text = String::from_utf8_lossy(body);
    let decoded = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
    text.split('&').filter_map(|pair| pair.split_once('=')).map(|(name, value)| (name.to_owned(), decoded(value))).collect()
}

/// Stands before another server and answers what `tell` tells; the rest is passed on. Its address.
pub fn before(url: &str, tell: impl Fn(&str, &Asked) -> Option<Told> + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let own = format!("http://{}", listener.local_addr().expect("an address"));
    let (upstream, tell) = (url.trim_start_matches("http://").to_owned(), Arc::new(tell));
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (upstream, tell) = (upstream.clone(), Arc::clone(&tell));
            std::thread::spawn(move || pass(&stream, &upstream, &*tell));
        }
    });
    own
}

fn pass(mut stream: &TcpStream, upstream: &str, tell: &dyn Fn(&str, &Asked) -> Option<Told>) {
    let Some((head, body)) = question(stream) else { return };
    let asked = parameters(&body);
    let operation = operation(&head, &asked);
    if let Some(told) = tell(&operation, &asked) {
        let _ = answer(&mut stream, told);
        return;
    }
    let _ = forward(head, &body, upstream).and_then(|mut up| std::io::copy(&mut up, &mut stream));
}

/// Asks the other server; its answer can be read.
fn forward(head: Vec<String>, body: &[u8], upstream: &str) -> std::io::Result<TcpStream> {
    let kept: String = head.into_iter().filter(|line| !line.to_ascii_lowercase().starts_with("connection:")).collect();
    let mut up = TcpStream::connect(upstream)?;
    up.write_all(format!("{kept}connection: close\r\n\r\n").as_bytes())?;
    up.write_all(body)?;
    Ok(up)
}

/// Stands before another server, answers what `tell` tells of the permission and the operation, and passes every other question on once: the
/// same one is answered from memory. Its address.
pub fn remembering(url: &str, tell: impl Fn(&str, &str) -> Option<Told> + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let own = format!("http://{}", listener.local_addr().expect("an address"));
    let (upstream, tell) = (url.trim_start_matches("http://").to_owned(), Arc::new(tell));
    let memory: Arc<Mutex<BTreeMap<Vec<u8>, Vec<u8>>>> = Arc::default();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (upstream, tell, memory) = (upstream.clone(), Arc::clone(&tell), Arc::clone(&memory));
            std::thread::spawn(move || remember(&stream, &upstream, &*tell, &memory));
        }
    });
    own
}

fn remember(mut stream: &TcpStream, upstream: &str, tell: &dyn Fn(&str, &str) -> Option<Told>, memory: &Mutex<BTreeMap<Vec<u8>, Vec<u8>>>) {
    let Some((head, body)) = question(stream) else { return };
    let operation = operation(&head, &parameters(&body));
    if let Some(told) = tell(&permission(&head, &operation), &operation) {
        let _ = answer(&mut stream, told);
        return;
    }
    let says = |line: &&String| ["x-amz-target", "x-amzn-principal"].iter().any(|name| line.to_ascii_lowercase().starts_with(name));
    let asked: Vec<u8> = head.iter().take(1).chain(head.iter().filter(says)).flat_map(|line| line.bytes()).chain(body.clone()).collect();
    let known = memory.lock().expect("whole").get(&asked).cloned();
    let told = known.or_else(|| {
        let mut told = Vec::new();
        forward(head, &body, upstream).ok()?.read_to_end(&mut told).ok()?;
        memory.lock().expect("whole").insert(asked, told.clone());
        Some(told)
    });
    let _ = stream.write_all(&told.unwrap_or_default());
}

/// The permission that a question takes: the service is that of its signature.
fn permission(head: &[String], operation: &str) -> String {
    let scope = head.iter().find_map(|line| line.split("Credential=").nth(1)).and_then(|rest| rest.split('/').nth(3));
    let service = scope.unwrap_or("?");
    let name = match operation.split_once(' ') {
        Some((_, path)) => of_path(service, path),
        None => operation.rsplit('.').next().unwrap_or(operation),
    };
    format!("{service}:{name}")
}

/// What is asked of a service by a path.
fn of_path(service: &str, address: &str) -> &'static str {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let asks = |name: &str| query.split('&').any(|pair| pair.trim_end_matches('=') == name);
    match (service, path.rsplit('/').next().unwrap_or_default()) {
        ("lambda", "policy") => "GetPolicy",
        ("lambda", "urls") => "ListFunctionUrlConfigs",
        ("lambda", _) => "ListFunctions",
        ("elasticfilesystem", "policy") => "DescribeFileSystemPolicy",
        ("elasticfilesystem", _) => "DescribeFileSystems",
        ("backup", "access-policy") => "GetBackupVaultAccessPolicy",
        ("backup", _) => "ListBackupVaults",
        ("rolesanywhere", "trustanchors") => "ListTrustAnchors",
        ("rolesanywhere", "profiles") => "ListProfiles",
        ("rolesanywhere", "crls") => "ListCrls",
        ("batch", _) => "DescribeJobDefinitions",
        ("apigateway", _) => "GET",
        ("appsync", "apikeys") => "ListApiKeys",
        ("appsync", _) => "ListGraphqlApis",
        ("iot", "certificates") => "ListCertificates",
        ("iot", "things") => "ListPrincipalThings",
        ("iot", "policies") => "ListPolicies",
        ("iot", _) => "GetPolicy",
        ("es", "domain") => "ListDomainNames",
        ("es", _) => "DescribeDomains",
        ("s3", "publicAccessBlock") => "GetAccountPublicAccessBlock",
        ("s3", _) if asks("policy") => "GetBucketPolicy",
        ("s3", _) if asks("publicAccessBlock") => "GetBucketPublicAccessBlock",
        ("s3", _) if asks("location") => "GetBucketLocation",
        ("s3", _) => "ListAllMyBuckets",
        _ => "?",
    }
}

/// A refusal in AWS's words.
pub fn refused(status: u16, code: &str, words: &str) -> Told {
    (status, format!("<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{words}</Message></Error></ErrorResponse>"))
}

/// A refusal of whoever lacks a permission.
pub fn denied(operation: &str) -> Told {
    refused(403, "AccessDenied", &format!("not authorized to perform: iam:{operation}"))
}

/// What the emulator breaks over, as an endpoint says it that does not serve it.
pub fn unserved(operation: &str) -> Option<Told> {
    let lacking = [
        "ListServiceSpecificCredentials",
        "GET /trustanchors",
        "GET /profiles",
        "GET /crls",
        "CodeBuild_20161006.ListSourceCredentials",
        "SageMaker.ListNotebookInstanceLifecycleConfigs",
        "ListOrganizationsFeatures",
    ];
    lacking.iter().any(|one| operation.starts_with(one)).then(|| refused(400, "InvalidAction", "not here"))
}

/// A result in AWS's form.
pub fn result(operation: &str, body: &str) -> Told {
    (200, format!("<{operation}Response><{operation}Result>{body}</{operation}Result></{operation}Response>"))
}

/// A healthy account with three users, of whom the second has a key that was used; details come on two pages.
pub fn healthy(operation: &str, asked: &Asked, key: &str) -> Option<Told> {
    let user = |name: &str| format!("<member><UserName>{name}</UserName><Arn>arn:aws:iam::111122223333:user/{name}</Arn></member>");
    let about = asked.get("UserName").map_or("", String::as_str);
    let body = match operation {
        "GetCallerIdentity" => "<UserId>U</UserId><Account>111122223333</Account><Arn>arn:aws:iam::111122223333:user/me</Arn>".to_owned(),
        "GetAccountAuthorizationDetails" if asked.contains_key("Marker") => {
            format!("<IsTruncated>false</IsTruncated><UserDetailList>{}</UserDetailList>", user("cy"))
        }
        "GetAccountAuthorizationDetails" => {
            let users = [user("ann"), user("bob")].concat();
            format!("<IsTruncated>true</IsTruncated><Marker>m</Marker><UserDetailList>{users}</UserDetailList>")
        }
        "ListAccessKeys" if about == "bob" => format!(
            "<AccessKeyMetadata><member><UserName>bob</UserName><AccessKeyId>{key}</AccessKeyId><Status>Active</Status>\
             <CreateDate>2020-01-01T00:00:00Z</CreateDate></member></AccessKeyMetadata>"
        ),
        "GetAccessKeyLastUsed" => "<AccessKeyLastUsed><LastUsedDate>2025-12-24T00:00:00Z</LastUsedDate><ServiceName>s3</ServiceName>\
                                   <Region>eu-west-1</Region></AccessKeyLastUsed>"
            .to_owned(),
        "GenerateCredentialReport" => "<State>COMPLETE</State>".to_owned(),
        "GetCredentialReport" => {
            let csv =
                "user,arn,mfa_active\n<root_account>,arn:aws:iam::111122223333:root,true\nann,arn:aws:iam::111122223333:user/ann,false\n";
            let coded = data_encoding::BASE64.encode(csv.as_bytes());
            format!("<Content>{coded}</Content><ReportFormat>text/csv</ReportFormat><GeneratedTime>2026-01-01T00:00:00Z</GeneratedTime>")
        }
        "GetAccountSummary" => "<SummaryMap><entry><key>Users</key><value>3</value></entry></SummaryMap>".to_owned(),
        other if other.starts_with("List") => "<IsTruncated>false</IsTruncated>".to_owned(),
        _ => return None,
    };
    Some(result(operation, &body))
}
