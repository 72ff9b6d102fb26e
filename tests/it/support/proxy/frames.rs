//! As much of PostgreSQL's protocol, version 3, as a proxy needs that looks for COMMIT: frames of a
//! letter, a length and a body; before them the client's first words, which have no letter.

use std::collections::HashSet;
use std::io;

use tokio::io::{AsyncRead, AsyncReadExt};

const SSL_REQUEST: u32 = 80_877_103;
const GSS_REQUEST: u32 = 80_877_104;
const VERSION_3: u32 = 196_608;

/// Reads whole frames. One that was read in part is kept when the reading is given up.
pub(super) struct Reader<R> {
    stream: R,
    buffer: Vec<u8>,
}

/// What a client says first.
pub(super) enum Opening {
    /// It asks for encryption, and goes on when it was refused.
    Encryption,
    /// It names itself.
    Startup { bytes: Vec<u8>, application_name: String },
    /// It asks for the end of a query of another connection.
    Cancel { bytes: Vec<u8> },
}

/// A frame as it was read.
pub(super) struct Frame {
    pub(super) bytes: Vec<u8>,
}

impl<R: AsyncRead + Unpin> Reader<R> {
    pub(super) fn new(stream: R) -> Self {
        Self { stream, buffer: Vec::new() }
    }

    /// The next of the client's first words.
    pub(super) async fn opening(&mut self) -> io::Result<Option<Opening>> {
        let Some(bytes) = self.take(0).await? else {
            return Ok(None);
        };
        let code = u32::from_be_bytes(bytes[4..8].try_into().unwrap());
        Ok(Some(match code {
            SSL_REQUEST | GSS_REQUEST => Opening::Encryption,
            VERSION_3 => {
                let application_name = parameter(&bytes[8..], "application_name");
                Opening::Startup { bytes, application_name }
            }
            _ => Opening::Cancel { bytes },
        }))
    }

    /// The next frame; none at the end of the stream.
    pub(super) async fn frame(&mut self) -> io::Result<Option<Frame>> {
        Ok(self.take(1).await?.map(|bytes| Frame { bytes }))
    }

    /// Takes what has a length after so many bytes; the length counts itself and what follows.
    async fn take(&mut self, before: usize) -> io::Result<Option<Vec<u8>>> {
        loop {
            if let Some(length) = self.buffer.get(before..before + 4) {
                let length = u32::from_be_bytes(length.try_into().unwrap());
                let end = before + usize::try_from(length).unwrap();
                if self.buffer.len() >= end {
                    let rest = self.buffer.split_off(end);
                    return Ok(Some(std::mem::replace(&mut self.buffer, rest)));
                }
            }
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Ok(None);
            }
        }
    }
}

impl Frame {
    /// Whether more of the same statement follows: what is parsed, bound, described, executed or
    /// closed ends with a sync.
    pub(super) fn is_followed(&self) -> bool {
        b"PBDECH".contains(&self.letter())
    }

    fn letter(&self) -> u8 {
        self.bytes[0]
    }

    fn body(&self) -> &[u8] {
        &self.bytes[5..]
    }

    /// Whether the database answers when it has read this: a query, or the sync after its parts.
    pub(super) fn ends_statement(&self) -> bool {
        matches!(self.letter(), b'Q' | b'S')
    }

    /// The answer to a statement that was carried out: `COMMIT`, `INSERT 0 1` …
    pub(super) fn completed(&self) -> Option<String> {
        (self.letter() == b'C').then(|| text(self.body()).0)
    }
}

/// Knows a COMMIT among what a client sends, also one that it prepared before.
#[derive(Default)]
pub(super) struct Commits {
    prepared: HashSet<String>,
}

impl Commits {
    /// Whether the frame commits.
    pub(super) fn is_commit(&mut self, frame: &Frame) -> bool {
        match frame.letter() {
            b'Q' => commits(&text(frame.body()).0),
            b'P' => {
                let (name, rest) = text(frame.body());
                if commits(&text(rest).0) {
                    self.prepared.insert(name);
                } else {
                    self.prepared.remove(&name);
                }
                false
            }
            b'B' => {
                let (_portal, rest) = text(frame.body());
                self.prepared.contains(&text(rest).0)
            }
            _ => false,
        }
    }
}

fn commits(sql: &str) -> bool {
    sql.split(';').any(|statement| {
        let mut words = statement.split_whitespace();
        words.next().is_some_and(|word| word.eq_ignore_ascii_case("commit"))
    })
}

fn parameter(mut parameters: &[u8], wanted: &str) -> String {
    while !parameters.is_empty() {
        let (name, rest) = text(parameters);
        let (value, rest) = text(rest);
        if name == wanted {
            return value;
        }
        parameters = rest;
    }
    String::new()
}

/// The text up to the next zero, and what follows it.
fn text(bytes: &[u8]) -> (String, &[u8]) {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    let rest = bytes.get(end + 1..).unwrap_or_default();
    (String::from_utf8_lossy(&bytes[..end]).into_owned(), rest)
}
