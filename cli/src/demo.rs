//! `xquik demo`: the whole story against a sandbox of this process.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use xquik::{
    Avatar, AvatarOutcome, CallOptions, Client, Credential, Disconnection, Error, Event, Response,
    Submission,
};
use xquik_mock::{Clock, RateLimit, Sandbox};

use crate::drive;
use crate::exit::Exit;
use crate::failure::{Failure, Interruption};
use crate::report::duration;
use crate::screen::{Line, Look, Screen};
use crate::session::Session;
use crate::usage::PRODUCT;

/// The sandbox's window: short enough to be waited out before anyone's eyes.
const WINDOW: Duration = Duration::from_secs(2);

/// As many writes as come before the step that meets the limit.
const WRITES: u32 = 6;

/// A PNG of one pixel.
const PIXEL: &[u8] =
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\
    \0\0\0\rIDATx\xdac\xfc\xcf\xc0P\x0f\0\x04\x85\x01\x80\x84\xa9\x8c!\0\0\0\0IEND\xaeB`\x82";

pub(crate) fn run(session: &mut Session<'_>) -> Exit {
    match drive::block_on(story(session)) {
        Ok(()) => session.written(Exit::Done),
        Err(failure) => {
            crate::report::failure(session, &failure);
            failure.exit()
        }
    }
}

async fn story(session: &Session<'_>) -> Result<(), Failure> {
    // Its clock moves as the client waits, and not with the machine: however slow that is, the story is
    // the same.
    let clock = Clock::held(SystemTime::now());
    let sandbox = Sandbox::builder()
        .clock(clock.clone())
        .rate_limit(Some(RateLimit {
            requests: WRITES,
            window: Some(WINDOW),
        }))
        .start()
        .await
        .map_err(|error| Failure::Local(format!("the sandbox cannot start: {error}")))?;
    let teller = Teller {
        out: session.out.clone(),
        step: Arc::default(),
        clock,
    };
    let client = Client::builder()
        .user_agent(PRODUCT)
        .credential(Credential::api_key("xq_demo")?)
        .base_url(sandbox.base_url())
        .defaults(CallOptions::new().timeout(Duration::from_secs(8)))
        .observer(teller.observer(sandbox.base_url()))
        .build()?;
    let out = &session.out;
    out.line(&Line::new().look(Look::Strong, "The Xquik account API, against a sandbox"));
    out.line(&Line::new().text(format!(
        "It runs in this process at {}; nothing leaves this machine.",
        sandbox.base_url()
    )));
    out.line(
        &Line::new().text("> what is sent   < what is answered   = what the client makes of it"),
    );
    let told = tokio::select! {
        told = tell(&client, &teller) => told,
        stop = drive::interrupted() => {
            return Err(Failure::Interrupted(Interruption::before_anything(stop)));
        }
    };
    sandbox.shutdown().await;
    told?;
    out.raw("\n");
    out.line(
        &Line::labelled("next").text("xquik mock serves this sandbox; xquik --help shows the rest"),
    );
    Ok(())
}

async fn tell(client: &Client, teller: &Teller) -> Result<(), Error> {
    teller.step("A wrong code: X refuses the login, and the challenge is finished");
    let answer = client.submit_email_code("xch_demo_first", "999999");
    teller.failure(answer.await)?;

    teller.step("The right code, typed with a space, on another challenge");
    let answer = client.submit_email_code("xch_demo_second", "123 456");
    let id = teller.connected(answer.await?);

    teller.step("X asks for a second code, and the challenge stays open");
    let answer = client.submit_email_code("xch_demo_third", "202202");
    teller.connected(answer.await?);
    let answer = client.submit_email_code("xch_demo_third", "123456");
    teller.connected(answer.await?);

    teller.step("An avatar from a file");
    let picture = Avatar::from_bytes("pixel.png", PIXEL)?;
    teller.avatar(
        &client
            .update_avatar("myxaccount", picture.clone())
            .response()
            .await?,
    );

    teller.step("An avatar from a URL, which the service fetches itself");
    let url = Avatar::from_url("https://example.com/avatar.png")?;
    teller.avatar(&client.update_avatar("@myxaccount", url).response().await?);

    teller.step("A rate limit: the client waits as long as the service says, and sends it again");
    teller.avatar(
        &client
            .update_avatar("myxaccount", picture)
            .response()
            .await?,
    );

    teller.step("Disconnect the account that was connected first");
    match client.disconnect_account(&id).await? {
        Disconnection::Confirmed => {
            teller.made(Look::Good, format!("account {id} is disconnected"))
        }
        Disconnection::AlreadyGone => teller.made(Look::Good, format!("account {id} was gone")),
    }

    teller.step("Disconnect it again: its id is gone for good");
    teller.failure(client.disconnect_account(&id).await)?;
    Ok(())
}

/// Tells the story, a step after the other.
#[derive(Clone)]
struct Teller {
    out: Screen,
    step: Arc<Mutex<u32>>,
    clock: Clock,
}

impl Teller {
    fn step(&self, title: &str) {
        let mut step = self.step.lock().unwrap_or_else(PoisonError::into_inner);
        *step += 1;
        self.out.raw("\n");
        self.out
            .line(&Line::new().look(Look::Strong, format!("{step}. {title}")));
    }

    /// Shows what goes over the wire.
    fn observer(&self, base_url: String) -> impl Fn(&Event<'_>) + Send + Sync + 'static {
        let (out, clock) = (self.out.clone(), self.clock.clone());
        move |event| {
            let line = match *event {
                Event::Sending { method, url, .. } => {
                    // The path as it stands in the request line.
                    let origin = base_url.find("/api").unwrap_or(0);
                    let target = url.get(origin..).unwrap_or(url);
                    Line::labelled(">").text(format!("{method} {target}"))
                }
                Event::Answered { status, body, .. } => Line::labelled("<")
                    .text(format!("{status} {}", String::from_utf8_lossy(body)))
                    .with_json(),
                Event::Failed { reason, .. } => Line::labelled("!").text(reason),
                Event::Waiting { wait, .. } => {
                    clock.advance(wait);
                    Line::labelled("~").text(format!("waiting {}", duration(wait)))
                }
                _ => return,
            };
            out.line(&line);
        }
    }

    fn made(&self, look: Look, text: impl AsRef<str>) {
        self.out.line(&Line::labelled("=").look(look, text));
    }

    /// Shows an error that belongs to the story; a success would not.
    fn failure<T>(&self, result: Result<T, Error>) -> Result<(), Error> {
        let error = match result {
            Err(error) if error.code().is_some() => error,
            Err(error) => return Err(error),
            Ok(_) => {
                self.made(Look::Bad, "a success, which this step did not expect");
                return Ok(());
            }
        };
        let code = error.code().map(ToString::to_string).unwrap_or_default();
        let again = if error.is_retryable() {
            "may be sent again"
        } else {
            "is not sent again"
        };
        self.made(Look::Bad, format!("the error `{code}`, which {again}"));
        if let Some(advice) = error.advice() {
            self.out.line(&Line::labelled("do").text(advice));
        }
        Ok(())
    }

    /// Shows what became of a code, and gives the id of the account or of the challenge.
    fn connected(&self, submission: Submission) -> String {
        match submission {
            Submission::Connected(account) => {
                self.made(
                    Look::Good,
                    format!(
                        "connected @{} as account {}",
                        account.x_username, account.id
                    ),
                );
                account.id
            }
            Submission::CodeRequired(challenge) => {
                self.made(
                    Look::Strong,
                    format!("another code is wanted before {}", challenge.expires_at),
                );
                challenge.id
            }
        }
    }

    fn avatar(&self, response: &Response<AvatarOutcome>) {
        let what = match &response.value {
            AvatarOutcome::Updated(_) => "the avatar is updated",
            AvatarOutcome::Pending(_) => "the update is under way",
        };
        let attempts = match response.attempts {
            1 => String::new(),
            attempts => format!(
                " in {attempts} attempts, after {} of waiting",
                duration(response.waited)
            ),
        };
        self.made(Look::Good, format!("{what}{attempts}"));
    }
}
