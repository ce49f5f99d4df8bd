/// Whether an answer came as a media type, or as one of a range (`image/*`).
pub(crate) fn came_as(response: &::reqwest::Response, media_type: &str) -> bool {
    let essence = essence(response);
    match media_type.strip_suffix('*') {
        Some(range) => essence.starts_with(range),
        None => essence == media_type,
    }
}

/// Reads text, which is a string of JSON where it came as JSON.
pub(crate) async fn any_text_answer<U, E>(
    response: ::reqwest::Response,
    wrap: impl FnOnce(String) -> U,
) -> Result<super::ResponseValue<U>, super::Error<E>> {
    let essence = essence(&response);
    if essence.ends_with("/json") || essence.ends_with("+json") {
        json_answer(response, wrap).await
    } else {
        text_answer(response, wrap).await
    }
}

/// The media type that an answer came as, without what is said about it.
fn essence(response: &::reqwest::Response) -> String {
    let stated = response.headers().get(::reqwest::header::CONTENT_TYPE);
    let stated = stated.and_then(|value| value.to_str().ok());
    let essence = stated.and_then(|value| value.split(';').next());
    essence.unwrap_or_default().trim().to_ascii_lowercase()
}
