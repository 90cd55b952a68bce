use std::time::Duration;

use aws_config::{SdkConfig, retry::RetryConfig, timeout::TimeoutConfig};
use aws_runtime::auth::{
    SigV4OperationSigningConfig,
    sigv4::{SCHEME_ID, SigV4AuthScheme},
};
use aws_smithy_runtime::client::{
    orchestrator::operation::Operation,
    retries::{
        RetryPartition, TokenBucket,
        classifiers::{HttpStatusCodeClassifier, TransientErrorClassifier},
    },
};
use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        auth::{
            AuthSchemeOptionResolverParams, SharedAuthScheme, SharedAuthSchemeOptionResolver,
            static_resolver::StaticAuthSchemeOptionResolver,
        },
        identity::SharedIdentityResolver,
        interceptors::{
            Intercept,
            context::{BeforeDeserializationInterceptorContextMut, InterceptorContext},
        },
        retries::classifiers::{ClassifyRetry, RetryAction},
        runtime_components::{RuntimeComponents, RuntimeComponentsBuilder},
        runtime_plugin::StaticRuntimePlugin,
    },
};
use aws_smithy_types::{
    body::SdkBody,
    config_bag::{ConfigBag, Layer},
};
use aws_types::{
    SigningName,
    region::{Region, SigningRegion},
};
use http_body_util::Limited;

use super::{
    answer::{Reply, is_page},
    call::Call,
    refusal::Refusal,
    service::{Endpoint, Protocol, Service},
    tree::Tree,
};

/// Statuses worth another try, whatever comes with them. The codes of services say more, and are read as well.
const AGAIN: &[u16] = &[429, 502, 503, 504];

/// How often a call is made before it counts as failed: where every second one is throttled, all of a hundred thousand come through.
const ATTEMPTS: u32 = 16;

/// How long is waited, for what.
pub(super) fn patience() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(5))
        .read_timeout(Duration::from_secs(12))
        .operation_attempt_timeout(Duration::from_secs(15))
        .operation_timeout(Duration::from_secs(40))
        .build()
}

/// How failed calls are repeated: after a wait that doubles and is random below that, so that the calls in flight together slow down to what
/// the service bears. The SDK's own limiter goes down to one call in two seconds for all of them, and is slow to come back.
pub(super) fn persistence() -> RetryConfig {
    RetryConfig::standard()
        .with_max_attempts(ATTEMPTS)
        .with_initial_backoff(Duration::from_millis(300))
        .with_max_backoff(Duration::from_secs(3))
}

/// No common quota of retries: it would leave the second half of a throttled account unread. What bounds them is the time of each call, and that
/// a call that fails again and again is given up.
fn partition(service: &'static Service) -> RetryPartition {
    RetryPartition::custom(service.id).token_bucket(TokenBucket::unlimited()).build()
}

/// Asks one service in one place: signs, sends, waits, repeats.
#[derive(Debug, Clone)]
pub(super) struct Client {
    operation: Operation<Call, Reply, Refusal>,
}

impl Client {
    /// A client with the credentials of a configuration. Answers of more than `limit` bytes are refused.
    pub fn new(service: &'static Service, endpoint: &Endpoint, config: &SdkConfig, limit: usize) -> Self {
        let mut builder = Operation::builder()
            .service_name(service.id)
            .operation_name("read")
            .endpoint_url(&endpoint.url)
            .timeout_config(patience())
            .standard_retry(&persistence())
            .retry_classifier(TransientErrorClassifier::<Refusal>::new())
            .retry_classifier(aws_runtime::retries::classifiers::AwsErrorCodeClassifier::<Refusal>::new())
            .retry_classifier(HttpStatusCodeClassifier::new_from_codes(AGAIN))
            .retry_classifier(Broken)
            .with_connection_poisoning()
            .interceptor(Ration { limit })
            .runtime_plugin(signature(service, &endpoint.region, config));
        if let Some(client) = config.http_client() {
            builder = builder.http_client(client);
        }
        let operation = builder.serializer(|call: Call| call.request()).deserializer(Reply::open).build();
        Self { operation }
    }

    /// Asks, as often as it takes within reason.
    pub async fn ask(&self, call: Call) -> Result<Tree, Refusal> {
        let reply = self.operation.invoke(call.clone()).await.map_err(Refusal::from_client)?;
        reply.read(&call)
    }
}

/// What signs requests to a service.
fn signature(service: &'static Service, region: &str, config: &SdkConfig) -> StaticRuntimePlugin {
    let mut components = RuntimeComponentsBuilder::new("signature")
        .with_auth_scheme(SharedAuthScheme::new(SigV4AuthScheme::new()))
        .with_auth_scheme_option_resolver(Some(SharedAuthSchemeOptionResolver::new(StaticAuthSchemeOptionResolver::new(vec![SCHEME_ID]))));
    if let Some(credentials) = config.credentials_provider() {
        components.set_identity_resolver(SCHEME_ID, SharedIdentityResolver::new(credentials));
    }
    // One cache for all clients of an account: credentials are fetched once, and again before they expire.
    components.set_identity_cache(config.identity_cache());
    let mut layer = Layer::new("signature");
    layer.store_put(partition(service));
    layer.store_put(AuthSchemeOptionResolverParams::new(()));
    let mut signing = SigV4OperationSigningConfig {
        region: Some(SigningRegion::from(Region::new(region.to_owned()))),
        name: Some(SigningName::from_static(service.id)),
        ..SigV4OperationSigningConfig::default()
    };
    if service.protocol == Protocol::Object {
        // S3 takes paths as they are, and wants to be told the digest of the body.
        signing.signing_options.double_uri_encode = false;
        signing.signing_options.normalize_uri_path = false;
        signing.signing_options.content_sha256_header = true;
    }
    layer.store_put(signing);
    StaticRuntimePlugin::new().with_config(layer.freeze()).with_runtime_components(components)
}

/// Tries again what a service could not do, which it says in its own language; a page of the server around it stays what it is.
#[derive(Debug)]
struct Broken;

impl ClassifyRetry for Broken {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        match context.response() {
            Some(response) if response.status().as_u16() == 500 && !is_page(response) => RetryAction::server_error(),
            _ => RetryAction::NoActionIndicated,
        }
    }

    fn name(&self) -> &'static str {
        "Broken"
    }
}

/// Lets no answer grow beyond a limit, whatever length it tells.
#[derive(Debug)]
struct Ration {
    limit: usize,
}

impl Intercept for Ration {
    fn name(&self) -> &'static str {
        "Ration"
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let body = context.response_mut().take_body();
        *context.response_mut().body_mut() = SdkBody::from_body_1_x(Limited::new(body, self.limit));
        Ok(())
    }
}
