//! `bot run`: a program of the person's bids, and this one sees to it that it keeps to its budget.

mod budget;
mod order;
mod play;
mod process;

use clap::Subcommand;
use gobid_api::client::ClientError;
use gobid_api::{Decimal, ProductId};

use super::product::at_price;
use crate::amount;
use crate::credentials::Context;
use crate::ending::told_to_end;
use crate::error::CliError;
use budget::Budget;
use play::Play;
use process::Bot;

const HELP: &str = "\
On its standard input the bot finds the live feed, one JSON object a line, in the words of the API:
first a snapshot and how you stand (you), then an update for what happens, you whenever that changes,
and to each of its bids an answer: bid_accepted, bid_rejected or bid_unavailable.

It bids by a line on its standard output:
  {\"amount\":\"1300.00\"}  {\"max_amount\":\"1400.00\"}  {\"type\":\"buy_now\"}
with request_id and expected_price where it likes. Its bids are sent one after the other. No offer
above the budget is sent: it is rejected with spending_cap. What the bot says on standard error is
shown; the bids that were accepted are printed.

It ends when the bot does. When the auction is over, the bot's input ends, and it has 10 s to end.
Ctrl-C ends the bot and tells what it has bid: bids that were accepted stand.

Example:
  gobid-cli bot run ./bot.py --product ID --budget 1_400
  gobid-cli bot run --product ID --budget 1_400 -- ./bot.py --patient";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run a program that bids on one product
    #[command(after_help = HELP)]
    Run(Run),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Run {
    /// The program and its arguments; behind -- when they begin with hyphens
    #[arg(value_name = "CMD", required = true, num_args = 1..)]
    command: Vec<String>,

    /// The product
    #[arg(long = "product", value_name = "ID", value_parser = crate::commands::id)]
    product_id: ProductId,

    /// The most that any of its bids may be
    #[arg(long, value_name = "AMOUNT", value_parser = amount::parse)]
    budget: Decimal,
}

impl Command {
    pub(super) async fn run(self, context: &Context) -> Result<u8, CliError> {
        let Self::Run(args) = self;
        let told = told_to_end();
        tokio::pin!(told);
        let (bot, play) = tokio::select! {
            ready = args.ready(context) => ready?,
            code = &mut told => return Ok(code),
        };
        play.run(bot, told).await
    }
}

impl Run {
    /// Starts the bot, once its person means it.
    async fn ready(self, context: &Context) -> Result<(Bot, Play<'_>), CliError> {
        let client = context.client()?;
        let product = client.product(self.product_id).await?;
        if client.credential().is_none() {
            return Err(ClientError::NotLoggedIn { server: client.server().to_owned() }.into());
        }
        let budget = Budget::of(self.budget, &product).map_err(CliError::Usage)?;
        let question = format!(
            "{}: {}. The bot bids for you, without asking, at most {}. Its bids cannot be \
             withdrawn. Run it?",
            product.product_name,
            at_price(&product),
            budget.shown()
        );
        context.confirm(&question).await?;
        let bot = Bot::start(&self.command)?;
        Ok((bot, Play::new(context, client, &product, budget)))
    }
}
