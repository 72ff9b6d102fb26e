//! The commands, one file each.

mod admin;
mod api;
pub(crate) mod bench;
mod bid;
mod bot;
mod completions;
mod doctor;
mod input;
mod man;
mod migrate;
mod order;
mod page;
mod patience;
mod product;
mod user;
mod watchlist;

use clap::Subcommand;

use crate::credentials::Context;
use crate::error::CliError;
use crate::exit;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Sign up, log in and out, and see who is logged in
    #[command(subcommand)]
    User(user::Command),
    /// Create products, list, show, watch and change them
    #[command(subcommand)]
    Product(product::Command),
    /// Bid on products, and buy them
    #[command(subcommand)]
    Bid(bid::Command),
    /// Keep a list of products to find again
    #[command(subcommand)]
    Watchlist(watchlist::Command),
    /// Bring a database to the schema of this program
    Migrate(migrate::Args),
    /// What admins do: about users, auctions and bids; and what they read
    #[command(subcommand)]
    Admin(admin::Command),
    /// Call any endpoint of the API, logged in and with the CSRF token
    Api(api::Args),
    /// Put load on a server of its own, and see how fast it is and that it is right
    Bench(bench::Args),
    /// Let a program of yours bid, within a budget
    #[command(subcommand)]
    Bot(bot::Command),
    /// Find out what is wrong, and what to do about it
    #[command(after_help = doctor::HELP)]
    Doctor,
    /// Print completions for a shell
    Completions(completions::Args),
    /// Write manual pages, one a command
    Man(man::Args),
}

/// Reads an id; else says what one looks like.
fn id(text: &str) -> Result<uuid::Uuid, String> {
    text.parse().map_err(|_error| {
        "an id looks like 0190b0a0-0000-7000-8000-000000000001; lists show it, -o id alone"
            .to_owned()
    })
}

impl Command {
    /// Whether it heeds signals itself, since it has more to say then than that it ends.
    pub(crate) fn sees_to_its_end(&self) -> bool {
        match self {
            Self::Product(command) => command.sees_to_its_end(),
            Self::Bid(command) => command.sees_to_its_end(),
            Self::Bot(_) => true,
            _ => false,
        }
    }

    /// Does it, and says how the program ends.
    pub(crate) async fn run(self, context: &Context) -> Result<u8, CliError> {
        match self {
            Self::User(command) => command.run(context).await?,
            Self::Product(command) => return command.run(context).await,
            Self::Bid(command) => return command.run(context).await,
            Self::Watchlist(command) => command.run(context).await?,
            Self::Migrate(args) => args.run(context).await?,
            Self::Admin(command) => command.run(context).await?,
            Self::Api(args) => args.run(context).await?,
            Self::Bench(args) => args.run(context).await?,
            Self::Bot(command) => return command.run(context).await,
            Self::Doctor => return doctor::run(context).await,
            Self::Completions(args) => args.run()?,
            Self::Man(args) => args.run(context)?,
        }
        Ok(exit::OK)
    }
}
