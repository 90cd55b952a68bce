/// The schema version that this program writes, kept in `user_version`.
pub const VERSION: i64 = 4;

/// Marks the file as ours: `unhd` in ASCII, kept in `application_id`.
pub(super) const APPLICATION: i64 = 0x756e_6864;

/// Migrations: the text at index `n` leads from version `n` to `n + 1`. What was released is never changed.
pub(super) const MIGRATIONS: &[&str] =
    &[include_str!("schema/v1.sql"), include_str!("schema/v2.sql"), include_str!("schema/v3.sql"), include_str!("schema/v4.sql")];
