//! The state, as a test reads and sets it.

use std::time::SystemTime;

use crate::clock;
use crate::engine::Engine;
use crate::magic;
use crate::state::{Account, Challenge, Progress, UsedKey, WriteAction};

/// The state of a running sandbox. Each call sees and changes it at once, also while requests come.
///
/// ```
/// # use std::time::{Duration, SystemTime};
/// use xquik_mock::{Account, Clock, Progress, Sandbox};
///
/// let clock = Clock::held(SystemTime::UNIX_EPOCH);
/// let sandbox = Sandbox::builder().clock(clock.clone()).start_now()?;
/// let state = sandbox.state();
/// state.set_credits(5);
/// assert_eq!(state.credits(), 5);
///
/// assert!(state.set_health("myxaccount", "locked"));
/// assert!(state.remove_account("4"));
/// state.set_account(Account {
///     id: "77".into(),
///     username: "someone".into(),
///     user_id: "1000000077".into(),
///     health: "healthy".into(),
/// });
/// let ids: Vec<_> = state.accounts().into_iter().map(|account| account.id).collect();
/// assert_eq!(ids, ["3", "5", "77"]);
///
/// // A challenge is pending for ten minutes of the sandbox's time.
/// state.set_challenge("xch_mine", Progress::Pending);
/// clock.advance(Duration::from_secs(600));
/// assert_eq!(state.challenge("xch_mine").map(|challenge| challenge.progress), Some(Progress::Expired));
/// assert_eq!(state.challenges().len(), 1);
/// assert!(state.idempotency_keys().is_empty());
/// # std::io::Result::Ok(())
/// ```
#[derive(Clone, Copy)]
pub struct State<'s> {
    engine: &'s Engine,
}

impl std::fmt::Debug for State<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("State").finish_non_exhaustive()
    }
}

impl<'s> State<'s> {
    pub(crate) fn new(engine: &'s Engine) -> Self {
        Self { engine }
    }

    /// The connected accounts.
    #[must_use]
    pub fn accounts(&self) -> Vec<Account> {
        self.engine.world().accounts.values().cloned().collect()
    }

    /// The account with this id or username.
    #[must_use]
    pub fn account(&self, name: &str) -> Option<Account> {
        self.engine.world().account(name).cloned()
    }

    /// Connects an account, or replaces the one with its id.
    pub fn set_account(&self, account: Account) {
        self.change(|world| world.connect(account));
    }

    /// Disconnects an account; says whether there was one with this id.
    pub fn remove_account(&self, id: &str) -> bool {
        self.change(|world| world.accounts.remove(id).is_some())
    }

    /// Sets the health of an account (one of the document's values, such as `locked`); says whether there is one
    /// with this id or username.
    pub fn set_health(&self, name: &str, health: &str) -> bool {
        self.change(|world| world.set_health(name, health))
    }

    /// The credits that are left.
    #[must_use]
    pub fn credits(&self) -> u64 {
        self.engine.world().credits
    }

    /// Sets the credits that are left.
    pub fn set_credits(&self, credits: u64) {
        self.change(|world| world.credits = credits);
    }

    /// Where a challenge stands; `None` if it was never seen, which for an `xch_…` id means pending.
    #[must_use]
    pub fn challenge(&self, id: &str) -> Option<Challenge> {
        let now = self.engine.clock.millis();
        self.engine.world().challenge(id).map(|seen| Challenge {
            progress: seen.progress_at(now),
            ..seen.clone()
        })
    }

    /// The challenges that were seen, the oldest first; of very many only the newest.
    #[must_use]
    pub fn challenges(&self) -> Vec<Challenge> {
        let now = self.engine.clock.millis();
        let world = self.engine.world();
        let seen = world.newest_challenges().map(|seen| Challenge {
            progress: seen.progress_at(now),
            ..seen.clone()
        });
        let mut seen: Vec<_> = seen.collect();
        seen.reverse();
        seen
    }

    /// The idempotency keys that are used up, the oldest first; of very many only the newest.
    #[must_use]
    pub fn idempotency_keys(&self) -> Vec<UsedKey> {
        let world = self.engine.world();
        world.keys.iter().map(|(_, kept)| kept.used()).collect()
    }

    /// Sets where a challenge stands. A pending one takes codes for ten more minutes.
    pub fn set_challenge(&self, id: &str, progress: Progress) {
        let expires_at = self.engine.clock.millis() + magic::CHALLENGE_MILLIS;
        self.change(|world| {
            world.set_challenge(
                id,
                Challenge {
                    shown: id.to_owned(),
                    progress,
                    expires_at,
                    answered: None,
                },
            );
        });
    }

    /// Makes a challenge pending until this time.
    pub fn set_challenge_expiry(&self, id: &str, expires_at: SystemTime) {
        self.change(|world| {
            world.set_challenge(
                id,
                Challenge {
                    shown: id.to_owned(),
                    progress: Progress::Pending,
                    expires_at: clock::millis(expires_at),
                    answered: None,
                },
            );
        });
    }

    /// The writes that were answered with a record, the oldest first.
    #[must_use]
    pub fn write_actions(&self) -> Vec<WriteAction> {
        let world = self.engine.world();
        world
            .writes
            .iter()
            .map(|(_, write)| write.clone())
            .collect()
    }

    /// How many requests the window of this name holds now.
    #[must_use]
    pub fn window_used(&self, name: &str) -> u32 {
        let now = self.engine.clock.millis();
        let world = self.engine.world();
        let window = world.windows.open_now(name, now);
        window.map_or(0, |window| window.used)
    }

    /// Has the window of this name hold so many requests now; says whether the document has such a window.
    pub fn set_window_used(&self, name: &str, used: u32) -> bool {
        let mut windows = self.engine.document.windows();
        let Some((_, seconds)) = windows.find(|(one, _)| *one == name) else {
            return false;
        };
        let now = self.engine.clock.millis();
        let length = self.engine.window_millis(seconds);
        self.change(|world| world.windows.set(name, now, length, used));
        true
    }

    fn change<T>(&self, change: impl FnOnce(&mut crate::state::World) -> T) -> T {
        let mut kept = None;
        // A file that cannot be written shows at the next request.
        let _ = self.engine.change(|world| kept = Some(change(world)));
        kept.expect("the change was made, whether it could be saved or not")
    }
}
