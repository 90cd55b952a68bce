use std::ops::ControlFlow;

use super::opening::Opening;

/// The strings of a compiled program as text: one on each line, in quotes, behind the name that it is given to. A string of
/// several lines is a text of its own.
#[derive(Default)]
pub(super) struct Constants {
    text: String,
    /// How many lines were written.
    lines: usize,
    /// Strings of several lines, with the number of the line where they were left out.
    long: Vec<(usize, String)>,
}

impl Constants {
    /// Adds a string on a line of its own.
    pub fn line(&mut self, name: Option<&str>, string: String) {
        // What is no text is no document: broken archives for a test would be faults.
        if string.contains('\n') && !string.contains(['\0', char::REPLACEMENT_CHARACTER]) {
            self.blank();
            self.long.push((self.lines, string));
            return;
        }
        if let Some(name) = name {
            self.text.push_str(name);
            self.text.push_str(" = ");
        }
        self.text.push('"');
        for character in string.chars() {
            match character {
                '"' => self.text.push_str("\\\""),
                '\t' => self.text.push('\t'),
                // Nothing may end the line, or make the text look like no text.
                other if other.is_control() => self.text.push(char::REPLACEMENT_CHARACTER),
                other => self.text.push(other),
            }
        }
        self.text.push('"');
        self.blank();
    }

    /// Ends a line.
    pub fn blank(&mut self) {
        self.text.push('\n');
        self.lines += 1;
    }

    /// Hands them on. Where all of them were read, names and values that the bytes around them seem to join are none.
    pub fn tell(&self, whole: bool, opening: &mut Opening<'_, '_>) -> ControlFlow<()> {
        opening.member("constants", self.text.as_bytes())?;
        self.long.iter().try_for_each(|(line, string)| opening.member(&format!("constant {line}"), string.as_bytes()))?;
        if whole {
            opening.outcome.spelled();
        }
        ControlFlow::Continue(())
    }
}
