//! Whose login is used where: profiles, and a credential that goes to its own server alone.

use super::Market;
use super::fake::Fake;
use super::shell::Shell;
use crate::support::database::{Backend, Database};
use crate::support::server::Server;

#[tokio::test]
async fn each_profile_has_its_login_and_its_server() {
    let (one, two) = (Market::open().await, Market::open().await);
    let shell = Shell::new().env("GOBID_SERVER", one.server.url());
    shell.sign_up("Eva").await;
    Shell::at(&two.server).sign_up("Shop").await;
    shell.log_in("Shop", &["--server", two.server.url(), "--profile", "shop"]).await.ok();

    // Without a server by variable, the profile says which.
    let shell = shell.without("GOBID_SERVER");
    assert_eq!(shell.json(&["user", "whoami"]).await["user_name"], "Eva");
    let whoami = ["--profile", "shop", "user", "whoami"];
    assert_eq!(shell.json(&whoami).await["user_name"], "Shop");
    let shell = shell.env("GOBID_PROFILE", "shop");
    assert_eq!(shell.json(&["user", "whoami"]).await["user_name"], "Shop");
    assert_eq!(shell.json(&["--profile", "default", "user", "whoami"]).await["user_name"], "Eva");
    let list = shell.json(&["product", "list"]).await;
    assert_eq!(list[0]["product_id"], two.product_id);

    // A logout is one of its profile.
    shell.ok(&["user", "logout"]).await;
    let error = shell.run(&["user", "whoami", "-o", "json"]).await.refused(4, "not_logged_in");
    let hint = error["hint"].as_str().unwrap();
    assert!(hint.starts_with("gobid-cli --profile shop user login --server "), "{hint}");
    assert_eq!(shell.json(&["--profile", "default", "user", "whoami"]).await["user_name"], "Eva");
}

#[tokio::test]
async fn a_login_is_good_for_its_own_server_alone() {
    let market = Market::open().await;
    let shell = market.shell_of("Eva").await;
    let other = Fake::start("200 OK\r\nContent-Type: application/json", "{}").await;
    for command in [&["user", "whoami"][..], &["user", "logout"]] {
        let args = [command, &["--server", other.url(), "-o", "json"]].concat();
        let error = shell.run(&args).await.refused(4, "not_logged_in");
        let hint = error["hint"].as_str().unwrap();
        assert!(hint.contains(&format!("user login --server {}", other.url())), "{hint}");
    }
    // What needs no login is asked for without one.
    shell.run(&["--server", other.url(), "product", "list"]).await.failed(10);
    assert!(!other.requests().is_empty());
    for request in other.requests() {
        assert!(!request.to_lowercase().contains("cookie"), "{request}");
    }
    assert_eq!(shell.json(&["user", "whoami"]).await["user_name"], "Eva");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let database = Database::new(Backend::Sqlite).await;
    let mut server = Server::start(&database).await;
    let shell = Shell::at(&server);
    shell.sign_up("Eva").await;
    let elsewhere = Fake::start("200 OK\r\nContent-Type: application/json", "{}").await;
    let moved = format!("302 Found\r\nLocation: {}/api/v1/users/me", elsewhere.url());
    server.terminate().await;
    let moving = Fake::start(&moved, "").await;
    // The login is for the address at which there is another server now.
    let file = shell.folder().join("data/gobid/credentials.toml");
    let text = std::fs::read_to_string(&file).unwrap().replace(server.url(), moving.url());
    std::fs::write(&file, text).unwrap();
    let args = ["--server", moving.url(), "user", "whoami", "-o", "json"];
    let error = shell.run(&args).await.refused(10, "protocol");
    assert!(error["detail"].as_str().unwrap().contains(elsewhere.url()), "{error}");
    assert_eq!(moving.requests().len(), 1);
    assert_eq!(elsewhere.requests(), [""; 0]);
}
