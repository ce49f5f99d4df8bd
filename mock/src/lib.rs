//! A sandbox of the Xquik account API: a server that answers as its OpenAPI document says and remembers what was
//! done. One line starts it inside a test; `xquik mock` starts it as a program.
//!
//! It shares no code with the client: requests are judged by the document alone, with a JSON Schema validator and
//! a multipart parser, and answers are made of the document's examples.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> std::io::Result<()> {
//! use xquik_mock::{Fault, Sandbox};
//!
//! let sandbox = Sandbox::start().await?;
//! sandbox.state().set_credits(5);
//! sandbox.script(Fault::code(503, "service_unavailable").on("updateAvatar"));
//! println!("a client finds it at {}", sandbox.base_url());
//! // A fault that never happens fails its test; here is no client, and no test.
//! sandbox.clear_script();
//! # Ok(())
//! # }
//! ```

mod admin;
mod answer;
mod behaviour;
mod blank;
mod browser;
mod clock;
mod credential;
mod digest;
mod document;
mod draw;
mod engine;
mod fault;
mod filter;
mod handle;
mod idempotency;
mod judge;
mod magic;
mod page;
mod record;
mod route;
mod sandbox;
mod serve;
mod signal;
mod situation;
mod state;
mod state_file;

pub use clock::Clock;
pub use fault::Fault;
pub use filter::{Expectation, Filter, Unmet};
pub use handle::State;
pub use record::{Recorded, RecordedAnswer, RecordedBody};
pub use sandbox::{Builder, RateLimit, Sandbox};
pub use state::{Account, Challenge, Progress, UsedKey, WriteAction};

/// The examples of the docs are tested with those of this crate.
#[cfg(doctest)]
#[doc = include_str!("../../docs/sandbox.md")]
struct Docs;
