/// The schema version that this program writes, kept in `user_version`.
pub const VERSION: i64 = 4;

/// Marks the file as ours: `unhd` in ASCII, kept in `application_id`.
pub(super) const APPLICATION: i64 = 0x756e_6864;

/// Migrations: the text at index `n` leads from version `n` to `n + 1`. What was released is never changed.
pub(super) const MIGRATIONS: &[&str] =
    &[include_str!("schema/v1.sql"), include_str!("schema/v2.sql"), include_str!("schema/v3.sql"), include_str!("schema/v4.sql")];

/// What all migrations lead to. A new record is made with it: renaming the tables of four versions takes longer than the scan of a
/// small file.
pub(super) const CURRENT: &str = include_str!("schema/current.sql");

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::{CURRENT, MIGRATIONS, VERSION};

    #[test]
    fn a_new_record_is_what_migrations_lead_to() {
        assert_eq!(i64::try_from(MIGRATIONS.len()), Ok(VERSION));
        let connection = Connection::open_in_memory().expect("a database in memory");
        MIGRATIONS.iter().for_each(|sql| connection.execute_batch(sql).expect("a migration"));
        let mut statement = connection.prepare("SELECT sql FROM sqlite_master WHERE sql NOT NULL ORDER BY rowid").expect("the schema");
        let objects: Result<Vec<String>, _> = statement.query_map([], |row| row.get(0)).expect("its objects").collect();
        let objects = objects.expect("its objects").join(";\n\n");
        let (_, current) = CURRENT.split_once("\n\n").expect("a comment before all");
        assert_eq!(current, format!("{objects};\n"), "write this to src/store/schema/current.sql:\n{objects};");
    }
}
