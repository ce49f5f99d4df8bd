//! One document through all rules.

use std::collections::HashSet;
use std::fmt;
use std::ops::Range;
use std::path::Path;

use xquik_document::{Document, Span, SyntaxError};

use super::accepted::Accepted;
use super::compiler::{Asked, Compiler};
use super::context::Context;
use super::correction;
use super::external::Files;
use super::finding::{Finding, Report};
use super::model::Model;
use super::recovery::{self, Recovered};
use super::rule::{Area, Check, Rule, Severity};
use super::rules::RULES;
use super::rules::structure::openapi_version;
use super::rules::syntax::unreadable_file;

/// What became of a document.
#[derive(Debug)]
pub struct Outcome {
    /// In the order of the text.
    pub findings: Vec<Finding>,
    /// Whether the text could be read.
    pub readable: bool,
    /// The text, for those who show lines of it.
    pub text: String,
}

impl Outcome {
    /// How many findings weigh so much.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.findings
            .iter()
            .filter(|finding| finding.severity == severity)
            .count()
    }
}

/// What is said of a file that cannot be read.
#[must_use]
pub fn unreadable(reason: &str) -> Outcome {
    let mut report = Report::new(&unreadable_file::RULE);
    report.at_span(Span::START, format!("the file cannot be read: {reason}"));
    let nothing = Document::read("", b"{}").expect("an empty object is a document");
    Outcome {
        findings: report.settle(&nothing, &[]),
        readable: false,
        text: String::new(),
    }
}

/// The stack that judging gets. The depth of a document is bounded, but references can chain any
/// number of schemas, and the validator follows them by recursion. Only what is used is taken.
const STACK: usize = 1 << 30;

/// What is judged, and what with.
#[derive(Clone, Copy)]
pub struct Judging<'j> {
    /// What the report calls the document.
    pub name: &'j str,
    /// Its text.
    pub bytes: &'j [u8],
    /// Where relative references start; without it no other file is read.
    pub folder: Option<&'j Path>,
    /// What the compiler says of a document.
    pub compiler: Compiler<'j>,
    /// The findings that were accepted.
    pub accepted: Option<&'j Accepted>,
}

impl fmt::Debug for Judging<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Judging")
            .field("name", &self.name)
            .field("folder", &self.folder)
            .field("accepted", &self.accepted)
            .finish_non_exhaustive()
    }
}

/// Judges a document.
#[must_use]
pub fn judge(judging: Judging<'_>) -> Outcome {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .stack_size(STACK)
            .spawn_scoped(scope, || judge_here(judging));
        match thread {
            Ok(thread) => thread
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            // No more threads or memory to be had: most documents need no such stack.
            Err(_) => judge_here(judging),
        }
    })
}

fn judge_here(judging: Judging<'_>) -> Outcome {
    let Recovered {
        document,
        errors,
        text,
        damaged,
    } = recovery::read(judging.name, judging.bytes, &misfits);
    let readable = errors.is_empty();
    let foreign = openapi_version::is_foreign(document.root());
    let compiler = Asked::new(judging.compiler);
    let findings = std::thread::scope(|scope| {
        if readable && !foreign {
            // The compiler takes as long as all other rules together, so it is asked beside them.
            // Where no thread can be had, the rule that wants its word asks it.
            let ask = || {
                compiler.about(&document);
            };
            drop(std::thread::Builder::new().spawn_scoped(scope, ask));
        }
        let mut findings = through_rules(&document, &errors, judging, &compiler);
        findings.retain(|finding| !is_consequence(finding, &damaged));
        findings
    });
    Outcome {
        findings,
        readable,
        text,
    }
}

/// How much of a document is not what OpenAPI wants where it stands.
///
/// Of several repairs of a slip in the syntax the one with the fewest is what was meant: a line that is
/// indented as its neighbours are, but belongs to another object, is a field that this has not.
fn misfits(document: &Document) -> usize {
    let model = Model::new(document.root());
    let files = Files::read(None, std::iter::empty());
    let compiler = Asked::new(&|_| Vec::new());
    let cx = Context::new(document, model, &[], &[], &files, &compiler);
    let mut report = Report::new(RULES[0]);
    for rule in RULES.iter().filter(|rule| TELLING.contains(&rule.id)) {
        report.speaks(rule);
        match rule.check {
            Check::Local(check) | Check::Whole(check) => check(&cx, &mut report),
        }
    }
    report.count()
}

/// The rules that tell where something stands that belongs elsewhere, or is missing there.
const TELLING: [&str; 8] = [
    "duplicate-key",
    "invalid-media-type",
    "invalid-registry",
    "invalid-status",
    "missing-field",
    "reference-siblings",
    "unknown-field",
    "wrong-type",
];

/// Whether a finding may only follow from a line that could not be read.
fn is_consequence(finding: &Finding, damaged: &[Range<u32>]) -> bool {
    let is_damaged = |lines: &Range<u32>| lines.contains(&finding.span.start.line);
    damaged.iter().any(is_damaged)
        && (TELLING.contains(&finding.rule) || finding.rule == "invalid-example")
}

fn through_rules(
    document: &Document,
    errors: &[SyntaxError],
    judging: Judging<'_>,
    compiler: &Asked<'_>,
) -> Vec<Finding> {
    let readable = errors.is_empty();
    let foreign = openapi_version::is_foreign(document.root());
    let written = document;
    let model = Model::new(written.root());
    let (meant, misspelt) = match correction::corrected(written, &model) {
        Some((meant, misspelt)) if !foreign => (Some(meant), misspelt),
        _ => (None, Vec::new()),
    };
    let (document, model) = match &meant {
        Some(meant) => (meant, Model::new(meant.root())),
        None => (written, model),
    };
    let references = model.references.iter().map(|reference| reference.target);
    let files = Files::read(judging.folder, references);
    let cx = Context::new(document, model, &misspelt, errors, &files, compiler);
    let mut report = Report::new(RULES[0]);
    // What waits for the compiler comes last.
    let waits = |rule: &&&Rule| rule.area == Area::Compiles;
    let at_once = RULES.iter().filter(|rule| !waits(rule));
    for rule in at_once.chain(RULES.iter().filter(waits)) {
        if foreign && rule.area != Area::Syntax && rule.id != openapi_version::RULE.id {
            continue;
        }
        report.speaks(rule);
        match rule.check {
            Check::Local(check) => check(&cx, &mut report),
            Check::Whole(check) if readable => check(&cx, &mut report),
            Check::Whole(_) => {}
        }
    }
    let mut findings = without_echoes(report.settle(document, &misspelt));
    if readable && let Some(accepted) = judging.accepted {
        accepted.apply(written, &mut findings);
    }
    findings
}

/// Takes out what the compiler says where it only says it again.
///
/// A mistake that another rule calls an error goes through the compiler as well, which may stumble
/// over it somewhere else (at each reference of a circle, say); its words are told once nothing else
/// is wrong. Of a place that another rule warns about, the warning is enough.
fn without_echoes(findings: Vec<Finding>) -> Vec<Finding> {
    let others = || {
        findings
            .iter()
            .filter(|finding| finding.area != Area::Compiles)
    };
    let wrong = others().any(|finding| finding.severity == Severity::Error);
    let told: HashSet<Vec<String>> = others()
        .map(|finding| finding.pointer.tokens().to_vec())
        .collect();
    findings
        .into_iter()
        .filter(|finding| {
            finding.area != Area::Compiles || !(wrong || told.contains(finding.pointer.tokens()))
        })
        .collect()
}
