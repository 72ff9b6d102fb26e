//! Who is logged in, and how that comes about; each answers with messages for the state.

use std::time::Duration;

use gobid_api::client::{Client, ClientError, Credentials, StoredLogin, safe_text};
use gobid_api::problem::ErrorCode;
use gobid_api::users::{Login, NewUser};

use crate::app::{Msg, Secret, User};
use crate::exit::Exit;
use crate::settings::Settings;

/// So often the server is asked who is logged in, before somebody has to log in again.
const TRIES: u32 = 5;

/// Where a login is kept.
#[derive(Clone, Debug)]
pub struct Keeper {
    credentials: Credentials,
    profile: String,
}

impl Keeper {
    /// Where the settings say.
    pub fn of(settings: &Settings) -> Self {
        Self { credentials: settings.credentials.clone(), profile: settings.profile.clone() }
    }

    fn keep(&self, client: &Client, user_name: &str) -> Option<Msg> {
        let credential = client.credential()?;
        let login = StoredLogin::new(user_name, &credential);
        let kept = self.credentials.save(&self.profile, login);
        let error = kept.err()?;
        Some(Msg::Trouble(format!("logged in for this run alone: {error}")))
    }
}

/// Asks the server whose the credential is.
pub async fn identify(client: Client) -> Vec<Msg> {
    for attempt in 1..=TRIES {
        match client.me().await {
            Ok(profile) => return vec![Msg::Identified(Some(profile.into()))],
            Err(ClientError::NotLoggedIn { .. }) => return vec![Msg::Identified(None)],
            Err(error) => {
                let code = error.problem().map(|problem| problem.code);
                if code == Some(ErrorCode::Unauthenticated) {
                    return vec![Msg::Identified(None)];
                }
            }
        }
        tokio::time::sleep(Duration::from_secs(1) * attempt).await;
    }
    let text = "the server does not say who is logged in: log in again";
    vec![Msg::Identified(None), Msg::Trouble(text.to_owned())]
}

/// Logs in, and keeps the login.
pub async fn log_in(client: Client, keeper: Keeper, email: String, password: Secret) -> Vec<Msg> {
    let login =
        Login { email: email.clone(), password: password.reveal().to_owned(), remember: true };
    match client.log_in(&login).await {
        Ok(answer) => {
            let user =
                User { user_id: answer.user_id, user_name: safe_text(&answer.user_name), email };
            let trouble = keeper.keep(&client, &answer.user_name);
            [Msg::LoggedIn(user)].into_iter().chain(trouble).collect()
        }
        Err(error) => refused(&error),
    }
}

/// Makes a user, and logs in.
pub async fn sign_up(
    client: Client,
    keeper: Keeper,
    user_name: String,
    email: String,
    password: Secret,
) -> Vec<Msg> {
    let user = NewUser {
        user_name,
        email: email.clone(),
        password: password.reveal().to_owned(),
        bio: None,
    };
    match client.sign_up(&user).await {
        Ok(_created) => log_in(client, keeper, email, password).await,
        Err(error) => refused(&error),
    }
}

fn refused(error: &ClientError) -> Vec<Msg> {
    vec![Msg::Failed(Exit::after_refusal(error)), Msg::LoginRefused(reasons(error))]
}

/// Why the server refused, a line for each fault.
fn reasons(error: &ClientError) -> Vec<String> {
    let fields = error.problem().and_then(|problem| problem.facts.errors.as_ref());
    let faults = fields.into_iter().flatten().flat_map(|(field, faults)| {
        let field = field.replace('_', " ");
        faults.iter().map(move |fault| safe_text(&format!("{field} {fault}")))
    });
    let faults: Vec<_> = faults.collect();
    if faults.is_empty() {
        return vec![safe_text(&error.to_string())];
    }
    faults
}
