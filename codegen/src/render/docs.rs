//! Texts of the document as documentation.

/// The lines of a text, each with the space that `///` has, fit for rustdoc.
///
/// A fence without a language and an indented block would be compiled as doctests; both become
/// text. What looks like a link to an item or like HTML is left to Markdown.
pub(super) fn lines(text: &str) -> Vec<String> {
    let mut in_fence = false;
    text.trim_end()
        .lines()
        .map(|line| {
            let trimmed = line.trim_start();
            if trimmed.starts_with("```") || trimmed.starts_with("~~~") {
                in_fence = !in_fence;
                let fence: String = trimmed
                    .chars()
                    .take_while(|c| matches!(c, '`' | '~'))
                    .collect();
                return if in_fence {
                    format!(" {fence}text")
                } else {
                    format!(" {fence}")
                };
            }
            if !in_fence && line.starts_with("    ") {
                return format!(" {trimmed}");
            }
            if line.is_empty() {
                String::new()
            } else {
                format!(" {line}")
            }
        })
        .collect()
}

/// Rewrites every `#[doc]` of generated items to one attribute a line.
pub(super) fn tidy(attributes: &mut Vec<syn::Attribute>) {
    let mut out = Vec::with_capacity(attributes.len());
    for attribute in std::mem::take(attributes) {
        match text_of(&attribute) {
            Some(text) => {
                for line in lines(&text) {
                    out.push(with_text(&attribute, &line));
                }
            }
            None => out.push(attribute),
        }
    }
    *attributes = out;
}

/// The same attribute with another text; parsing one anew for each line takes longer than all else.
fn with_text(attribute: &syn::Attribute, text: &str) -> syn::Attribute {
    let mut attribute = attribute.clone();
    if let syn::Meta::NameValue(meta) = &mut attribute.meta {
        meta.value = syn::Expr::Lit(syn::ExprLit {
            attrs: Vec::new(),
            lit: syn::Lit::Str(syn::LitStr::new(text, proc_macro2::Span::call_site())),
        });
    }
    attribute
}

fn text_of(attribute: &syn::Attribute) -> Option<String> {
    if !attribute.path().is_ident("doc") {
        return None;
    }
    let syn::Meta::NameValue(meta) = &attribute.meta else {
        return None;
    };
    match &meta.value {
        syn::Expr::Lit(syn::ExprLit {
            lit: syn::Lit::Str(text),
            ..
        }) => Some(text.value()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn nothing_of_a_text_is_compiled_as_a_doctest() {
        let text = "One.\n\n```\nlet x = ;\n```\n\n    indented\n- item";
        assert_eq!(
            lines(text),
            [
                " One.",
                "",
                " ```text",
                " let x = ;",
                " ```",
                "",
                " indented",
                " - item"
            ]
        );
    }
}
