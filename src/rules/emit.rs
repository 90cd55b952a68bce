//! Writes the built-in rules as Rust source. Used by the build script only.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::{self, Write},
};

use super::{context, definition::Definition, draft::Draft};
use crate::engine::{
    byteset::ByteSet,
    plan::{self, Planned, sample::Sample},
    shape::Lead,
    tables::{MARK, Window},
};

/// A rule that is fit to be built in.
#[derive(Debug)]
pub struct Input {
    /// Its file.
    pub file: String,
    /// Who issues such secrets.
    pub provider: String,
    /// As it is written.
    pub definition: Definition,
    /// What its patterns tell.
    pub draft: Draft,
}

/// The array of rules.
pub fn rules(inputs: &[Input]) -> String {
    let mut out = format!("pub(super) static GAP: Gap = Gap::new({:?});\n", context::gap());
    put(&mut out, format_args!("pub(super) static RULES: [Rule; {}] = [", inputs.len()));
    for input in inputs {
        let mut text = String::new();
        rule(&mut text, input);
        let digest = blake3::hash(text.as_bytes());
        put(&mut out, format_args!("{text}digest: Some({:?}) }},", digest.as_bytes()));
    }
    out + "];\n"
}

/// All of a rule but its digest.
fn rule(out: &mut String, input: &Input) {
    let Input { definition: rule, draft, provider, .. } = input;
    let texts = [("id", rule.id.get_ref()), ("provider", provider), ("title", &rule.title), ("explain", &rule.explain)];
    put(out, format_args!("Rule {{"));
    for (key, value) in texts {
        put(out, format_args!("{key}: text({value:?}),"));
    }
    put(
        out,
        format_args!(
            "kind: Kind::{}, severity: Severity::{}, confidence: Confidence::{},",
            camel(&rule.kind),
            camel(&rule.severity),
            camel(&rule.confidence)
        ),
    );
    put(
        out,
        format_args!("ignore_case: {}, reads: {},", rule.ignore_case, option(rule.reads.as_ref(), |reads| format!("text({reads:?})"))),
    );
    let lists = [
        ("see", &rule.see),
        ("anchors", rule.anchors.get_ref()),
        ("proofs", &rule.proofs),
        ("examples", &rule.examples),
        ("counter", &rule.counter),
        ("overlaps", &rule.overlaps),
    ];
    for (key, values) in lists {
        put(out, format_args!("{key}: {},", list(values)));
    }
    let main = match &draft.alone {
        Some(alone) => pattern(&alone.pattern, alone.reach, 0),
        None => pattern(rule.pattern.get_ref(), draft.shape.reach, draft.shape.before),
    };
    let closing = option(rule.closing.as_ref().zip(draft.closing), |(closing, (reach, far))| {
        format!("Closing {{ pattern: {}, reach: {far} }}", pattern(closing.get_ref(), reach, 0))
    });
    let context = option(draft.alone.as_ref().map(|alone| alone.value), |(alphabet, least)| {
        let value = format!("Value {{ alphabet: ByteSet({:?}), least: {least} }}", alphabet.0);
        format!("Context {{ value: {value}, gap: &GAP, reach: {} }}", draft.shape.reach)
    });
    put(
        out,
        format_args!(
            "form: Form {{ pattern: {main}, closing: {closing}, public: {}, context: {context}, assignment: {} }},",
            draft.shape.public, rule.assignment
        ),
    );
    let pair = option(rule.pair.as_ref().zip(draft.pair), |(pair, (reach, alphabet))| {
        let other = format!(
            "Other {{ pattern: {}, alphabet: ByteSet({:?}), lines: {} }}",
            pattern(pair.pattern.get_ref(), reach, 0),
            alphabet.0,
            pair.lines
        );
        format!("Pair {{ title: text({:?}), other: {other}, proofs: {} }}", pair.title, list(&pair.proofs))
    });
    put(out, format_args!("pair: {pair}, scope: None,"));
}

/// The anchors with their sets, and the tables of the prefilter.
pub fn tables(inputs: &[Input], sample: &Sample) -> String {
    let literals = literals(inputs);
    let sets: BTreeSet<ByteSet> = literals.values().flatten().flat_map(|(_, lead)| lead.left.iter().chain(&lead.follow)).copied().collect();
    let number = |set: &ByteSet| sets.iter().position(|other| other == set).unwrap_or(0);
    let (mut anchors, mut spelled, mut count) = (String::new(), String::new(), 0);
    for ((bytes, ignore_case), leads) in &literals {
        put(
            &mut spelled,
            format_args!("Literal {{ bytes: &{bytes:?}, ignore_case: {ignore_case}, first: {count}, count: {} }},", leads.len()),
        );
        count += leads.len();
        for (rule, lead) in leads {
            let left = option(lead.left.as_ref(), |left| number(left).to_string());
            let follow: Vec<usize> = lead.follow.iter().map(number).collect();
            put(
                &mut anchors,
                format_args!(
                    "Anchor {{ rule: RuleIndex({rule}), len: {}, left: {left}, follow: Cow::Borrowed(&{follow:?}) }},",
                    bytes.len()
                ),
            );
        }
    }
    assert!(count < usize::from(u16::MAX), "too many anchors");
    let sets: Vec<String> = sets.iter().map(|set| format!("ByteSet({:?})", set.0)).collect();
    let tables = plan::plan(&planned(&literals), sample);
    let windows: String = tables.windows.iter().map(window).collect();
    let mut out = String::new();
    put(
        &mut out,
        format_args!("// {} literals; expected hot places in a million bytes of source text: {:.0}", literals.len(), tables.cost / 2.0),
    );
    put(
        &mut out,
        format_args!(
            "pub(super) static ANCHORS: Anchors = Anchors {{ list: Cow::Borrowed(&[{anchors}]), sets: Cow::Borrowed(&[{}]) }};",
            sets.join(",")
        ),
    );
    put(
        &mut out,
        format_args!(
            "pub(super) static PREFILTER: Prefilter = Prefilter {{ multiplier: {}, gates: &GATES, keys: &KEYS, slots: &SLOTS,",
            tables.multiplier
        ),
    );
    put(&mut out, format_args!("windows: &[{windows}], literals: &[{spelled}] }};"));
    put(&mut out, format_args!("static GATES: [u16; {}] = {:?};", tables.gates.len(), tables.gates));
    put(&mut out, format_args!("static KEYS: [u64; {}] = {:?};", tables.keys.len(), tables.keys));
    put(&mut out, format_args!("static SLOTS: [u16; {}] = {:?};", tables.slots.len(), tables.slots));
    out
}

/// The bytes of a literal and whether their case is ignored.
type Literal = (Vec<u8>, bool);
/// Literals, each with its rules and what may stand around it. The rule of our own mark is none.
type Literals = BTreeMap<Literal, Vec<(usize, Lead)>>;

fn literals(inputs: &[Input]) -> Literals {
    let mut literals = Literals::new();
    for (index, Input { definition, draft, .. }) in inputs.iter().enumerate() {
        for (anchor, lead) in definition.anchors.get_ref().iter().zip(&draft.shape.leads) {
            let bytes = if definition.ignore_case { anchor.to_ascii_lowercase() } else { anchor.clone() };
            literals.entry((bytes.into_bytes(), definition.ignore_case)).or_default().push((index, lead.clone()));
        }
    }
    let mark = (usize::from(u16::MAX), Lead::default());
    literals.entry((MARK.into(), false)).or_default().push(mark);
    literals
}

/// What the planner needs to know: around a literal may stand what any of its rules permits.
fn planned(literals: &Literals) -> Vec<Planned> {
    let any = |sets: &mut dyn Iterator<Item = Option<ByteSet>>| {
        sets.fold(ByteSet::NONE, |mut all, set| {
            all.merge(&set.unwrap_or(ByteSet::ALL));
            all
        })
    };
    let planned = |(literal, leads): (&Literal, &Vec<(usize, Lead)>)| Planned {
        bytes: literal.0.clone(),
        ignore_case: literal.1,
        left: any(&mut leads.iter().map(|(_, lead)| lead.left)),
        right: any(&mut leads.iter().map(|(_, lead)| lead.follow.first().copied())),
    };
    literals.iter().map(planned).collect()
}

fn window(window: &Window) -> String {
    let Window { value, mask, literal, offset, bucket, whole } = window;
    format!("Window {{ value: {value}, mask: {mask}, literal: {literal}, offset: {offset}, bucket: {bucket}, whole: {whole} }},")
}

fn pattern(text: &str, reach: usize, before: usize) -> String {
    format!("Pattern::new(text({text:?}), {reach}, {before})")
}

fn list(texts: &[String]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| format!("text({text:?})")).collect();
    format!("Cow::Borrowed(&[{}])", texts.join(", "))
}

fn option<T>(value: Option<T>, write: impl FnOnce(T) -> String) -> String {
    value.map_or_else(|| "None".to_owned(), |value| format!("Some({})", write(value)))
}

/// `access-key` as `AccessKey`.
fn camel(name: &str) -> String {
    name.split('-').map(|word| word[..1].to_uppercase() + &word[1..]).collect()
}

fn put(out: &mut String, line: fmt::Arguments<'_>) {
    writeln!(out, "{line}").expect("a string takes all");
}
