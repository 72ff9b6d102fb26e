//! What has been said of the state, and what is new.

mod answers;

use std::time::Duration;

use gobid_api::{Amount, ProductId, RequestId, Timestamp};
use gobid_auction::{Format, Offered};

use crate::app::{App, Dialog, Field, Moved, Phase, Place, Product};
use crate::view::to_ascii;
use crate::words::{self, listing};
use crate::{countdown, money};
pub(super) use answers::Question;

/// Seconds left that are worth a line.
const MILESTONES: [u64; 8] = [3_600, 1_800, 600, 300, 60, 30, 10, 5];
/// So many of the bids before the start are said.
const FIRST_BIDS: usize = 5;
/// A falling price is said again after so long at the earliest.
const FALLS_EVERY: Duration = Duration::from_secs(10);

/// What has been said.
#[derive(Debug, Default)]
pub(super) struct Telling {
    has_begun: bool,
    /// Whether words can be typed.
    takes_words: bool,
    banner: String,
    line: String,
    logged: usize,
    /// The number of the note that was told last.
    note: u64,
    /// The dialog that is open, by its first sentence, and the last move that was told of.
    dialog: Option<(String, Option<Moved>)>,
    unknown: Vec<RequestId>,
    end: String,
    /// The price of a Dutch auction that was said last, and when.
    price: Option<(Amount, Timestamp)>,
    milestone: Option<u64>,
    errors: Vec<String>,
    /// The field that was asked for last.
    field: Option<Field>,
    question: Option<Question>,
    /// The auction that was told of last.
    auction: Option<ProductId>,
    /// The list that was told last.
    list: String,
}

impl Telling {
    /// Nothing has been said yet.
    pub(super) fn new(takes_words: bool) -> Self {
        Self { takes_words, ..Self::default() }
    }

    /// Whether the next words answer a question of the program's.
    pub(super) const fn is_asking(&self) -> bool {
        self.field.is_some() || self.dialog.is_some()
    }

    /// Somebody wants to know something.
    pub(super) const fn ask(&mut self, question: Option<Question>) {
        self.question = question;
    }

    /// What is new, in lines.
    pub(super) fn lines(&mut self, app: &App) -> Vec<String> {
        let mut lines = Vec::new();
        if app.place == Place::List {
            self.tell_list(app, &mut lines);
            return lines;
        }
        if self.auction != Some(app.watch.product_id) {
            // Of another auction everything is new.
            let (question, note) = (self.question.take(), self.note);
            *self = Self {
                question,
                note,
                auction: Some(app.watch.product_id),
                ..Self::new(self.takes_words)
            };
        }
        self.tell_line(app, &mut lines);
        if let Some(product) = &app.watch.product {
            self.tell_product(app, product, &mut lines);
        }
        let logged = self.tell_log(app, &mut lines);
        self.tell_banner(app, &mut lines);
        self.tell_attempts(app, &mut lines);
        self.tell_form(app, &mut lines);
        self.tell_dialog(app, &mut lines);
        self.tell_note(app, &logged, &mut lines);
        self.answer(app, &mut lines);
        if app.look.is_ascii {
            lines = lines.iter().map(|line| to_ascii(line)).collect();
        }
        lines
    }

    /// What is asked for now, if it has not been yet.
    pub(super) fn prompt(&mut self, app: &App) -> Option<String> {
        let form = app.form.as_ref().filter(|form| !form.is_busy);
        let field = form.map(|form| form.focus);
        if field == self.field {
            return None;
        }
        self.field = field;
        Some(format!("{}:", words::field(field?)))
    }

    /// The list once it has come, and whenever it is another one.
    fn tell_list(&mut self, app: &App, lines: &mut Vec<String>) {
        self.auction = None;
        self.tell_form(app, lines);
        let browse = &app.browse;
        let list = browse.list(browse.tab);
        let shown = format!("{}{}{:?}", browse.tab.name(), browse.filter, browse.sort);
        let is_known = list.read_at.is_some() || list.error.is_some();
        let is_nobodys = browse.is_nobodys(&app.identity);
        let shown = format!("{shown}{is_known}");
        if (is_known || is_nobodys) && self.list != shown {
            self.list = shown;
            lines.extend(is_known.then(|| listing::heading(app)));
            self.question = self.question.or(Some(Question::Rows));
        }
        self.tell_note(app, &[], lines);
        self.answer(app, lines);
        if app.look.is_ascii {
            *lines = lines.iter().map(|line| to_ascii(line)).collect();
        }
    }

    /// A note is told once, and another one with the same text too.
    fn tell_note(&mut self, app: &App, logged: &[String], lines: &mut Vec<String>) {
        let Some(note) = app.note().filter(|note| note.number != self.note) else {
            return;
        };
        self.note = note.number;
        if !logged.contains(&note.text) {
            lines.push(note.text.clone());
        }
    }

    fn tell_line(&mut self, app: &App, lines: &mut Vec<String>) {
        // The round trip and seconds change all the time: what is said is the state alone.
        let (line, _) = words::line(app);
        let state = line.split([' ', ',']).next().unwrap_or_default();
        let state = match state {
            "live" => "connected",
            "catching" | "connecting" | "over" => return,
            state => state,
        };
        if self.line != state {
            state.clone_into(&mut self.line);
            lines.push(match state {
                "reconnecting" | "slow" => format!("connection: {line}"),
                "connected" => format!("connected to {}", app.look.server),
                _ => line,
            });
        }
    }

    fn tell_product(&mut self, app: &App, product: &Product, lines: &mut Vec<String>) {
        if !self.has_begun {
            self.has_begun = true;
            self.logged = app.watch.log.written().saturating_sub(FIRST_BIDS);
            lines.push(format!("{}, sold by {}", product.name, product.seller));
            if self.takes_words {
                lines.push("help lists the commands".to_owned());
            }
        }
        let moves = words::end_moves(app, product).into_iter().next();
        let moves = moves.map(|moves| format!(" · {moves}")).unwrap_or_default();
        tell_new(&mut self.end, format!("{}{moves}", words::end(app, product)), lines);
        self.tell_price(app, product, lines);
        if product.standing.phase != Phase::Open {
            return;
        }
        let left = product.standing.end.since(app.now.server_time).as_secs() + 1;
        let reached = MILESTONES.iter().rev().find(|seconds| left <= **seconds);
        let reached = reached.copied();
        if reached != self.milestone {
            // The first look at the clock tells nothing new: the end has just been said.
            let passed = reached.filter(|seconds| left == *seconds);
            self.milestone = reached;
            if let Some(seconds) = passed {
                let span = Duration::from_secs(seconds);
                lines.push(match seconds {
                    10 => "10 seconds left".to_owned(),
                    5 => "5 seconds left".to_owned(),
                    _ => format!("{} left", countdown::small(span)),
                });
            }
        }
    }

    /// The price of a Dutch auction falls by itself.
    fn tell_price(&mut self, app: &App, product: &Product, lines: &mut Vec<String>) {
        let now = app.now.server_time;
        let is_falling = product.format == Format::Dutch && product.standing.phase == Phase::Open;
        let Some(price) = product.price_at(now).filter(|_| is_falling) else {
            return;
        };
        let is_old =
            |(told, at): (Amount, Timestamp)| told != price && now.since(at) >= FALLS_EVERY;
        if self.price.is_none_or(is_old) {
            self.price = Some((price, now));
            let falls = words::falls(app, product).map(|falls| format!(", {falls}"));
            let price = money::with_code(price, product.currency);
            lines.push(format!("price now {price}{}", falls.unwrap_or_default()));
        }
    }

    /// Tells the new lines of the log, and returns their texts.
    fn tell_log(&mut self, app: &App, lines: &mut Vec<String>) -> Vec<String> {
        let log = &app.watch.log;
        let new = log.written().saturating_sub(self.logged).min(log.len());
        self.logged = log.written();
        let mut texts = Vec::new();
        for entry in log.iter().skip(log.len() - new) {
            lines.push(answers::logged(entry, app));
            texts.push(words::entry(entry, app));
        }
        texts
    }

    fn tell_banner(&mut self, app: &App, lines: &mut Vec<String>) {
        let mut banner = words::banner(app);
        let product = app.watch.product.as_ref();
        if product.is_some_and(|product| product.standing.phase == Phase::Scheduled) {
            banner.about.clear(); // a countdown
        }
        tell_new(&mut self.banner, banner.sentence(), lines);
    }

    fn tell_attempts(&mut self, app: &App, lines: &mut Vec<String>) {
        let unknown = app.watch.attempts.iter().filter(|attempt| attempt.is_unknown);
        let unknown: Vec<_> = unknown.collect();
        for attempt in &unknown {
            if !self.unknown.contains(&attempt.request_id) {
                lines.push(words::attempt(attempt, app));
            }
        }
        self.unknown = unknown.iter().map(|attempt| attempt.request_id).collect();
    }

    fn tell_form(&mut self, app: &App, lines: &mut Vec<String>) {
        let errors = app.form.as_ref().map(|form| form.errors.clone());
        let errors = errors.unwrap_or_default();
        if errors != self.errors {
            lines.extend(errors.iter().cloned());
            // What was refused is asked for again.
            self.field = None;
            self.errors = errors;
        }
    }

    fn tell_dialog(&mut self, app: &App, lines: &mut Vec<String>) {
        let open = app.watch.dialog.as_ref().zip(app.watch.product.as_ref());
        let Some((dialog, product)) = open else {
            self.dialog = None;
            return;
        };
        let promise = words::promise(app, dialog, product);
        let moved = dialog.moved();
        let told = self.dialog.as_ref();
        let state = words::dialog_state(app, product);
        if told.is_none_or(|(told, _)| *told != promise.what) {
            lines.push(format!("{} {}", promise.what, promise.then.join(" ")));
            lines.push(format!("{state} · {}", choices(dialog, product)));
        } else if told.is_some_and(|(_, told)| *told != moved)
            && let Some(news) = words::moved(app, dialog, product)
        {
            lines.push(format!("{news} · {state}"));
        }
        self.dialog = Some((promise.what, moved));
    }

    fn answer(&mut self, app: &App, lines: &mut Vec<String>) {
        if let Some(question) = self.question.take() {
            lines.extend(question.answer(app));
        }
    }
}

/// The words that there are for the dialog.
fn choices(dialog: &Dialog, product: &Product) -> &'static str {
    match (dialog.offer(), product.format) {
        (Offered::Purchase(_), _) => "yes buys, no does not",
        (Offered::Firm(_), Format::Dutch) => "yes accepts, no does not",
        (Offered::Firm(_), Format::English) => {
            "yes places the bid, no does not, max makes it a hidden maximum"
        }
        (Offered::Maximum(_), _) => "yes places it, no does not, firm makes it a firm bid",
        (Offered::Firm(_), _) => "yes places the bid, no does not",
    }
}

/// A text that is said whenever it is another one.
fn tell_new(said: &mut String, text: String, lines: &mut Vec<String>) {
    if *said != text {
        if !text.is_empty() {
            lines.push(text.clone());
        }
        *said = text;
    }
}

#[cfg(test)]
mod tests;
