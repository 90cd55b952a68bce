use aws_config::{BehaviorVersion, Region, SdkConfig, sts::AssumeRoleProvider};
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_http_client::{Builder, tls};
use aws_smithy_runtime::client::identity::IdentityCache;

use crate::collect::AccountSettings;

use super::{
    client::{patience, persistence},
    place::Place,
};

/// The region in which is asked where nobody named one: that of everything without a region.
const HOME: &str = "us-east-1";

/// Finds credentials the way AWS's own tools do: environment, profile, single sign-on, container, machine.
pub(super) async fn login(place: &Place, settings: &AccountSettings) -> (SdkConfig, String) {
    let client = Builder::new().tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring)).build_https();
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(client)
        .timeout_config(patience())
        .retry_config(persistence())
        .identity_cache(IdentityCache::lazy().build());
    if let Some(profile) = &place.profile {
        loader = loader.profile_name(profile);
    }
    if let Some(url) = &settings.endpoint_url {
        loader = loader.endpoint_url(url);
    }
    if let Some(region) = place.regions.first() {
        loader = loader.region(Region::new(region.clone()));
    }
    let config = loader.load().await;
    let region = config.region().map_or_else(|| HOME.to_owned(), ToString::to_string);
    let config = config.into_builder().region(Region::new(region.clone())).build();
    (config, region)
}

/// The same configuration with the credentials of a role, which are fetched when they are first needed.
pub(super) async fn assume(config: &SdkConfig, role: &str, settings: &AccountSettings) -> SdkConfig {
    let mut builder = AssumeRoleProvider::builder(role).configure(config).session_name("unhidden");
    if let Some(id) = &settings.external_id {
        builder = builder.external_id(id);
    }
    let provider = SharedCredentialsProvider::new(builder.build().await);
    config.to_builder().credentials_provider(provider).identity_cache(IdentityCache::lazy().build()).build()
}
