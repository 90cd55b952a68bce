use std::{fmt::Write, ops::ControlFlow};

use rusqlite::{Connection, ErrorCode, Row, config::DbConfig, limits::Limit, types::ValueRef};

use crate::{
    inspect::{Inspector, Outcome, Workbench},
    model::{About, Document, FaultKind, Origin},
};

use super::opening::Opening;

/// Reads the tables of `SQLite` databases.
pub struct Sqlite;

const ABOUT: About = About {
    id: "sqlite",
    title: "SQLite databases",
    explain: "Inspects each table as text with one row a line and the value of each column under the column's name, whatever the encoding \
              of the database and however a value is spread over its pages. Values of more than one line and binary ones are inspected \
              each alone. Views, virtual tables and what a write-ahead log holds are not read.",
    controls: &[],
    see: &["https://www.sqlite.org/fileformat2.html"],
};

/// How a database begins.
const MAGIC: &[u8] = b"SQLite format 3\0";
/// Steps of the virtual machine between two looks at what is left.
const STEP: i32 = 100_000;
/// Steps for each byte of the database: reading a row takes some ten, whatever its length.
const STEPS_A_BYTE: u64 = 4;
/// Steps that every database has.
const STEPS: u64 = 10_000_000;
/// The shortest binary value that is inspected, bytes.
const BINARY: usize = 16;

impl Inspector for Sqlite {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn wants(&self, _origin: &Origin, bytes: &[u8]) -> bool {
        bytes.starts_with(MAGIC)
    }

    fn inspect(&self, document: &Document<'_>, bench: &mut Workbench<'_>, outcome: &mut dyn Outcome) {
        let mut opening = Opening { bench, outcome, wrapping: ABOUT.id };
        match open(document.bytes).and_then(|database| Ok((names(&database)?, database))) {
            Ok((names, database)) => {
                let _ = names.iter().try_for_each(|name| table(&database, name, &mut opening));
            }
            Err(error) => opening.fault(FaultKind::Malformed, "", &unread(&error)),
        }
    }
}

fn unread(error: &rusqlite::Error) -> String {
    format!("not read as a database ({}: {error}); only its bytes were scanned", ABOUT.id)
}

/// Opens a copy in memory that is never written, and trusts nothing that its schema says.
fn open(bytes: &[u8]) -> rusqlite::Result<Connection> {
    let mut database = Connection::open_in_memory()?;
    // A database in write-ahead mode without its log is read as if it were in the other mode.
    let header = [&bytes[..18], &[1, 1], &bytes[20..]].concat();
    database.deserialize_read_exact("main", header.as_slice(), header.len(), true)?;
    for (setting, on) in [
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
        (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
    ] {
        database.set_db_config(setting, on)?;
    }
    database.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    database.set_limit(Limit::SQLITE_LIMIT_VDBE_OP, 100_000)?;
    // No value is longer than the file that holds it: one that is, is computed.
    database.set_limit(Limit::SQLITE_LIMIT_LENGTH, i32::try_from(bytes.len()).unwrap_or(i32::MAX))?;
    let mut left = STEPS + bytes.len() as u64 * STEPS_A_BYTE;
    database.progress_handler(
        STEP,
        Some(move || {
            left = left.saturating_sub(STEP.unsigned_abs().into());
            left == 0
        }),
    )?;
    Ok(database)
}

/// The tables that hold rows of their own.
fn names(database: &Connection) -> rusqlite::Result<Vec<String>> {
    let ordinary = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' ORDER BY name";
    database.prepare(ordinary)?.query_map([], |row| row.get(0))?.collect()
}

/// Hands on a table, row by row.
fn table(database: &Connection, name: &str, opening: &mut Opening<'_, '_>) -> ControlFlow<()> {
    let mut text = String::new();
    let read = rows(database, name, opening, &mut text);
    let flow = opening.member(name, text.as_bytes());
    match read {
        Ok(flow) if flow.is_break() => return flow,
        Ok(_) => {}
        Err(error) => opening.fault(kind(&error), name, &format!("{error} ({}); the rest of the table was not scanned", ABOUT.id)),
    }
    flow
}

/// What an error amounts to: a query that takes too many steps is ended, and a value that is too long refused.
fn kind(error: &rusqlite::Error) -> FaultKind {
    match error.sqlite_error_code() {
        Some(ErrorCode::OperationInterrupted | ErrorCode::TooBig | ErrorCode::OutOfMemory) => FaultKind::TooLarge,
        _ => FaultKind::Malformed,
    }
}

fn rows(database: &Connection, name: &str, opening: &mut Opening<'_, '_>, text: &mut String) -> rusqlite::Result<ControlFlow<()>> {
    let mut statement = database.prepare(&format!("SELECT * FROM main.\"{}\"", name.replace('"', "\"\"")))?;
    let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let mut rows = statement.query([])?;
    let mut number = 0_u64;
    while let Some(row) = rows.next()? {
        number += 1;
        for (index, column) in columns.iter().enumerate() {
            if let Some(alone) = cell(row, index, column, text)?
                && opening.member(&format!("{name}/{number}/{column}"), alone).is_break()
            {
                return Ok(ControlFlow::Break(()));
            }
        }
        text.push('\n');
        // One byte over what there is room for: then the fault says so.
        if text.len() as u64 > opening.outcome.room() {
            break;
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// Writes a value under the name of its column, or returns it where it does not fit into a line.
fn cell<'r>(row: &'r Row<'_>, index: usize, column: &str, text: &mut String) -> rusqlite::Result<Option<&'r [u8]>> {
    let value = match row.get_ref(index)? {
        ValueRef::Null | ValueRef::Real(_) => return Ok(None),
        ValueRef::Integer(number) => {
            write!(text, "{column} = {number}\t").expect("a string takes all");
            return Ok(None);
        }
        ValueRef::Blob(value) if value.len() < BINARY => return Ok(None),
        ValueRef::Text(value) | ValueRef::Blob(value) => value,
    };
    let one_line = |value: &&str| !value.bytes().any(|byte| byte < b' ' && byte != b'\t');
    let Some(line) = std::str::from_utf8(value).ok().filter(one_line) else { return Ok(Some(value)) };
    let quote = ['"', '\'', '`'].into_iter().find(|quote| !line.contains(*quote)).map_or(String::new(), String::from);
    write!(text, "{column} = {quote}{line}{quote}\t").expect("a string takes all");
    Ok(None)
}
