//! Git: every object of a repository, and where each lies in its history.
//!
//! Objects, references, logs, alternates, work trees and shallow lists are read by our own small readers, which never read the
//! repository's configuration. A scanned repository is hostile until shown otherwise: what is not read cannot execute a hook, a
//! filter or a text converter, include a pipe, move the work tree or fetch from a promisor. Files are opened only after a look
//! shows that they are regular ones, so that no pipe or device is waited for. git2 is used for the index alone, and given that
//! file, not the repository. Replacements and grafts are ignored: objects are read as they are.
//!
//! Reading goes by delta trees and not by id, which is three to four times as fast as `git cat-file` (`walk`); placing is one
//! pass over commits and trees however much is asked, by all workers (`place`).

mod absent;
mod alternates;
mod atlas;
mod bits;
mod commit;
mod delta;
mod few;
mod file;
mod forest;
mod gather;
mod graph;
mod hash;
mod history;
mod index;
mod inflate;
mod keep;
mod kinship;
mod loose;
mod losses;
mod map;
mod names;
mod order;
mod pack;
mod pack_index;
mod parcel;
mod pass;
mod place;
mod reach;
mod reflog;
mod refs;
mod reindex;
mod repository;
mod resolve;
mod revision;
mod select;
mod store;
#[cfg(test)]
mod testing;
mod tree;
mod walk;

pub use history::{Git, is_internal};
pub use repository::Repository;
pub use select::{Restriction, SelectError};
