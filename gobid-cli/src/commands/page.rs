//! Lists, read page after page.

use gobid_api::client::ClientError;
use gobid_api::page::Page;

use crate::credentials::Context;

/// The largest page that the server gives.
const PAGE: usize = 100;

/// How much of a list to print.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct Length {
    /// How many to print
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,

    /// Print them all
    #[arg(long, conflicts_with = "limit")]
    all: bool,
}

impl Length {
    /// Reads as many items, and says whether there are more. `fetch` gets the cursor and how many
    /// to ask for.
    pub(super) async fn read<T>(
        self,
        mut fetch: impl AsyncFnMut(Option<String>, u32) -> Result<Page<T>, ClientError>,
    ) -> Result<(Vec<T>, bool), ClientError> {
        let wanted = if self.all { usize::MAX } else { self.limit };
        let mut items = Vec::new();
        let mut cursor = None;
        while items.len() < wanted {
            let ask = PAGE.min(wanted.saturating_sub(items.len()));
            let page = fetch(cursor, u32::try_from(ask).unwrap_or(u32::MAX)).await?;
            items.extend(page.items);
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        items.truncate(wanted);
        Ok((items, cursor.is_some()))
    }
}

/// Says that a list goes on, also where a program reads it: it would take a part for the whole.
pub(super) fn note_more(context: &Context, more: bool) {
    if more {
        context.output.warn("there are more: --limit N or --all");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(length: Length, there_are: usize) -> (usize, bool, Vec<u32>) {
        let mut asked = Vec::new();
        let fetch = async |cursor: Option<String>, ask: u32| {
            asked.push(ask);
            let from: usize = cursor.map_or(0, |cursor| cursor.parse().unwrap());
            let to = there_are.min(from + usize::try_from(ask).unwrap());
            Ok(Page {
                items: (from..to).collect(),
                next_cursor: (to < there_are).then(|| to.to_string()),
            })
        };
        let (items, more) = length.read(fetch).await.unwrap();
        assert!(items.iter().copied().eq(0..items.len()));
        (items.len(), more, asked)
    }

    #[tokio::test]
    async fn pages_are_put_together() {
        let limit = |limit| Length { limit, all: false };
        let all = Length { limit: 50, all: true };
        assert_eq!(read(limit(50), 10).await, (10, false, vec![50]));
        assert_eq!(read(limit(50), 50).await, (50, false, vec![50]));
        assert_eq!(read(limit(50), 51).await, (50, true, vec![50]));
        assert_eq!(read(limit(150), 500).await, (150, true, vec![100, 50]));
        assert_eq!(read(all, 250).await, (250, false, vec![100, 100, 100]));
        assert_eq!(read(limit(0), 5).await, (0, false, vec![]));
    }
}
