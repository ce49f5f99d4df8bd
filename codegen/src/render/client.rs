//! The client and its builders: progenitor's, with what it cannot know put in.
//!
//! progenitor is asked for no more than what people call: the client, a builder for each operation and the setters.
//! How a request is put together and how its answer is read is one template here, in the place of progenitor's
//! `send`. Whatever is put in or taken out goes through [`Gate`], which finds it exactly once or says so.

use proc_macro2::TokenStream;
use quote::quote;
use syn::visit_mut::VisitMut;
use syn::{ImplItem, Item};

use crate::model::{
    Answer, Body, Content, From, Model, Operation, Parameter, ParameterStyle, Side, Status, Use,
    spell,
};

use super::{doc, docs, ident, tokens};

/// Puts into progenitor's client what it cannot know.
pub(super) fn render(file: &mut syn::File, model: &Model) -> Result<(), String> {
    Tidy.visit_file_mut(file);
    let mut gate = Gate::default();
    file.items.retain(|item| match item {
        // The types are those of the model.
        Item::Mod(module) if module.ident == "types" => !gate.met("the module `types`"),
        // Nobody needs it where the client is a private module.
        Item::Mod(module) if module.ident == "prelude" => !gate.met("the module `prelude`"),
        _ => true,
    });
    gate.once(["the module `types`", "the module `prelude`"])?;
    for item in &mut file.items {
        match item {
            Item::Impl(item) if is_of(item, "Client") && item.trait_.is_none() => {
                item.items.retain_mut(|member| {
                    let ImplItem::Fn(function) = member else {
                        return true;
                    };
                    let name = function.sig.ident.to_string();
                    if name == "new" {
                        // It decides about time-outs and redirects on its own.
                        return !gate.met("`Client::new`");
                    }
                    if let Some(operation) =
                        model.operations.iter().find(|of| of.method_name == name)
                    {
                        gate.met(&format!("`Client::{name}`"));
                        function.attrs.retain(|of| !of.path().is_ident("doc"));
                        function.attrs.extend(documented(operation).attrs);
                    }
                    true
                });
            }
            Item::Mod(module) if module.ident == "builder" => {
                let mut client = ident("client");
                let items = module.content.iter_mut().flat_map(|(_, items)| items);
                for item in items {
                    match item {
                        // What not every document has a use for.
                        Item::Use(item) if item.attrs.is_empty() => {
                            item.attrs
                                .push(syn::parse_quote! { #[allow(unused_imports)] });
                        }
                        Item::Struct(item) => client = client_of(item).unwrap_or(client),
                        Item::Impl(item) => builder(item, &client, model, &mut gate),
                        _ => {}
                    }
                }
                if let Some((_, items)) = &mut module.content {
                    items.insert(
                        0,
                        syn::parse_quote! {
                            #[allow(unused_imports)]
                            use super::{answers, bodies, runtime};
                        },
                    );
                }
            }
            _ => {}
        }
    }
    gate.once(["`Client::new`"])?;
    for operation in &model.operations {
        let (method, builder) = (&operation.method_name, &operation.builder_name);
        let places = [
            format!("`Client::{method}`"),
            format!("`builder::{builder}::send`"),
        ];
        gate.once(places.iter().map(String::as_str))?;
    }
    Ok(())
}

/// What was found of the places that are changed in what progenitor made.
#[derive(Default)]
struct Gate {
    met: std::collections::HashMap<String, usize>,
}

impl Gate {
    /// A place was found.
    fn met(&mut self, place: &str) -> bool {
        *self.met.entry(place.to_owned()).or_default() += 1;
        true
    }

    /// Whether each of these places was found once; another version of progenitor may make something else.
    fn once<'p>(&self, places: impl IntoIterator<Item = &'p str>) -> Result<(), String> {
        for place in places {
            let count = self.met.get(place).copied().unwrap_or_default();
            if count != 1 {
                return Err(format!(
                    "{place} is there {count} times in what progenitor made, and is expected once: this \
                     compiler knows the output of progenitor {} only",
                    crate::PROGENITOR
                ));
            }
        }
        Ok(())
    }
}

/// Whether an `impl` is of the type of this name.
fn is_of(item: &syn::ItemImpl, name: &str) -> bool {
    type_name(item).is_some_and(|of| of == name)
}

fn type_name(item: &syn::ItemImpl) -> Option<String> {
    match &*item.self_ty {
        syn::Type::Path(of) => of.path.segments.last().map(|last| last.ident.to_string()),
        _ => None,
    }
}

/// Texts of the document as documentation.
struct Tidy;

impl VisitMut for Tidy {
    fn visit_attributes_mut(&mut self, attributes: &mut Vec<syn::Attribute>) {
        docs::tidy(attributes);
    }

    // There is no text of the document in a function.
    fn visit_block_mut(&mut self, _: &mut syn::Block) {}
}

/// What is said of an operation, as the attributes of an item.
fn documented(operation: &Operation) -> syn::ItemStruct {
    let mut text = String::new();
    let mut paragraph = |of: &str| {
        let of = of.trim();
        if !of.is_empty() {
            if !text.is_empty() {
                text += "\n\n";
            }
            text += of;
        }
    };
    if let Some(summary) = &operation.summary {
        paragraph(&docs::escaped(summary));
    }
    if let Some(description) = &operation.description
        && operation.summary.as_deref().map(str::trim) != Some(description.trim())
    {
        paragraph(&docs::escaped(description));
    }
    if operation.is_deprecated {
        paragraph("**Deprecated.**");
    }
    paragraph(&format!("`{} {}`", operation.method, operation.path));
    let given = operation
        .parameters
        .iter()
        .map(|parameter| (parameter.ident.as_str(), &parameter.description))
        .chain(
            operation
                .body
                .iter()
                .map(|body| ("body", &body.description)),
        );
    let given: Vec<String> = given
        .filter_map(|(name, description)| {
            let description = one_line(description.as_deref()?);
            (!description.is_empty()).then(|| format!("- `{name}`: {description}"))
        })
        .collect();
    if !given.is_empty() {
        paragraph(&format!("# Parameters\n\n{}", given.join("\n")));
    }
    // What an enum of answers says is said there.
    let mut answers = Vec::new();
    for (side, what) in [
        (&operation.success, "Answers"),
        (&operation.error, "Errors"),
    ] {
        match &side.type_name {
            Some(name) => answers.push(format!("- {what}: [`answers::{name}`]")),
            None => answers.extend(side.answers.iter().map(described)),
        }
    }
    if !answers.is_empty() {
        paragraph(&format!("# Answers\n\n{}", answers.join("\n")));
    }
    let docs = doc(&text);
    syn::parse_quote! { #docs struct Documented; }
}

fn one_line(text: &str) -> String {
    let text = docs::escaped(text);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn described(answer: &Answer) -> String {
    let status = match answer.status {
        Status::Code(code) => code.to_string(),
        Status::Range(digit) => format!("{digit}XX"),
        Status::Default => "any other".to_owned(),
    };
    let mut text = format!("- `{status}`");
    if let Some(media_type) = &answer.told_by {
        text += &format!(" as `{media_type}`");
    }
    let description = one_line(&answer.description);
    if !description.is_empty() {
        text += ": ";
        text += &description;
    }
    if !answer.codes.is_empty() {
        text += &format!(" (`{}`)", answer.codes.join("`, `"));
    }
    text
}

/// The field of a builder that holds the client: progenitor gives it another name where a parameter has it.
fn client_of(item: &syn::ItemStruct) -> Option<syn::Ident> {
    let mut fields = item.fields.iter();
    let field = fields.find(|field| matches!(field.ty, syn::Type::Reference(_)))?;
    field.ident.clone()
}

/// One operation's builder.
fn builder(item: &mut syn::ItemImpl, client: &syn::Ident, model: &Model, gate: &mut Gate) {
    let Some(name) = type_name(item) else {
        return;
    };
    let Some(operation) = model.operations.iter().find(|of| of.builder_name == name) else {
        return;
    };
    for member in &mut item.items {
        if let ImplItem::Fn(function) = member
            && function.sig.ident == "send"
        {
            gate.met(&format!("`builder::{name}::send`"));
            *function = send(operation, client);
        }
    }
}

/// The type of what is answered on one side.
fn answered(side: &Side) -> TokenStream {
    let of = match &side.type_name {
        Some(name) => Use::Answers(name.clone()),
        None => match side.answers.first().map(|answer| &answer.content) {
            None | Some(Content::Empty) => Use::Nothing,
            Some(Content::Json(of)) => of.clone(),
            Some(Content::Text | Content::AnyText) => Use::Text,
            Some(Content::Bytes) => Use::Bytes,
            Some(Content::Stream) => Use::Stream,
        },
    };
    tokens(&spell(&of, From::Beside))
}

/// The function that sends: the request, and how each documented answer is read.
fn send(operation: &Operation, client: &syn::Ident) -> syn::ImplItemFn {
    let (success, error) = (answered(&operation.success), answered(&operation.error));
    let docs = doc(&format!("Sends `{} {}`.", operation.method, operation.path));
    let parts = path(operation)
        .into_iter()
        .chain(parameters(operation))
        .chain(operation.body.as_ref().map(body))
        .chain(accept(operation));
    let method = method(&operation.method);
    let name = &operation.method_name;
    let read = read(operation);
    syn::parse_quote! {
        #docs
        pub async fn send(self) -> Result<ResponseValue<#success>, Error<#error>> {
            let mut request = runtime::Request::new(self.#client);
            #(#parts)*
            let response = request.send(self.#client, #method, #name).await;
            let response = response.map_err(runtime::of_operation)?;
            #read
        }
    }
}

/// The pieces of the path: what the document writes, and the values between it. What no URL may hold is encoded.
fn path(operation: &Operation) -> Vec<TokenStream> {
    let mut parts = Vec::new();
    // What stands behind `#` is the fragment of a URL, which no client sends (RFC 9110, 7.1).
    let mut rest = operation.path.split('#').next().unwrap_or_default();
    // Some write a query into the path.
    let mut is_query = false;
    loop {
        let (text, after) = match rest.split_once('{') {
            Some((text, after)) => (text, after.split_once('}')),
            None => (rest, None),
        };
        if !text.is_empty() {
            let text = url_text(text, &mut is_query);
            parts.push(quote! { request.path(#text); });
        }
        let Some((name, after)) = after else {
            break;
        };
        let is_named = |of: &&Parameter| of.location == "path" && of.name == name;
        if let Some(parameter) = operation.parameters.iter().find(is_named) {
            parts.push(in_path(operation, parameter));
        }
        rest = after;
    }
    let of_path = operation
        .parameters
        .iter()
        .filter(|of| of.location == "path");
    let beside_dots = of_path
        .map(|of| standing(&operation.path, &of.name))
        .any(|standing| standing == Standing::BesideDots);
    if beside_dots {
        parts.push(quote! { runtime::refuse_dots(&mut request); });
    }
    parts
}

/// A piece of a path of the document as the text of a URL. What no URL may hold is encoded, and so is what would
/// be read as a separator, `\`.
fn url_text(path: &str, is_query: &mut bool) -> String {
    use std::fmt::Write as _;
    let mut text = String::new();
    let mut rest = path;
    while let Some(c) = rest.chars().next() {
        let is_encoded = c == '%'
            && rest.len() > 2
            && rest.bytes().skip(1).take(2).all(|b| b.is_ascii_hexdigit());
        *is_query |= c == '?';
        let kept = match is_query {
            true => "-._~!$&'()*+,;=:@/?[]",
            false => "-._~!$&'()*+,;=:@/",
        };
        if is_encoded || c.is_ascii_alphanumeric() || kept.contains(c) {
            text.push(c);
        } else {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                // Writing to a string cannot fail.
                let _ = write!(text, "%{byte:02X}");
            }
        }
        rest = &rest[c.len_utf8()..];
    }
    text
}

fn in_path(operation: &Operation, parameter: &Parameter) -> TokenStream {
    let (name, value) = (&parameter.name, ident(&parameter.ident));
    let is_alone = standing(&operation.path, name) == Standing::Alone;
    if parameter.is_text && parameter.style == ParameterStyle::Simple {
        return match is_alone {
            true => quote! { runtime::in_path(&mut request, #name, self.#value); },
            false => quote! { runtime::in_path_part(&mut request, self.#value); },
        };
    }
    let (style, explode) = (style(parameter.style), parameter.explode);
    let function = ident(if is_alone {
        "in_path_styled"
    } else {
        "in_path_part_styled"
    });
    quote! { runtime::#function(&mut request, #name, self.#value, #style, #explode); }
}

/// How a parameter stands in its segment of the path.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// It is the segment, so that nothing, `.` and `..` would make another path.
    Alone,
    /// Beside it stands what makes a name of any value.
    Beside,
    /// Only dots and other parameters stand beside it, so that all of them together may be `..`.
    BesideDots,
}

fn standing(path: &str, name: &str) -> Standing {
    let template = format!("{{{name}}}");
    let Some(segment) = path.split('/').find(|segment| segment.contains(&template)) else {
        return Standing::Alone;
    };
    let mut inside = false;
    let text: String = segment
        .chars()
        .filter(|&c| {
            inside = (inside || c == '{') && c != '}';
            !inside && c != '}'
        })
        .collect();
    if text.is_empty() {
        Standing::Alone
    } else if text.chars().all(|c| c == '.') {
        Standing::BesideDots
    } else {
        Standing::Beside
    }
}

/// How a style is called in the runtime.
pub(super) fn style(style: ParameterStyle) -> TokenStream {
    let variant = ident(match style {
        ParameterStyle::Simple => "Simple",
        ParameterStyle::Label => "Label",
        ParameterStyle::Matrix => "Matrix",
        ParameterStyle::Form => "Form",
        ParameterStyle::SpaceDelimited => "SpaceDelimited",
        ParameterStyle::PipeDelimited => "PipeDelimited",
        ParameterStyle::DeepObject => "DeepObject",
        ParameterStyle::Json => "Json",
    });
    quote! { runtime::Style::#variant }
}

/// Each parameter but those of the path, in its own style and under its own name.
fn parameters(operation: &Operation) -> Vec<TokenStream> {
    let parameter = |parameter: &Parameter| {
        let (name, explode) = (&parameter.name, parameter.explode);
        let value = ident(&parameter.ident);
        let style = style(parameter.style);
        Some(match parameter.location.as_str() {
            "query" => {
                let reserved = parameter.allow_reserved;
                if parameter.style == ParameterStyle::Form && explode && !reserved {
                    quote! { runtime::in_query(&mut request, #name, self.#value); }
                } else {
                    quote! {
                        runtime::in_styled_query(
                            &mut request, #name, self.#value, #style, #explode, #reserved,
                        );
                    }
                }
            }
            "header" => {
                quote! { runtime::in_header(&mut request, #name, self.#value, #style, #explode); }
            }
            "cookie" => {
                quote! { runtime::in_cookie(&mut request, #name, self.#value, #style, #explode); }
            }
            _ => return None,
        })
    };
    operation.parameters.iter().filter_map(parameter).collect()
}

fn body(body: &Body) -> TokenStream {
    match (&body.of, body.required) {
        (Use::Body(_), true) => quote! {
            runtime::encoded_body(&mut request, self.body.and_then(|body| body.encode()));
        },
        (Use::Body(_), false) => quote! {
            let body = self.body.and_then(|body| body.map(|body| body.encode()).transpose());
            runtime::optional_encoded_body(&mut request, body);
        },
        (_, true) => quote! {
            runtime::json_body(&mut request, "application/json", self.body);
        },
        (_, false) => quote! {
            runtime::optional_json_body(&mut request, "application/json", self.body);
        },
    }
}

/// What the operation answers, for the header `Accept`.
fn accept(operation: &Operation) -> Option<TokenStream> {
    let mut accepted: Vec<String> = Vec::new();
    for answer in operation.answers() {
        for media_type in &answer.media_types {
            // What is told by its media type is what the service may send instead.
            let media_type = match answer.told_by {
                Some(_) => format!("{media_type};q=0.9"),
                None => media_type.clone(),
            };
            if !accepted.contains(&media_type) {
                accepted.push(media_type);
            }
        }
    }
    let accepted = accepted.join(", ");
    // What is no ASCII cannot be asked for; it is read all the same.
    let is_header = accepted.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    (!accepted.is_empty() && is_header)
        .then(|| quote! { runtime::accept_answers(&mut request, #accepted); })
}

fn method(name: &str) -> TokenStream {
    let method = ident(name);
    quote! { ::reqwest::Method::#method }
}

/// The pattern of a status.
fn pattern(status: Status) -> TokenStream {
    match status {
        Status::Code(code) => quote! { #code },
        Status::Range(digit) => {
            let (from, to) = (digit * 100, digit * 100 + 99);
            quote! { #from..=#to }
        }
        Status::Default => quote! { _ },
    }
}

/// Reads an answer: an arm per documented status; exact ones first, then ranges, then the rest.
fn read(operation: &Operation) -> TokenStream {
    let success = operation.success.answers.iter();
    let success = success.map(|answer| (answer, &operation.success, true));
    let error = operation.error.answers.iter();
    let error = error.map(|answer| (answer, &operation.error, false));
    let mut answers: Vec<(&Answer, &Side, bool)> = success.chain(error).collect();
    // What has to be told by its media type is looked for first, and ranges of these last.
    answers.sort_by_key(|(answer, _, _)| {
        let told_by = answer.told_by.as_deref();
        (
            answer.status,
            told_by.is_none(),
            told_by.is_some_and(|media_type| media_type.contains('*')),
        )
    });
    let has_stream = answers
        .iter()
        .any(|(answer, ..)| answer.content == Content::Stream);
    let has_default = answers
        .iter()
        .any(|(answer, ..)| answer.status == Status::Default && answer.told_by.is_none());
    let arms = answers.iter().map(|(answer, side, is_success)| {
        let pattern = pattern(answer.status);
        let guard = answer.told_by.as_ref().map(|media_type| {
            let headers = match has_stream {
                true => quote! { response.headers() },
                false => quote! { &answer.headers },
            };
            quote! { if runtime::came_as(#headers, #media_type) }
        });
        let read = decoded(answer, side, has_stream);
        let read = match (is_success, &answer.content) {
            (true, _) => read,
            (false, _) => quote! { runtime::failed(#read) },
        };
        quote! { #pattern #guard => #read, }
    });
    if has_stream {
        let rest =
            (!has_default).then(|| quote! { _ => Err(Error::UnexpectedResponse(response)), });
        return quote! {
            match response.status().as_u16() {
                #(#arms)*
                #rest
            }
        };
    }
    if has_default {
        return quote! {
            let answer = runtime::receive_any(response).await?;
            match answer.status() {
                #(#arms)*
            }
        };
    }
    let mut documented: Vec<Status> = answers.iter().map(|(answer, ..)| answer.status).collect();
    documented.dedup();
    let documented = documented.into_iter().map(pattern);
    quote! {
        let answer = runtime::receive(response, |status| matches!(status, #(#documented)|*)).await?;
        match answer.status() {
            #(#arms)*
            _ => runtime::unexpected(answer),
        }
    }
}

/// The expression that reads one answer into its variant.
fn decoded(answer: &Answer, side: &Side, has_stream: bool) -> TokenStream {
    let variant = side.type_name.as_deref().map(|name| {
        let (name, variant) = (ident(name), ident(&answer.variant()));
        quote! { answers::#name::#variant }
    });
    let wrap = variant
        .clone()
        .unwrap_or_else(|| quote! { ::std::convert::identity });
    let answered = match has_stream {
        true => quote! { runtime::receive_any(response).await? },
        false => quote! { answer },
    };
    match &answer.content {
        Content::Empty => {
            let value = variant.unwrap_or_else(|| quote! { () });
            quote! { runtime::empty_answer(#answered, #value) }
        }
        Content::Json(_) => quote! { runtime::json_answer(#answered, #wrap) },
        Content::Text => quote! { runtime::text_answer(#answered, #wrap) },
        Content::AnyText => quote! { runtime::any_text_answer(#answered, #wrap) },
        Content::Bytes => quote! { runtime::bytes_answer(#answered, #wrap) },
        Content::Stream => quote! { Ok(runtime::stream_answer(response, #wrap)) },
    }
}
