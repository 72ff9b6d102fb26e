//! `api`: any endpoint, by hand.

use std::collections::BTreeMap;
use std::io;

use gobid_api::client::{Client, ClientError, RawResponse};
use gobid_api::paths;
use serde_json::value::{RawValue, to_raw_value};

use super::input;
use crate::commands::order::sent;
use crate::credentials::Context;
use crate::error::CliError;

const HELP: &str = "\
A path counts from the API's base: /products is /api/v1/products. The fields become a JSON object
in the body, or with GET the query. The answer is printed as it is, a refusal too; the exit code
tells them apart.

Examples:
  gobid-cli api GET /products -f status=open -F limit=5
  gobid-cli api GET /products --paginate
  gobid-cli api POST /products/ID/bids -f amount=1275.00 -H 'Idempotency-Key: UUID'
  gobid-cli api POST /products --input product.json";

/// A field's name and its value, letter by letter: an amount never becomes a float.
type Field = (String, Box<RawValue>);
type Fields = BTreeMap<String, Box<RawValue>>;

#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub(crate) struct Args {
    /// GET, POST, PUT, PATCH or DELETE
    method: String,

    /// The path, from /api/v1 on
    path: String,

    /// A header
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE", value_parser = header)]
    headers: Vec<(String, String)>,

    /// A field with a text
    #[arg(short = 'f', long = "field", value_name = "NAME=TEXT", value_parser = text_field)]
    texts: Vec<Field>,

    /// A field with a JSON value
    #[arg(short = 'F', long = "json-field", value_name = "NAME=JSON", value_parser = json_field)]
    values: Vec<Field>,

    /// A file with the body; - is standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["texts", "values", "paginate"])]
    input: Option<String>,

    /// Follow a list to its end and print all its items as one array
    #[arg(long)]
    paginate: bool,
}

impl Args {
    pub(super) async fn run(self, context: &Context) -> Result<(), CliError> {
        let client = context.client()?;
        let method = self.method.to_uppercase();
        let path = from_root(&self.path);
        if self.paginate && method != "GET" {
            return Err(CliError::Usage("--paginate follows what GET brings".to_owned()));
        }
        let body = match &self.input {
            Some(source) => Some(input::read(source).await?),
            None => None,
        };
        let fields: Fields = self.texts.into_iter().chain(self.values).collect();
        let (path, body) = match (method.as_str(), body) {
            (_, Some(body)) => (path, Some(body)),
            ("GET" | "HEAD", None) => (with_query(&path, &fields), None),
            (_, None) if fields.is_empty() => (path, None),
            (_, None) => (path, Some(serde_json::to_vec(&fields).map_err(io::Error::from)?)),
        };
        if self.paginate {
            return paginate(context, &client, &path, &self.headers).await;
        }
        let request = client.request(&method, &path, &self.headers, body);
        if matches!(method.as_str(), "GET" | "HEAD") {
            let answer = request.await?;
            context.output.raw(&answer.body)?;
            return accepted(&answer);
        }
        let prepared = client.prepare_request(&method, &path, &self.headers);
        let answer = sent(prepared, request, DONE, LOOK).await?;
        context.output.raw(&answer.body)?;
        accepted(&answer).map_err(|error| match error {
            CliError::Client(error) => CliError::of_sent(DONE, error, LOOK),
            CliError::Status(500..) => {
                let why = format!("it answers with status {}", answer.status);
                CliError::of_sent(DONE, ClientError::Protocol(why), LOOK)
            }
            error => error,
        })
    }
}

/// What nobody may know of a request that changes something, and what to do then.
const DONE: &str = "the server has done it";
const LOOK: &str = "look before you repeat it";

/// Reads page after page and prints the items, each as it came.
async fn paginate(
    context: &Context,
    client: &Client,
    path: &str,
    headers: &[(String, String)],
) -> Result<(), CliError> {
    #[derive(serde::Deserialize)]
    struct Page {
        items: Vec<Box<RawValue>>,
        next_cursor: Option<String>,
    }
    let mut items = Vec::new();
    let mut next = path.to_owned();
    loop {
        let answer = client.request("GET", &next, headers, None).await?;
        if answer.status >= 400 {
            context.output.raw(&answer.body)?;
            return accepted(&answer);
        }
        let page: Page = serde_json::from_slice(&answer.body)
            .map_err(|error| CliError::Usage(format!("{path} is no list: {error}")))?;
        items.extend(page.items);
        let Some(cursor) = page.next_cursor else {
            break;
        };
        let cursor = to_raw_value(&cursor).map_err(io::Error::from)?;
        next = with_query(path, &Fields::from([("cursor".to_owned(), cursor)]));
    }
    let text = serde_json::to_vec(&items).map_err(io::Error::from)?;
    Ok(context.output.raw(&text)?)
}

fn accepted(answer: &RawResponse) -> Result<(), CliError> {
    if answer.status < 400 {
        return Ok(());
    }
    Err(match answer.problem() {
        Some(problem) => ClientError::Problem(Box::new(problem)).into(),
        None => CliError::Status(answer.status),
    })
}

/// The path from the server's root.
fn from_root(path: &str) -> String {
    let path = format!("/{}", path.trim_start_matches('/'));
    let is_at_root = [paths::BASE, paths::HEALTH, paths::READY].iter().any(|root| {
        path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
    });
    if is_at_root { path } else { format!("{}{path}", paths::BASE) }
}

fn with_query(path: &str, fields: &Fields) -> String {
    let mut url = path.to_owned();
    for (name, value) in fields {
        let text: Option<String> = serde_json::from_str(value.get()).ok();
        let value = text.unwrap_or_else(|| value.get().to_owned());
        let separator = if url.contains('?') { '&' } else { '?' };
        url.push(separator);
        url.push_str(&encoded(name));
        url.push('=');
        url.push_str(&encoded(&value));
    }
    url
}

/// Percent-encodes all but the characters that no URL gives a meaning.
fn encoded(text: &str) -> String {
    let bytes = text.bytes().map(|byte| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    });
    bytes.collect()
}

fn header(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once(':').ok_or("write NAME: VALUE")?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

fn text_field(text: &str) -> Result<Field, String> {
    let (name, value) = text.split_once('=').ok_or("write NAME=TEXT")?;
    let value = to_raw_value(value).map_err(|error| format!("{value:?}: {error}"))?;
    Ok((name.to_owned(), value))
}

fn json_field(text: &str) -> Result<Field, String> {
    let (name, value) = text.split_once('=').ok_or("write NAME=JSON")?;
    let value = serde_json::from_str(value).map_err(|error| format!("{value:?}: {error}"))?;
    Ok((name.to_owned(), value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_counts_from_the_base() {
        let table = [
            ("/products", "/api/v1/products"),
            ("products?limit=1", "/api/v1/products?limit=1"),
            ("/api/v1/products", "/api/v1/products"),
            ("/health", "/health"),
            ("/healthy", "/api/v1/healthy"),
            ("//evil.example/x", "/api/v1/evil.example/x"),
        ];
        for (path, expected) in table {
            assert_eq!(from_root(path), expected);
        }
    }

    #[test]
    fn fields_become_a_query() {
        let fields = [text_field("q=a b&c").unwrap(), json_field("limit=5").unwrap()];
        let fields = fields.into_iter().collect();
        assert_eq!(with_query("/p", &fields), "/p?limit=5&q=a%20b%26c");
        assert_eq!(with_query("/p?x=1", &fields), "/p?x=1&limit=5&q=a%20b%26c");
        assert_eq!(with_query("/p", &Fields::new()), "/p");
    }

    #[test]
    fn what_is_no_field_or_header_is_refused() {
        assert!(text_field("amount").is_err());
        assert!(json_field("limit=").is_err());
        assert!(header("X-Trace").is_err());
        assert_eq!(header("A:  b:c ").unwrap(), ("A".to_owned(), "b:c".to_owned()));
    }
}
