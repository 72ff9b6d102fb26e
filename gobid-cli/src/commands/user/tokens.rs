//! `user tokens`: API tokens for scripts.

use clap::Subcommand;
use clap::builder::PossibleValuesParser;
use gobid_api::Decimal;
use gobid_api::accounts::{NewToken, Scope, TokenCreated, TokenView};
use gobid_api::client::local_time;
use serde::Serialize;
use uuid::Uuid;

use crate::amount;
use crate::commands::order::sent;
use crate::commands::page::{Length, note_more};
use crate::commands::product::understood;
use crate::credentials::Context;
use crate::error::CliError;
use crate::output::{Cell, Column, Record};

const CREATE_HELP: &str = "\
The token is shown once, so not with -o id. Programs here take it from GOBID_TOKEN, or from the file that
GOBID_TOKEN_FILE names, in place of a login. With --max-offer no single offer by it may be higher.

Examples:
  gobid-cli user tokens create --scope read
  gobid-cli user tokens create --scope read -o json | jq -r .token > token
  gobid-cli user tokens create --name sniper --scope bid,read --expires 7d \\
      --max-offer 500 --currency USD";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a token, and show it
    #[command(after_help = CREATE_HELP)]
    Create(Create),
    /// List the tokens there are
    List(Length),
    /// Revoke a token: no bid by it counts from then on
    Revoke {
        /// The token's id
        #[arg(value_name = "ID", value_parser = crate::commands::id)]
        token_id: Uuid,
    },
}

#[derive(Debug, clap::Args)]
pub(crate) struct Create {
    /// What to know it by, up to 100 characters
    #[arg(long, value_name = "TEXT", default_value = "gobid-cli")]
    name: String,

    /// What it may be used for: read, bid, sell, admin, or several of them with commas
    #[arg(long = "scope", value_name = "SCOPE", required = true, value_delimiter = ',')]
    #[arg(hide_possible_values = true)]
    #[arg(value_parser = PossibleValuesParser::new(Scope::ALL.map(Scope::as_str)))]
    scopes: Vec<String>,

    /// When it ends; in 90 days when missing
    #[arg(long, value_name = "TIME")]
    expires: Option<String>,

    /// The most that any single offer by it may be
    #[arg(long, value_name = "AMOUNT", value_parser = amount::parse, requires = "currency")]
    max_offer: Option<Decimal>,

    /// The currency of that, such as EUR; offers in another one are above it
    #[arg(long, value_name = "CODE", requires = "max_offer")]
    currency: Option<String>,
}

impl Command {
    pub(super) async fn run(self, context: &Context) -> Result<(), CliError> {
        let client = context.client()?;
        match self {
            Self::Create(args) => {
                context.output.shows_secrets()?;
                let token = args.into_token(context)?;
                let next = "gobid-cli user tokens list shows it then: revoke it, and make another";
                let created =
                    sent(client.prepare(), client.create_token(&token), "the token was made", next)
                        .await?;
                let created = Shown(created);
                let next = format!("gobid-cli user tokens revoke {}", created.id());
                context.output.secret(&created, "the token", next)?;
                context.output.note("keep it: it is not shown again");
            }
            Self::List(length) => {
                let fetch = async |cursor: Option<String>, limit| {
                    client.tokens(cursor.as_deref(), Some(limit)).await
                };
                let (tokens, more) = length.read(fetch).await?;
                context.output.list(&tokens)?;
                note_more(context, more);
            }
            Self::Revoke { token_id } => {
                let next = "gobid-cli user tokens list shows whether it is there still";
                sent(client.prepare(), client.revoke_token(token_id), "the token is revoked", next)
                    .await?;
                context.output.note("the token is revoked");
            }
        }
        Ok(())
    }
}

impl Create {
    fn into_token(self, context: &Context) -> Result<NewToken, CliError> {
        let ends = |text: String| understood(context, "expires", &text, local_time());
        Ok(NewToken {
            name: self.name,
            scopes: self.scopes,
            expires_at: self.expires.map(ends).transpose()?,
            max_offer: self.max_offer.map(Into::into),
            currency: self.currency.map(|code| code.to_uppercase()),
        })
    }
}

/// A token that was made, with its secret.
#[derive(Serialize)]
#[serde(transparent)]
struct Shown(TokenCreated);

impl Record for Shown {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("token", |it| Cell::text(&it.0.token)),
        Column::new("token_id", |it| Cell::text(&it.0.view.token_id)),
        Column::new("name", |it| Cell::text(&it.0.view.name)),
        Column::new("scopes", |it| Cell::text(&it.0.view.scopes.join(","))),
        Column::new("expires_at", |it| Cell::Moment(it.0.view.expires_at)),
        Column::new("max_offer", |it| max_offer(&it.0.view)),
        Column::for_programs("currency", |it| Cell::maybe(it.0.view.currency.as_ref())),
    ];

    fn id(&self) -> String {
        self.0.view.token_id.to_string()
    }
}

impl Record for TokenView {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("token_id", |it| Cell::text(&it.token_id)),
        Column::new("name", |it| Cell::text(&it.name)),
        Column::new("scopes", |it| Cell::text(&it.scopes.join(","))),
        Column::new("max_offer", max_offer),
        Column::for_programs("currency", |it| Cell::maybe(it.currency.as_ref())),
        Column::new("created_at", |it| Cell::Moment(it.created_at)),
        Column::new("last_used_at", |it| Cell::moment(it.last_used_at)),
        Column::new("expires_at", |it| Cell::Moment(it.expires_at)),
    ];

    fn id(&self) -> String {
        self.token_id.to_string()
    }
}

fn max_offer(token: &TokenView) -> Cell {
    Cell::money(token.max_offer, token.currency.as_deref().unwrap_or_default())
}
