//! `product create -f`: many products out of a file, and what became of each.

use std::{cell, io};

use gobid_api::ProductId;
use gobid_api::client::{Client, ClientError};
use gobid_api::problem::ErrorCode;
use gobid_api::products::{NewProduct, ProductCreated};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::commands::input;
use crate::commands::patience::patient;
use crate::credentials::Context;
use crate::ending::told_to_end;
use crate::error::{CliError, is_closed_pipe};
use crate::exit;
use crate::incomplete::{Failure, Incomplete, Stop, is_still_in_doubt};
use crate::output::{Bar, Cell, Collection, Column, Record};

/// How many items that make no sense are told at once.
const MOST_FAULTS: usize = 5;

/// Creates them one after the other. Nothing is sent before all of the file makes sense.
pub(super) async fn run(context: &Context, client: &Client, source: &str) -> Result<u8, CliError> {
    let told = told_to_end();
    tokio::pin!(told);
    let text = tokio::select! {
        text = input::read(source) => text?,
        code = &mut told => return Ok(code),
    };
    let products = parse(&text).map_err(|why| CliError::Usage(format!("{source}: {why}")))?;
    let total = products.len();
    let mut work = Work::new(context, client, total);
    let stopped = tokio::select! {
        stopped = work.create(&products) => stopped,
        code = &mut told => Some(work.broken_off(&products, code)),
    };
    work.finish(stopped)
}

/// Many products, and what became of each so far.
struct Work<'a> {
    context: &'a Context,
    client: &'a Client,
    bar: Bar,
    results: Collection<'a, Created>,
    /// Whether somebody may still read the results.
    is_read: bool,
    /// The item whose turn it is.
    item: usize,
    /// Whether that may be there, since it was sent.
    is_in_doubt: cell::Cell<bool>,
    told: Incomplete,
}

impl<'a> Work<'a> {
    fn new(context: &'a Context, client: &'a Client, total: usize) -> Self {
        let bar = context.output.bar(u64::try_from(total).unwrap_or(0), "products");
        let results = context.output.collection();
        let is_in_doubt = cell::Cell::new(false);
        let told = Incomplete { total, ..Incomplete::default() };
        Self { context, client, bar, results, is_read: true, item: 0, is_in_doubt, told }
    }

    /// Creates what can be created. May be broken off at any moment.
    async fn create(&mut self, products: &[NewProduct]) -> Option<Stop> {
        for (item, product) in (1_usize..).zip(products) {
            self.item = item;
            let created = self.send(product).await;
            let is_in_doubt = self.is_in_doubt.take();
            self.bar.make_room();
            match created {
                Ok(created) => {
                    self.told.created += 1;
                    self.told.not_repeatable += usize::from(product.reference.is_none());
                    let created = Created::new(item, product, created.product_id);
                    if let Err(error) = self.write(created) {
                        return Some(Stop::Output(error));
                    }
                }
                Err(error) => {
                    let is_last = ends_all(&error);
                    self.told.failures.push(Failure::new(item, product, error, is_in_doubt));
                    if is_last {
                        return None;
                    }
                }
            }
            self.bar.at(u64::try_from(item).unwrap_or(0));
        }
        None
    }

    async fn send(&self, product: &NewProduct) -> Result<ProductCreated, ClientError> {
        let create = async || {
            self.client.prepare().await?;
            let before = self.is_in_doubt.replace(true);
            let created = self.client.create_product(product).await;
            let is_in_doubt = created.as_ref().is_err_and(|error| is_still_in_doubt(before, error));
            self.is_in_doubt.set(is_in_doubt);
            created
        };
        patient(self.context, product.reference.is_some(), create).await
    }

    /// Writes down what was created. That nobody reads it is no reason to create no more.
    fn write(&mut self, created: Created) -> io::Result<()> {
        if !self.is_read {
            return Ok(());
        }
        match self.results.push(created) {
            Err(error) if is_closed_pipe(&error) => {
                self.is_read = false;
                self.context.output.warn("nobody reads the list; the rest is created all the same");
                Ok(())
            }
            written => written,
        }
    }

    /// Told to end: of what was on its way nobody knows.
    fn broken_off(&mut self, products: &[NewProduct], code: u8) -> Stop {
        let on_its_way = products.get(self.item.saturating_sub(1));
        if let Some(product) = on_its_way.filter(|_| self.is_in_doubt.get()) {
            let (server, why) = (self.client.server().to_owned(), "broken off".to_owned());
            let error = ClientError::AnswerLost { server, why };
            self.told.failures.push(Failure::new(self.item, product, error, true));
        }
        Stop::Told(code)
    }

    fn finish(self, stopped: Option<Stop>) -> Result<u8, CliError> {
        let Self { context, bar, results, is_read, told, .. } = self;
        drop(bar);
        match results.finish() {
            // The others print at the end, and learn of it only there.
            Err(error) if is_closed_pipe(&error) && is_read => {
                context.output.warn("nobody reads the list of what was created");
            }
            Err(error) if !is_closed_pipe(&error) && stopped.is_none() => {
                let stopped = Some(Stop::Output(error));
                return Err(CliError::Incomplete(Box::new(Incomplete { stopped, ..told })));
            }
            _ => {}
        }
        if stopped.is_none() && told.failures.is_empty() {
            context.output.note(&format!("created {} products", told.created));
            return Ok(exit::OK);
        }
        Err(CliError::Incomplete(Box::new(Incomplete { stopped, ..told })))
    }
}

/// Whether what has failed for one would fail for all that come after it.
fn ends_all(error: &ClientError) -> bool {
    let code = match error {
        ClientError::Problem(problem) => problem.code,
        // Patience has ended before this.
        _ => return true,
    };
    matches!(
        code,
        ErrorCode::Unauthenticated
            | ErrorCode::Forbidden
            | ErrorCode::Suspended
            | ErrorCode::CsrfTokenInvalid
            | ErrorCode::Unavailable
            | ErrorCode::Internal
    )
}

impl Failure {
    fn new(item: usize, product: &NewProduct, error: ClientError, is_in_doubt: bool) -> Self {
        let product_name = product.product_name.clone();
        Self { item, product_name, reference: product.reference.clone(), error, is_in_doubt }
    }
}

/// The products of a file: objects one after the other, or arrays of them.
fn parse(text: &[u8]) -> Result<Vec<NewProduct>, String> {
    let mut items = Vec::new();
    for value in serde_json::Deserializer::from_slice(text).into_iter::<Box<RawValue>>() {
        let value = value.map_err(|error| format!("it is not JSON: {error}"))?;
        if value.get().starts_with('[') {
            let inner: Vec<Box<RawValue>> =
                serde_json::from_str(value.get()).map_err(|error| error.to_string())?;
            items.extend(inner);
        } else {
            items.push(value);
        }
    }
    let (mut products, mut faults) = (Vec::new(), Vec::new());
    for (item, value) in (1_usize..).zip(items) {
        match serde_json::from_str(value.get()) {
            Ok(product) => products.push(product),
            Err(error) => faults.push(format!("item {item}: {}", without_place(&error))),
        }
    }
    let count = faults.len();
    faults.truncate(MOST_FAULTS);
    match count {
        0 if products.is_empty() => Err("there is no product in it".to_owned()),
        0 => Ok(products),
        _ if count > MOST_FAULTS => {
            let more = count - MOST_FAULTS;
            Err(format!("{}; and {more} more; nothing was created", faults.join("; ")))
        }
        _ => Err(format!("{}; nothing was created", faults.join("; "))),
    }
}

/// The error without its place, which counts from the beginning of the item.
fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or_default().to_owned()
}

/// A product that was created, with its place in the file.
#[derive(Debug, Serialize)]
struct Created {
    item: usize,
    product_id: ProductId,
    product_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
}

impl Created {
    fn new(item: usize, product: &NewProduct, product_id: ProductId) -> Self {
        let product_name = product.product_name.clone();
        Self { item, product_id, product_name, reference: product.reference.clone() }
    }
}

impl Record for Created {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("item", |it| Cell::text(&it.item)),
        Column::new("product_id", |it| Cell::text(&it.product_id)),
        Column::new("product_name", |it| Cell::text(&it.product_name)),
        Column::new("reference", |it| Cell::maybe(it.reference.as_ref())),
    ];

    fn id(&self) -> String {
        self.product_id.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Result<Vec<String>, String> {
        let products = parse(text.as_bytes())?;
        Ok(products.into_iter().map(|product| product.product_name).collect())
    }

    #[test]
    fn one_or_many_in_each_form() {
        let (a, b) = (r#"{"product_name":"a"}"#, r#"{"product_name":"b","baseprice":60.10}"#);
        for text in [
            format!("[{a},{b}]"),
            format!("{a}\n{b}\n"),
            format!("{a}{b}"),
            format!("[{a}]\n[{b}]"),
            format!("  {a}\n\n{b}"),
        ] {
            assert_eq!(names(&text).unwrap(), ["a", "b"], "{text}");
        }
        // An amount is taken letter by letter.
        let product = &parse(br#"{"baseprice":60.100000000000000001}"#).unwrap()[0];
        assert_eq!(product.baseprice.0, "60.100000000000000001");
    }

    #[test]
    fn what_makes_no_sense_is_named_and_nothing_is_sent() {
        for (text, why) in [
            ("", "there is no product in it"),
            ("[]", "there is no product in it"),
            ("product_name", "it is not JSON: expected"),
            (r#"{"product_name":"a"} {"prize":1}"#, "item 2: unknown field `prize`"),
            (r#"[{"product_name":1}]"#, "item 1: invalid type: integer `1`, expected a string"),
            (r"[7]", "item 1: invalid type"),
            ("1 2 3 4 5 6 7", "; and 2 more; nothing was created"),
        ] {
            let refused = names(text).unwrap_err();
            assert!(refused.contains(why), "{refused}");
            // A place counts from the beginning of the file, or is not told.
            assert!(!refused.starts_with("item") || !refused.contains("at line"), "{refused}");
        }
    }
}
