//! What admins read: every entry of an auction's log, and what admins did.

use gobid_api::ProductId;
use gobid_api::admin::{AuditRow, LogRow};
use serde::Serialize;

use crate::commands::page::{Length, note_more};
use crate::credentials::Context;
use crate::error::CliError;
use crate::output::{Cell, Column, Record};

pub(super) const LOG_HELP: &str = "\
Maxima, the reserve and sealed amounts are shown after the close alone, and never of an auction that
was cancelled. Every reading is audited.

Examples:
  gobid-cli admin log ID
  gobid-cli admin log ID --all -o csv > log.csv";

#[derive(Debug, clap::Args)]
pub(crate) struct Log {
    /// The product
    #[arg(value_name = "ID", value_parser = crate::commands::id)]
    product_id: ProductId,

    #[command(flatten)]
    length: Length,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Audit {
    #[command(flatten)]
    length: Length,
}

impl Log {
    pub(super) async fn run(self, context: &Context) -> Result<(), CliError> {
        let client = context.client()?;
        let currency = client.product(self.product_id).await?.currency;
        let fetch = async |cursor: Option<String>, limit| {
            client.admin_log(self.product_id, cursor.as_deref(), Some(limit)).await
        };
        let (rows, more) = self.length.read(fetch).await?;
        let entry = |row| Entry { row, currency: currency.clone() };
        let entries: Vec<_> = rows.into_iter().map(entry).collect();
        context.output.list(&entries)?;
        note_more(context, more);
        Ok(())
    }
}

impl Audit {
    pub(super) async fn run(self, context: &Context) -> Result<(), CliError> {
        let client = context.client()?;
        let fetch = async |cursor: Option<String>, limit| {
            client.admin_audit(cursor.as_deref(), Some(limit)).await
        };
        let (rows, more) = self.length.read(fetch).await?;
        context.output.list(&rows)?;
        note_more(context, more);
        Ok(())
    }
}

/// An entry of a log, with the currency of its product. Its JSON is the wire's own, which has none.
#[derive(Debug, Serialize)]
#[serde(transparent)]
struct Entry {
    row: LogRow,
    #[serde(skip)]
    currency: String,
}

impl Record for Entry {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("position", |it| Cell::Number(it.row.position)),
        Column::new("seq", |it| Cell::count(it.row.seq)),
        Column::new("at", |it| Cell::Moment(it.row.at)),
        Column::new("kind", |it| Cell::text(&it.row.kind)),
        Column::new("user", |it| Cell::maybe(it.row.user.as_ref().map(|user| &user.user_name))),
        Column::new("offer", |it| Cell::money(it.row.offer, &it.currency)),
        Column::new("current_price", |it| Cell::money(it.row.current_price, &it.currency)),
        Column::new("maximum", |it| Cell::money(it.row.maximum, &it.currency)),
        Column::for_programs("currency", |it| Cell::text(&it.currency)),
        Column::new("entry_id", |it| Cell::text(&it.row.entry_id)),
        Column::detail("user_id", |it| Cell::maybe(it.row.user.as_ref().map(|user| &user.user_id))),
        Column::detail("leader", |it| Cell::maybe(it.row.leader.as_ref())),
        Column::detail("reserve_before", |it| Cell::money(it.row.reserve_before, &it.currency)),
        Column::detail("reserve_price", |it| Cell::money(it.row.reserve_price, &it.currency)),
        Column::detail("bidder", |it| Cell::maybe(it.row.bidder.as_ref())),
        Column::detail("reason", |it| Cell::maybe(it.row.reason.as_ref())),
        Column::detail("auction_end", |it| Cell::Moment(it.row.auction_end)),
        Column::detail("received_at", |it| Cell::Moment(it.row.received_at)),
        Column::detail("request_id", |it| Cell::maybe(it.row.request_id.as_ref())),
        Column::detail("event", |it| Cell::maybe(it.row.event.as_ref())),
    ];

    fn id(&self) -> String {
        self.row.entry_id.to_string()
    }
}

impl Record for AuditRow {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("at", |row| Cell::Moment(row.at)),
        Column::new("admin", |row| Cell::text(&row.admin.user_name)),
        Column::new("action", |row| Cell::text(&row.action)),
        Column::new("product_id", |row| Cell::maybe(row.product_id.as_ref())),
        Column::new("user", |row| Cell::maybe(row.user.as_ref().map(|user| &user.user_name))),
        Column::new("detail", |row| Cell::maybe(row.detail.as_ref())),
        Column::new("audit_id", |row| Cell::text(&row.audit_id)),
    ];

    fn id(&self) -> String {
        self.audit_id.to_string()
    }
}
