//! Flag, else variable, else file, else default.

use super::Market;
use super::shell::Shell;

#[tokio::test]
async fn a_flag_counts_before_a_variable_before_the_file() {
    let market = Market::open().await;
    let id = format!("{}\n", market.product_id);
    let csv_begins = "product_id,product_name,status,";
    let file = format!("server = '{}'\noutput = 'csv'\n", market.server.url());
    let shell = Shell::new();
    shell.file("config/gobid/cli.toml", &file);
    assert!(shell.ok(&["product", "list"]).await.starts_with(csv_begins));
    let shell = shell.env("GOBID_OUTPUT", "id");
    assert_eq!(shell.ok(&["product", "list"]).await, id);
    assert!(shell.ok(&["product", "list", "-o", "csv"]).await.starts_with(csv_begins));
    let shell = shell.env("GOBID_SERVER", "http://127.0.0.1:1");
    shell.run(&["product", "list"]).await.failed(9);
    let args = ["product", "list", "--server", market.server.url()];
    assert_eq!(shell.ok(&args).await, id);
}

#[tokio::test]
async fn a_file_may_be_named_and_must_be_there() {
    let market = Market::open().await;
    let shell = Shell::new();
    let file = shell.file("mine.toml", &format!("server = '{}'", market.server.url()));
    let id = format!("{}\n", market.product_id);
    assert_eq!(shell.ok(&["--config", &file, "product", "list", "-o", "id"]).await, id);
    let error = shell.run(&["--config", "nowhere.toml", "product", "list"]).await.failed(3);
    assert!(error.contains("cannot read nowhere.toml"), "{error}");
    // A folder somebody else has filled must not choose the server.
    shell.file("gobid.toml", &format!("server = '{}'", market.server.url()));
    let shell = shell.env("GOBID_SERVER", "http://127.0.0.1:1");
    shell.run(&["product", "list"]).await.failed(9);
}

#[tokio::test]
async fn an_unknown_key_is_a_warning_and_a_wrong_value_an_error() {
    let market = Market::open().await;
    let shell = Shell::at(&market.server);
    let file = shell.file("config/gobid/cli.toml", "outptu = 'csv'");
    let ran = shell.run(&["product", "list", "-o", "id"]).await;
    let warning = format!("warning: {file} has no setting \"outptu\": is output meant?\n");
    assert_eq!(ran.stderr, warning);
    ran.ok();
    for (text, why) in [
        ("output = 'xml'", "output in "),
        ("timeout = '30'", "timeout in "),
        ("color = 3", "color must be a text in quotes"),
        ("server", "cli.toml: "),
        ("server = 'auctions.example'", "is not the address of a server"),
    ] {
        shell.file("config/gobid/cli.toml", text);
        let shell =
            Shell::new().env("XDG_CONFIG_HOME", shell.folder().join("config").to_str().unwrap());
        let error = shell.run(&["product", "list"]).await.failed(3);
        assert!(error.contains(why) && error.contains("code config"), "{error}");
    }
    shell.file("config/gobid/cli.toml", "");
    let args = ["--server", "auctions.example", "product", "list", "-o", "json"];
    shell.run(&args).await.refused(2, "usage");
}

#[tokio::test]
async fn a_command_line_that_cannot_be_read_is_an_error_of_usage() {
    let shell = Shell::new();
    let table: [&[&str]; 6] = [
        &["product", "sell"],
        &["product", "show"],
        &["product", "show", "7"],
        &["--output", "xml", "product", "list"],
        &["--timeout", "30", "product", "list"],
        &["-q", "-v", "product", "list"],
    ];
    for args in table {
        let ran = shell.run(args).await;
        assert!(ran.stderr.starts_with("error: "), "{}", ran.stderr);
        ran.failed(2);
        for json in [&["-o", "json"][..], &["-ojson"], &["--output=ndjson"]] {
            if !args.contains(&"--output") {
                shell.run(&[args, json].concat()).await.refused(2, "usage");
            }
        }
    }
    let shell = shell.env("GOBID_OUTPUT", "json");
    shell.run(&["product", "sell"]).await.refused(2, "usage");
}

#[tokio::test]
async fn colours_are_for_those_who_want_them() {
    let colour = "\u{1b}[";
    let args = ["--server", "nowhere", "product", "list"];
    let says = async |shell: &Shell, more: &[&str]| {
        shell.run(&[&args[..], more].concat()).await.stderr.contains(colour)
    };
    let shell = Shell::new();
    assert!(!says(&shell, &[]).await);
    assert!(says(&shell, &["--color", "always"]).await);
    let shell = shell.env("CLICOLOR_FORCE", "1");
    assert!(says(&shell, &[]).await);
    assert!(!says(&shell, &["--color", "never"]).await);
}
