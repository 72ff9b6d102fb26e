//! `user`: sign up, log in and out, whoami.

use serde_json::json;

use super::Market;
use super::shell::{Shell, password_of};
use crate::support::database::{Backend, Database};
use crate::support::server::Server;

#[tokio::test]
async fn a_user_signs_up_and_is_logged_in() {
    let database = Database::new(Backend::Sqlite).await;
    let server = Server::start(&database).await;
    let shell = Shell::at(&server);
    let args = ["user", "signup", "--user-name", "eva", "--email", " Eva@Example.org "];
    let args = [&args[..], &["--bio", "sells cameras", "--password-stdin"]].concat();
    let signed_up = shell.run_with(&args, "correct horse\n").await;
    assert_eq!(
        signed_up.stderr,
        format!("the account was made\nlogged in at {} as eva\n", server.url())
    );
    let text = signed_up.ok();
    let profile = shell.json(&["user", "whoami"]).await;
    let id = profile["user_id"].as_str().unwrap();
    let url = server.url();
    assert_eq!(text, format!("user_id\t{id}\nuser_name\teva\nserver\t{url}\nprofile\tdefault\n"));
    assert_eq!(profile["email"], "eva@example.org");
    assert_eq!(profile["bio"], "sells cameras");
    assert_eq!(profile["is_admin"], false);

    let created_at = profile["created_at"].as_str().unwrap();
    let forms = [
        ("id", format!("{id}\n")),
        (
            "csv",
            format!(
                "user_id,user_name,email,is_admin,created_at,bio\n\
                 {id},eva,eva@example.org,false,{created_at},sells cameras\n"
            ),
        ),
        (
            "table",
            format!(
                "user_id\t{id}\nuser_name\teva\nemail\teva@example.org\nis_admin\tfalse\n\
                 created_at\t{created_at}\nbio\tsells cameras\n"
            ),
        ),
    ];
    for (form, text) in forms {
        assert_eq!(shell.ok(&["user", "whoami", "-o", form]).await, text);
    }
}

#[tokio::test]
async fn names_and_emails_are_taken_once() {
    let market = Market::open().await;
    let eva = market.shell_of("Eva").await;
    let sign_up = async |name: &str, email: &str| {
        let args = ["user", "signup", "--user-name", name, "--email", email, "-o", "json"];
        eva.run_with(&[&args[..], &["--password-stdin"]].concat(), "correct horse").await
    };
    let error = sign_up("EVA", "other@example.org").await.refused(7, "already_exists");
    assert_eq!(error["errors"]["user_name"], json!(["is taken: choose another one"]));
    let error = sign_up("other", "EVA@example.org").await.refused(7, "already_exists");
    assert!(error["errors"]["email"].is_array(), "{error}");
    // All that is wrong is said at once.
    let error = sign_up("a b", "nowhere").await.refused(2, "validation_failed");
    let fields = error["errors"].as_object().unwrap();
    assert_eq!(fields.keys().collect::<Vec<_>>(), ["email", "user_name"]);
}

#[tokio::test]
async fn who_logs_out_is_logged_out_everywhere() {
    let market = Market::open().await;
    let eva = market.shell_of("Eva").await;
    let file = eva.folder().join("data/gobid/credentials.toml");
    let stolen = std::fs::read_to_string(&file).unwrap();
    assert_eq!(eva.ok(&["user", "logout"]).await, "");
    assert!(!std::fs::read_to_string(&file).unwrap().contains("gobid_session"));
    eva.run(&["user", "whoami", "-o", "json"]).await.refused(4, "not_logged_in");
    eva.run(&["user", "logout", "-o", "json"]).await.refused(4, "not_logged_in");

    std::fs::write(&file, stolen).unwrap();
    let error = eva.run(&["user", "whoami", "-o", "json"]).await.refused(4, "unauthenticated");
    assert!(error["hint"].as_str().unwrap().contains("gobid-cli user login"), "{error}");
    // What is forgotten is the login that the server has ended already.
    assert_eq!(eva.ok(&["user", "logout"]).await, "");
    eva.run(&["user", "whoami", "-o", "json"]).await.refused(4, "not_logged_in");
}

#[tokio::test]
async fn a_login_takes_the_place_of_the_one_before() {
    let market = Market::open().await;
    let shell = market.shell_of("Eva").await;
    shell.sign_up("Bob").await;
    assert_eq!(shell.json(&["user", "whoami"]).await["user_name"], "Bob");
    shell.log_in("Eva", &[]).await.ok();
    assert_eq!(shell.json(&["user", "whoami"]).await["user_name"], "Eva");

    let wrong = ["user", "login", "--email", "bob@example.org", "--password-stdin", "-o", "json"];
    shell.run_with(&wrong, "wrong").await.refused(4, "invalid_credentials");
    let unknown =
        ["user", "login", "--email", "none@example.org", "--password-stdin", "-o", "json"];
    shell.run_with(&unknown, &password_of("Eva")).await.refused(4, "invalid_credentials");
    assert_eq!(shell.json(&["user", "whoami"]).await["user_name"], "Eva");
}
