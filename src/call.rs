//! A call that has not been sent yet.

use std::fmt;
use std::future::IntoFuture;
use std::pin::Pin;
use std::time::Duration;

use crate::client::Client;
use crate::error::Error;
use crate::options::CallOptions;

/// A future that can move between threads.
pub(crate) type BoxFuture<'c, T> = Pin<Box<dyn Future<Output = T> + Send + 'c>>;

/// What a call does once it runs.
type Run<'c, T> =
    Box<dyn FnOnce(Client, CallOptions) -> BoxFuture<'c, Result<Response<T>, Error>> + Send + 'c>;

/// A call that has not been sent yet: await it, or give it options first.
///
/// ```no_run
/// # async fn example(client: xquik::Client) -> xquik::Result<()> {
/// use std::time::Duration;
/// use xquik::CallOptions;
///
/// client.disconnect_account("3").await?;
/// let response = client
///     .disconnect_account("4")
///     .options(CallOptions::new().timeout(Duration::from_secs(5)))
///     .response()
///     .await?;
/// println!("{} after {} attempts", response.status, response.attempts);
/// # Ok(())
/// # }
/// ```
#[must_use = "a call does nothing until it is awaited"]
pub struct Call<'c, T> {
    client: Client,
    options: CallOptions,
    run: Run<'c, T>,
}

impl<'c, T: 'c> Call<'c, T> {
    pub(crate) fn new<F, R>(client: &Client, run: F) -> Self
    where
        F: FnOnce(Client, CallOptions) -> R + Send + 'c,
        R: Future<Output = Result<Response<T>, Error>> + Send + 'c,
    {
        Self {
            client: client.clone(),
            options: CallOptions::new(),
            run: Box::new(move |client, options| Box::pin(run(client, options))),
        }
    }

    /// Sets what this call may take; what the options leave open is as the client's defaults say.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }

    /// Sends, and gives what is known of the answer beside its value.
    ///
    /// # Errors
    ///
    /// Those of the operation.
    pub async fn response(self) -> Result<Response<T>, Error> {
        (self.run)(self.client, self.options).await
    }
}

impl<'c, T: 'c> IntoFuture for Call<'c, T> {
    type Output = Result<T, Error>;
    type IntoFuture = BoxFuture<'c, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let running = (self.run)(self.client, self.options);
        Box::pin(async move { running.await.map(|response| response.value) })
    }
}

impl<T> fmt::Debug for Call<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// A value, and what is known of the answer that it came in.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Response<T> {
    /// The value.
    pub value: T,
    /// The status of the answer.
    pub status: u16,
    /// The headers of the answer, as the service sent them, secrets blanked.
    pub headers: http::HeaderMap,
    /// How often the request was tried.
    pub attempts: u32,
    /// How long the call waited between its attempts.
    pub waited: Duration,
    /// The key that a write went out with.
    pub idempotency_key: Option<crate::IdempotencyKey>,
}
