//! `completions`: a script for each shell, which that shell can read. `man`: a page a command.

use tokio::process::Command;

use super::shell::Shell;

#[tokio::test]
async fn there_is_a_script_for_each_shell() {
    let shell = Shell::new();
    for name in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = shell.ok(&["completions", name]).await;
        for words in ["gobid-cli", "whoami", "completions", "--database-url", "--paginate"] {
            let words = if name == "fish" { words.trim_start_matches('-') } else { words };
            assert!(script.contains(words), "{name}: {words}");
        }
    }
    let error = shell.run(&["completions", "tcsh"]).await.failed(2);
    assert!(error.contains("powershell"), "{error}");
}

#[tokio::test]
async fn bash_completes_with_it() {
    let shell = Shell::new();
    let script = shell.ok(&["completions", "bash"]).await;
    let file = shell.file("completions.bash", &script);
    for (words, completion) in [
        ("gobid-cli prod", "product"),
        ("gobid-cli product wa", "watch"),
        ("gobid-cli product create --base", "--baseprice"),
        ("gobid-cli migrate stat", "status"),
        ("gobid-cli admin create --database", "--database-url"),
        ("gobid-cli product create --soft", "--soft-close"),
        ("gobid-cli product ed", "edit"),
        ("gobid-cli bid bu", "buy"),
        ("gobid-cli admin vo", "void"),
    ] {
        let (_before, word) = words.rsplit_once(' ').unwrap();
        // What bash does when somebody presses Tab.
        let complete = format!(
            "source '{file}'; [[ $(complete -p gobid-cli) =~ -F\\ ([^ ]+) ]]; \
             COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); \
             ${{BASH_REMATCH[1]}} gobid-cli {word} \"${{COMP_WORDS[COMP_CWORD - 1]}}\"; \
             echo \"${{COMPREPLY[@]}}\""
        );
        let output = Command::new("bash").args(["--norc", "-c", &complete]).env_clear().output();
        let output = output.await.unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        let found = String::from_utf8(output.stdout).unwrap();
        assert_eq!((found.trim(), &*said), (completion, ""), "{words}");
    }
}

#[tokio::test]
async fn there_is_a_manual_page_for_each_command() {
    let shell = Shell::new();
    let ran = shell.run(&["man", "share/man1"]).await;
    assert_eq!((&*ran.stdout, &*ran.stderr), ("", "the pages are in share/man1\n"));
    ran.ok();
    for (page, words) in [
        ("gobid-cli.1", "completions"),
        ("gobid-cli-product-create.1", "baseprice"),
        ("gobid-cli-bot-run.1", "budget"),
        ("gobid-cli-admin-void.1", "bidder"),
    ] {
        let text = std::fs::read_to_string(shell.folder().join("share/man1").join(page)).unwrap();
        assert!(text.contains(".SH") && text.contains(words), "{page}\n{text}");
    }
    let file = shell.file("in-the-way", "");
    shell.run(&["man", &file, "-o", "json"]).await.refused(1, "file");
}
