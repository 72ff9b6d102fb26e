//! Frames of a WebSocket as a server writes them: unmasked, and each in one piece (RFC 6455 §5.2).

use bytes::{BufMut, Bytes, BytesMut};
use serde::Serialize;

/// The bit that says that a frame is the whole message.
const WHOLE: u8 = 0x80;
/// What is in a frame.
const TEXT: u8 = 0x1;
const CLOSE: u8 = 0x8;
const PING: u8 = 0x9;
const PONG: u8 = 0xA;
/// The longest header.
const MOST_HEADER: usize = 10;
/// The most that a control frame carries.
const MOST_CONTROL: usize = 125;

/// A text frame: header and text in one piece, ready to be written. Clones share the bytes.
#[derive(Clone, Debug)]
pub(crate) struct TextFrame(Bytes);

impl TextFrame {
    /// A frame with a value as JSON.
    pub(crate) fn json(value: &impl Serialize) -> Self {
        let mut bytes = vec![0; MOST_HEADER];
        // What the wire consists of can be written as JSON, and a vector takes everything.
        let written = serde_json::to_writer(&mut bytes, value);
        debug_assert!(written.is_ok(), "{written:?}");
        let length = bytes.len() - MOST_HEADER;
        let begin = MOST_HEADER - header_length(length);
        let (_unused, mut header) = bytes.split_at_mut(begin);
        put_header(&mut header, TEXT, length);
        Self(Bytes::from(bytes).slice(begin..))
    }

    /// What is written.
    pub(crate) fn bytes(&self) -> Bytes {
        self.0.clone()
    }

    /// What is written, in place.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The text that whoever reads it gets.
    #[cfg(test)]
    pub(crate) fn text(&self) -> &str {
        let header = [2, 4, MOST_HEADER].into_iter().find(|header| {
            self.0.len() >= *header && header_length(self.0.len() - header) == *header
        });
        std::str::from_utf8(&self.0[header.unwrap()..]).unwrap()
    }
}

/// A ping without a payload.
pub(crate) fn ping() -> Bytes {
    control(PING, &[])
}

/// The answer to a ping.
pub(crate) fn pong(payload: &[u8]) -> Bytes {
    control(PONG, payload)
}

/// The close, with a code and a short reason.
pub(crate) fn close(code: u16, reason: &str) -> Bytes {
    control(CLOSE, &[&code.to_be_bytes(), reason.as_bytes()].concat())
}

fn control(opcode: u8, payload: &[u8]) -> Bytes {
    let payload = payload.get(..MOST_CONTROL).unwrap_or(payload);
    let mut frame = BytesMut::with_capacity(MOST_HEADER + payload.len());
    put_header(&mut frame, opcode, payload.len());
    frame.put_slice(payload);
    frame.freeze()
}

const fn header_length(length: usize) -> usize {
    match length {
        0..=MOST_CONTROL => 2,
        126..=0xFFFF => 4,
        _ => MOST_HEADER,
    }
}

/// Puts a header, for which there must be a place.
fn put_header(out: &mut impl BufMut, opcode: u8, length: usize) {
    out.put_u8(WHOLE | opcode);
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(length @ 0..=125), _) => out.put_u8(length),
        (_, Ok(length)) => {
            out.put_u8(126);
            out.put_u16(length);
        }
        _ => {
            out.put_u8(127);
            out.put_u64(u64::try_from(length).unwrap_or(u64::MAX));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use tokio_tungstenite::tungstenite::Message;
    use tokio_tungstenite::tungstenite::protocol::{Role, WebSocket, frame::coding::CloseCode};

    use super::*;

    /// What a client reads of some bytes.
    fn read(bytes: &[u8]) -> Message {
        WebSocket::from_raw_socket(Cursor::new(bytes.to_vec()), Role::Client, None).read().unwrap()
    }

    #[test]
    fn a_client_reads_what_was_written() {
        for length in [0, 1, 122, 123, 124, 65_533, 65_534, 100_000] {
            let text = "x".repeat(length);
            let frame = TextFrame::json(&text);
            let json = format!("\"{text}\"");
            assert_eq!(read(&frame.bytes()), Message::text(&json), "{length}");
            assert_eq!(frame.text(), json);
        }
        assert_eq!(read(&ping()), Message::Ping(Bytes::new()));
        assert_eq!(read(&pong(b"n")), Message::Pong(Bytes::from_static(b"n")));
        let Message::Close(Some(close)) = read(&close(4401, "over")) else { panic!("no close") };
        assert_eq!((close.code, close.reason.as_str()), (CloseCode::Library(4401), "over"));
    }
}
