use std::env;
use std::io::Read as _;

use portable_pty::{CommandBuilder, PtySize, native_pty_system};

use super::{Screen, notification};

const CHILD: &str = "GOBID_TUI_TEST_CHILD";
const NAME: &str = "terminal::tests::a_panic_gives_the_terminal_back";

/// The test runs itself a second time, on a terminal that it can look at afterwards.
#[test]
fn a_panic_gives_the_terminal_back() {
    if env::var_os(CHILD).is_some() {
        let mut screen = Screen::take(true, true).unwrap();
        let app = crate::samples::Desk::watching().app;
        screen.draw(&app).unwrap();
        std::thread::spawn(|| panic!("as it was meant to")).join().unwrap_err();
        screen.draw(&app).unwrap();
        return;
    }
    let pair = native_pty_system().openpty(PtySize::default()).unwrap();
    let modes = format!("{:?}", pair.master.get_termios());
    let mut command = CommandBuilder::new(env::current_exe().unwrap());
    command.args([NAME, "--exact", "--nocapture"]);
    command.env(CHILD, "1");
    let mut child = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    let mut written = Vec::new();
    // Once the child is gone, a terminal ends in an error rather than in nothing.
    let _ = pair.master.try_clone_reader().unwrap().read_to_end(&mut written);
    child.wait().unwrap();
    let written = String::from_utf8_lossy(&written);
    let at = |text: &str| written.find(text).unwrap_or_else(|| panic!("{text:?}: {written:?}"));
    let left = at("\u{1b}[?1049l");
    for mode in ["2004", "1004", "1000", "1002", "1003", "1006"] {
        let [on, off] = ["h", "l"].map(|end| at(&format!("\u{1b}[?{mode}{end}")));
        assert!(at("\u{1b}[?1049h") < on && on < off && off < left, "{mode}");
    }
    assert!(left < at("as it was meant to"), "the reason is written where it stays");
    let drawn = written.rfind("CURRENT BID").unwrap();
    assert!(drawn < left, "nothing is drawn where the screen is not any more: {written:?}");
    assert!(at("\u{1b}[?25l") < at("\u{1b}[?25h"));
    assert_eq!(format!("{:?}", pair.master.get_termios()), modes);
}

#[test]
fn a_name_is_no_command_to_the_terminal() {
    for name in ["4;3;x: you are outbid", "7;calc", "\u{1b}\\\u{7}]0;x"] {
        for by_777 in [false, true] {
            let bytes = notification(name, by_777);
            let begins =
                if by_777 { "\u{7}\u{1b}]777;notify;GoBid;" } else { "\u{7}\u{1b}]9;GoBid: " };
            let text = bytes.strip_prefix(begins).and_then(|rest| rest.strip_suffix("\u{1b}\\"));
            assert!(!text.unwrap().contains(['\u{1b}', '\u{7}']), "{bytes:?}");
        }
    }
}
