/// A request that is put together, parameter by parameter; the first reason against it is kept.
pub(crate) struct Request {
    base: String,
    path: String,
    query: Vec<String>,
    headers: ::reqwest::header::HeaderMap,
    body: Option<EncodedBody>,
    /// Whether the path has to be looked at as a whole.
    has_dots: bool,
    refused: Option<String>,
}

impl Request {
    /// A request to what lies below a client's URL.
    pub(crate) fn new(client: &super::Client) -> Self {
        use super::ClientInfo as _;
        Self {
            base: client.baseurl().to_owned(),
            path: String::new(),
            query: Vec::new(),
            headers: ::reqwest::header::HeaderMap::new(),
            body: None,
            has_dots: false,
            refused: None,
        }
    }

    /// A piece of the path, as the document has it.
    pub(crate) fn path(&mut self, text: &str) {
        self.path.push_str(text);
    }

    /// Sends the request, and hands over the answer with its body unread.
    pub(crate) async fn send(
        self,
        client: &super::Client,
        method: ::reqwest::Method,
        operation_id: &'static str,
    ) -> Result<::reqwest::Response, super::Error<::std::convert::Infallible>> {
        use super::{ClientHooks as _, ClientInfo as _};
        let request = self.made(client.client(), method);
        let mut request = request.map_err(super::Error::InvalidRequest)??;
        let info = super::OperationInfo { operation_id };
        client.pre(&mut request, &info).await?;
        let result = client.exec(request, &info).await;
        client.post(&result, &info).await?;
        let response = result?;
        // A sending hook can only fail with a `reqwest::Error`; what it has to say beyond that travels in the
        // extensions of a made-up response, marked with `NotAnAnswer`, whatever its status.
        match response.extensions().get::<NotAnAnswer>() {
            Some(_) => Err(super::Error::UnexpectedResponse(response)),
            None => Ok(response),
        }
    }

    /// The request, or why it cannot be sent.
    #[allow(clippy::type_complexity)]
    fn made(
        self,
        client: &::reqwest::Client,
        method: ::reqwest::Method,
    ) -> Result<Result<::reqwest::Request, ::reqwest::Error>, String> {
        if let Some(reason) = self.refused {
            return Err(reason);
        }
        if self.has_dots {
            same_path("", &self.path)?;
        }
        let mut url = self.base + &self.path;
        if !self.query.is_empty() {
            // Some write a query into the path.
            url.push(if url.contains('?') { '&' } else { '?' });
            url.push_str(&self.query.join("&"));
        }
        let mut request = client.request(method, url).headers(self.headers);
        if let Some(EncodedBody { content_type, bytes }) = self.body {
            let content_type = ::reqwest::header::HeaderValue::from_str(&content_type)
                .map_err(|_| format!("`{content_type}` cannot be sent as a `Content-Type`"))?;
            request = request
                .header(::reqwest::header::CONTENT_TYPE, content_type)
                .body(bytes);
        }
        Ok(request.build())
    }
}

/// A value, or nothing where there is a reason against it.
fn or_refused<T>(request: &mut Request, value: Result<T, String>) -> Option<T> {
    match value {
        Ok(value) => Some(value),
        Err(reason) => {
            request.refused.get_or_insert(reason);
            None
        }
    }
}

/// What the operation answers.
pub(crate) fn accept_answers(request: &mut Request, media_types: &'static str) {
    request.headers.insert(
        ::reqwest::header::ACCEPT,
        ::reqwest::header::HeaderValue::from_static(media_types),
    );
}

/// A segment of the path that is one value.
pub(crate) fn in_path<T: ::std::fmt::Display>(
    request: &mut Request,
    name: &str,
    value: Result<T, String>,
) {
    let encoded = value.and_then(|value| path_segment(name, &value.to_string()));
    if let Some(encoded) = or_refused(request, encoded) {
        request.path(&encoded);
    }
}

/// A value with something beside it in its segment of the path.
pub(crate) fn in_path_part<T: ::std::fmt::Display>(request: &mut Request, value: Result<T, String>) {
    if let Some(value) = or_refused(request, value) {
        request.path(&path_part(&value.to_string()));
    }
}

/// A segment of the path in a style of its own.
pub(crate) fn in_path_styled<T: ::serde::Serialize>(
    request: &mut Request,
    name: &str,
    value: Result<T, String>,
    style: Style,
    explode: bool,
) {
    let encoded = value.and_then(|value| path_value(name, &value, style, explode));
    if let Some(encoded) = or_refused(request, encoded) {
        request.path(&encoded);
    }
}

/// A value in a style of its own, with something beside it in its segment of the path.
pub(crate) fn in_path_part_styled<T: ::serde::Serialize>(
    request: &mut Request,
    name: &str,
    value: Result<T, String>,
    style: Style,
    explode: bool,
) {
    let encoded = value.and_then(|value| path_part_value(name, &value, style, explode));
    if let Some(encoded) = or_refused(request, encoded) {
        request.path(&encoded);
    }
}

/// Refuses a path that its values, and the dots between them, make another one.
pub(crate) fn refuse_dots(request: &mut Request) {
    request.has_dots = true;
}

/// A parameter of the query.
pub(crate) fn in_query<T: ::serde::Serialize>(
    request: &mut Request,
    name: &str,
    value: Result<T, String>,
) {
    in_styled_query(request, name, value, Style::Form, true, false);
}

/// A parameter of the query in a style of its own.
pub(crate) fn in_styled_query<T: ::serde::Serialize>(
    request: &mut Request,
    name: &str,
    value: Result<T, String>,
    style: Style,
    explode: bool,
    allow_reserved: bool,
) {
    let pairs = value.and_then(|value| query_pairs(name, &value, style, explode, allow_reserved));
    if let Some(pairs) = or_refused(request, pairs) {
        request.query.extend(pairs);
    }
}

/// The pairs of a query that a value becomes.
fn query_pairs<T: ::serde::Serialize>(
    name: &str,
    value: &T,
    style: Style,
    explode: bool,
    allow_reserved: bool,
) -> Result<Vec<String>, String> {
    let value = parameter_json(name, value)?;
    let encoding = PairEncoding::of_query(allow_reserved);
    let pairs = styled_pairs(name, value, style, explode, &encoding);
    Ok(pairs.into_iter().map(|(name, value)| format!("{name}={value}")).collect())
}

/// A header.
pub(crate) fn in_header<T: ::serde::Serialize>(
    request: &mut Request,
    name: &str,
    value: Result<T, String>,
    style: Style,
    explode: bool,
) {
    let sent = value.and_then(|value| header(&mut request.headers, name, &value, style, explode));
    or_refused(request, sent);
}

/// A cookie.
pub(crate) fn in_cookie<T: ::serde::Serialize>(
    request: &mut Request,
    name: &str,
    value: Result<T, String>,
    style: Style,
    explode: bool,
) {
    let sent = value.and_then(|value| cookie(&mut request.headers, name, &value, style, explode));
    or_refused(request, sent);
}

/// A body of JSON.
pub(crate) fn json_body<T: ::serde::Serialize>(
    request: &mut Request,
    media_type: &str,
    body: Result<T, String>,
) {
    let encoded = body.and_then(|body| EncodedBody::json(media_type, &body));
    request.body = or_refused(request, encoded);
}

/// A body of JSON that may be left out.
pub(crate) fn optional_json_body<T: ::serde::Serialize>(
    request: &mut Request,
    media_type: &str,
    body: Result<Option<T>, String>,
) {
    if let Some(Some(body)) = or_refused(request, body) {
        json_body(request, media_type, Ok(body));
    }
}

/// A body in one of several media types.
pub(crate) fn encoded_body(request: &mut Request, body: Result<EncodedBody, String>) {
    request.body = or_refused(request, body);
}

/// Such a body that may be left out.
pub(crate) fn optional_encoded_body(
    request: &mut Request,
    body: Result<Option<EncodedBody>, String>,
) {
    request.body = or_refused(request, body).flatten();
}

/// An error that says nothing of an operation's own answers, as one of that operation.
pub(crate) fn of_operation<E>(
    error: super::Error<::std::convert::Infallible>,
) -> super::Error<E> {
    use super::Error;
    match error {
        Error::InvalidRequest(reason) => Error::InvalidRequest(reason),
        Error::CommunicationError(error) => Error::CommunicationError(error),
        Error::InvalidUpgrade(error) => Error::InvalidUpgrade(error),
        // There is no such value.
        Error::ErrorResponse(answer) => Error::Custom(format!("{:?}", answer.status())),
        Error::ResponseBodyError(error) => Error::ResponseBodyError(error),
        Error::InvalidResponsePayload(bytes, error) => Error::InvalidResponsePayload(bytes, error),
        Error::UnexpectedResponse(response) => Error::UnexpectedResponse(response),
        Error::Custom(reason) => Error::Custom(reason),
    }
}
