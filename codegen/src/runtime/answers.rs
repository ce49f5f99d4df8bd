/// Marks a response that no service sent: its extensions carry why there is none.
#[derive(Clone, Copy, Debug)]
#[allow(dead_code)]
pub(crate) struct NotAnAnswer;

/// Why a documented answer could not be read. In the extensions of
/// [`Error::UnexpectedResponse`](super::Error::UnexpectedResponse), whose response still has the
/// answer's URL, status, headers and body.
#[derive(Clone, Debug)]
pub struct Undecodable {
    /// What was expected and what came, in words that hold nothing of the body.
    pub reason: String,
}

/// An answer whose body was read, as bytes.
pub(crate) struct Received {
    url: ::reqwest::Url,
    status: ::reqwest::StatusCode,
    pub(crate) headers: ::reqwest::header::HeaderMap,
    extensions: ::http::Extensions,
    bytes: ::bytes::Bytes,
}

/// Reads the body of an answer whose status is documented; another one is left as it is.
pub(crate) async fn receive<E>(
    response: ::reqwest::Response,
    is_documented: fn(u16) -> bool,
) -> Result<Received, super::Error<E>> {
    if is_documented(response.status().as_u16()) {
        receive_any(response).await
    } else {
        Err(super::Error::UnexpectedResponse(response))
    }
}

/// Reads the body of an answer.
pub(crate) async fn receive_any<E>(
    mut response: ::reqwest::Response,
) -> Result<Received, super::Error<E>> {
    Ok(Received {
        url: response.url().clone(),
        status: response.status(),
        headers: response.headers().clone(),
        extensions: ::std::mem::take(response.extensions_mut()),
        bytes: response
            .bytes()
            .await
            .map_err(super::Error::ResponseBodyError)?,
    })
}

impl Received {
    pub(crate) fn status(&self) -> u16 {
        self.status.as_u16()
    }

    /// The answer as it came, as one that the document does not know.
    fn unexpected_for<E>(self, reason: Option<Undecodable>) -> super::Error<E> {
        use ::reqwest::ResponseBuilderExt as _;
        let mut response = match ::http::Response::builder().url(self.url).body(self.bytes.clone()) {
            Ok(response) => response,
            // Nothing was given to the builder that it could refuse.
            Err(_) => ::http::Response::new(self.bytes),
        };
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response.extensions_mut().extend(self.extensions);
        if let Some(reason) = reason {
            response.extensions_mut().insert(reason);
        }
        super::Error::UnexpectedResponse(response.into())
    }
}

/// Reads JSON; what cannot be read keeps its status, headers and bytes.
pub(crate) fn json_answer<T, U, E>(
    received: Received,
    wrap: fn(T) -> U,
) -> Result<super::ResponseValue<U>, super::Error<E>>
where
    T: for<'de> Read<'de>,
{
    let read = from_json(&received.bytes).map(wrap);
    answered(received, read)
}

/// Hands over what was read, or else the answer as it came and why it could not be read.
fn answered<U, E>(
    received: Received,
    read: Result<U, String>,
) -> Result<super::ResponseValue<U>, super::Error<E>> {
    match read {
        Ok(value) => Ok(super::ResponseValue::new(
            value,
            received.status,
            received.headers,
        )),
        Err(reason) => Err(received.unexpected_for(Some(Undecodable { reason }))),
    }
}

/// An answer whose status says all.
pub(crate) fn empty_answer<U, E>(
    received: Received,
    value: U,
) -> Result<super::ResponseValue<U>, super::Error<E>> {
    answered(received, Ok(value))
}

/// An answer that the document does not know.
pub(crate) fn unexpected<T, E>(received: Received) -> Result<T, super::Error<E>> {
    Err(received.unexpected_for(None))
}

/// An error answer, once it is read.
pub(crate) fn failed<T, E>(
    read: Result<super::ResponseValue<E>, super::Error<E>>,
) -> Result<T, super::Error<E>> {
    Err(match read {
        Ok(answer) => super::Error::ErrorResponse(answer),
        Err(error) => error,
    })
}

/// Reads text, which is UTF-8 unless it says that it is Latin-1, whose bytes are the first characters of
/// Unicode; bytes that are neither keep their status, headers and bytes.
pub(crate) fn text_answer<U, E>(
    received: Received,
    wrap: fn(String) -> U,
) -> Result<super::ResponseValue<U>, super::Error<E>> {
    let content_type = received.headers.get(::reqwest::header::CONTENT_TYPE);
    let content_type = content_type.and_then(|value| value.to_str().ok());
    let is_latin_1 = content_type.into_iter().flat_map(|of| of.split(';').skip(1)).any(|part| {
        let part = part.replace([' ', '"'], "").to_ascii_lowercase();
        matches!(part.as_str(), "charset=iso-8859-1" | "charset=latin1")
    });
    let read = match is_latin_1 {
        true => Ok(received.bytes.iter().copied().map(char::from).collect()),
        false => String::from_utf8(received.bytes.to_vec())
            .map_err(|_| "the body is not UTF-8 text".to_owned()),
    };
    answered(received, read.map(wrap))
}

/// Reads text, which is a string of JSON where it came as JSON.
pub(crate) fn any_text_answer<U, E>(
    received: Received,
    wrap: fn(String) -> U,
) -> Result<super::ResponseValue<U>, super::Error<E>> {
    let essence = essence(&received.headers);
    if essence.ends_with("/json") || essence.ends_with("+json") {
        json_answer(received, wrap)
    } else {
        text_answer(received, wrap)
    }
}

/// Reads bytes as they are.
pub(crate) fn bytes_answer<U, E>(
    received: Received,
    wrap: fn(::bytes::Bytes) -> U,
) -> Result<super::ResponseValue<U>, super::Error<E>> {
    let bytes = received.bytes.clone();
    answered(received, Ok(wrap(bytes)))
}

/// Whether an answer came as a media type, or as one of a range (`image/*`).
pub(crate) fn came_as(headers: &::reqwest::header::HeaderMap, media_type: &str) -> bool {
    let essence = essence(headers);
    match media_type.strip_suffix('*') {
        Some(range) => essence.starts_with(range),
        None => essence == media_type,
    }
}

/// The media type that an answer came as, without what is said about it.
fn essence(headers: &::reqwest::header::HeaderMap) -> String {
    let stated = headers.get(::reqwest::header::CONTENT_TYPE);
    let stated = stated.and_then(|value| value.to_str().ok());
    let essence = stated.and_then(|value| value.split(';').next());
    essence.unwrap_or_default().trim().to_ascii_lowercase()
}

/// A body that is read piece by piece, as it comes; it may never end.
pub struct Stream {
    response: ::reqwest::Response,
}

impl Stream {
    /// The next piece; none at the end.
    ///
    /// # Errors
    ///
    /// When the connection breaks.
    pub async fn chunk(&mut self) -> Result<Option<::bytes::Bytes>, ::reqwest::Error> {
        self.response.chunk().await
    }

    /// The response whose body it is.
    pub fn into_response(self) -> ::reqwest::Response {
        self.response
    }
}

impl ::std::fmt::Debug for Stream {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.write_str("Stream")
    }
}

/// Hands over the body as it comes.
pub(crate) fn stream_answer<U>(
    response: ::reqwest::Response,
    wrap: fn(Stream) -> U,
) -> super::ResponseValue<U> {
    let status = response.status();
    let headers = response.headers().clone();
    super::ResponseValue::new(wrap(Stream { response }), status, headers)
}
