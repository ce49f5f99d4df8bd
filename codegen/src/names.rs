//! Names of the document turned into names of Rust, the way progenitor and typify turn them.
//!
//! The generated code is put together from what progenitor makes and from what this crate adds, so
//! both have to call one thing by one name. Identifiers are therefore settled here, before the
//! generator runs, and are then fixed points of its own rules.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

use heck::{ToPascalCase, ToShoutySnakeCase, ToSnakeCase};

/// Names that generated code uses without a path; a type of that name would take their place.
pub(crate) const RESERVED_TYPES: &[&str] = &[
    "AsRef",
    "BinaryBody",
    "Box",
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "Drop",
    "Eq",
    "Err",
    "Extend",
    "FilePart",
    "Fn",
    "FnMut",
    "FnOnce",
    "From",
    "Hash",
    "Into",
    "IntoIterator",
    "Iterator",
    "None",
    "Ok",
    "Option",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Result",
    "Send",
    "Self",
    "Self_",
    "Sized",
    "Some",
    "StreamBody",
    "String",
    "Sync",
    "ToOwned",
    "ToString",
    "TryFrom",
    "TryInto",
    "Unpin",
    "Vec",
];

/// Names of builders that would hide what the builders' module brings in.
pub(crate) const RESERVED_BUILDERS: &[&str] = &[
    "ByteStream",
    "Client",
    "ClientHooks",
    "ClientInfo",
    "Error",
    "OperationInfo",
    "RequestBuilderExt",
    "ResponseValue",
];

/// Methods that the client has already, and those whose constant the module `operations` has already.
pub(crate) const RESERVED_METHODS: &[&str] = &[
    "all",
    "api_version",
    "baseurl",
    "borrow",
    "client",
    "clone",
    "clone_into",
    "exec",
    "fmt",
    "from",
    "inner",
    "into",
    "new",
    "new_with_client",
    "post",
    "pre",
    "secrets",
    "server_url",
    "to_owned",
    "try_from",
    "try_into",
    "type_id",
];

/// Setters that a builder has already, and variables of its sending function.
pub(crate) const RESERVED_PARAMETERS: &[&str] = &[
    "body",
    "body_map",
    "content_type",
    "header_map",
    "new",
    "query_string",
    "send",
];

/// A type's or variant's name: `account status` becomes `AccountStatus`.
pub(crate) fn pascal(name: &str) -> String {
    settled(name, str::to_pascal_case, "X")
}

/// The name of a method's builder, as progenitor makes it: by the rule, once.
pub(crate) fn builder(method: &str) -> String {
    identifier(method, str::to_pascal_case, "_")
}

/// A method's or field's name: `renameBook` becomes `rename_book`.
pub(crate) fn snake(name: &str) -> String {
    settled(name, str::to_snake_case, "x_")
}

/// A constant's name: `renameBook` becomes `RENAME_BOOK`.
pub(crate) fn shouty(name: &str) -> String {
    settled(name, str::to_shouty_snake_case, "X_")
}

/// A variant's name that tells apart what [`pascal`] does not: `-name` becomes `MinusName`, `>=`
/// becomes `GreaterEqual`.
pub(crate) fn spelled(name: &str) -> String {
    let mut words = String::new();
    for c in name.chars() {
        if unicode_ident::is_xid_continue(c) && c != '_' {
            words.push(c);
        } else {
            words.push('-');
            words.push_str(word(c));
            words.push('-');
        }
    }
    pascal(&words)
}

fn word(c: char) -> &'static str {
    match c {
        '+' => "plus",
        '-' => "minus",
        '<' => "less",
        '>' => "greater",
        '=' => "equal",
        '!' => "not",
        '~' => "tilde",
        '*' => "star",
        '/' => "slash",
        '\\' => "backslash",
        '%' => "percent",
        '&' => "and",
        '|' => "or",
        '^' => "caret",
        '.' => "dot",
        ',' => "comma",
        ':' => "colon",
        ';' => "semicolon",
        '?' => "question",
        '@' => "at",
        '#' => "hash",
        '$' => "dollar",
        '_' => "underscore",
        '(' | ')' | '[' | ']' | '{' | '}' => "bracket",
        '\'' | '"' | '`' => "quote",
        _ => "",
    }
}

thread_local! {
    /// What names became, by prefix. Every pass asks about every member's name again, which took
    /// half of the time of compiling a large document; a compilation has a thread of its own.
    static SETTLED: RefCell<HashMap<(&'static str, String), String>> = RefCell::default();
}

/// Names go through their rule until it leaves them alone, since the generator applies its own again.
fn settled(name: &str, case: fn(&str) -> String, prefix: &'static str) -> String {
    let key = (prefix, name.to_owned());
    if let Some(known) = SETTLED.with_borrow(|known| known.get(&key).cloned()) {
        return known;
    }
    let settled = settle(name, case, prefix);
    SETTLED.with_borrow_mut(|known| {
        // Its own rule leaves a settled name alone.
        known.insert((prefix, settled.clone()), settled.clone());
        known.insert(key, settled.clone());
    });
    settled
}

fn settle(name: &str, case: fn(&str) -> String, prefix: &str) -> String {
    let mut settled = identifier(name, case, prefix);
    for _ in 0..4 {
        let again = identifier(&settled, case, prefix);
        if again == settled {
            break;
        }
        settled = again;
    }
    settled
}

/// Words that Rust keeps for itself, in any edition; `_` is no name either.
const KEYWORDS: [&str; 53] = [
    "Self", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue",
    "crate", "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if",
    "impl", "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub",
    "ref", "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield", "_",
];

fn identifier(name: &str, case: fn(&str) -> String, prefix: &str) -> String {
    let readable: String = name
        .replace('\'', "")
        .chars()
        .map(|c| {
            if unicode_ident::is_xid_continue(c) {
                c
            } else {
                '-'
            }
        })
        .collect();
    let out = case(&readable);
    let out = match out.chars().next() {
        None => case("x"),
        Some(first) if unicode_ident::is_xid_start(first) => out,
        Some(_) => format!("{prefix}{out}"),
    };
    if !KEYWORDS.contains(&out.as_str()) {
        out
    } else {
        format!("{out}_")
    }
}

/// A type's name without words that repeat the one before them.
pub(crate) fn without_repetition(name: &str) -> String {
    let snake = name.to_snake_case();
    let mut words: Vec<&str> = snake.split('_').collect();
    let all = words.len();
    words.dedup();
    if words.len() == all {
        return name.to_owned();
    }
    let short = pascal(&words.join("_"));
    // Only where words were left out: the rule must change nothing else.
    if short.len() < name.len() {
        short
    } else {
        name.to_owned()
    }
}

/// Takes a name, or the first of `name2`, `name3`… that is still free.
pub(crate) fn unique(taken: &mut BTreeSet<String>, name: &str) -> String {
    unique_from(taken, name, &mut 2)
}

/// The same; the numbers before `number` are taken, and so are those before what it is afterwards.
fn unique_from(taken: &mut BTreeSet<String>, name: &str, number: &mut usize) -> String {
    let mut candidate = name.to_owned();
    while !taken.insert(candidate.clone()) {
        candidate = format!("{}{number}", name.trim_end_matches('_'));
        *number += 1;
    }
    candidate
}

/// Whether a value has a name in it, and no sign that makes it another.
pub(crate) fn is_readable(value: &str) -> bool {
    value.chars().any(unicode_ident::is_xid_continue) && !matches!(value, "+1" | "-1")
}

/// A variant for each value, all different and none of them taken.
///
/// Of values that would be one variant, the plainest keeps the name and the others are spelled out, so that a
/// value that comes to a set later renames none that was there.
pub(crate) fn variants(values: &[String], taken: &[&str]) -> Vec<String> {
    let signs = |value: &str| value.chars().filter(|c| !c.is_alphanumeric()).count();
    let mut plainest: HashMap<String, usize> = HashMap::new();
    for (index, value) in values.iter().enumerate() {
        if is_readable(value) || value.is_empty() {
            let known = plainest.entry(pascal(value)).or_insert(index);
            if signs(value) < signs(&values[*known]) {
                *known = index;
            }
        }
    }
    let mut taken: BTreeSet<String> = taken.iter().map(|&name| name.to_owned()).collect();
    // Values without a letter all become one name: nobody counts from 2 for each of them.
    let mut numbers: HashMap<String, usize> = HashMap::new();
    let mut names = vec![String::new(); values.len()];
    let is_plain = |index: usize| plainest.get(&pascal(&values[index])) == Some(&index);
    let (plain, others): (Vec<usize>, Vec<usize>) =
        (0..values.len()).partition(|&index| is_plain(index));
    for index in plain {
        names[index] = unique_from(&mut taken, &pascal(&values[index]), &mut 2);
    }
    for index in others {
        let name = spelled(&values[index]);
        let number = numbers.entry(name.clone()).or_insert(2);
        names[index] = unique_from(&mut taken, &name, number);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_identifiers() {
        assert_eq!(pascal("x_account-status"), "XAccountStatus");
        assert_eq!(pascal("2fa"), "X2fa");
        assert_eq!(pascal(">="), "X");
        assert_eq!(snake("renameBook"), "rename_book");
        assert_eq!(snake("type"), "type_");
        assert_eq!(shouty("submitXAccount"), "SUBMIT_X_ACCOUNT");
    }

    #[test]
    fn a_taken_name_gets_a_number() {
        let mut taken = BTreeSet::new();
        assert_eq!(unique(&mut taken, "A"), "A");
        assert_eq!(unique(&mut taken, "A"), "A2");
        assert_eq!(unique(&mut taken, "A"), "A3");
    }

    /// Counting from 2 for each would look up five thousand million names.
    #[test]
    fn many_values_without_a_name_are_numbered() {
        let values: Vec<String> = (0..100_000).map(|n| "¿".repeat(1 + n % 7)).collect();
        let variants = variants(&values, &[]);
        let different: BTreeSet<&String> = variants.iter().collect();
        assert_eq!(different.len(), values.len());
        assert_eq!(variants[..2], ["X", "X2"]);
        assert_eq!(variants[99_999], "X100000");
    }

    #[test]
    fn a_value_that_comes_later_renames_no_other() {
        let before = ["name", "created"].map(str::to_owned);
        let after = ["-created", "-name", "name", "created"].map(str::to_owned);
        assert_eq!(variants(&before, &[]), ["Name", "Created"]);
        assert_eq!(
            variants(&after, &[]),
            ["MinusCreated", "MinusName", "Name", "Created"]
        );
    }

    #[test]
    fn values_that_would_be_one_variant_are_spelled_out() {
        let values = ["name", "-name", ">=", "<", "", "asc", "ASC"].map(str::to_owned);
        assert_eq!(
            variants(&values, &[]),
            [
                "Name",
                "MinusName",
                "GreaterEqual",
                "Less",
                "X",
                "Asc",
                "Asc2"
            ]
        );
    }
}
