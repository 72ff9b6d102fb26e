use std::path::Path;

use crate::support::pty::{CTRL_C, CTRL_Z, ENTER, Film, Pty, STANDARD};

async fn shell(script: &str) -> Pty {
    Pty::start(STANDARD, Path::new("sh"), &["-c", script], &[]).await
}

#[tokio::test]
async fn keys_go_in_and_the_screen_comes_out() {
    let terminal = Pty::start(STANDARD, Path::new("cat"), &[], &[]).await;
    terminal.send("one\x7f\x7f\x7ftwo");
    terminal.send(ENTER);
    terminal.wait_until("the line twice", |screen| screen.trim_end() == "two\ntwo").await;
    terminal.send("\x04");
    assert_eq!(terminal.ended().await, 0);
    assert!(terminal.bytes().starts_with(b"one\x08 \x08"), "{:?}", terminal.bytes());
}

#[tokio::test]
async fn it_has_its_size_and_tells_of_a_new_one() {
    let terminal = shell("trap 'stty size' WINCH; stty size; while :; do sleep 0.05; done").await;
    terminal.wait_for("24 80").await;
    terminal.resize((72, 22));
    terminal.wait_for("22 72").await;
}

#[tokio::test]
async fn what_a_program_leaves_behind_is_seen() {
    let tidy = shell("stty size; read -r line").await;
    tidy.wait_for("24 80").await;
    let before = tidy.modes();
    tidy.send(ENTER);
    assert_eq!(tidy.ended().await, 0);
    assert_eq!(tidy.modes(), before);

    let untidy =
        shell(r"stty raw -echo; printf '\033[?1049h\033[?1004h\033[?25l\007'; exit 3").await;
    assert_eq!(untidy.ended().await, 3);
    let after = untidy.modes();
    assert_ne!(after.line, before.line);
    let on: Vec<&str> = after.on.into_iter().collect();
    assert_eq!(on, ["alternate screen", "focus reports", "hidden cursor"]);
    assert_eq!(untidy.bells(), 1);
}

#[tokio::test]
async fn it_says_where_the_cursor_is() {
    let asking = r"stty -icanon -echo; printf '\033[5;9H\033[6n'; printf 'got '; head -c 6 | od -c";
    shell(asking).await.wait_for("got 0000000 033   [   5   ;   9   R").await;
}

#[tokio::test]
async fn a_signal_shows_in_the_exit_code() {
    let terminal = shell("echo up; exec sleep 1000").await;
    terminal.wait_for("up").await;
    terminal.send(CTRL_C);
    assert_eq!(terminal.ended().await, 130);

    let terminal = shell("echo up; exec sleep 1000").await;
    terminal.wait_for("up").await;
    terminal.signal("TERM");
    assert_eq!(terminal.ended().await, 143);
}

#[tokio::test]
async fn a_program_is_suspended_and_brought_back() {
    let terminal = Pty::start(STANDARD, Path::new("cat"), &[], &[]).await;
    terminal.send("before\r");
    terminal.wait_for("before\nbefore").await;
    terminal.send(CTRL_Z);
    terminal.stopped().await;
    terminal.foreground();
    terminal.send("after\r");
    terminal.wait_for("after\nafter").await;
}

#[tokio::test]
async fn a_film_shows_what_was_on_the_screen() {
    let drawing = r"printf '<a \033[1mb&c\033[0m  d │▀⠁\033[7m x\033[0m'; read -r line";
    let terminal = shell(drawing).await;
    terminal.wait_for("x").await;
    let mut film = Film::new(STANDARD);
    terminal.look(|screen| film.add(screen, "one & two", 2));
    let svg = film.svg("<title>");
    let pieces = [
        "<title>&lt;title&gt;</title>",
        ">one &amp; two</text>",
        "<text x=\"0\" y=\"13\" textLength=\"16\">&lt;a</text>",
        "<text x=\"24\" y=\"13\" textLength=\"24\" class=\"b\">b&amp;c</text>",
        "<text x=\"64\" y=\"13\" textLength=\"8\">d</text>",
        "<rect x=\"104\" y=\"0\" width=\"16\" height=\"17\" fill=\"#e6edf3\"/>",
        // The line, the upper half, the dot.
        "M83.5 0h1v17h-1z",
        "M88 0h4v8.5h-4zM92 0h4v8.5h-4z",
        "M97 1h2v2h-2z",
    ];
    for piece in pieces {
        assert!(svg.contains(piece), "no {piece} in {svg}");
    }
}
