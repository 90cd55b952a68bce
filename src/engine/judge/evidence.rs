//! What is observed, what it weighs, and how it is said.

use super::place::Place;
use crate::model::Observed;

macro_rules! evidence {
    ($($name:ident, $settings:literal, $code:literal, $prose:literal, $machine:literal, $says:literal;)*) => {
        /// Something observed about a name, its value, or what stands around them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Evidence { $(#[doc = $says] $name),* }

        /// All evidence with its weight in settings, code, prose and machine-written text, and its sentence.
        pub const TABLE: &[(Evidence, [i16; 4], &str)] = &[$((Evidence::$name, [$settings, $code, $prose, $machine], $says)),*];
    };
}

// Tenths of a natural logarithm of odds, roughly: 10 makes a credential 2.7 times as likely.
evidence! {
    PasswordName,          24,  22,  18,   4, "the name says password";
    SecretName,            10,  10,   8,  -6, "the name says secret";
    TokenName,              6,   6,   4, -10, "the name says token";
    KeyName,                0,   0,  -2, -14, "the name says key";
    AuthName,               0,   0,  -4, -14, "the name says auth or credential";
    OtpName,                6,   6,   4,  -8, "the name says one-time password";
    StrongName,             8,   8,   8,   4, "the name says what it opens";
    BareName,             -10, -10, -10, -10, "the name says nothing but key";
    NameOfSomethingElse,  -44, -44, -44, -44, "the name is of something about a credential";
    Digested,             -75, -75, -75, -75, "the name says that it was digested or encrypted";
    PublicName,           -42, -42, -42, -42, "the name says that it is public or no credential";
    Environment,            4,   8,  10,   0, "it is a variable of an environment";
    Compared,              -4,  -4,  -4,  -4, "it is compared, not assigned";
    Passed,                -4,  -6,  -8,  -8, "it is an argument";
    Paired,                -8, -10, -12, -12, "it is the second of a pair of arguments";
    Element,                0,   0,   0,   0, "it is the content of an element";
    Query,                 -2,  -2,  -4,  -6, "it is a parameter of an address";
    Flag,                  -6, -10,  -8, -20, "it is an option of a command";
    Blank,                -20, -30, -30, -40, "nothing but a blank joins name and value";
    BlankQuoted,          -10, -10, -12, -20, "nothing but a blank joins name and quoted value";
    InString,              -2,  -2,  -2,  -4, "name and value stand in one quoted text";
    Unquoted,               0, -14,  -6,  -6, "it has no quotes";
    GoesOn,               -12, -12, -12, -12, "something is appended to it";
    Fetched,              -30, -30, -30, -30, "it names what a function fetches";
    Wrapped,               -2,  -2,  -2,  -2, "a function is called with it";
    CertainlyRandom,       28,  28,  28,  20, "it is certainly random";
    Random,                18,  18,  18,  12, "it is random";
    RatherRandom,           8,   8,   8,   4, "it is rather random than text";
    Undecided,              0,   0,   0,   0, "it may be random or text";
    RatherText,           -10, -10, -10, -10, "it is rather text than random";
    Text,                 -22, -22, -22, -22, "it is text";
    Word,                  -2,  -6,  -4, -10, "it reads like a word";
    Words,                 -6, -12, -10, -20, "it reads like words";
    ByteList,              30,  30,  30,  10, "bytes spelled as numbers";
    ShortKey,             -10, -10, -10, -14, "it has less than 16 characters, few for a key or token";
    Statement,            -24, -40, -10, -24, "a bare word before a semicolon: a variable";
    Binary,               -16, -16, -16, -16, "it stands among bytes that are no text";
    Short,                 -4,  -4,  -4,  -6, "it has less than 8 characters";
    Medium,                 0,   0,   0,   0, "it has 8 to 15 characters";
    Long,                   4,   4,   4,   0, "it has 16 characters or more";
    VeryLong,              -4,  -4,  -4, -10, "it has more than 200 characters";
    Mixed,                  4,   4,   4,   4, "letters and digits";
    Digits,                -4, -10,  -6, -20, "digits only";
    Signs,                 -1,  -1,  -2,  -4, "signs among the characters";
    Blanks,               -30, -30, -30, -30, "words with blanks";
    Foreign,              -30, -30, -30, -30, "characters of another script";
    Hexadecimal,            2,   2,   2,  -6, "hexadecimal, of the length of a key or digest";
    Padded,                 4,   4,   4,   0, "padded base64";
    Path,                 -30, -30, -30, -30, "it is a path or a file's name";
    Address,              -30, -30, -30, -30, "it is an address";
    Uuid,                   6,   6,   4, -20, "it is a UUID";
    Version,              -40, -40, -40, -40, "it is a version";
    Number,               -20, -20, -20, -20, "it is a number or a date";
    NamesItself,          -40, -40, -40, -40, "it is the name itself";
    RepeatsName,          -14, -14, -14, -14, "it repeats a word of the name";
    Regular,              -40, -40, -40, -40, "its characters repeat or follow in order";
    Constant,             -14, -18, -18, -18, "it is the name of a constant";
    BareWord,               0, -40,  -4,  -4, "it is a bare word: a variable";
    Expression,           -16, -40, -16, -16, "it is an expression";
    QuotedExpression,     -12, -12, -12, -12, "it is an expression in quotes";
    Sample,               -40, -40, -40, -40, "it is a word that examples use";
    SampleAndNumber,      -10, -14, -14, -14, "it is a word that examples use, with a number of its own";
    Placeholder,          -30, -30, -30, -30, "it is a placeholder";
    SpeaksOfCredentials,  -20, -20, -20, -20, "the value itself speaks of credentials";
    Comment,               -2,  -4,  -2,  -2, "it stands in a comment";
    Default,              -10, -10, -10, -10, "it is the default of a variable";
    Trailing,             -14, -14, -20, -14, "more words follow it";
    InSentence,            -8,   0, -14, -10, "it stands in a sentence";
    MadeUpName,           -40, -40, -40, -40, "the name says that it is made up or wrong";
    SpelledText,          -50, -50, -50, -50, "it is a readable text in base64";
    ServiceDefault,       -14, -14, -14, -14, "it is the word with which a service comes";
    EscapedBytes,         -14, -20, -14, -14, "it is written as escaped bytes";
}

/// All that was observed, with its weight at a place.
pub fn weights(observed: Observed, place: Place) -> impl Iterator<Item = (Evidence, i32, &'static str)> {
    let column = match place {
        Place::Settings | Place::Unknown => 0,
        Place::Code => 1,
        Place::Prose => 2,
        Place::Machine => 3,
    };
    TABLE.iter().filter(move |row| observed.has(row.0 as u8)).map(move |row| (row.0, i32::from(row.1[column]), row.2))
}
