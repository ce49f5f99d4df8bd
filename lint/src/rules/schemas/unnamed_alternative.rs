//! Alternatives that a discriminator cannot name.

use crate::rules::prelude::*;
use crate::schema;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "unnamed-alternative",
    severity: Severity::Warning,
    area: Area::Schemas,
    summary: "an inline schema among the alternatives of a discriminator",
    docs: "A discriminator's value is the name of a schema of the components, or is mapped to one. The \
           specification says that inline schemas are not considered beside it: no value chooses them.",
    bad: "components:\n  schemas:\n    Cat:\n      type: object\n      required: [kind]\n      properties: {kind: {type: string}}\n    Pet:\n      oneOf:\n        - $ref: '#/components/schemas/Cat'\n        - type: object # here\n          required: [kind]\n          properties: {kind: {type: string}}\n      discriminator:\n        propertyName: kind\n",
    good: "components:\n  schemas:\n    Cat:\n      type: object\n      required: [kind]\n      properties: {kind: {type: string}}\n    Dog:\n      type: object\n      required: [kind]\n      properties: {kind: {type: string}}\n    Pet:\n      oneOf:\n        - $ref: '#/components/schemas/Cat'\n        - $ref: '#/components/schemas/Dog'\n      discriminator:\n        propertyName: kind\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for site in cx.model.of(Kind::Discriminator) {
        let Some(around) = cx.model.parent(site) else {
            continue;
        };
        let alternatives = schema::alternatives(around.node);
        let unnamed: Vec<&Node> = alternatives
            .iter()
            .copied()
            .filter(|one| one.as_mapping().is_some() && one.reference().is_none())
            .collect();
        let help = "give each alternative a name in `components/schemas`, and refer to it";
        // Where none has a name the discriminator was perhaps not meant.
        if unnamed.len() > 1 && unnamed.len() == alternatives.len() {
            let message = "the discriminator cannot choose: no alternative has a name";
            report.at_key(site.node, message).help(help);
            continue;
        }
        for alternative in unnamed {
            let message = "the discriminator cannot choose this alternative, which has no name";
            report.at(alternative, message).help(help);
        }
    }
}
