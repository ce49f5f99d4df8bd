//! Components that nothing refers to.

use std::collections::{HashMap, HashSet};

use crate::context::Target;
use crate::rules::prelude::*;
use crate::rules::structure::unknown_field::is_reference;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "unused-component",
    severity: Severity::Warning,
    area: Area::References,
    summary: "a component that no operation reaches",
    docs: "Nothing that an operation uses refers to it, directly or through other components. It is \
           left over, or a reference to it is misspelt. Two components that only use each other are \
           unused as well.",
    bad: "components:\n  schemas:\n    Pet: # here\n      type: object\n",
    good: "components:\n  schemas:\n    Pet:\n      type: object\npaths:\n  /pets:\n    get:\n      responses:\n        '200':\n          description: ok\n          content:\n            application/json:\n              schema: {$ref: '#/components/schemas/Pet'}\n",
    check: Check::Whole(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    let sections = cx
        .document
        .root()
        .get("components")
        .and_then(Node::as_mapping);
    let mut components: Vec<(&str, &str, &'d Node)> = Vec::new();
    for section in sections.into_iter().flatten() {
        if section.key.name.starts_with("x-") {
            continue;
        }
        for entry in section.value.as_mapping().into_iter().flatten() {
            components.push((&section.key.name, &entry.key.name, &entry.value));
        }
    }
    // Where nothing asks for security, its operations are told, and not its schemes as well.
    if cx.model.of(Kind::SecurityRequirement).next().is_none() && cx.operations().next().is_some() {
        components.retain(|(section, ..)| *section != "securitySchemes");
    }
    if components.is_empty() || cx.hides_uses() {
        return;
    }
    let identities: HashMap<*const Node, usize> = components
        .iter()
        .enumerate()
        .map(|(index, (_, _, node))| (std::ptr::from_ref(*node), index))
        .collect();
    let by_name: HashMap<(&str, &str), usize> = components
        .iter()
        .enumerate()
        .map(|(index, (section, name, _))| ((*section, *name), index))
        .collect();

    // Which component does an object stand in? The walk lists an object before what is in it.
    let mut inside: Vec<Option<usize>> = Vec::with_capacity(cx.model.sites.len());
    for site in &cx.model.sites {
        let own = identities.get(&std::ptr::from_ref(site.node)).copied();
        inside.push(own.or_else(|| site.parent.and_then(|parent| inside[parent])));
    }
    let mut children: HashMap<usize, Vec<usize>> = HashMap::new();
    for (child, (_, _, node)) in components.iter().enumerate() {
        let members = node.get("allOf").and_then(Node::as_sequence);
        for reference in members
            .into_iter()
            .flatten()
            .filter_map(|member| member.reference())
        {
            if let Some(parent) = target_component(cx, reference, &by_name, &identities) {
                children.entry(parent).or_default().push(child);
            }
        }
    }
    let mut uses: HashMap<Option<usize>, Vec<usize>> = HashMap::new();
    for reference in &cx.model.references {
        let from = identities
            .get(&std::ptr::from_ref(reference.node))
            .copied()
            .or(inside[reference.parent]);
        let to = target_component(cx, reference.target, &by_name, &identities)
            .or_else(|| intended(cx, reference.target, &components));
        uses.entry(from).or_default().extend(to);
    }
    // A reference under a misspelt name is told there.
    for defect in &cx.model.defects {
        if let DefectKind::UnknownField { name, .. } = defect.kind
            && is_reference(name)
            && let Some(target) = defect.node.as_str()
            && let Some(to) = named(target, &by_name)
        {
            uses.entry(None).or_default().push(to);
        }
    }
    for fragment in cx.referred_from_files() {
        let to = target_component(cx, &fragment, &by_name, &identities);
        uses.entry(None).or_default().extend(to);
    }
    for (index, site) in cx.model.sites.iter().enumerate() {
        let from = inside[index];
        match site.kind {
            Kind::SecurityRequirement => {
                for entry in site.node.as_mapping().into_iter().flatten() {
                    let name = entry.key.name.as_str();
                    let to = by_name
                        .get(&("securitySchemes", name))
                        .copied()
                        .or_else(|| similar("securitySchemes", name, &components));
                    uses.entry(from).or_default().extend(to);
                }
            }
            Kind::Discriminator => {
                for (_, value) in crate::context::members(site.node, "mapping") {
                    let Some(text) = value.as_str() else { continue };
                    let to = by_name
                        .get(&("schemas", text))
                        .copied()
                        .or_else(|| target_component(cx, text, &by_name, &identities));
                    uses.entry(from).or_default().extend(to);
                }
                // Members of a hierarchy are found by the parent's discriminator, not by reference.
                if let Some(parent) = from {
                    let children = children.get(&parent).into_iter().flatten();
                    uses.entry(from).or_default().extend(children);
                }
            }
            Kind::PathItem => {
                if let Some(target) = site.node.reference()
                    && let Some(to) = target_component(cx, target, &by_name, &identities)
                {
                    uses.entry(from).or_default().push(to);
                }
            }
            _ => {}
        }
    }
    let reach = |from: Vec<usize>, reached: &mut HashSet<usize>| {
        let mut waiting = from;
        while let Some(index) = waiting.pop() {
            if reached.insert(index) {
                waiting.extend(uses.get(&Some(index)).into_iter().flatten());
            }
        }
    };
    let mut reached: HashSet<usize> = HashSet::new();
    reach(uses.get(&None).cloned().unwrap_or_default(), &mut reached);
    // What only an unused component uses is not told beside it; of a circle the first is told.
    let used_by_unused: HashSet<usize> = (0..components.len())
        .filter(|index| !reached.contains(index))
        .flat_map(|index| {
            let targets = uses.get(&Some(index)).into_iter().flatten();
            targets.copied().filter(move |target| *target != index)
        })
        .collect();
    let mut unused: Vec<(&str, &str, &'d Node)> = Vec::new();
    for first_ones in [true, false] {
        for (index, (section, name, node)) in components.iter().enumerate() {
            if reached.contains(&index) || (first_ones && used_by_unused.contains(&index)) {
                continue;
            }
            reach(vec![index], &mut reached);
            if crate::model::is_component_name(name) {
                unused.push((section, name, node));
            }
        }
    }
    // A use that is missing is told, and its component is not: of one of each it is clear.
    let missed = missed(cx);
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for (section, ..) in &unused {
        *counts.entry(section).or_default() += 1;
    }
    for (section, name, node) in &unused {
        if !(counts[section] == 1 && missed.contains(section)) {
            report.at_key(node, format!("nothing uses `{name}` of `{section}`"));
        }
    }
}

/// The sections of which a use is told to be missing or to lead to nothing.
fn missed(cx: &Context<'_>) -> HashSet<&'static str> {
    let mut missed = HashSet::new();
    for reference in &cx.model.references {
        if matches!(cx.target(reference.target), Target::Nowhere(_))
            || cx.is_of_wrong_kind(reference)
        {
            missed.extend(section_of(reference.expected));
        }
    }
    let schemes: HashSet<&str> = cx
        .document
        .root()
        .get("components")
        .into_iter()
        .flat_map(|components| crate::context::members(components, "securitySchemes"))
        .map(|(name, _)| name)
        .collect();
    for site in cx.model.of(Kind::SecurityRequirement) {
        let mut names = site.node.as_mapping().into_iter().flatten();
        if names.any(|entry| !schemes.contains(entry.key.name.as_str())) {
            missed.insert("securitySchemes");
        }
    }
    for operation in cx.operations() {
        for (status, response) in cx.responses(&operation) {
            if crate::registry::is_error_status(status)
                && cx
                    .content(response)
                    .any(|(_, media)| media.get("schema").is_none())
            {
                missed.insert("schemas");
            }
        }
    }
    missed
}

/// Where the components of a kind stand.
fn section_of(kind: Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::Schema => "schemas",
        Kind::Response => "responses",
        Kind::Parameter => "parameters",
        Kind::Example => "examples",
        Kind::RequestBody => "requestBodies",
        Kind::Header => "headers",
        Kind::SecurityScheme => "securitySchemes",
        Kind::Link => "links",
        Kind::Callback => "callbacks",
        _ => return None,
    })
}

/// The component that a reference to nothing was meant for: it is told there, and not here too.
fn intended(cx: &Context<'_>, target: &str, components: &[(&str, &str, &Node)]) -> Option<usize> {
    match cx.target(target) {
        Target::Nowhere(_) => {}
        // That the network is not followed is told there as well.
        Target::Remote => {
            let name = target.rsplit(['/', '#']).next()?;
            let name = name.split('.').next()?;
            return components.iter().position(|(_, own, _)| *own == name);
        }
        Target::Here(_) | Target::Elsewhere(_) | Target::NoObject | Target::Outside => {
            return None;
        }
    }
    let Some((rest, name)) = target.rsplit_once('/') else {
        // A bare name.
        return components
            .iter()
            .position(|(_, own, _)| *own == target)
            .or_else(|| similar("schemas", target, components));
    };
    let section = rest.rsplit('/').next()?;
    let section = if section == "definitions" {
        "schemas"
    } else {
        section
    };
    components
        .iter()
        .position(|(_, own, _)| *own == name)
        .or_else(|| similar(section, name, components))
}

fn similar(section: &str, name: &str, components: &[(&str, &str, &Node)]) -> Option<usize> {
    let own = components.iter().filter(|(own, _, _)| *own == section);
    let nearest = crate::suggestion::nearest(name, own.map(|(_, name, _)| *name))?;
    components
        .iter()
        .position(|(own, name, _)| *own == section && *name == nearest)
}

/// The component that a reference leads to or into.
fn target_component<'d>(
    cx: &Context<'d>,
    target: &str,
    by_name: &HashMap<(&str, &str), usize>,
    identities: &HashMap<*const Node, usize>,
) -> Option<usize> {
    if let Target::Here(node) = cx.target(target)
        && let Some(&index) = identities.get(&std::ptr::from_ref(node))
    {
        return Some(index);
    }
    named(target, by_name)
}

/// The component of that name, or of which a part has it.
fn named(target: &str, by_name: &HashMap<(&str, &str), usize>) -> Option<usize> {
    let pointer = xquik_document::Pointer::from_reference(target)?;
    match pointer.tokens() {
        [first, section, name, ..] if first == "components" => {
            by_name.get(&(section.as_str(), name.as_str())).copied()
        }
        _ => None,
    }
}
