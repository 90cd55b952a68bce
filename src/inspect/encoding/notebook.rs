use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{
    inspect::{Inner, Inspector, Map, Outcome, Workbench},
    model::{About, Document, Origin},
};

/// Reads the cells of Jupyter notebooks as the texts that they are.
pub struct Notebook;

const ABOUT: About = About {
    id: "notebook",
    title: "Jupyter notebooks",
    explain: "Joins the lines of each cell, which a notebook keeps as a list of JSON strings, to the program that they are, and does the same with what \
              a cell printed; a value on the line after its name is read with it. The place is that in the notebook. Pictures are left out.",
    controls: &[],
    see: &[],
};

/// A notebook, as far as it says text. Everything is kept as it stands in the bytes, so that its place is known.
#[derive(Deserialize)]
struct Book<'b> {
    #[serde(borrow, default)]
    cells: Vec<Cell<'b>>,
    /// Where notebooks before version 4 have their cells.
    #[serde(borrow, default)]
    worksheets: Vec<Sheet<'b>>,
}

#[derive(Deserialize)]
struct Sheet<'b> {
    #[serde(borrow, default)]
    cells: Vec<Cell<'b>>,
}

#[derive(Deserialize)]
struct Cell<'b> {
    #[serde(borrow)]
    source: Option<&'b RawValue>,
    #[serde(borrow)]
    input: Option<&'b RawValue>,
    #[serde(borrow, default)]
    outputs: Vec<Output<'b>>,
}

/// What a cell printed, returned, or failed with.
#[derive(Deserialize)]
struct Output<'b> {
    #[serde(borrow)]
    text: Option<&'b RawValue>,
    #[serde(borrow)]
    traceback: Option<&'b RawValue>,
    #[serde(borrow, default)]
    data: BTreeMap<String, &'b RawValue>,
}

impl Inspector for Notebook {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn wants(&self, origin: &Origin, bytes: &[u8]) -> bool {
        let named = || origin.leaf().rsplit_once('.').is_some_and(|(_, ending)| ending.eq_ignore_ascii_case("ipynb"));
        bytes.first().is_some_and(|first| *first == b'{' || first.is_ascii_whitespace()) && named()
    }

    fn inspect(&self, document: &Document<'_>, bench: &mut Workbench<'_>, outcome: &mut dyn Outcome) {
        // What is no notebook was searched as it is.
        let Ok(book) = serde_json::from_slice::<Book<'_>>(document.bytes) else { return };
        let mut joined = Joined { outer: document.bytes, bytes: Vec::new(), map: Map::default() };
        for cell in book.cells.iter().chain(book.worksheets.iter().flat_map(|sheet| &sheet.cells)) {
            cell.source.iter().chain(&cell.input).for_each(|text| joined.text(text));
            for output in &cell.outputs {
                let shown = output.data.iter().filter(|(kind, _)| kind.starts_with("text/")).map(|(_, text)| text);
                output.text.iter().chain(&output.traceback).chain(shown).for_each(|text| joined.text(text));
            }
        }
        if !joined.bytes.is_empty() {
            let _ = outcome.inner(bench, Inner { wrapping: ABOUT.id, name: None, map: Some(&joined.map), bytes: &joined.bytes });
        }
    }
}

/// Texts that were taken out of JSON strings.
struct Joined<'b> {
    outer: &'b [u8],
    bytes: Vec<u8>,
    map: Map,
}

impl<'b> Joined<'b> {
    /// Adds a text: one string, or several that are its lines.
    fn text(&mut self, value: &'b RawValue) {
        let value = value.get().as_bytes();
        // A borrowed value is a part of the document.
        let at = value.as_ptr().addr() - self.outer.as_ptr().addr();
        let mut rest = at..at + value.len();
        let one = value.first() == Some(&b'"');
        if !one && value.first() != Some(&b'[') {
            return;
        }
        while let Some(open) = memchr::memchr(b'"', &self.outer[rest.clone()]) {
            rest.start = self.string(rest.start + open + 1, rest.end);
        }
        // The last line of a text has no end of its own.
        self.map.push(self.bytes.len(), rest.end..rest.end, None);
        self.bytes.push(b'\n');
    }

    /// Adds what a string says, from behind its quote on; returns the place behind it.
    fn string(&mut self, start: usize, end: usize) -> usize {
        let mut at = start;
        while let Some(length) = memchr::memchr2(b'"', b'\\', &self.outer[at..end]) {
            self.copy(at, length);
            at += length;
            if self.outer[at] == b'"' {
                return at + 1;
            }
            let length = if self.outer.get(at + 1) == Some(&b'u') { 6 } else { 2 };
            let (length, said) = self.escape(at, length.min(end - at));
            self.map.push(self.bytes.len(), at..at + length, Some("escape"));
            self.bytes.extend_from_slice(said.as_bytes());
            at += length;
        }
        end
    }

    fn copy(&mut self, at: usize, length: usize) {
        if length > 0 {
            self.map.push(self.bytes.len(), at..at + length, None);
            self.bytes.extend_from_slice(&self.outer[at..at + length]);
        }
    }

    /// What an escape says, and its length: half of a pair says nothing without the other half.
    fn escape(&self, at: usize, length: usize) -> (usize, String) {
        let said = |length: usize| {
            let escape = std::str::from_utf8(self.outer.get(at..at + length)?).ok()?;
            serde_json::from_str::<String>(&format!("\"{escape}\"")).ok()
        };
        said(length).map(|text| (length, text)).or_else(|| said(12).map(|text| (12, text))).unwrap_or((length, String::new()))
    }
}
