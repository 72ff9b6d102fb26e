//! What sellers and admins order (RULES.md §3, §4).

use crate::bid::amount;
use crate::entries::Entries;
use crate::{
    Actor, After, Amount, Auction, Change, EntryIds, Event, Fault, Order, Rejection, ReserveEdit,
    Status, Timestamp, life, void,
};

/// Judges an order. An edit that changes nothing leads to nothing but an opening that was due.
pub(crate) fn judge(
    auction: &Auction,
    actor: Actor,
    order: &Order,
    ids: EntryIds,
    received_at: Timestamp,
    now: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    may_order(auction, actor, order)?;
    if !matches!(order, Order::Annul { .. }) {
        life::not_over(auction, received_at)?;
    }
    let mut entries = Entries::of(auction, ids, received_at, now);
    if matches!(order, Order::Extend { .. } | Order::Void { .. }) {
        is_open(&entries.auction)?;
    }
    match order {
        Order::Edit { description, reserve, revision } => {
            is_revision(auction, *revision)?;
            let reserve = reserve_after(auction, *reserve)?;
            edit(&mut entries, actor, ids, description.as_deref(), reserve)?;
        }
        Order::Cancel { reason } => cancel(&mut entries, actor, ids, reason.clone())?,
        Order::Extend { auction_end, reason } => {
            extend(&mut entries, actor, ids, *auction_end, reason.clone())?;
        }
        Order::Annul { reason } => annul(&mut entries, actor, ids, reason.clone())?,
        Order::Void { target, reason, log } => {
            void::judge(&mut entries, actor, ids, *target, log, reason)?;
        }
    }
    Ok(entries.finish())
}

/// Who may order what: the seller edits and cancels, an admin does everything but edit.
fn may_order(auction: &Auction, actor: Actor, order: &Order) -> Result<(), Rejection> {
    let is_seller = auction.terms.seller_id == actor.user_id;
    let may = match order {
        Order::Edit { .. } => is_seller,
        Order::Cancel { .. } => is_seller || actor.is_admin,
        Order::Extend { .. } | Order::Annul { .. } | Order::Void { .. } => actor.is_admin,
    };
    let admin_may = !matches!(order, Order::Edit { .. });
    if may { Ok(()) } else { Err(Rejection::Forbidden { admin_may }) }
}

fn is_open(auction: &Auction) -> Result<(), Rejection> {
    if auction.state.status == Status::Open {
        return Ok(());
    }
    Err(Rejection::NotOpen { auction_start: auction.terms.auction_start })
}

fn is_revision(auction: &Auction, wanted: Option<i64>) -> Result<(), Rejection> {
    let revision = auction.state.revision;
    if wanted.is_some_and(|wanted| wanted != revision) {
        return Err(Rejection::OtherRevision { revision });
    }
    Ok(())
}

/// The reserve that there is to be; without an edit of it, the one that there is.
fn reserve_after(
    auction: &Auction,
    edit: Option<ReserveEdit>,
) -> Result<Option<Amount>, Rejection> {
    let Some(edit) = edit else { return Ok(auction.state.reserve) };
    let fault = |why| Rejection::Invalid(Fault { field: "reserve_price", why });
    if !auction.terms.format.has_reserve() {
        return Err(fault("does not belong to dutch auctions"));
    }
    let reserve = match edit {
        ReserveEdit::Remove => None,
        ReserveEdit::Set(value) => Some(amount(auction, "reserve_price", value)?),
    };
    match (reserve, auction.terms.buy_now_price) {
        (Some(reserve), Some(price)) if reserve > price => {
            Err(fault("must not be above buy_now_price"))
        }
        _ => Ok(reserve),
    }
}

fn edit(
    entries: &mut Entries,
    actor: Actor,
    ids: EntryIds,
    description: Option<&str>,
    reserve: Option<Amount>,
) -> Result<(), Rejection> {
    let before = entries.auction.state.reserve;
    let changes_reserve = reserve != before;
    if changes_reserve && !may_change_reserve(&entries.auction, reserve) {
        return Err(Rejection::PriceFixed);
    }
    if let Some(description) = description {
        let change = Change::DescriptionChanged { description: description.to_owned() };
        let after = entries.after();
        entries.add(ids.own, actor.user_id, change, after);
    }
    if changes_reserve {
        let id = if description.is_some() { ids.second } else { ids.own };
        let change = Change::ReserveChanged { before, reserve };
        let after = after_reserve(entries, reserve);
        entries.add(id, actor.user_id, change, after);
    }
    Ok(())
}

/// After the first bid a seller could read out the leader's maximum, step by step: only lower, and
/// only once.
fn may_change_reserve(auction: &Auction, reserve: Option<Amount>) -> bool {
    let state = &auction.state;
    if auction.terms.format.is_sealed() {
        return state.status == Status::Scheduled;
    }
    let is_lower = match (state.reserve, reserve) {
        (Some(before), Some(reserve)) => reserve < before,
        (Some(_), None) => true,
        (None, _) => false,
    };
    state.bidder_count == 0 || (is_lower && !state.reserve_fixed)
}

/// A reserve that the leader's maximum reaches now becomes the price.
fn after_reserve(entries: &Entries, reserve: Option<Amount>) -> After {
    let after = entries.after();
    let (Some(price), Some(maximum)) = (after.price, after.maximum) else { return after };
    let met = reserve.filter(|reserve| maximum >= *reserve && price < *reserve);
    met.map_or(after, |reserve| After {
        price: Some(reserve),
        minimum: entries.auction.terms.increment.above(reserve),
        ..after
    })
}

fn cancel(
    entries: &mut Entries,
    actor: Actor,
    ids: EntryIds,
    reason: String,
) -> Result<(), Rejection> {
    if !actor.is_admin && !may_seller_cancel(&entries.auction) {
        return Err(Rejection::Forbidden { admin_may: true });
    }
    let after = After { minimum: None, auction_end: entries.at(), ..entries.after() };
    entries.add(ids.own, actor.user_id, Change::Cancelled { reason }, after);
    Ok(())
}

/// A seller cancels until the first bid. Of a sealed auction that is open the answer would say
/// whether there are bids, so that there it is the same for each.
fn may_seller_cancel(auction: &Auction) -> bool {
    let state = &auction.state;
    let is_open_sealed = auction.terms.format.is_sealed() && state.status == Status::Open;
    state.bidder_count == 0 && !is_open_sealed
}

fn extend(
    entries: &mut Entries,
    actor: Actor,
    ids: EntryIds,
    auction_end: Timestamp,
    reason: String,
) -> Result<(), Rejection> {
    let fault = |why| Err(Rejection::Invalid(Fault { field: "auction_end", why }));
    if auction_end <= entries.auction.state.auction_end {
        return fault("must be later than the end there is");
    }
    if entries.auction.terms.hard_end.is_some_and(|hard_end| auction_end > hard_end) {
        return fault("must not be past hard_end");
    }
    let after = After { auction_end, ..entries.after() };
    entries.add(ids.own, actor.user_id, Change::Extended { reason }, after);
    Ok(())
}

fn annul(
    entries: &mut Entries,
    actor: Actor,
    ids: EntryIds,
    reason: String,
) -> Result<(), Rejection> {
    if entries.auction.state.status != Status::Sold {
        return Err(Rejection::NoSale);
    }
    if entries.auction.state.annulled {
        return Err(Rejection::AlreadyAnnulled);
    }
    let after = entries.after();
    entries.add(ids.own, actor.user_id, Change::Annulled { reason }, after);
    Ok(())
}
