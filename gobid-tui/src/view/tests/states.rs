//! Every state has its looks: a snapshot in each layout, in the default theme and in mono; and a new
//! state without one fails.
#![allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "the states of all types are named in the same way"
)]

use std::collections::BTreeSet;

use gobid_auction::Format;

use super::{Shoot, assert_looks, browsing, rulebook, scenes};
use crate::app::{
    App, ChartStyle, End, Field, Identity, Kind, LineState, Moved, Obstacle, Pane, Phase, Role, Tab,
};
use crate::samples::Desk;
use crate::words::{self, Mood};

/// The scenes, each of which shows some states; and a test of the looks of each.
macro_rules! scenes {
    ($($module:ident :: $scene:ident),* $(,)?) => {
        const SCENES: &[fn(Shoot<'_>)] = &[$($module::$scene),*];

        $(#[test]
        fn $scene() {
            $module::$scene(&mut assert_looks);
        })*
    };
}

scenes! {
    scenes::before_anything_is_known,
    scenes::a_feed_that_has_ended,
    scenes::an_auction_that_has_not_begun,
    scenes::an_auction_without_a_bid,
    scenes::an_open_auction,
    scenes::an_amount_and_its_dialog,
    scenes::what_stands_in_the_way,
    scenes::a_bid_and_its_answer,
    scenes::the_end,
    scenes::a_line_that_is_not_live,
    scenes::what_lies_above,
    browsing::the_lists,
    browsing::several_auctions,
    browsing::commands_and_codes,
    browsing::charts_and_zooms,
    browsing::a_replay,
    rulebook::a_hidden_maximum,
    rulebook::a_reserve,
    rulebook::an_end_that_moves,
    rulebook::bids_that_are_voided,
    rulebook::an_end_by_an_admin,
    rulebook::a_purchase,
    rulebook::a_falling_price,
    rulebook::a_sealed_auction,
    rulebook::the_details,
}

/// The names of all states of a type, and which of them one is: a variant without a name is none that
/// compiles.
macro_rules! states {
    ($($list:ident, $name:ident($type:ty): $($state:pat => $text:literal),* $(,)?;)*) => {
        $(const $list: &[&str] = &[$($text),*];

        fn $name(state: &$type) -> &'static str {
            match state {
                $($state => $text),*
            }
        })*

        const ALL: &[&[&str]] = &[$($list),*];
    };
}

states! {
    LINES, line(LineState):
        LineState::Connecting => "line: connecting",
        LineState::CatchingUp => "line: catching up",
        LineState::Live => "line: live",
        LineState::Slow => "line: slow",
        LineState::Down { .. } => "line: down",
        LineState::Reconnecting => "line: reconnecting",
        LineState::Ended(End::Over) => "line: over",
        LineState::Ended(End::NotFound) => "line: no such auction",
        LineState::Ended(End::Forbidden) => "line: forbidden",
        LineState::Ended(End::LoginNeeded) => "line: login needed",
        LineState::Ended(End::Refused(_)) => "line: refused";
    PHASES, phase(Phase):
        Phase::Scheduled => "phase: scheduled",
        Phase::Open => "phase: open",
        Phase::Sold => "phase: sold",
        Phase::Unsold => "phase: unsold",
        Phase::Cancelled => "phase: cancelled";
    ROLES, role(Role):
        Role::Watcher => "role: watcher",
        Role::Seller => "role: seller",
        Role::Leader => "role: leader",
        Role::Outbid => "role: outbid",
        Role::SealedBidder => "role: sealed bidder",
        Role::Winner => "role: winner",
        Role::Loser => "role: loser";
    FORMATS, format(Format):
        Format::English => "format: english",
        Format::SealedFirstPrice => "format: sealed, first price",
        Format::SealedSecondPrice => "format: sealed, second price",
        Format::Dutch => "format: dutch";
    IDENTITIES, identity(Identity):
        Identity::Nobody => "identity: nobody",
        Identity::Asking => "identity: asking",
        Identity::User(_) => "identity: user",
        Identity::SignedOut(_) => "identity: signed out";
    MOODS, mood(Mood):
        Mood::Calm => "mood: calm",
        Mood::Good => "mood: good",
        Mood::Bad => "mood: bad",
        Mood::Tense => "mood: tense";
    KINDS, kind(Kind):
        Kind::Firm => "dialog: firm",
        Kind::Maximum => "dialog: maximum",
        Kind::Purchase => "dialog: purchase";
    MOVES, moved(Moved):
        Moved::Price(_) => "dialog: the price moved",
        Moved::End => "dialog: the end moved";
    OBSTACLES, obstacle(Obstacle):
        Obstacle::ReadOnly => "obstacle: read-only",
        Obstacle::NothingKnown => "obstacle: nothing known",
        Obstacle::Over => "obstacle: over",
        Obstacle::NotStarted(_) => "obstacle: not started",
        Obstacle::NotLoggedIn => "obstacle: not logged in",
        Obstacle::Asking => "obstacle: asking",
        Obstacle::OwnAuction => "obstacle: own auction",
        Obstacle::Leading => "obstacle: leading",
        Obstacle::NoBuyNow => "obstacle: no buy-now price",
        Obstacle::NothingLeft => "obstacle: nothing left",
        Obstacle::NotAnAmount(_) => "obstacle: no amount",
        Obstacle::TooSmall => "obstacle: too small",
        Obstacle::TooManyUnsettled => "obstacle: too many unsettled",
        Obstacle::NoLine => "obstacle: no line",
        Obstacle::BelowMinimum(_) => "obstacle: below the minimum",
        Obstacle::BelowPrice(_) => "obstacle: below the price",
        Obstacle::NotAboveOwn { .. } => "obstacle: not above one's own",
        Obstacle::JustMoved => "obstacle: just moved";
    TABS, tab(Tab):
        Tab::Live => "tab: live",
        Tab::EndingSoon => "tab: ending soon",
        Tab::Upcoming => "tab: upcoming",
        Tab::MyBids => "tab: my bids",
        Tab::Watchlist => "tab: watchlist",
        Tab::Mine => "tab: mine",
        Tab::Ended => "tab: ended";
    FIELDS, field(Field):
        Field::UserName => "form: user name",
        Field::Email => "form: e-mail",
        Field::Password => "form: password";
    PANES, zoomed(Pane):
        Pane::Bids => "zoom: bids",
        Pane::Events => "zoom: events",
        Pane::Chart => "zoom: chart";
    CHARTS, chart(ChartStyle):
        ChartStyle::Steps => "chart: steps",
        ChartStyle::Bars => "chart: bars",
        ChartStyle::Table => "chart: table";
}

/// The states that a screen shows.
fn states_of(app: &App) -> Vec<&'static str> {
    let watch = &app.watch;
    let mut states = vec![mood(&words::banner(app).mood), identity(&app.identity)];
    states.extend(app.form.as_ref().map(|form| field(&form.focus)));
    if app.place == crate::app::Place::List {
        states.push(tab(&app.browse.tab));
        return states;
    }
    states.extend([line(&watch.line.state), chart(&app.chart.style)]);
    states.extend(app.zoomed.as_ref().map(zoomed));
    if let Some(product) = &watch.product {
        states.extend([phase(&product.standing.phase), format(&product.format)]);
        states.push(role(&watch.role(&app.identity)));
    }
    let kind_in_field = if watch.wants_maximum { Kind::Maximum } else { Kind::Firm };
    let mut obstacles = vec![app.obstacle_to_amounts(), app.obstacle_to_review(kind_in_field)];
    obstacles.push(app.obstacle_to_review(Kind::Purchase));
    if let Some(product) = watch.product.as_ref().filter(|_| !watch.field.is_empty()) {
        obstacles.push(watch.field.amount(product.currency).err().map(Obstacle::NotAnAmount));
    }
    if let Some(dialog) = &watch.dialog {
        states.push(kind(&Kind::of(dialog.offer())));
        states.extend(dialog.moved().as_ref().map(moved));
        obstacles.push(app.obstacle_to_send(dialog));
    }
    states.extend(obstacles.iter().flatten().map(obstacle));
    states
}

#[test]
fn no_state_is_without_a_snapshot() {
    let mut shown: BTreeSet<&str> = BTreeSet::new();
    let mut names = BTreeSet::new();
    for scene in SCENES {
        scene(&mut |name: &str, desk: &mut Desk| {
            assert!(names.insert(name.to_owned()), "two states are named {name}");
            for size in super::SIZES {
                desk.update(crate::app::Msg::Resize(size.0, size.1));
                shown.extend(states_of(&desk.app));
            }
        });
    }
    let missing: Vec<_> = ALL.concat().into_iter().filter(|state| !shown.contains(state)).collect();
    assert!(missing.is_empty(), "no scene shows {missing:?}");
}
