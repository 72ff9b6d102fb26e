use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::support::http::{Answer, Request};

/// Asks a server that says just this and closes; gives what came of it, and what the server read.
async fn ask(request: Request, said: &'static str) -> (std::io::Result<Answer>, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let serving = async {
        let (mut stream, _client) = listener.accept().await.unwrap();
        let mut buffer = [0; 4096];
        let length = stream.read(&mut buffer).await.unwrap();
        stream.write_all(said.as_bytes()).await.unwrap();
        String::from_utf8_lossy(&buffer[..length]).into_owned()
    };
    tokio::join!(request.send(&address), serving)
}

#[tokio::test]
async fn an_answer_is_read_whole_or_not_at_all() {
    let whole = "HTTP/1.1 201 Created\r\ncontent-length: 9\r\nset-cookie: a=1\r\n\
                 Set-Cookie: b=2\r\n\r\n{\"a\":\"b\"}";
    let request = Request::new("POST", "/path").header("X-Some", "thing").json(&json!({"c": 1}));
    let (answer, read) = ask(request, whole).await;
    let answer = answer.unwrap();
    assert_eq!(answer.all_headers("set-cookie").collect::<Vec<_>>(), ["a=1", "b=2"]);
    assert_eq!(answer.expect(201), json!({"a": "b"}));
    assert!(read.starts_with("POST /path HTTP/1.1\r\nHost: 127.0.0.1:"), "{read}");
    assert!(read.contains("\r\nX-Some: thing\r\nContent-Type: application/json\r\n"), "{read}");
    assert!(read.ends_with("Content-Length: 7\r\nConnection: close\r\n\r\n{\"c\":1}"), "{read}");

    let short = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{\"a\":";
    for cut in ["", "HTTP/1.1 200 OK\r\nConte", short] {
        let (answer, _read) = ask(Request::new("GET", "/"), cut).await;
        assert!(answer.is_err(), "{answer:?}");
    }
}

#[tokio::test]
async fn chunks_are_joined() {
    let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nsome \r\n4;x=y\r\ntext\r\n0\r\n\r\n";
    let (answer, _read) = ask(Request::new("GET", "/"), head).await;
    assert_eq!(answer.unwrap().body, "some text");
}
