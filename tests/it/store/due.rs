//! What is to be opened or closed.

use gobid_auction::ProductId;

use super::lists::create;
use super::{at, store};
use crate::support::database::{Database, on_both};

on_both!(what_is_due_is_told);

async fn what_is_due_is_told(database: Database) {
    let store = store(&database).await;
    let created = create(&store, &[300, 100, 200, 500, 200, 400]).await;
    // Those not yet open are due at their start, the others at their end.
    let told = |until, after, limit| {
        let store = store.clone();
        async move {
            let due = store.due(at(until), after, limit).await.unwrap();
            due.iter().map(|due| (due.due_at, due.product_id)).collect::<Vec<_>>()
        }
    };
    assert_eq!(told(9, None, 10).await, []);
    assert_eq!(told(10, None, 10).await.len(), 3);
    let mut all = told(1_000, None, 10).await;
    let times: Vec<_> = all.iter().map(|(time, _)| *time).collect();
    assert_eq!(times, [10, 10, 10, 100, 400, 500].map(at));
    for (number, due) in all.iter().enumerate() {
        let rest = &all[number + 1..];
        assert_eq!(told(1_000, Some(*due), 10).await, rest);
        let one = told(1_000, Some(*due), 1).await;
        assert_eq!(one.first(), rest.first());
    }
    let until_its_end = told(400, Some((at(100), ProductId::max())), 10).await;
    assert_eq!(until_its_end.len(), 1);

    let ended = "update products set due_at = null where status = 'open'";
    assert_eq!(database.execute(ended).await, 3);
    all.truncate(3);
    assert_eq!(told(1_000, None, 10).await, all);
    assert_eq!(created.len(), 6);
}
