//! The admin that a server makes at its start, when it is told to.

use std::fs;

use gobid_api::values;
use gobid_store::{Database, NewUser, Taken};
use uuid::Uuid;

use super::StartError;
use crate::clock::Clock;
use crate::config::{AdminBootstrap, Config};
use crate::passwords::Passwords;

/// How many names are tried, when the one that comes to mind is taken.
const MOST_NAMES: usize = 100;

/// Makes the admin that the settings name. A user with this e-mail becomes one, and keeps his
/// password.
pub(super) async fn admin(
    config: &Config,
    database: &Database,
    clock: &Clock,
    passwords: &Passwords,
) -> Result<(), StartError> {
    let Some(AdminBootstrap { email, password_file }) = &config.admin else { return Ok(()) };
    let store = |why: gobid_store::StoreError| StartError::Admin(why.to_string());
    if database.make_admin(email).await.map_err(store)? {
        return Ok(());
    }
    let password = fs::read_to_string(password_file)
        .map_err(|why| StartError::Admin(format!("{}: {why}", password_file.display())))?;
    let password = values::password(password.trim_end_matches(['\r', '\n']))
        .map_err(|why| StartError::Admin(format!("the password {why}")))?;
    let email = values::email(email).map_err(|why| StartError::Admin(format!("{email} {why}")))?;
    let password_hash = passwords.hash(password).await?;
    for user_name in names() {
        let user = NewUser {
            user_id: Uuid::now_v7(),
            user_name,
            email: email.clone(),
            password_hash: password_hash.clone(),
            bio: String::new(),
            is_admin: true,
            created_at: clock.now(),
        };
        match database.create_user(&user).await.map_err(store)?.as_slice() {
            [] => {
                tracing::info!(user_name = user.user_name, email, "an admin was made");
                return Ok(());
            }
            [Taken::UserName] => {}
            // Another server was faster.
            _ => return database.make_admin(&email).await.map(drop).map_err(store),
        }
    }
    Err(StartError::Admin("its names are taken: make it with gobid-cli admin create".to_owned()))
}

fn names() -> impl Iterator<Item = String> {
    let numbered = (2..=MOST_NAMES).map(|number| format!("admin{number}"));
    ["admin".to_owned()].into_iter().chain(numbered)
}
