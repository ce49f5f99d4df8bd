//! Names of the document turned into names of Rust, the way progenitor and typify turn them.
//!
//! The generated code is put together from what progenitor makes and from what this crate adds, so
//! both have to call one thing by one name. Identifiers are therefore settled here, before the
//! generator runs, and are then fixed points of its own rules.

use std::collections::BTreeSet;

use heck::{ToPascalCase, ToShoutySnakeCase, ToSnakeCase};

/// A type's or variant's name: `account status` becomes `AccountStatus`.
pub(crate) fn pascal(name: &str) -> String {
    identifier(name, str::to_pascal_case, "X")
}

/// A method's or field's name: `updateAvatar` becomes `update_avatar`.
pub(crate) fn snake(name: &str) -> String {
    identifier(name, str::to_snake_case, "x_")
}

/// A constant's name: `updateAvatar` becomes `UPDATE_AVATAR`.
pub(crate) fn shouty(name: &str) -> String {
    identifier(name, str::to_shouty_snake_case, "X_")
}

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
    if syn::parse_str::<syn::Ident>(&out).is_ok() && out != "gen" {
        out
    } else {
        format!("{out}_")
    }
}

/// Takes a name, or the first of `name2`, `name3`… that is still free.
pub(crate) fn unique(taken: &mut BTreeSet<String>, name: &str) -> String {
    let mut candidate = name.to_owned();
    let mut number = 2;
    while !taken.insert(candidate.clone()) {
        candidate = format!("{name}{number}");
        number += 1;
    }
    candidate
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_identifiers() {
        assert_eq!(pascal("x_account-status"), "XAccountStatus");
        assert_eq!(pascal("2fa"), "X2fa");
        assert_eq!(pascal(">="), "X");
        assert_eq!(snake("updateAvatar"), "update_avatar");
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
}
