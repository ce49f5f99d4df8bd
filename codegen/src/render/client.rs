//! The client and its builders: progenitor's, made to keep what lowering took out.
//!
//! The request keeps to the document: no `api-version` header, path segments encoded so that they
//! stay segments, the media types that are documented in `Accept`. The answer is decoded by its
//! status, and one that cannot be decoded keeps its status.

use quote::quote;
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ImplItem, Item, Stmt};

use crate::plan::{
    Answer, Body, Content, Operation, Parameter, ParameterStyle, Plan, Side, Status,
};

use super::types::last_segment;
use super::{doc, docs, ident};

pub(super) fn render(file: &mut syn::File, plan: &Plan) {
    Rewrite.visit_file_mut(file);
    for item in &mut file.items {
        match item {
            Item::Use(item) => without(&mut item.tree, "encode_path"),
            Item::Impl(item) if last_segment(&item.self_ty).as_deref() == Some("Client") => {
                client(item, plan);
            }
            Item::Mod(module) if module.ident == "prelude" => {
                // Nobody needs it where the client is a private module.
                for item in module.content.iter_mut().flat_map(|(_, items)| items) {
                    if let Item::Use(item) = item {
                        item.attrs
                            .push(syn::parse_quote! { #[allow(unused_imports)] });
                    }
                }
            }
            Item::Mod(module) if module.ident == "builder" => {
                if let Some((_, items)) = &mut module.content {
                    for item in items.iter_mut() {
                        match item {
                            Item::Use(item) => {
                                without(&mut item.tree, "encode_path");
                                if item.attrs.is_empty() {
                                    item.attrs
                                        .push(syn::parse_quote! { #[allow(unused_imports)] });
                                }
                            }
                            Item::Impl(item) => builder(item, plan),
                            _ => {}
                        }
                    }
                    items.insert(
                        0,
                        syn::parse_quote! {
                            #[allow(unused_imports)]
                            use super::runtime;
                        },
                    );
                }
            }
            _ => {}
        }
    }
}

/// Whether a header is added somewhere.
struct Appends(bool);

impl<'ast> syn::visit::Visit<'ast> for Appends {
    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        self.0 |= is_append(call);
        syn::visit::visit_expr_method_call(self, call);
    }
}

fn is_append(call: &syn::ExprMethodCall) -> bool {
    call.method == "append"
        && matches!(&*call.receiver, Expr::Path(path) if path.path.is_ident("header_map"))
}

/// What is alike in all generated functions.
struct Rewrite;

impl VisitMut for Rewrite {
    fn visit_attributes_mut(&mut self, attributes: &mut Vec<syn::Attribute>) {
        docs::tidy(attributes);
    }

    fn visit_block_mut(&mut self, block: &mut syn::Block) {
        visit_mut::visit_block_mut(self, block);
        // A header that no document asks for.
        block.stmts.retain(|statement| {
            !matches!(statement, Stmt::Expr(Expr::MethodCall(call), _)
                if is_append(call) && quote!(#call).to_string().contains("\"api-version\""))
        });
        let mut appends = Appends(false);
        let makes_headers = block.stmts.iter().any(|statement| {
            matches!(statement, Stmt::Local(local)
                if matches!(&local.pat, syn::Pat::Ident(name) if name.ident == "header_map"))
        });
        if makes_headers {
            syn::visit::Visit::visit_block(&mut appends, block);
        }
        if makes_headers && !appends.0 {
            for statement in &mut block.stmts {
                if let Stmt::Local(local) = statement
                    && let syn::Pat::Ident(name) = &mut local.pat
                    && name.ident == "header_map"
                {
                    name.mutability = None;
                }
            }
        }
    }
}

/// Replaces `encode_path(&id.to_string())`, which keeps `..` and `\`, with the runtime's encoder, and
/// takes out the query, which is put together before.
struct Path<'p> {
    path: &'p str,
    parameters: &'p [Parameter],
}

/// A path of the document with `{}` for each of its parameters, as the text of a URL. What no URL may
/// hold is encoded, and so is what would end the path or be read as another one: `#` and `\`.
fn url_text(path: &str) -> String {
    use std::fmt::Write as _;
    let mut text = String::from("{}");
    let mut rest = path;
    let mut kept = "-._~!$&'()*+,;=:@/";
    while let Some(c) = rest.chars().next() {
        let is_encoded = c == '%'
            && rest.len() > 2
            && rest.bytes().skip(1).take(2).all(|b| b.is_ascii_hexdigit());
        let length = if c == '{' {
            text.push_str("{}");
            rest.find('}').map_or(rest.len(), |end| end + 1)
        } else {
            if c == '?' {
                // Some write a query into the path.
                kept = "-._~!$&'()*+,;=:@/?[]";
            }
            if is_encoded || c.is_ascii_alphanumeric() || kept.contains(c) {
                text.push(c);
            } else {
                let mut bytes = [0; 4];
                for byte in c.encode_utf8(&mut bytes).bytes() {
                    // Writing to a string cannot fail.
                    let _ = write!(text, "%{byte:02X}");
                }
            }
            c.len_utf8()
        };
        rest = &rest[length..];
    }
    text
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

impl VisitMut for Path<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        visit_mut::visit_expr_mut(self, expr);
        if let Expr::MethodCall(call) = expr
            && call.method == "query"
            && quote!(#call).to_string().contains("QueryParam")
        {
            *expr = (*call.receiver).clone();
            return;
        }
        if let Expr::Call(call) = expr
            && let Expr::Path(function) = &*call.func
            && function.path.is_ident("encode_path")
            && let Some(argument) = call.args.first()
        {
            let name = receiver(argument).unwrap_or_default();
            let parameter = self
                .parameters
                .iter()
                .find(|parameter| parameter.location == "path" && parameter.ident == name);
            *expr = match parameter {
                Some(parameter)
                    if !parameter.is_text || parameter.style != ParameterStyle::Simple =>
                {
                    let (name, explode) = (&parameter.name, parameter.explode);
                    let ident = ident(&parameter.ident);
                    let style = style(parameter.style);
                    let function = match standing(self.path, name) {
                        Standing::Alone => quote! { path_value },
                        _ => quote! { path_part_value },
                    };
                    syn::parse_quote! {
                        runtime::#function(#name, &#ident, #style, #explode).map_err(Error::InvalidRequest)?
                    }
                }
                parameter => {
                    let name = parameter.map_or(name.as_str(), |parameter| parameter.name.as_str());
                    match standing(self.path, name) {
                        Standing::Alone => syn::parse_quote! {
                            runtime::path_segment(#name, #argument).map_err(Error::InvalidRequest)?
                        },
                        _ => syn::parse_quote! { runtime::path_part(#argument) },
                    }
                }
            };
        }
    }

    fn visit_macro_mut(&mut self, call: &mut syn::Macro) {
        // The URL is put together by `format!`, whose arguments are only tokens to the tree.
        let parser = Punctuated::<Expr, syn::Token![,]>::parse_terminated;
        if call.path.is_ident("format")
            && let Ok(mut arguments) = call.parse_body_with(parser)
        {
            // progenitor takes a path apart and loses empty segments.
            let text = url_text(self.path);
            if text.matches("{}").count() + 1 == arguments.len()
                && let Some(Expr::Lit(format)) = arguments.first_mut()
            {
                format.lit = syn::Lit::new(proc_macro2::Literal::string(&text));
            }
            for argument in &mut arguments {
                self.visit_expr_mut(argument);
            }
            call.tokens = quote! { #arguments };
        }
    }
}

/// How a style is called in the runtime.
pub(super) fn style(style: ParameterStyle) -> proc_macro2::TokenStream {
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

/// Sends each parameter in its own style, under its own name.
fn parameters(block: &mut syn::Block, operation: &Operation) {
    Path {
        path: &operation.path,
        parameters: &operation.parameters,
    }
    .visit_block_mut(block);
    let of = |location: &'static str| {
        operation
            .parameters
            .iter()
            .filter(move |parameter| parameter.location == location)
    };
    let mut headers: Vec<Stmt> = Vec::new();
    for parameter in of("header").chain(of("cookie")) {
        let (name, explode) = (&parameter.name, parameter.explode);
        let value = ident(&parameter.ident);
        let style = style(parameter.style);
        let function = ident(&parameter.location);
        headers.push(syn::parse_quote! {
            runtime::#function(&mut header_map, #name, &#value, #style, #explode)
                .map_err(Error::InvalidRequest)?;
        });
    }
    let own = |name: &str| {
        operation
            .parameters
            .iter()
            .any(|parameter| parameter.ident == name)
    };
    block.stmts.retain(|statement| {
        let text = quote!(#statement).to_string();
        // What lowering added is sent as progenitor does it.
        !text.contains("header_map . append")
            || text.contains("\"content_type\"")
            || text.contains("\"Content-Type\"") && !own("Content-Type")
    });
    if let Some(index) = block.stmts.iter().position(|statement| {
        matches!(statement, Stmt::Local(local)
            if matches!(&local.pat, syn::Pat::Ident(name) if name.ident == "header_map"))
    }) {
        block.stmts.splice(index + 1..index + 1, headers);
    }
    let mut query: Vec<Stmt> = Vec::new();
    for parameter in of("query") {
        let name = &parameter.name;
        let value = ident(&parameter.ident);
        query.push(
            if parameter.style == ParameterStyle::Form
                && parameter.explode
                && !parameter.allow_reserved
            {
                syn::parse_quote! {
                    query_string.form(#name, &#value).map_err(Error::InvalidRequest)?;
                }
            } else {
                let style = style(parameter.style);
                let (explode, reserved) = (parameter.explode, parameter.allow_reserved);
                syn::parse_quote! {
                    query_string
                        .styled(#name, &#value, #style, #explode, #reserved)
                        .map_err(Error::InvalidRequest)?;
                }
            },
        );
    }
    let beside_dots = of("path")
        .any(|parameter| standing(&operation.path, &parameter.name) == Standing::BesideDots);
    if query.is_empty() && !beside_dots {
        return;
    }
    let url = block
        .stmts
        .iter()
        .enumerate()
        .find_map(|(index, statement)| match statement {
            Stmt::Local(local) => {
                let is_url = local.init.as_ref().is_some_and(|init| {
                matches!(&*init.expr, Expr::Macro(call) if call.mac.path.is_ident("format"))
            });
                match &local.pat {
                    syn::Pat::Ident(name) if is_url => Some((index, name.ident.clone())),
                    _ => None,
                }
            }
            _ => None,
        });
    let Some((index, url)) = url else {
        return;
    };
    if !query.is_empty() {
        query.insert(
            0,
            syn::parse_quote! { let mut query_string = runtime::Query::default(); },
        );
        query.push(syn::parse_quote! { let #url = query_string.append_to(#url); });
    }
    if beside_dots {
        query.insert(
            0,
            syn::parse_quote! {
                runtime::same_path(&client.baseurl, &#url).map_err(Error::InvalidRequest)?;
            },
        );
    }
    block.stmts.splice(index + 1..index + 1, query);
}

/// The name of the variable in `&name.to_string()`.
fn receiver(argument: &Expr) -> Option<String> {
    let Expr::Reference(reference) = argument else {
        return None;
    };
    let Expr::MethodCall(call) = &*reference.expr else {
        return None;
    };
    let Expr::Path(path) = &*call.receiver else {
        return None;
    };
    path.path.get_ident().map(ToString::to_string)
}

fn without(tree: &mut syn::UseTree, name: &str) {
    match tree {
        syn::UseTree::Path(path) => without(&mut path.tree, name),
        syn::UseTree::Group(group) => {
            group.items = std::mem::take(&mut group.items)
                .into_iter()
                .filter(|item| !matches!(item, syn::UseTree::Name(item) if item.ident == name))
                .collect();
        }
        _ => {}
    }
}

/// The methods of the client: no constructor that decides about time-outs and redirects on its own,
/// and every operation's answers in its documentation.
fn client(item: &mut syn::ItemImpl, plan: &Plan) {
    item.items.retain_mut(|member| {
        let ImplItem::Fn(function) = member else {
            return true;
        };
        let name = function.sig.ident.to_string();
        if let Some(operation) = plan.operations.iter().find(|o| o.method_name == name) {
            let mut text = String::from("\n# Answers\n\n");
            for answer in operation.answers() {
                text += &described(answer);
            }
            let docs = doc(&text);
            let documented: syn::ItemStruct = syn::parse_quote! { #docs struct Documented; };
            function.attrs.extend(documented.attrs);
        }
        name != "new"
    });
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
    let description = docs::escaped(&answer.description)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    if !description.is_empty() {
        text += ": ";
        text += &description;
    }
    if !answer.codes.is_empty() {
        text += &format!(" (`{}`)", answer.codes.join("`, `"));
    }
    text + "\n"
}

/// One operation's builder.
fn builder(item: &mut syn::ItemImpl, plan: &Plan) {
    let Some(operation) = last_segment(&item.self_ty)
        .and_then(|name| plan.operations.iter().find(|o| o.builder_name == name))
    else {
        return;
    };
    if let Some(body) = &operation.body {
        item.items.retain(|member| {
            !matches!(member, ImplItem::Fn(function) if function.sig.ident == "content_type")
        });
        for member in &mut item.items {
            if let ImplItem::Fn(function) = member {
                if function.sig.ident == "body" {
                    *function = setter(body);
                } else if function.sig.ident == "new" && !body.required {
                    NoBody.visit_impl_item_fn_mut(function);
                }
            }
        }
    }
    for member in &mut item.items {
        if let ImplItem::Fn(function) = member
            && function.sig.ident == "send"
        {
            parameters(&mut function.block, operation);
            send(&mut function.block, operation);
        }
    }
}

/// The setter that takes a typed body and keeps its bytes and their media type.
fn setter(body: &Body) -> syn::ImplItemFn {
    let name = ident(&body.type_name);
    let some = if body.required {
        quote! { body.content_type }
    } else {
        quote! { ::std::option::Option::Some(body.content_type) }
    };
    syn::parse_quote! {
        pub fn body<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<super::bodies::#name>,
        {
            let encoded = value
                .try_into()
                .map_err(|_| "the value is no body of this operation".to_string())
                .and_then(|body| body.encode());
            match encoded {
                Ok(body) => {
                    self.content_type = Ok(#some);
                    self.body = Ok(body.bytes.into());
                }
                Err(error) => self.body = Err(error),
            }
            self
        }
    }
}

/// Makes the initial body an empty one.
struct NoBody;

impl VisitMut for NoBody {
    fn visit_field_value_mut(&mut self, field: &mut syn::FieldValue) {
        if matches!(&field.member, syn::Member::Named(name) if name == "body") {
            field.expr = syn::parse_quote! { Ok(reqwest::Body::from("")) };
        }
    }
}

/// The sending function: what is accepted, and how an answer is decoded.
fn send(block: &mut syn::Block, operation: &Operation) {
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
    if !accepted.is_empty() {
        Accept(accepted.join(", ")).visit_block_mut(block);
    }
    if matches!(operation.method.as_str(), "OPTIONS" | "TRACE") {
        ByName(ident(&operation.method)).visit_block_mut(block);
    }
    if operation.body.as_ref().is_some_and(|body| !body.required) {
        untyped_without_body(block);
    }
    let Some(Stmt::Expr(Expr::Match(last), _)) = block.stmts.last_mut() else {
        return;
    };
    // `match response.status().as_u16()`: the name may have been changed to avoid a parameter's.
    let Some(response) = status_of(&last.expr) else {
        return;
    };
    let arms = arms(operation, &response);
    let tail: syn::Block = syn::parse_quote! {{
        let #response = runtime::service_answer(#response)?;
        match #response.status().as_u16() {
            #(#arms)*
        }
    }};
    block.stmts.pop();
    block.stmts.extend(tail.stmts);
}

/// Takes the media type off a request whose optional body was left out.
fn untyped_without_body(block: &mut syn::Block) {
    let request = block
        .stmts
        .iter()
        .enumerate()
        .find_map(|(index, statement)| {
            let Stmt::Local(local) = statement else {
                return None;
            };
            match &local.pat {
                // progenitor's own name for it, with underscores where a parameter has it already.
                syn::Pat::Ident(name)
                    if name.mutability.is_some()
                        && name.ident.to_string().trim_start_matches('_') == "request" =>
                {
                    Some((index, name.ident.clone()))
                }
                _ => None,
            }
        });
    if let Some((index, request)) = request {
        let statement: Stmt = syn::parse_quote! {
            runtime::untyped_without_body(&mut #request);
        };
        block.stmts.insert(index + 1, statement);
    }
}

fn status_of(expr: &Expr) -> Option<syn::Ident> {
    match expr {
        Expr::MethodCall(call) => status_of(&call.receiver),
        Expr::Path(path) => path.path.get_ident().cloned(),
        _ => None,
    }
}

/// Calls a method by its name: `reqwest::Client` has no function for each of them, as progenitor thinks.
struct ByName(syn::Ident);

impl VisitMut for ByName {
    fn visit_expr_method_call_mut(&mut self, call: &mut syn::ExprMethodCall) {
        visit_mut::visit_expr_method_call_mut(self, call);
        let is_of_client = matches!(&*call.receiver, Expr::Field(field)
            if matches!(&field.member, syn::Member::Named(name) if name == "client"));
        if is_of_client && call.method == self.0.to_string().to_lowercase() {
            let method = &self.0;
            call.method = ident("request");
            call.args
                .insert(0, syn::parse_quote! { ::reqwest::Method::#method });
        }
    }
}

/// Replaces what progenitor accepts with what is documented.
struct Accept(String);

impl VisitMut for Accept {
    fn visit_expr_method_call_mut(&mut self, call: &mut syn::ExprMethodCall) {
        visit_mut::visit_expr_method_call_mut(self, call);
        let is_accept = call.method == "header"
            && call.args.first().is_some_and(|name| {
                matches!(name, Expr::Path(path)
                    if path.path.segments.last().is_some_and(|s| s.ident == "ACCEPT"))
            });
        if is_accept && let Some(value) = call.args.last_mut() {
            let accepted = &self.0;
            *value = syn::parse_quote! { ::reqwest::header::HeaderValue::from_static(#accepted) };
        }
    }
}

/// An arm per documented status; exact ones first, then ranges, then the rest.
fn arms(operation: &Operation, response: &syn::Ident) -> Vec<syn::Arm> {
    let mut answers: Vec<(&Answer, &Side, bool)> = operation
        .success
        .answers
        .iter()
        .map(|answer| (answer, &operation.success, true))
        .chain(
            operation
                .error
                .answers
                .iter()
                .map(|answer| (answer, &operation.error, false)),
        )
        .collect();
    // What has to be told by its media type is looked for first, and ranges of these last.
    answers.sort_by_key(|(answer, _, _)| {
        let told_by = answer.told_by.as_deref();
        (
            answer.status,
            told_by.is_none(),
            told_by.is_some_and(|media_type| media_type.contains('*')),
        )
    });
    let mut has_default = false;
    let mut arms: Vec<syn::Arm> = answers
        .iter()
        .map(|(answer, side, success)| {
            let pattern = match answer.status {
                Status::Code(code) => quote! { #code },
                Status::Range(digit) => {
                    let (from, to) = (digit * 100, digit * 100 + 99);
                    quote! { #from..=#to }
                }
                Status::Default => {
                    has_default |= answer.told_by.is_none();
                    quote! { _ }
                }
            };
            let pattern = match &answer.told_by {
                Some(media_type) => quote! {
                    #pattern if runtime::came_as(&#response, #media_type)
                },
                None => pattern,
            };
            let decoded = decoded(answer, side, response);
            let at_once = matches!(answer.content, Content::Empty | Content::Stream);
            match (success, at_once) {
                (true, true) => syn::parse_quote! { #pattern => Ok(#decoded), },
                (true, false) => syn::parse_quote! { #pattern => #decoded, },
                (false, true) => {
                    syn::parse_quote! { #pattern => Err(Error::ErrorResponse(#decoded)), }
                }
                (false, false) => {
                    syn::parse_quote! { #pattern => Err(Error::ErrorResponse(#decoded?)), }
                }
            }
        })
        .collect();
    if !has_default {
        arms.push(syn::parse_quote! { _ => Err(Error::UnexpectedResponse(#response)), });
    }
    arms
}

/// The expression that reads one answer into its variant: a `Result`, unless there is nothing to read.
fn decoded(answer: &Answer, side: &Side, response: &syn::Ident) -> proc_macro2::TokenStream {
    let variant = side.type_name.as_deref().map(|name| {
        let (name, variant) = (ident(name), ident(&answer.variant()));
        quote! { super::answers::#name::#variant }
    });
    let wrap = variant
        .clone()
        .unwrap_or_else(|| quote! { ::std::convert::identity });
    match &answer.content {
        Content::Empty => {
            let value = variant.unwrap_or_else(|| quote! { () });
            quote! { runtime::empty_answer(&#response, #value) }
        }
        Content::Json { .. } => quote! { runtime::json_answer(#response, #wrap).await },
        Content::Text => quote! { runtime::text_answer(#response, #wrap).await },
        Content::AnyText => quote! { runtime::any_text_answer(#response, #wrap).await },
        Content::Bytes => quote! { runtime::bytes_answer(#response, #wrap).await },
        Content::Stream => quote! { runtime::stream_answer(#response, #wrap) },
    }
}
