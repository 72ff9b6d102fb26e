//! The settings of the server: where they come from, and what is wrong with them.

use tempfile::TempDir;

use super::start::{refused, run};

#[tokio::test]
async fn the_printed_settings_say_where_they_come_from() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("server.toml");
    std::fs::write(&file, "listen = '127.0.0.1:1'\nmax_sockets = 5\nrate-limit-bid = '1/s'\n")
        .unwrap();
    let file = file.to_str().unwrap();
    let args = ["config", "print", "--config", file, "--listen", "127.0.0.1:2"];
    let output = run(&args, &[("GOBID_MAX_SOCKETS", "6"), ("GOBID_LISTEN", "127.0.0.1:3")]).await;
    let text = String::from_utf8(output.stdout).unwrap();
    for line in [
        "listen = \"127.0.0.1:2\"  # a flag",
        "max-sockets = \"6\"  # GOBID_MAX_SOCKETS",
        "rate-limit-bids = \"10/s\"  # default",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("did you mean rate-limit-bids?"), "{said}");
}

#[tokio::test]
async fn what_is_printed_as_defaults_is_a_file_that_can_be_read() {
    let defaults = run(&["config", "default"], &[]).await;
    let text = String::from_utf8(defaults.stdout).unwrap();
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("server.toml");
    std::fs::write(&file, text.replace("# listen", "listen")).unwrap();
    let check = run(&["config", "check", "--config", file.to_str().unwrap()], &[]).await;
    assert!(check.status.success() && check.stderr.is_empty(), "{check:?}");
}

#[tokio::test]
async fn a_fault_is_named_with_its_place_and_an_exit_code() {
    let flags = [
        (["--listen", "3080"], "listen must be an address"),
        (["--migrate", "maybe"], "migrate must be auto, check or off"),
        (["--base-url", "auctions.example"], "base-url must be scheme, host and port"),
        (["--trusted-proxies", "10.0.0.0/8,x"], "trusted-proxies must be networks"),
        (["--default-currency", "usd"], "default-currency is not a currency"),
        (["--log-format", "xml"], "log-format must be"),
        (["--log", "a=b=c"], "log is not a filter"),
        (["--shutdown-timeout", "30"], "shutdown-timeout must be a span of time"),
        (["--min-auction-duration", "91d"], "is longer than max-auction-duration"),
        (["--max-sockets", "-1"], "max-sockets must be a whole number"),
        (["--rate-limit-login", "10"], "rate-limit-login must be N/s, N/m or off"),
        (["--weather", "fine"], "--weather"),
    ];
    for ([flag, value], why) in flags {
        refused(&run(&["serve", flag, value], &[]).await, 2, why);
    }
    let env = [("GOBID_RATE_LIMIT_BIDS", "fast")];
    refused(&run(&["serve"], &env).await, 3, "(GOBID_RATE_LIMIT_BIDS)");
    refused(&run(&["serve", "--config", "nowhere.toml"], &[]).await, 3, "nowhere.toml");
    let half = [("GOBID_ADMIN_EMAIL", "a@example.org")];
    refused(&run(&["serve"], &half).await, 3, "GOBID_ADMIN_PASSWORD_FILE");
}

#[tokio::test]
async fn a_shell_can_complete_every_flag() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let output = run(&["completions", shell], &[]).await;
        assert!(output.status.success());
        assert!(String::from_utf8(output.stdout).unwrap().contains("trusted-proxies"), "{shell}");
    }
}
