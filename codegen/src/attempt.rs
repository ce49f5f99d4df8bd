//! One attempt after another, until every operation that is left can be compiled.
//!
//! What an operation cannot have is told where it stands; with [`Settings::keep_going`] it costs that operation
//! only, and the rest is lowered again without it.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use crate::diagnostic::{Diagnostic, Severity};
use crate::document::{Document, Mapping, Node, Value};
use crate::lower::Lowering;
use crate::model::{self, Model};
use crate::output::Output;
use crate::settings::Settings;
use crate::{generator, render};

/// How many rounds of leaving something out are made before the document is given up.
const ROUNDS: usize = 8;

pub(crate) fn compile(document: &Document, settings: &Settings) -> Result<Output, Vec<Diagnostic>> {
    let modelled = modelled(document, settings)?;
    let client = modelled.client(settings).map_err(|message| {
        // It is given nothing that it may refuse: only a version of it that does something else would.
        vec![Diagnostic::error(document, document.root().span, message)]
    })?;
    let Modelled {
        root, model, notes, ..
    } = modelled;
    render::render(client, &root, &model, settings, notes)
        .map_err(|message| vec![Diagnostic::error(document, document.root().span, message)])
}

/// A document as the model has it.
pub(crate) fn modelled(
    document: &Document,
    settings: &Settings,
) -> Result<Modelled, Vec<Diagnostic>> {
    let mut attempt = Attempt::new(document, settings);
    let lowering = attempt.lower()?;
    let mut notes = lowering.diagnostics;
    notes.append(&mut attempt.said);
    tidy(&mut notes);
    let model = model::build(&lowering.root, lowering.plan);
    Ok(Modelled {
        root: lowering.root,
        model,
        notes,
    })
}

/// A document after lowering, as the tree that is left and the model that is made of it.
#[derive(Debug)]
pub(crate) struct Modelled {
    root: Node,
    model: Model,
    notes: Vec<Diagnostic>,
}

impl Modelled {
    /// What the generator makes of it.
    pub(crate) fn client(&self, settings: &Settings) -> Result<syn::File, String> {
        let nothing = Node::new(Value::Mapping(Mapping::default()), self.root.span);
        let info = self.root.get("info").unwrap_or(&nothing);
        generator::run(info, &self.model, settings)
    }
}

pub(crate) fn check(document: &Document) -> Vec<Diagnostic> {
    let settings = Settings::default();
    match modelled(document, &settings) {
        Ok(modelled) => modelled.notes,
        Err(errors) => errors,
    }
}

fn tidy(diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.sort_by(|a, b| (a.span.start, &a.message).cmp(&(b.span.start, &b.message)));
    diagnostics.dedup();
}

struct Attempt<'d> {
    document: &'d Document,
    settings: &'d Settings,
    /// Operations that are left out.
    left_out: BTreeSet<(String, String)>,
    /// Why.
    said: Vec<Diagnostic>,
}

impl<'d> Attempt<'d> {
    fn new(document: &'d Document, settings: &'d Settings) -> Self {
        Self {
            document,
            settings,
            left_out: BTreeSet::new(),
            said: Vec::new(),
        }
    }

    fn gave_up(&self) -> Vec<Diagnostic> {
        let span = self.document.root().span;
        let message = "each attempt to compile the rest of the document failed as well";
        vec![Diagnostic::error(self.document, span, message)]
    }

    /// The lowered document with its plan.
    fn lower(&mut self) -> Result<Lowering<'d>, Vec<Diagnostic>> {
        for _ in 0..ROUNDS {
            let mut lowering = Lowering::new(
                self.document,
                self.settings.keep_going,
                self.left_out.clone(),
            );
            lowering.run(|_, _| ControlFlow::Continue(()));
            if lowering.has_errors() {
                let mut errors = lowering.diagnostics;
                errors.retain(|diagnostic| diagnostic.severity == Severity::Error);
                tidy(&mut errors);
                return Err(errors);
            }
            if lowering.left_out == self.left_out {
                return Ok(lowering);
            }
            // What a pass wrote into the plan before it gave an operation up goes with the round.
            self.left_out = lowering.left_out;
            let notes = lowering.diagnostics.into_iter();
            self.said
                .extend(notes.filter(|note| note.message.contains("is left out:")));
        }
        Err(self.gave_up())
    }
}
