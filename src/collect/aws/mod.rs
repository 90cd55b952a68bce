//! Reads AWS accounts: asks the API what AWS's own command-line tool would ask, and offers the answers as documents.
//!
//! Only calls that read are made (`call`), and only they: no secret's value is asked for, no parameter decrypted, but where the user asks
//! for just that; those are offered as sealed, and neither saved nor told. An answer becomes the
//! JSON that `aws … --output json` prints for the same call (`xml`, `tree`), so that a file of such an output and the live account
//! read the same. What is refused is a fault that names the missing permission (`losses`); the rest goes on.
//!
//! This is the only place of the library that has a runtime for asynchronous work, opens connections, and, through AWS's own
//! configuration, reads the environment.

mod account;
mod answer;
mod asked;
mod call;
mod client;
mod iam;
mod login;
mod losses;
mod moments;
mod organizations;
mod pages;
mod parcel;
mod place;
mod refusal;
mod regional;
mod resources;
mod service;
mod session;
mod shapes;
mod tree;
mod trouble;
mod xml;

use std::{pin::pin, time::Duration};

use futures_util::future::{Either, select};

use crate::model::About;

use super::{CollectError, Collector, Outlet, Visit};

pub use asked::ASKED;
use place::Place;
pub use trouble::Trouble;

/// How often is looked whether the run is over while answers are awaited.
const GLANCE: Duration = Duration::from_millis(100);

/// Reads AWS accounts through their API.
pub struct Aws;

const ABOUT: About = About {
    id: "aws",
    title: "AWS accounts",
    explain: "Asks the API of an account, with credentials found the way AWS's own tools find them, for its identities, their credentials and grants, and for \
              what lies in the configuration of its services. Makes calls that read, and no other; asks for no secret's value unless it is told to (`--read-secret-values`). A call that is denied is a \
              fault with the missing permission by name, and the rest goes on.",
    controls: &[],
    see: &["https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html"],
};

impl Collector for Aws {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn schemes(&self) -> &'static [&'static str] {
        &["aws"]
    }

    fn collect(&self, visit: &Visit, outlet: &dyn Outlet) -> Result<(), CollectError> {
        let name = visit.target.name();
        let failed = |trouble| CollectError::Account { name: name.clone(), trouble };
        let place = Place::parse(&visit.target.location.to_string_lossy()).map_err(failed)?;
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().max_blocking_threads(4).build().map_err(CollectError::Threads)?;
        let done = runtime.block_on(async {
            match select(pin!(account::read(&place, &visit.settings, outlet)), pin!(over(outlet))).await {
                Either::Left((done, _)) => done,
                Either::Right(_) => Ok(()),
            }
        });
        // A name that is still being resolved must not hold us up.
        runtime.shutdown_background();
        done.map_err(failed)
    }
}

/// Returns when the run is over.
async fn over(outlet: &dyn Outlet) {
    while !outlet.stopped() {
        tokio::time::sleep(GLANCE).await;
    }
}
