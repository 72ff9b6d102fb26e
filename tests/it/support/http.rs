//! One request, one connection, one answer.
//!
//! A client with a pool may send a request again, or find its connection closed by a server that
//! was killed a while ago; here a test knows that what it sent was sent once, and is told when the
//! answer was lost.

use std::fmt::Write;
use std::io;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::http::Response;

/// Longer than a server takes to say that it does not know an outcome.
const DEADLINE: Duration = Duration::from_mins(1);

/// A request before it is sent.
pub(crate) struct Request {
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Request {
    /// Without a body; the path with its query.
    pub(crate) fn new(method: &str, path: &str) -> Self {
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.header("Content-Type", "application/json").body(body.to_string().into_bytes())
    }

    /// Any bytes, with a `Content-Type` only if one was given.
    pub(crate) fn body(mut self, body: Vec<u8>) -> Self {
        self.body = body;
        self
    }

    /// Whether it needs a CSRF token.
    pub(crate) fn changes_something(&self) -> bool {
        !["GET", "HEAD", "OPTIONS"].contains(&self.method.as_str())
    }

    /// Sends it to `HOST:PORT`. An error says that no answer came, or none to its end: what was
    /// asked for may have been done or not.
    pub(crate) async fn send(&self, address: &str) -> io::Result<Answer> {
        match tokio::time::timeout(DEADLINE, self.exchange(address)).await {
            Ok(answer) => answer,
            Err(_elapsed) => Err(io::Error::new(io::ErrorKind::TimedOut, "no answer came")),
        }
    }

    async fn exchange(&self, address: &str) -> io::Result<Answer> {
        let mut stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let sent = stream.write_all(&self.bytes(address)).await;
        let mut bytes = Vec::new();
        let received = stream.read_to_end(&mut bytes).await;
        // A server that refuses a body may answer and close before it has read all of it.
        let answer = Answer::read(&bytes, self.method == "HEAD");
        if answer.is_err() {
            sent?;
            received?;
        }
        answer
    }

    fn bytes(&self, address: &str) -> Vec<u8> {
        let Self { method, path, headers, body } = self;
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\n");
        for (name, value) in headers {
            write!(head, "{name}: {value}\r\n").unwrap();
        }
        if !body.is_empty() || method != "GET" {
            write!(head, "Content-Length: {}\r\n", body.len()).unwrap();
        }
        head += "Connection: close\r\n\r\n";
        [head.as_bytes(), body].concat()
    }
}

/// What came back. The body is null when there was none, a string when it was no JSON.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Value,
}

impl Answer {
    /// The first header of that name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.all_headers(name).next()
    }

    /// Every header of that name.
    pub(crate) fn all_headers(&self, name: &str) -> impl Iterator<Item = &str> {
        let named = move |header: &&(String, String)| header.0.eq_ignore_ascii_case(name);
        self.headers.iter().filter(named).map(|(_name, value)| value.as_str())
    }

    /// The body of an answer that must have this status.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        self.body
    }

    /// The body of a refusal, which must have this status and code.
    #[track_caller]
    pub(crate) fn refused(self, status: u16, code: &str) -> Value {
        assert_eq!(self.body["code"], code, "{} {}", self.status, self.body);
        assert_eq!(self.header("Content-Type"), Some("application/problem+json"));
        self.expect(status)
    }

    /// The document with which an upgrade was refused.
    pub(crate) fn of_upgrade(response: &Response<Option<Vec<u8>>>) -> Self {
        let headers = response.headers().iter().map(|(name, value)| {
            (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        });
        let body = response.body().as_deref().unwrap_or_default();
        Self {
            status: response.status().as_u16(),
            headers: headers.collect(),
            body: json_or_text(body),
        }
    }

    fn read(bytes: &[u8], without_body: bool) -> io::Result<Self> {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").ok_or_else(cut)?;
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok());
        let status = status.unwrap_or_else(|| panic!("not HTTP: {head}"));
        let headers = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
            .collect();
        let mut answer = Self { status, headers, body: Value::Null };
        if !without_body {
            answer.body = json_or_text(&answer.whole(&bytes[end + 4..])?);
        }
        Ok(answer)
    }

    /// The body, when all of it has come.
    fn whole(&self, bytes: &[u8]) -> io::Result<Vec<u8>> {
        if self.header("Transfer-Encoding").is_some_and(|value| value.contains("chunked")) {
            return unchunked(bytes).ok_or_else(cut);
        }
        match self.header("Content-Length").map(|value| value.parse::<usize>().unwrap()) {
            Some(length) if self.status != 304 => {
                bytes.get(..length).map(<[u8]>::to_vec).ok_or_else(cut)
            }
            _ => Ok(bytes.to_vec()),
        }
    }
}

fn unchunked(mut bytes: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = bytes.windows(2).position(|window| window == b"\r\n")?;
        let size = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let size = usize::from_str_radix(size.split(';').next()?.trim(), 16).ok()?;
        if size == 0 {
            return Some(body);
        }
        let start = end + 2;
        body.extend_from_slice(bytes.get(start..start + size)?);
        bytes = bytes.get(start + size + 2..)?;
    }
}

fn json_or_text(body: &[u8]) -> Value {
    if body.is_empty() {
        return Value::Null;
    }
    serde_json::from_slice(body)
        .unwrap_or_else(|_no_json| String::from_utf8_lossy(body).into_owned().into())
}

fn cut() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "the answer was cut off")
}
