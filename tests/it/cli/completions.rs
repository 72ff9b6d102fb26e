//! `completions`: a script for each shell, which that shell can read.

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
    let complete = "source \"$1\"; COMP_WORDS=(gobid-cli product wa); COMP_CWORD=2; \
                    [[ $(complete -p gobid-cli) =~ -F\\ ([^ ]+) ]]; \
                    ${BASH_REMATCH[1]} gobid-cli wa product; echo \"${COMPREPLY[@]}\"";
    let output = Command::new("bash")
        .args(["--norc", "-c", complete, "bash", &file])
        .env_clear()
        .output()
        .await
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!((String::from_utf8(output.stdout).unwrap().trim(), &*said), ("watch", ""));
}
