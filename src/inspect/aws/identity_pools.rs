use serde::Deserialize;

use crate::{
    inspect::{Inspector, Outcome, Workbench},
    model::{About, Document, Entity, Origin, entity::Resource},
};

use super::{
    document::{account, account_of, begins, holds, parse},
    told::Told,
};

/// Reads which roles pools give to whoever comes from an app.
pub(super) struct IdentityPools;

const ABOUT: About = About {
    id: "aws-identity-pools",
    title: "Identity pools of Amazon Cognito",
    explain: "Reads what `aws cognito-identity describe-identity-pool` and `get-identity-pool-roles` print, or both in one document, as the collector of AWS accounts \
              puts them: whether a pool lets in guests, and as which role.",
    controls: &[],
    see: &["https://docs.aws.amazon.com/cognito/latest/developerguide/identity-pools.html"],
};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Pool {
    identity_pool_id: String,
    identity_pool_name: Option<String>,
    allow_unauthenticated_identities: Option<bool>,
    allow_classic_flow: Option<bool>,
    roles: Option<Roles>,
    #[serde(default)]
    untold: Vec<String>,
}

#[derive(Deserialize)]
struct Roles {
    authenticated: Option<String>,
    unauthenticated: Option<String>,
}

impl Inspector for IdentityPools {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn wants(&self, _origin: &Origin, bytes: &[u8]) -> bool {
        begins(bytes, &["IdentityPoolId"])
            && ["AllowUnauthenticatedIdentities", "\"Roles\"", "\"Untold\""].iter().any(|word| holds(bytes, word))
    }

    fn inspect(&self, document: &Document<'_>, bench: &mut Workbench<'_>, outcome: &mut dyn Outcome) {
        let mut told = Told::new(bench, outcome);
        let Some(pool) = parse::<Pool>(document, "an identity pool", &mut told) else { return };
        let owner = account(document.origin, None).or_else(|| pool.of_roles());
        match owner {
            Some(owner) => told.tell(Entity::Resource(pool.entity(&owner))),
            None => told.malformed("", &format!("nothing tells the account of the identity pool {}", pool.identity_pool_id)),
        }
    }
}

impl Pool {
    /// The account of its roles, which is its own.
    fn of_roles(&self) -> Option<String> {
        let roles = self.roles.as_ref()?;
        let arn = roles.authenticated.as_deref().or(roles.unauthenticated.as_deref())?;
        account_of(arn).map(str::to_owned)
    }

    fn entity(self, owner: &str) -> Resource {
        let region = self.identity_pool_id.split(':').next().unwrap_or("*");
        let mut pool = Resource::new(format!("arn:aws:cognito-identity:{region}:{owner}:identitypool/{}", self.identity_pool_id), owner);
        let word = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
        let (members, guests) = self.roles.map(|roles| (roles.authenticated, roles.unauthenticated)).unwrap_or_default();
        let told = [
            (Resource::NAME, self.identity_pool_name),
            (Resource::GUESTS, self.allow_unauthenticated_identities.map(word)),
            (Resource::CLASSIC, self.allow_classic_flow.map(word)),
            (Resource::GUEST_ROLE, guests),
            (Resource::MEMBER_ROLE, members),
            (Resource::UNTOLD, Some(self.untold.join(", ")).filter(|untold| !untold.is_empty())),
        ];
        pool.attributes.extend(told.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
        pool
    }
}
