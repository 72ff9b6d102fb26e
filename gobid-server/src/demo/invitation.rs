//! What the demo tells whoever started it: how to log in, and what to type next.

use std::env;

use gobid_auction::ProductId;
use serde::Serialize;

use crate::output::Said;

/// A bidder who is ready, and the command to watch.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Invitation {
    /// `demo`.
    event: &'static str,
    /// Where the server listens.
    url: String,
    /// Whom to log in as.
    email: String,
    /// By which password.
    password: String,
    /// The product that is up the longest.
    product_id: ProductId,
    /// What to type, to watch it.
    watch: String,
}

impl Invitation {
    pub(crate) fn new(url: &str, email: String, password: String, product_id: ProductId) -> Self {
        let client = if is_checkout() { "cargo run -p gobid-tui --" } else { "gobid-tui" };
        let server =
            if url == "http://127.0.0.1:3080" { String::new() } else { format!(" --server {url}") };
        let watch = format!("{client} watch {product_id}{server}");
        Self { event: "demo", url: url.to_owned(), email, password, product_id, watch }
    }
}

impl Said for Invitation {
    fn banner(&self) -> String {
        let Self { url, email, password, watch, .. } = self;
        format!(
            "GoBid's demo, at {url}: a dozen auctions are open, and bots bid in them.\n\
             \x20 watch      {watch}\n\
             \x20 log in     {email}  with the password  {password}   (L in the terminal)\n\
             \n\
             Ctrl-C ends the demo, and nothing of it is left."
        )
    }
}

/// Whether the program was built, and is run, in a checkout.
fn is_checkout() -> bool {
    let (Ok(folder), Ok(program)) = (env::current_dir(), env::current_exe()) else { return false };
    folder.join("gobid-tui/Cargo.toml").is_file() && program.starts_with(folder.join("target"))
}
