//! `--dry-run`: the request as it would leave, and as curl.
//!
//! It is not put together here a second time: the client itself sends it, with the names of variables in
//! the place of secrets, to a socket of this process, and what arrives there is shown.

use std::io;
use std::path::Path;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use xquik::{Avatar, CallOptions, Client, Credential, Error};

use crate::body::{self, Part};
use crate::failure::Failure;
use crate::report::{shell, shell_bytes};
use crate::screen::{Line, Look};
use crate::session::{Session, path_of};

/// Far more than any request of this client.
const LARGEST: usize = 2 * 1024 * 1024;

pub(crate) async fn submit(session: &mut Session<'_>, id: &str, code: &str) -> Result<(), Failure> {
    let (place, client) = Place::new(session).await?;
    let call = client.submit_email_code(id, code).options(once());
    let request = place.receive(call.response()).await?;
    let variable = "{\"email_code\":\"$EMAIL_CODE\"}";
    show(
        session,
        &request,
        &[format!("--data {}", expanded(variable))],
    );
    Ok(())
}

pub(crate) async fn disconnect(session: &mut Session<'_>, id: &str) -> Result<(), Failure> {
    let (place, client) = Place::new(session).await?;
    let call = client.disconnect_account(id).options(once());
    let request = place.receive(call.response()).await?;
    show(session, &request, &[]);
    Ok(())
}

pub(crate) async fn avatar(
    session: &mut Session<'_>,
    account: &str,
    avatar: Avatar,
    file: Option<&Path>,
    options: CallOptions,
) -> Result<(), Failure> {
    let (place, client) = Place::new(session).await?;
    let call = client.update_avatar(account, avatar);
    let request = place
        .receive(call.options(options.max_attempts(1)).response())
        .await?;
    let body = match file {
        None => {
            let body = String::from_utf8_lossy(&request.body);
            vec![format!("--data {}", shell(&session.secrets.clean(&body)))]
        }
        Some(path) => {
            let part = request
                .parts()
                .into_iter()
                .find_map(|part| part.content_type);
            // `-F` would take a leading `@` or `<` for the name of a file.
            let mut file = b"file=@\"".to_vec();
            for byte in path.as_os_str().as_encoded_bytes() {
                if matches!(byte, b'\\' | b'"') {
                    file.push(b'\\');
                }
                file.push(*byte);
            }
            file.push(b'"');
            let kind = part.map(|kind| format!(";type={kind}")).unwrap_or_default();
            file.extend(kind.bytes());
            vec![
                format!("--form-string {}", shell(&format!("account={account}"))),
                format!("--form {}", shell_bytes(&file)),
            ]
        }
    };
    show(session, &request, &body);
    Ok(())
}

fn once() -> CallOptions {
    CallOptions::new().max_attempts(1)
}

/// The socket that requests are sent to instead of the service.
struct Place {
    listener: TcpListener,
    /// The URL of the service's server, without a slash at its end.
    target: String,
    /// The URL of this place that stands for it.
    here: String,
}

impl Place {
    /// The place, and a client that sends to it what it would send to the service.
    async fn new(session: &mut Session<'_>) -> Result<(Self, Client), Failure> {
        let (found, builder) = session.environment();
        let stand_in = stand_in(found.credentials.first().map(|(name, _)| name.as_str()))?;
        // Judged as it would be judged for a real call.
        let target = builder?.credential(stand_in.clone()).build()?;
        let target = target.base_url().to_owned();
        let bound = async {
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            let address = listener.local_addr()?;
            io::Result::Ok((listener, address))
        };
        let (listener, address) = bound
            .await
            .map_err(|error| Failure::Local(format!("no port to show the request on: {error}")))?;
        let here = format!("http://{address}{}", path_of(&target));
        let client = Client::builder()
            .user_agent(crate::usage::PRODUCT)
            .credential(stand_in)
            .base_url(&here)
            .build()?;
        let place = Self {
            listener,
            target,
            here,
        };
        Ok((place, client))
    }

    async fn receive<T>(
        self,
        call: impl Future<Output = Result<T, Error>>,
    ) -> Result<Request, Failure> {
        let serve = async {
            let (stream, _) = self.listener.accept().await?;
            read(stream).await
        };
        tokio::pin!(serve);
        let received = tokio::select! {
            received = &mut serve => received,
            result = call => match result {
                Err(error) if error.attempts() == 0 => return Err(error.into()),
                _ => serve.await,
            },
        };
        let mut request = received
            .map_err(|error| Failure::Local(format!("the request cannot be shown: {error}")))?;
        request.place(&self.here, &self.target);
        Ok(request)
    }
}

/// A credential that is the name of its variable.
fn stand_in(name: Option<&str>) -> Result<Credential, Error> {
    match name {
        Some("XQUIK_BEARER_TOKEN") => Credential::bearer_token("$XQUIK_BEARER_TOKEN"),
        Some("XQUIK_SESSION_COOKIE") => Credential::session_cookie("$XQUIK_SESSION_COOKIE"),
        _ => Credential::api_key("$XQUIK_API_KEY"),
    }
}

/// A request as it arrived.
struct Request {
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

async fn read(mut stream: TcpStream) -> io::Result<Request> {
    let mut bytes = Vec::new();
    let request = loop {
        if let Some(request) = Request::parse(&bytes) {
            break request;
        }
        if bytes.len() > LARGEST || stream.read_buf(&mut bytes).await? == 0 {
            return Err(io::Error::other("it is not whole"));
        }
    };
    let answer = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";
    stream.write_all(answer.as_bytes()).await?;
    Ok(request)
}

impl Request {
    /// A whole request; none while more of it is to come.
    fn parse(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&bytes[..end]);
        let mut lines = head.split("\r\n");
        let mut words = lines.next()?.split(' ');
        let (method, url) = (words.next()?.to_owned(), words.next()?.to_owned());
        let headers: Vec<(String, String)> = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
            .collect();
        let length = headers
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
            .map_or(Some(0), |(_, value)| value.parse().ok())?;
        let body = bytes[end + 4..].to_vec();
        (body.len() >= length).then_some(Self {
            method,
            url,
            headers,
            body,
        })
    }

    /// Puts the service in the place of the socket that it was sent to.
    fn place(&mut self, here: &str, target: &str) {
        let origin = |url: &str| url[..url.len() - path_of(url).len()].to_owned();
        let (here, target) = (origin(here), origin(target));
        self.url = format!("{target}{}", self.url);
        let authority = |origin: &str| {
            origin
                .split_once("://")
                .map_or_else(String::new, |(_, authority)| authority.to_owned())
        };
        for (name, value) in &mut self.headers {
            if name.eq_ignore_ascii_case("host") && *value == authority(&here) {
                *value = authority(&target);
            }
        }
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(other, _)| other.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The parts, if it is a form.
    fn parts(&self) -> Vec<Part> {
        body::parts(self.header("content-type"), &self.body)
    }
}

/// Text in double quotes, in which a shell replaces variables and nothing else.
fn expanded(text: &str) -> String {
    let escaped = text
        .replace('\\', r"\\")
        .replace('"', "\\\"")
        .replace('`', "\\`");
    format!("\"{escaped}\"")
}

/// The command for curl.
fn curl(request: &Request, body: &[String]) -> String {
    let mut words = vec![format!(
        "curl --request {} {}",
        request.method,
        shell(&request.url)
    )];
    for (name, value) in &request.headers {
        let name = name.to_ascii_lowercase();
        let form = value.starts_with("multipart/");
        // curl says these itself, a form's boundary included.
        if matches!(
            name.as_str(),
            "host" | "content-length" | "accept" | "user-agent"
        ) || form
        {
            continue;
        }
        let header = format!("{name}: {value}");
        words.push(if value.contains("$XQUIK_") {
            format!("--header {}", expanded(&header))
        } else {
            format!("--header {}", shell(&header))
        });
    }
    words.extend(body.iter().cloned());
    words.join(" \\\n  ")
}

fn show(session: &Session<'_>, request: &Request, curl_body: &[String]) {
    let clean = |text: &str| session.secrets.clean(text);
    let lines = body::text(request.header("content-type"), &request.body);
    let body: Vec<String> = lines.iter().map(|line| clean(line)).collect();
    let curl = clean(&curl(request, curl_body));
    if session.is_json() {
        let headers: serde_json::Map<String, Value> = request
            .headers
            .iter()
            .map(|(name, value)| (name.clone(), value.as_str().into()))
            .collect();
        let value = json!({
            "outcome": "dry_run",
            "request": {
                "method": request.method,
                "url": request.url,
                "headers": headers,
                "body": body.join("\r\n"),
                "bytes": request.body.len(),
            },
            "curl": curl,
        });
        session.print(&session.out, value);
        return;
    }
    let out = &session.out;
    out.line(
        &Line::new()
            .look(Look::Strong, &request.method)
            .text(clean(&format!(" {}", request.url))),
    );
    for (name, value) in &request.headers {
        out.line(
            &Line::new()
                .look(Look::Faint, format!("{name}: "))
                .text(clean(value)),
        );
    }
    out.raw("\n");
    for line in &body {
        out.line(&Line::new().text(line));
    }
    if !body.is_empty() {
        out.raw("\n");
    }
    out.line(&Line::new().look(Look::Faint, "Nothing was sent. The same with curl:"));
    for line in curl.lines() {
        let mut harmless: String = line
            .chars()
            .map(|c| {
                if crate::screen::is_unwanted(c) {
                    ' '
                } else {
                    c
                }
            })
            .collect();
        // Not wrapped, so that it can be copied.
        harmless.push('\n');
        out.raw(&harmless);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_what_follows_the_host() {
        assert_eq!(path_of("https://xquik.com/api/v1"), "/api/v1");
        assert_eq!(path_of("http://127.0.0.1:1"), "");
    }

    #[test]
    fn a_shell_replaces_variables_alone() {
        assert_eq!(expanded("a\"b`c$D"), "\"a\\\"b\\`c$D\"");
    }
}
