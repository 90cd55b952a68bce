//! Archives and compressed files: members are taken out in memory, one after the other, never onto a disk.
//!
//! A kind is known by its bytes, not by its name: a zip is a jar, a wheel, an office document and an app package. What was not
//! opened (encrypted, cut, broken, too large, a method that is not read) is a fault at the member or at the archive, and what
//! could be read of it is inspected all the same. The strings of compiled programs are a member,
//! too: what lies beside them in the file has nothing to do with them.

mod ar;
mod bzip2;
mod class;
mod constants;
mod cpio;
mod gzip;
mod lzma;
mod opening;
mod pdf;
mod pyc;
mod rpm;
mod script;
mod sevenz;
mod sqlite;
mod tar;
mod xz;
mod zip;
mod zstd;

use super::Inspector;

/// Every kind of archive and compressed file.
pub const ARCHIVES: &[&dyn Inspector] = &[
    &zip::Zip,
    &gzip::Gzip,
    &tar::Tar,
    &xz::Xz,
    &zstd::Zstd,
    &bzip2::Bzip2,
    &lzma::Lzma,
    &sevenz::SevenZ,
    &ar::Ar,
    &rpm::Rpm,
    &cpio::Cpio,
    &pdf::Pdf,
    &script::Script,
    &sqlite::Sqlite,
    &class::Class,
    &pyc::Pyc,
];
