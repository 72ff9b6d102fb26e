use crate::support::actors::User;
use crate::support::database::{Database, on_both};
use crate::support::http::Request;
use crate::support::server::Server;

async fn a_killed_server_comes_back_where_it_was(database: Database) {
    let mut server = Server::start(&database).await;
    let url = server.url().to_owned();
    let eva = User::sign_up(&server, "eva").await;
    server.kill_9().await;
    eva.try_send(Request::new("GET", "/health")).await.unwrap_err();
    server.start_again().await;
    assert_eq!(server.url(), url);
    assert_eq!(eva.get("/users/me").await.expect(200)["user_id"], eva.id.as_str());
    assert!(server.terminate().await.success(), "{}", server.log());
}
on_both!(a_killed_server_comes_back_where_it_was);
