//! The registry: what the document says of operations and codes, as data and as an enum.

use quote::quote;

use crate::model::{CodeResend, Enum, Model, Operation, Resend, Status};
use crate::names;

use super::text::Text;
use super::{doc, enums, ident};

pub(super) fn render(model: &Model) -> String {
    let constants = model.operations.iter().map(constant);
    let all = model
        .operations
        .iter()
        .map(|operation| ident(&names::shouty(&operation.method_name)));
    let server = model.server_url.as_ref().map(|url| {
        quote! {
            /// The URL of the document's first server.
            pub const SERVER_URL: &str = #url;
        }
    });
    let secrets = model.secrets.iter();
    let values: Vec<String> = model
        .registry
        .iter()
        .map(|code| code.code.clone())
        .collect();
    let known = Enum::of_strings(values, Some("Unknown"));
    let codes = (!model.registry.is_empty()).then(|| codes(model, &known));
    let file: syn::File = syn::parse_quote! {
        /// What the document says of each operation beside its schemas.
        pub mod operations {
            #[allow(unused_imports)]
            use super::runtime::{Answer, Operation, Parameter, Resend, Status};

            #server

            /// Every operation, in the order of the document.
            pub const ALL: &[&Operation] = &[#(&#all),*];

            /// The names of the members and parameters that hold secrets (`format: password`).
            pub const SECRETS: &[&str] = &[#(#secrets),*];

            /// The operation of that name, as `OperationInfo` has it.
            #[must_use]
            pub fn by_name(name: &str) -> Option<&'static Operation> {
                ALL.iter().copied().find(|operation| operation.name == name)
            }

            #(#constants)*
        }
        #codes
    };
    let mut text = Text::default();
    if !model.registry.is_empty() {
        let about = "A code of the document's error registry. The set may grow.";
        enums::render(&mut text, "ErrorCode", Some(about), &known);
    }
    super::pretty(file) + &text.into_string()
}

fn constant(operation: &Operation) -> proc_macro2::TokenStream {
    let Operation {
        id,
        method_name,
        method,
        path,
        ..
    } = operation;
    let docs = doc(&format!("`{method} {path}`"));
    let constant = ident(&names::shouty(method_name));
    let resend = match operation.resend {
        Resend::Never => quote! { Resend::Never },
        Resend::Idempotent => quote! { Resend::Idempotent },
        Resend::Keyed => quote! { Resend::Keyed },
    };
    let option = |value: Option<u64>| match value {
        Some(value) => quote! { ::std::option::Option::Some(#value) },
        None => quote! { ::std::option::Option::None },
    };
    let parameters = operation.parameters.iter().map(|parameter| {
        let (name, location) = (&parameter.name, &parameter.location);
        let required = parameter.required;
        let min = option(parameter.limits.min_length);
        let max = option(parameter.limits.max_length);
        let pattern = match &parameter.limits.pattern {
            Some(pattern) => quote! { ::std::option::Option::Some(#pattern) },
            None => quote! { ::std::option::Option::None },
        };
        quote! {
            Parameter {
                name: #name,
                location: #location,
                required: #required,
                min_length: #min,
                max_length: #max,
                pattern: #pattern,
            }
        }
    });
    // A status is one answer, whatever it may come as.
    let of_a_status = operation
        .answers()
        .filter(|answer| answer.told_by.is_none());
    let answers = of_a_status.map(|answer| {
        let status = status(answer.status);
        let (description, codes) = (&answer.description, &answer.codes);
        quote! {
            Answer {
                status: #status,
                description: #description,
                codes: &[#(#codes),*],
            }
        }
    });
    let extensions = operation
        .extensions
        .iter()
        .map(|(name, value)| quote! { (#name, #value) });
    quote! {
        #docs
        pub const #constant: Operation = Operation {
            id: #id,
            name: #method_name,
            method: #method,
            path: #path,
            resend: #resend,
            parameters: &[#(#parameters),*],
            answers: &[#(#answers),*],
            extensions: &[#(#extensions),*],
        };
    }
}

fn status(status: Status) -> proc_macro2::TokenStream {
    match status {
        Status::Code(code) => quote! { Status::Code(#code) },
        Status::Range(digit) => quote! { Status::Range(#digit) },
        Status::Default => quote! { Status::Default },
    }
}

/// `ErrorCode`: a variant per code, with its statuses and what to do.
fn codes(model: &Model, known: &Enum) -> proc_macro2::TokenStream {
    let variants: Vec<_> = known.variants.iter().map(|name| ident(name)).collect();
    let statuses = model.registry.iter().map(|code| {
        let mut found: Vec<u16> = model
            .operations
            .iter()
            .flat_map(Operation::answers)
            .filter(|answer| answer.codes.contains(&code.code))
            .filter_map(|answer| match answer.status {
                Status::Code(code) => Some(code),
                _ => None,
            })
            .collect();
        found.sort_unstable();
        found.dedup();
        quote! { &[#(#found),*] }
    });
    let resends = model.registry.iter().map(|code| match code.resend {
        CodeResend::Never => quote! { CodeResend::Never },
        CodeResend::AfterDelay => quote! { CodeResend::AfterDelay },
        CodeResend::Backoff => quote! { CodeResend::Backoff },
    });
    let advice = model.registry.iter().map(|code| &code.advice);
    quote! {
        #[allow(unused_imports)]
        use runtime::CodeResend;
        /// What the document says of the codes that it knows.
        impl ErrorCode {
            /// Every code that the document knows, in its order.
            pub const ALL: &'static [Self] = &[#(Self::#variants),*];

            /// The statuses that it comes with; none for a code that the document does not know.
            #[must_use]
            pub fn statuses(&self) -> &'static [u16] {
                match self {
                    #(Self::#variants => #statuses,)*
                    Self::Unknown(_) => &[],
                }
            }

            /// Whether the same request may be sent again after it; none for a code that the
            /// document does not know.
            #[must_use]
            pub fn resend(&self) -> ::std::option::Option<CodeResend> {
                match self {
                    #(Self::#variants => ::std::option::Option::Some(#resends),)*
                    Self::Unknown(_) => ::std::option::Option::None,
                }
            }

            /// What a person should do about it; none for a code that the document does not know.
            #[must_use]
            pub fn advice(&self) -> ::std::option::Option<&'static str> {
                match self {
                    #(Self::#variants => ::std::option::Option::Some(#advice),)*
                    Self::Unknown(_) => ::std::option::Option::None,
                }
            }
        }
    }
}
