//! A map that forgets its oldest entries.

use std::collections::{HashMap, VecDeque};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::REMEMBERED;

/// Values by name, at most so many: the one that came first is forgotten first.
#[derive(Clone, Debug)]
pub(crate) struct Remembered<V> {
    values: HashMap<String, V>,
    order: VecDeque<String>,
    most: usize,
}

impl<V> Remembered<V> {
    pub(crate) fn new(most: usize) -> Self {
        Self {
            values: HashMap::new(),
            order: VecDeque::new(),
            most,
        }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&V> {
        self.values.get(name)
    }

    pub(crate) fn set(&mut self, name: String, value: V) {
        if self.values.insert(name.clone(), value).is_none() {
            self.order.push_back(name);
        }
        while self.order.len() > self.most {
            if let Some(oldest) = self.order.pop_front() {
                self.values.remove(&oldest);
            }
        }
    }

    pub(crate) fn get_mut(&mut self, name: &str) -> Option<&mut V> {
        self.values.get_mut(name)
    }

    /// In the order in which they came.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (&str, &V)> {
        self.order
            .iter()
            .filter_map(|name| Some((name.as_str(), self.values.get(name)?)))
    }

    pub(crate) fn len(&self) -> usize {
        self.values.len()
    }
}

impl<V: Serialize> Serialize for Remembered<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de, V: DeserializeOwned> Deserialize<'de> for Remembered<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut remembered = Self::new(REMEMBERED);
        for (name, value) in Vec::<(String, V)>::deserialize(deserializer)? {
            remembered.set(name, value);
        }
        Ok(remembered)
    }
}
