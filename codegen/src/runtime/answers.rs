/// Takes an answer apart that is the service's, and lets one pass that is not.
///
/// A sending hook can only fail with a `reqwest::Error`; what it has to say beyond that travels in
/// the extensions of a made-up response, marked with [`NotAnAnswer`], whatever its status.
#[allow(clippy::result_large_err)]
pub(crate) fn service_answer<E>(
    response: ::reqwest::Response,
) -> Result<::reqwest::Response, super::Error<E>> {
    if response.extensions().get::<NotAnAnswer>().is_some() {
        Err(super::Error::UnexpectedResponse(response))
    } else {
        Ok(response)
    }
}

/// Marks a response that no service sent: its extensions carry why there is none.
#[derive(Clone, Copy, Debug)]
#[allow(dead_code)]
pub(crate) struct NotAnAnswer;

/// Why a documented answer could not be read. In the extensions of
/// [`Error::UnexpectedResponse`](super::Error::UnexpectedResponse), whose response still has the
/// answer's status, headers and body.
#[derive(Clone, Debug)]
pub struct Undecodable {
    /// What was expected, in words.
    pub reason: String,
}

/// Reads JSON; what cannot be read keeps its status, headers and bytes.
pub(crate) async fn json_answer<T, U, E>(
    response: ::reqwest::Response,
    wrap: impl FnOnce(T) -> U,
) -> Result<super::ResponseValue<U>, super::Error<E>>
where
    T: ::serde::de::DeserializeOwned,
{
    decode(response, |bytes| {
        ::serde_json::from_slice(bytes).map(wrap).map_err(|error| {
            // The position helps; the text of the error may quote the body.
            format!(
                "the body is not the documented JSON (line {}, column {}, {:?})",
                error.line(),
                error.column(),
                error.classify()
            )
        })
    })
    .await
}

/// Reads text, which is UTF-8 unless it says that it is Latin-1, whose bytes are the first characters of
/// Unicode; bytes that are neither keep their status, headers and bytes.
pub(crate) async fn text_answer<U, E>(
    response: ::reqwest::Response,
    wrap: impl FnOnce(String) -> U,
) -> Result<super::ResponseValue<U>, super::Error<E>> {
    let content_type = response.headers().get(::reqwest::header::CONTENT_TYPE);
    let content_type = content_type.and_then(|value| value.to_str().ok());
    let is_latin_1 = content_type.into_iter().flat_map(|of| of.split(';').skip(1)).any(|part| {
        let part = part.replace([' ', '"'], "").to_ascii_lowercase();
        matches!(part.as_str(), "charset=iso-8859-1" | "charset=latin1")
    });
    decode(response, |bytes| {
        if is_latin_1 {
            return Ok(wrap(bytes.iter().copied().map(char::from).collect()));
        }
        String::from_utf8(bytes.to_vec())
            .map(wrap)
            .map_err(|_| "the body is not UTF-8 text".to_owned())
    })
    .await
}

/// Reads bytes as they are.
pub(crate) async fn bytes_answer<U, E>(
    response: ::reqwest::Response,
    wrap: impl FnOnce(::bytes::Bytes) -> U,
) -> Result<super::ResponseValue<U>, super::Error<E>> {
    decode(response, |bytes| Ok(wrap(bytes.clone()))).await
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
    wrap: impl FnOnce(Stream) -> U,
) -> super::ResponseValue<U> {
    let status = response.status();
    let headers = response.headers().clone();
    super::ResponseValue::new(wrap(Stream { response }), status, headers)
}

/// Reads nothing: the answer's status says all.
pub(crate) fn empty_answer<U>(response: &::reqwest::Response, value: U) -> super::ResponseValue<U> {
    super::ResponseValue::new(value, response.status(), response.headers().clone())
}

async fn decode<U, E>(
    response: ::reqwest::Response,
    read: impl FnOnce(&::bytes::Bytes) -> Result<U, String>,
) -> Result<super::ResponseValue<U>, super::Error<E>> {
    let status = response.status();
    let headers = response.headers().clone();
    let extensions = response.extensions().clone();
    let bytes = response
        .bytes()
        .await
        .map_err(super::Error::ResponseBodyError)?;
    match read(&bytes) {
        Ok(value) => Ok(super::ResponseValue::new(value, status, headers)),
        Err(reason) => {
            let mut response = ::http::Response::new(bytes);
            *response.status_mut() = status;
            *response.headers_mut() = headers;
            *response.extensions_mut() = extensions;
            response.extensions_mut().insert(Undecodable { reason });
            Err(super::Error::UnexpectedResponse(response.into()))
        }
    }
}
