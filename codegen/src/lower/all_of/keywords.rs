//! A schema by its keywords, and what two of them say together, one function for each keyword.
//!
//! [`Keywords`] names every keyword that a schema has when it comes here. It is read, merged and
//! written without `..`, so that a keyword that one of the three forgets does not compile. What two
//! schemas cannot say together in one keyword is told as a loss, or, where no value could be of both,
//! is the reason why they are not merged.

use crate::document::{Mapping, Node};

use super::super::schema::is_structural;
use super::Loss;
use super::words::{
    Bound, Object, Range, Values, additional_properties, all_properties, all_required, either,
    enums, flag, formats, growing, multiples, patterns, unknown,
};

/// What a schema without `allOf`, `oneOf` and `anyOf` says.
#[derive(Debug, Default)]
pub(super) struct Keywords {
    kind: Option<Node>,
    values: Option<Values>,
    known: Option<Node>,
    value: Range,
    multiple_of: Option<Node>,
    length: Range,
    pattern: Option<Node>,
    format: Option<Node>,
    items: Option<Node>,
    item_count: Range,
    unique_items: Option<Node>,
    properties: Option<Node>,
    required: Option<Node>,
    further: Option<Node>,
    member_count: Range,
    forbidden: Vec<Node>,
    /// Keywords that no function here knows.
    others: Mapping,
    said: Said,
}

/// What is said about a schema, beside what it holds.
#[derive(Debug, Default)]
pub(super) struct Said {
    title: Option<Node>,
    description: Option<Node>,
    default: Option<Node>,
    example: Option<Node>,
    examples: Option<Node>,
    deprecated: Option<Node>,
    read_only: Option<Node>,
    write_only: Option<Node>,
    pub(super) nullable: Option<Node>,
    pub(super) discriminator: Option<Node>,
    xml: Option<Node>,
    external_docs: Option<Node>,
    /// Extensions, and whatever else says nothing about what is held.
    others: Mapping,
}

/// What merging asks its surroundings.
pub(super) trait Context {
    /// What a member is by two schemas that both have it.
    fn member(&mut self, a: Node, b: Node) -> Node;

    /// Tells what the merge does not keep.
    fn lose(&mut self, loss: Loss);
}

impl Keywords {
    /// Reads a schema that has no `allOf`, `oneOf` or `anyOf`.
    pub(super) fn read(schema: Mapping) -> Self {
        let mut read = Self::default();
        let mut exclusive = (None, None);
        for entry in schema {
            let value = entry.value;
            match entry.key.name.as_str() {
                "type" => read.kind = Some(value),
                "enum" if value.as_sequence().is_some() => {
                    read.values = Some(Values {
                        list: value,
                        beside: Mapping::default(),
                    });
                }
                "x-extensible-enum" if value.as_sequence().is_some() => read.known = Some(value),
                "minimum" => read.value.least = Bound::of(value),
                "maximum" => read.value.most = Bound::of(value),
                "exclusiveMinimum" => exclusive.0 = Some(value),
                "exclusiveMaximum" => exclusive.1 = Some(value),
                "multipleOf" => read.multiple_of = Some(value),
                "minLength" => read.length.least = Bound::of(value),
                "maxLength" => read.length.most = Bound::of(value),
                "pattern" => read.pattern = Some(value),
                "format" => read.format = Some(value),
                "items" => read.items = Some(value),
                "minItems" => read.item_count.least = Bound::of(value),
                "maxItems" => read.item_count.most = Bound::of(value),
                "uniqueItems" => read.unique_items = Some(value),
                "properties" if value.as_mapping().is_some() => read.properties = Some(value),
                "required" if value.as_sequence().is_some() => read.required = Some(value),
                "additionalProperties" => read.further = Some(value),
                "minProperties" => read.member_count.least = Bound::of(value),
                "maxProperties" => read.member_count.most = Bound::of(value),
                "not" => read.forbidden.push(value),
                name if is_structural(name) => {
                    read.others.insert(name, value);
                }
                name => read.said.set(name, value),
            }
        }
        // Without the bound itself it says nothing.
        if let Some(bound) = &mut read.value.least {
            bound.exclusive = exclusive.0;
        }
        if let Some(bound) = &mut read.value.most {
            bound.exclusive = exclusive.1;
        }
        if let Some(values) = &mut read.values {
            let count = values.list.as_sequence().map_or(0, <[Node]>::len);
            read.said.others.retain(|entry| {
                let names = entry.value.as_sequence();
                let is_beside = entry.key.name.starts_with("x-enum")
                    && names.is_some_and(|names| names.len() == count);
                if is_beside {
                    let name = entry.key.name.clone();
                    values.beside.insert(name, entry.value.clone());
                }
                !is_beside
            });
        }
        read
    }

    /// The schema that says this. What it forbids is lost.
    pub(super) fn write(self, context: &mut impl Context) -> Mapping {
        let Self {
            kind,
            values,
            known,
            value,
            multiple_of,
            length,
            pattern,
            format,
            items,
            item_count,
            unique_items,
            properties,
            required,
            further,
            member_count,
            forbidden,
            others,
            said,
        } = self;
        let mut schema = Mapping::default();
        let mut put = |name: &str, node: Option<Node>| {
            if let Some(node) = node {
                schema.insert(name, node);
            }
        };
        put("type", kind);
        if let Some(Values { list, beside }) = values {
            put("enum", Some(list));
            for entry in beside {
                put(&entry.key.name, Some(entry.value));
            }
        }
        put("x-extensible-enum", known);
        put("format", format);
        put("pattern", pattern);
        length.write("minLength", "maxLength", &mut put);
        value.write("minimum", "maximum", &mut put);
        put("multipleOf", multiple_of);
        put("items", items);
        item_count.write("minItems", "maxItems", &mut put);
        put("uniqueItems", unique_items);
        put("required", required);
        put("properties", properties);
        put("additionalProperties", further);
        member_count.write("minProperties", "maxProperties", &mut put);
        for forbidden in forbidden {
            context.lose(Loss::forbidden(&forbidden));
        }
        for entry in others {
            put(&entry.key.name, Some(entry.value));
        }
        said.write(&mut put);
        schema
    }

    /// What both say together, of the type that both have.
    pub(super) fn and(
        self,
        other: Self,
        kind: Option<Node>,
        context: &mut impl Context,
    ) -> Result<Self, String> {
        let Self {
            // Both types are in the one that is given.
            kind: _,
            values,
            known,
            value,
            multiple_of,
            length,
            pattern,
            format,
            items,
            item_count,
            unique_items,
            properties,
            required,
            further,
            member_count,
            mut forbidden,
            others,
            said,
        } = self;
        let further = {
            let one = Object::of(further, properties.as_ref(), required.as_ref());
            let other = Object::of(
                other.further,
                other.properties.as_ref(),
                other.required.as_ref(),
            );
            additional_properties(one, other, context)
        };
        let values = enums(values, other.values, kind.as_ref())?;
        forbidden.extend(other.forbidden);
        Ok(Self {
            known: growing(known, other.known, values.is_some(), context),
            values,
            kind,
            value: value.and(other.value, "number is", "", context),
            multiple_of: multiples(multiple_of, other.multiple_of, context),
            length: length.and(other.length, "string has", " characters", context),
            pattern: patterns(pattern, other.pattern, context),
            format: formats(format, other.format, context),
            items: either(items, other.items, |a, b| context.member(a, b)),
            item_count: item_count.and(other.item_count, "array has", " items", context),
            unique_items: either(unique_items, other.unique_items, flag),
            properties: either(properties, other.properties, |a, b| {
                all_properties(a, b, context)
            }),
            required: either(required, other.required, all_required),
            further,
            member_count: member_count.and(other.member_count, "object has", " members", context),
            forbidden,
            others: unknown(others, other.others, context),
            said: said.and(other.said),
        })
    }
}

impl Said {
    /// Takes what is said out of a schema, and leaves what it holds.
    pub(super) fn take(schema: &mut Mapping) -> Self {
        let mut said = Self::default();
        let all = std::mem::take(schema);
        for entry in all {
            if is_structural(&entry.key.name) {
                schema.insert(entry.key.name, entry.value);
            } else {
                said.set(&entry.key.name, entry.value);
            }
        }
        said
    }

    fn set(&mut self, name: &str, value: Node) {
        let place = match name {
            "title" => &mut self.title,
            "description" => &mut self.description,
            "default" => &mut self.default,
            "example" => &mut self.example,
            "examples" => &mut self.examples,
            "deprecated" => &mut self.deprecated,
            "readOnly" => &mut self.read_only,
            "writeOnly" => &mut self.write_only,
            "nullable" => &mut self.nullable,
            "discriminator" => &mut self.discriminator,
            "xml" => &mut self.xml,
            "externalDocs" => &mut self.external_docs,
            name => {
                self.others.insert(name, value);
                return;
            }
        };
        *place = Some(value);
    }

    fn write(self, put: &mut impl FnMut(&str, Option<Node>)) {
        let Self {
            title,
            description,
            default,
            example,
            examples,
            deprecated,
            read_only,
            write_only,
            nullable,
            discriminator,
            xml,
            external_docs,
            others,
        } = self;
        put("title", title);
        put("description", description);
        put("default", default);
        put("example", example);
        put("examples", examples);
        put("deprecated", deprecated);
        put("readOnly", read_only);
        put("writeOnly", write_only);
        put("nullable", nullable);
        put("discriminator", discriminator);
        put("xml", xml);
        put("externalDocs", external_docs);
        for entry in others {
            put(&entry.key.name, Some(entry.value));
        }
    }

    /// Says this about a schema, beside what is said about it already; of what is said twice this counts.
    pub(super) fn over(self, schema: &mut Mapping) {
        let beneath = Self::take(schema);
        self.and(beneath).write(&mut |name, node| {
            if let Some(node) = node {
                schema.insert(name, node);
            }
        });
    }

    /// What both say: a flag that one of them has; of texts and examples the first.
    pub(super) fn and(self, other: Self) -> Self {
        let Self {
            title,
            description,
            default,
            example,
            examples,
            deprecated,
            read_only,
            write_only,
            nullable,
            discriminator,
            xml,
            external_docs,
            mut others,
        } = self;
        for entry in other.others {
            if others.get(&entry.key.name).is_none() {
                others.insert(entry.key.name, entry.value);
            }
        }
        Self {
            title: title.or(other.title),
            description: description.or(other.description),
            default: default.or(other.default),
            example: example.or(other.example),
            examples: examples.or(other.examples),
            deprecated: either(deprecated, other.deprecated, flag),
            read_only: either(read_only, other.read_only, flag),
            write_only: either(write_only, other.write_only, flag),
            nullable: either(nullable, other.nullable, flag),
            discriminator: discriminator.or(other.discriminator),
            xml: xml.or(other.xml),
            external_docs: external_docs.or(other.external_docs),
            others,
        }
    }
}
