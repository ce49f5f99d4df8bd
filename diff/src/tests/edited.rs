//! The repository's document with edits made at random places: whatever is edited, the comparison
//! ends, points into one of the two documents, and does not depend on how they are written.

use proptest::prelude::*;
use serde_json::{Value, json};
use xquik_document::{Document, Pointer};

use super::read;
use crate::report::compare;

fn own() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi.yaml");
    let text = std::fs::read_to_string(path).expect("the document is there");
    read("openapi.yaml", &text).root().to_json()
}

/// The pointers of all nodes.
fn pointers(node: &Value, here: &str, found: &mut Vec<String>) {
    found.push(here.to_owned());
    match node {
        Value::Object(members) => {
            for (name, value) in members {
                let name = name.replace('~', "~0").replace('/', "~1");
                pointers(value, &format!("{here}/{name}"), found);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                pointers(item, &format!("{here}/{index}"), found);
            }
        }
        _ => {}
    }
}

#[derive(Debug, Clone)]
enum Edit {
    Remove,
    Set(Value),
    /// Puts in what stands at another place.
    Copy(usize),
}

fn edit() -> impl Strategy<Value = (usize, Edit)> {
    let edit = prop_oneof![
        2 => Just(Edit::Remove),
        3 => prop::sample::select(vec![
            json!(null), json!(true), json!(0), json!(-1.5), json!("string"), json!("x"), json!([]), json!({}),
            json!(["a"]), json!({"type": "integer"}), json!({"allOf": [{}, {"type": "string"}]}),
            json!({"$ref": "#/components/schemas/AvatarUpdate"}),
        ]).prop_map(Edit::Set),
        3 => any::<usize>().prop_map(Edit::Copy),
    ];
    (any::<usize>(), edit)
}

fn apply(document: &mut Value, at: &str, new: Option<Value>) {
    let Some((parent, last)) = at.rsplit_once('/') else {
        return;
    };
    let last = last.replace("~1", "/").replace("~0", "~");
    match (document.pointer_mut(parent), new) {
        (Some(Value::Object(members)), Some(new)) => {
            members.insert(last, new);
        }
        (Some(Value::Object(members)), None) => {
            members.shift_remove(&last);
        }
        (Some(Value::Array(items)), new) => {
            let index: usize = last.parse().unwrap_or_default();
            if index < items.len() {
                match new {
                    Some(new) => items[index] = new,
                    None => {
                        items.remove(index);
                    }
                }
            }
        }
        _ => {}
    }
}

fn document(value: &Value) -> Document {
    read("edited", &value.to_string())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_edit_is_compared_and_every_pointer_leads_somewhere(edits in prop::collection::vec(edit(), 1..6)) {
        let base = own();
        let mut head = base.clone();
        let mut all = Vec::new();
        pointers(&base, "", &mut all);
        for (place, edit) in edits {
            let at = &all[place % all.len()];
            let new = match edit {
                Edit::Remove => None,
                Edit::Set(value) => Some(value),
                Edit::Copy(from) => base.pointer(&all[from % all.len()]).cloned(),
            };
            apply(&mut head, at, new);
        }
        let (base, head) = (document(&base), document(&head));
        // What the edit made unreadable is refused, which is as good.
        if let Ok(report) = compare(&base, &head) {
            for change in &report.changes {
                let pointer: Pointer = change.pointer.parse().expect("a pointer");
                let found = head.at(&pointer).or_else(|| base.at(&pointer));
                prop_assert!(found.is_some(), "{} leads nowhere", change.pointer);
            }
            let back = compare(&head, &base).map_err(|(_, error)| error.message);
            prop_assert!(back.is_ok(), "{back:?}");
        }
    }
}
