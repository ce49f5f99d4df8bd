//! Texts of the document as documentation.
//!
//! They are Markdown by whoever wrote the document, and rustdoc reads more in them: `[y]` is a link to an
//! item of that name, `<z>` an element that is not closed, a bare URL a link that was forgotten, and a
//! block of code a test. Each of these is escaped or marked, so that the text reads as it was meant and
//! rustdoc has nothing to say.

/// A text of the document, with nothing in it that rustdoc takes for a link to an item or for HTML.
pub(super) fn escaped(text: &str) -> String {
    let labels: Vec<&str> = text.lines().filter_map(defined_label).collect();
    let keeps_html = is_balanced(text);
    let mut out = String::with_capacity(text.len() + 16);
    let mut prose = String::new();
    let mut fence: Option<String> = None;
    for line in text.split_inclusive('\n') {
        let marker: String = line
            .trim_start()
            .chars()
            .take_while(|c| matches!(c, '`' | '~'))
            .collect();
        let is_fence = marker.len() >= 3;
        let ends = fence
            .as_ref()
            .is_some_and(|fence| marker.starts_with(fence.as_str()));
        if fence.is_some() || is_fence {
            out += &prose_escaped(&std::mem::take(&mut prose), &labels, keeps_html);
            out += line;
            if ends {
                fence = None;
            } else if fence.is_none() {
                fence = Some(marker);
            }
        } else if defined_label(line).is_some() {
            out += &prose_escaped(&std::mem::take(&mut prose), &labels, keeps_html);
            out += line;
        } else {
            prose += line;
        }
    }
    out + &prose_escaped(&prose, &labels, keeps_html)
}

/// What a line gives a target to, as `[label]: https://…` does.
fn defined_label(line: &str) -> Option<&str> {
    let (label, target) = line.trim_start().strip_prefix('[')?.split_once("]:")?;
    is_elsewhere(target.trim()).then_some(label)
}

/// Whether the target of a link is a page or a place, and not an item of Rust.
fn is_elsewhere(target: &str) -> bool {
    target.starts_with('#') || target.contains(['/', '.'])
}

fn prose_escaped(text: &str, labels: &[&str], keeps_html: bool) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    let mut is_word = false;
    while let Some(c) = rest.chars().next() {
        let kept = match c {
            '\\' => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
            '`' => code(rest),
            '[' => link(rest, labels),
            '<' => element(rest, keeps_html),
            'h' if !is_word => match url(rest) {
                0 => 1,
                length => {
                    out += &format!("<{}>", &rest[..length]);
                    rest = &rest[length..];
                    continue;
                }
            },
            c => c.len_utf8(),
        };
        if kept == 0 {
            out.push('\\');
        }
        let kept = kept.max(c.len_utf8());
        out += &rest[..kept];
        rest = &rest[kept..];
        is_word = c.is_alphanumeric();
    }
    out
}

/// The length of the code that begins here, or of the marks that begin none.
fn code(text: &str) -> usize {
    let marks = text.bytes().take_while(|byte| *byte == b'`').count();
    let paragraph = text.find("\n\n").unwrap_or(text.len());
    let mut at = marks;
    while let Some(found) = text[at..paragraph].find('`') {
        let run = text[at + found..]
            .bytes()
            .take_while(|byte| *byte == b'`')
            .count();
        at += found + run;
        if run == marks {
            return at;
        }
    }
    marks
}

/// The length of the link that begins here; zero where the bracket is none of a link.
fn link(text: &str, labels: &[&str]) -> usize {
    let paragraph = &text[..text.find("\n\n").unwrap_or(text.len())];
    let mut depth = 0;
    let end = paragraph.char_indices().find_map(|(at, c)| {
        match c {
            '[' => depth += 1,
            ']' => depth -= 1,
            _ => {}
        }
        (depth == 0).then_some(at)
    });
    let Some(end) = end else {
        return 0;
    };
    let (label, after) = (&paragraph[1..end], &paragraph[end + 1..]);
    let inside = |open: char, close: char| {
        let inside = after.strip_prefix(open)?;
        Some(&inside[..inside.find(close)?])
    };
    if let Some(target) = inside('(', ')') {
        return if is_elsewhere(target) {
            end + 1 + target.len() + 2
        } else {
            0
        };
    }
    if let Some(name) = inside('[', ']')
        && (labels.contains(&name) || name.is_empty() && labels.contains(&label))
    {
        return end + 1 + name.len() + 2;
    }
    if labels.contains(&label) { end + 1 } else { 0 }
}

/// The length of the element or of the link that begins here, or of the sign alone; zero where it has to
/// be escaped.
fn element(text: &str, keeps_html: bool) -> usize {
    let inside = &text[1..text.find('>').unwrap_or(1)];
    let is_link = !inside.contains(char::is_whitespace)
        && (inside.contains("://") || inside.starts_with("mailto:"));
    let is_open = text[1..].starts_with(|c: char| c.is_ascii_alphabetic() || "/!?".contains(c));
    if is_link || is_open && keeps_html {
        inside.len() + 2
    } else if is_open {
        0
    } else {
        1
    }
}

/// The length of the URL that begins here, or zero.
fn url(text: &str) -> usize {
    let Some(host) = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"))
    else {
        return 0;
    };
    let scheme = text.len() - host.len();
    let length = host
        .find(|c: char| c.is_whitespace() || "<>\"'`[]{}|\\^()".contains(c))
        .unwrap_or(host.len());
    match host[..length].trim_end_matches(['.', ',', ';', ':', '!', '?', '*', '_']) {
        "" => 0,
        host => scheme + host.len(),
    }
}

/// Elements that people write in descriptions.
const ELEMENTS: &[&str] = &[
    "a",
    "b",
    "blockquote",
    "code",
    "dd",
    "del",
    "details",
    "div",
    "dl",
    "dt",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "i",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "small",
    "span",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "tt",
    "u",
    "ul",
];

/// Elements that have no end.
const EMPTY: &[&str] = &["br", "hr", "img"];

/// Whether all that looks like HTML is made of known elements, each with its end.
fn is_balanced(text: &str) -> bool {
    let mut open: Vec<String> = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['<', '`']) {
        rest = &rest[at..];
        if rest.starts_with('`') {
            rest = &rest[code(rest)..];
            continue;
        }
        rest = &rest[1..];
        let name = rest.strip_prefix('/').unwrap_or(rest);
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        let Some(end) = rest.find('>') else {
            return false;
        };
        let inside = &rest[..end];
        if inside.contains("://") && !inside.contains(char::is_whitespace) {
            continue;
        }
        let name: String = name
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_lowercase())
            .collect();
        if inside.contains('<') || inside.contains('`') {
            return false;
        } else if EMPTY.contains(&name.as_str()) {
            continue;
        } else if !ELEMENTS.contains(&name.as_str()) || inside.ends_with('/') {
            return false;
        } else if !inside.starts_with('/') {
            open.push(name);
        } else if open.pop().as_ref() != Some(&name) {
            return false;
        }
    }
    open.is_empty()
}

/// The lines of a text, each with the space that `///` has.
///
/// A fence without a language and an indented block would be compiled as doctests; both become
/// text. A carriage return by itself, which Rust refuses in a comment, ends a line as well, and the
/// signs that turn the direction of writing, which hide what a comment says, are left out.
pub(super) fn lines(text: &str) -> Vec<String> {
    let mut in_fence = false;
    let text = text.trim_end().replace("\r\n", "\n");
    if text.is_empty() {
        return Vec::new();
    }
    text.split(['\n', '\r'])
        .map(|line| line.replace(turns_direction, ""))
        .map(|line| {
            let line = line.as_str();
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

/// Whether rustc refuses a sign in a comment, since editors show the text in another order (its lint
/// `text_direction_codepoint_in_comment`).
fn turns_direction(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Rewrites every `#[doc]` of generated items to one attribute a line.
pub(super) fn tidy(attributes: &mut Vec<syn::Attribute>) {
    let mut out = Vec::with_capacity(attributes.len());
    for attribute in std::mem::take(attributes) {
        match text_of(&attribute) {
            Some(text) => {
                // progenitor links a builder and the method that it is of, with words of its own.
                let text = if text.contains("[`Client::") {
                    text
                } else {
                    escaped(&text)
                };
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
    use super::{escaped, lines};

    #[test]
    fn what_rustdoc_would_read_as_a_link_or_as_html_is_escaped() {
        for (written, fit) in [
            (
                "An array[y] of <z> and Vec<u8>.",
                "An array\\[y] of \\<z> and Vec\\<u8>.",
            ),
            (
                "[`Thing`] and [text](Thing)",
                "\\[`Thing`] and \\[text](Thing)",
            ),
            ("`[y]` and ``<z> ` [x]``", "`[y]` and ``<z> ` [x]``"),
            ("one ` mark [y]", "one ` mark \\[y]"),
            ("```\n[y] <z>\n```\n[y]", "```\n[y] <z>\n```\n\\[y]"),
            (
                "See https://a.example/b?c=[d].",
                "See <https://a.example/b?c=>\\[d].",
            ),
            ("At http://a.example.", "At <http://a.example>."),
            (
                "[here](https://a.example) [there](#x)",
                "[here](https://a.example) [there](#x)",
            ),
            (
                "<https://a.example> 1 < 2 <= 3",
                "<https://a.example> 1 < 2 <= 3",
            ),
            (
                "[a][b] [c] [b]\n\n[b]: https://b.example",
                "[a][b] \\[c] [b]\n\n[b]: https://b.example",
            ),
            (
                "<b>bold</b><br>x <a href=\"https://a.example\">y</a>",
                "<b>bold</b><br>x <a href=\"https://a.example\">y</a>",
            ),
            ("<p>not ended", "\\<p>not ended"),
            ("<script>x</script>", "\\<script>x\\</script>"),
            ("\\[y] \\<z>", "\\[y] \\<z>"),
            ("é[名]<é>", "é\\[名]<é>"),
            ("[", "\\["),
            ("<", "<"),
            ("\\", "\\"),
        ] {
            assert_eq!(escaped(written), fit, "{written}");
            assert_eq!(escaped(fit), fit, "once is enough: {written}");
        }
    }

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

    #[test]
    fn no_line_has_what_rust_refuses_in_a_comment() {
        assert_eq!(
            lines("one\r\ntwo\rthree\n\u{202E}four\u{2066}"),
            [" one", " two", " three", " four"]
        );
        assert_eq!(lines("\r\n"), [""; 0]);
    }
}
