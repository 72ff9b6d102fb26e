//! What a side of a sale may know of the other, asked of the server.

use std::time::Duration;

use gobid_api::client::{Client, safe_text};
use gobid_api::{ProductId, UserId};

use crate::app::Msg;

/// So often it is asked before that is given up.
const TRIES: u32 = 4;

/// Asks for the product as this user sees it, and answers with messages for the state.
pub async fn ask(client: Client, product_id: ProductId, user_id: UserId) -> Vec<Msg> {
    for attempt in 1..TRIES {
        if let Ok(product) = client.product(product_id).await {
            return vec![Msg::AfterSale(product_id, user_id, Some(Box::new(product)))];
        }
        tokio::time::sleep(Duration::from_secs(1) * attempt).await;
    }
    match client.product(product_id).await {
        Ok(product) => vec![Msg::AfterSale(product_id, user_id, Some(Box::new(product)))],
        Err(error) => {
            let text = format!("the other side's e-mail is not known: {error}");
            vec![Msg::AfterSale(product_id, user_id, None), Msg::Trouble(safe_text(&text))]
        }
    }
}
