//! What the sandbox remembers between requests.

mod remembered;
mod window;

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(crate) use remembered::Remembered;
pub(crate) use window::Windows;

use crate::digest::digest;
use crate::{clock, magic};

/// How many challenges, idempotency keys and write actions are remembered, each: the oldest is forgotten when
/// one more comes, so that memory stays flat.
pub(crate) const REMEMBERED: usize = 10_000;

/// A connected account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The id of the connection.
    pub id: String,
    /// The username on X, without `@`.
    pub username: String,
    /// The numeric id on X.
    pub user_id: String,
    /// One of the document's `AccountHealth` values: `healthy` can be written to, `needsReauth` has to be
    /// connected again, anything else counts as restricted.
    pub health: String,
}

/// Where a challenge stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Progress {
    /// It takes codes.
    Pending,
    /// It connected an account.
    Completed,
    /// X refused the login.
    Failed,
    /// Its code came too late.
    Expired,
}

/// A challenge that the sandbox has seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Challenge {
    /// Its id, a secret in it blanked.
    pub shown: String,
    /// Where it stands.
    pub progress: Progress,
    /// Until when it takes codes, in milliseconds since 1970.
    pub expires_at: u64,
    /// The same as it was answered: with a seed, a time that is made up.
    pub(crate) answered: Option<u64>,
}

impl Challenge {
    /// Where it stands at this time: one that nobody answered in time has expired.
    pub(crate) fn progress_at(&self, now: u64) -> Progress {
        match self.progress {
            Progress::Pending if self.expires_at <= now => Progress::Expired,
            progress => progress,
        }
    }
}

/// A write that was answered with a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WriteAction {
    /// Its record's id.
    pub id: String,
    /// Whether it is over.
    pub finished: bool,
    /// When it will be over, in milliseconds since 1970.
    pub finishes_at: u64,
    /// What it will cost once it is over.
    pub credits: u64,
    /// Its record, as it was answered or as it ended.
    pub record: Value,
    /// Its record once it is over.
    pub(crate) ending: Value,
    /// The same if there are too few credits for it then. A file of an older sandbox has none.
    #[serde(default)]
    pub(crate) unpaid: Value,
}

/// An idempotency key that stands for a request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UsedKey {
    /// The key, a secret in it blanked.
    pub key: String,
    /// The id of the operation that it was used for.
    pub operation: String,
    /// The status that the request was answered with, and is answered with again; `None` while it has only
    /// failed, so that it is carried out when it comes again.
    pub status: Option<u16>,
}

/// The request that an idempotency key stands for, and its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Kept {
    /// Digests of what was meant.
    pub(crate) meant: Vec<String>,
    /// None while it has only failed.
    #[serde(default)]
    pub(crate) status: Option<u16>,
    pub(crate) body: Value,
    /// The key, a secret in it blanked. A file of an older sandbox has none.
    #[serde(default)]
    pub(crate) shown: String,
    #[serde(default)]
    pub(crate) operation: String,
}

impl Kept {
    pub(crate) fn used(&self) -> UsedKey {
        UsedKey {
            key: self.shown.clone(),
            operation: self.operation.clone(),
            status: self.status,
        }
    }
}

/// All of it. One for all credentials: they are of one Xquik account.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct World {
    pub(crate) accounts: BTreeMap<String, Account>,
    /// By a digest of their ids, since a client may have put a secret into one.
    challenges: Remembered<Challenge>,
    pub(crate) credits: u64,
    pub(crate) windows: Windows,
    /// By a digest of the operation and the key.
    pub(crate) keys: Remembered<Kept>,
    pub(crate) writes: Remembered<WriteAction>,
    /// The writes that are not over.
    under_way: Vec<String>,
    /// Ids of the accounts that came after the start, also of those that are gone again.
    connected: VecDeque<String>,
    next_account: u64,
    next_write: u64,
    /// The state of the random numbers, so that a restart goes on where it stopped.
    random: u64,
    /// Times in answers that were made up so far, with a seed.
    ticks: u64,
    seeded: bool,
}

impl World {
    pub(crate) fn new(seed: Option<u64>) -> Self {
        let accounts = magic::ACCOUNTS.iter().map(|known| {
            let account = Account {
                id: known.id.to_owned(),
                username: known.username.to_owned(),
                user_id: known.user_id.to_owned(),
                health: known.health.to_owned(),
            };
            (account.id.clone(), account)
        });
        let accounts: BTreeMap<_, _> = accounts.collect();
        let last = accounts
            .keys()
            .filter_map(|id| id.parse::<u64>().ok())
            .max();
        Self {
            accounts,
            challenges: Remembered::new(REMEMBERED),
            credits: magic::CREDITS,
            windows: Windows::default(),
            keys: Remembered::new(REMEMBERED),
            writes: Remembered::new(REMEMBERED),
            under_way: Vec::new(),
            connected: VecDeque::new(),
            next_account: last.unwrap_or(0) + 1,
            next_write: 20_001,
            random: seed.unwrap_or_else(|| fastrand::u64(..)),
            ticks: 0,
            seeded: seed.is_some(),
        }
    }

    /// The next random number, from the seed if there is one.
    pub(crate) fn random(&mut self) -> fastrand::Rng {
        let mut generator = fastrand::Rng::with_seed(self.random);
        self.random = generator.u64(..);
        generator
    }

    /// The time that an answer shows: with a seed one that only depends on what was answered before.
    pub(crate) fn shown(&mut self, clock: &clock::Clock) -> u64 {
        if self.seeded && !clock.is_held() {
            self.ticks += 1;
            magic::SEEDED_START_MILLIS + self.ticks * 1_000
        } else {
            clock.millis()
        }
    }

    /// The time that takes the place of the clock's where times are made up.
    pub(crate) fn made_up(&self, clock: &clock::Clock) -> Option<u64> {
        let made_up = self.seeded && !clock.is_held();
        made_up.then(|| magic::SEEDED_START_MILLIS + self.ticks * 1_000)
    }

    /// An id that no account has had.
    pub(crate) fn new_account_id(&mut self) -> String {
        loop {
            let id = self.next_account.to_string();
            self.next_account += 1;
            if !self.accounts.contains_key(&id) {
                return id;
            }
        }
    }

    pub(crate) fn new_write_id(&mut self) -> String {
        self.next_write += 1;
        (self.next_write - 1).to_string()
    }

    pub(crate) fn connect(&mut self, account: Account) {
        let id = account.id.clone();
        if self.accounts.insert(id.clone(), account).is_some() {
            return;
        }
        // Beyond this many the one that was connected first goes, so that memory stays flat.
        self.connected.push_back(id);
        if self.connected.len() > REMEMBERED
            && let Some(first) = self.connected.pop_front()
        {
            self.accounts.remove(&first);
        }
    }

    /// The account with this id, or with this username: with or without `@`, in whatever case.
    pub(crate) fn account(&self, name: &str) -> Option<&Account> {
        if let Some(account) = self.accounts.get(name) {
            return Some(account);
        }
        let name = name.strip_prefix('@').unwrap_or(name);
        self.accounts
            .values()
            .find(|account| account.username.eq_ignore_ascii_case(name))
    }

    /// Whether there is an account with this id or username, whose health is set.
    pub(crate) fn set_health(&mut self, name: &str, health: &str) -> bool {
        let Some(id) = self.account(name).map(|account| account.id.clone()) else {
            return false;
        };
        if let Some(account) = self.accounts.get_mut(&id) {
            account.health = health.to_owned();
        }
        true
    }

    pub(crate) fn challenge(&self, id: &str) -> Option<&Challenge> {
        self.challenges.get(&digest(id))
    }

    pub(crate) fn set_challenge(&mut self, id: &str, challenge: Challenge) {
        self.challenges.set(digest(id), challenge);
    }

    /// The newest first.
    pub(crate) fn newest_challenges(&self) -> impl Iterator<Item = &Challenge> {
        self.challenges.iter().rev().map(|(_, challenge)| challenge)
    }

    /// Finishes the writes whose time has come.
    pub(crate) fn settle(&mut self, now: u64) {
        let writes = &mut self.writes;
        let credits = &mut self.credits;
        self.under_way.retain(|id| match writes.get_mut(id) {
            Some(write) if write.finishes_at <= now => {
                write.finished = true;
                if *credits < write.credits && !write.unpaid.is_null() {
                    write.record = write.unpaid.clone();
                } else {
                    write.record = write.ending.clone();
                    *credits = credits.saturating_sub(write.credits);
                }
                false
            }
            Some(_) => true,
            None => false,
        });
    }

    /// Keeps a write, and sees to its end if it is not over.
    pub(crate) fn keep(&mut self, write: WriteAction) {
        if !write.finished {
            self.under_way.push(write.id.clone());
        }
        self.writes.set(write.id.clone(), write);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_very_many_connections_the_first_are_forgotten() {
        let mut world = World::new(Some(1));
        for _ in 0..REMEMBERED + 5 {
            let id = world.new_account_id();
            world.connect(Account {
                username: id.clone(),
                user_id: id.clone(),
                health: "healthy".to_owned(),
                id,
            });
        }
        assert_eq!(world.accounts.len(), REMEMBERED + magic::ACCOUNTS.len());
        assert!(world.accounts.contains_key("3") && !world.accounts.contains_key("6"));
        assert!(world.accounts.contains_key("11"));
    }
}
