//! What has been said of the state, and what is new.

use gobid_api::RequestId;

use crate::app::{App, Field, Moved, Phase, Product};
use crate::view::to_ascii;
use crate::{countdown, money, words};

/// Seconds left that are worth a line.
const MILESTONES: [u64; 8] = [3_600, 1_800, 600, 300, 60, 30, 10, 5];
/// So many of the bids before the start are said.
const FIRST_BIDS: usize = 5;
/// So many bids are listed when they are asked for.
const LISTED: usize = 20;

const HELP: [&str; 8] = [
    "bid 1300.00   review a bid of this amount; bid alone: the minimum",
    "yes, no       place the reviewed bid, or do not; + takes the new minimum",
    "status        how it stands now",
    "bids          the newest bids",
    "login, signup log in, or sign up",
    "reconnect     connect anew at once",
    "help          these lines",
    "quit          leave",
];

/// What has been said.
#[derive(Debug, Default)]
pub(super) struct Telling {
    has_begun: bool,
    /// Whether words can be typed.
    takes_words: bool,
    banner: String,
    line: String,
    logged: usize,
    note: String,
    /// The dialog that is open, by its first sentence, and the last move that was told of.
    dialog: Option<(String, Option<Moved>)>,
    unknown: Vec<RequestId>,
    end: String,
    milestone: Option<u64>,
    errors: Vec<String>,
    /// The field that was asked for last.
    field: Option<Field>,
    question: Option<Question>,
}

/// What somebody wants to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Question {
    /// The commands.
    Help,
    /// How it stands.
    Status,
    /// The bids.
    Bids,
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
        self.tell_line(app, &mut lines);
        if let Some(product) = &app.watch.product {
            self.tell_product(app, product, &mut lines);
        }
        self.tell_log(app, &mut lines);
        self.tell_banner(app, &mut lines);
        self.tell_attempts(app, &mut lines);
        self.tell_form(app, &mut lines);
        self.tell_dialog(app, &mut lines);
        let note = app.note().map(|note| note.text.clone()).unwrap_or_default();
        tell_new(&mut self.note, note, &mut lines);
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
        let end = words::end(app, product);
        let end: Vec<_> = end.into_iter().filter(|part| !part.is_empty()).collect();
        tell_new(&mut self.end, end.join(" · "), lines);
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
                let span = std::time::Duration::from_secs(seconds);
                lines.push(match seconds {
                    10 => "10 seconds left".to_owned(),
                    5 => "5 seconds left".to_owned(),
                    _ => format!("{} left", countdown::small(span)),
                });
            }
        }
    }

    fn tell_log(&mut self, app: &App, lines: &mut Vec<String>) {
        let log = &app.watch.log;
        let new = log.written().saturating_sub(self.logged).min(log.len());
        self.logged = log.written();
        for entry in log.iter().skip(log.len() - new) {
            let time = countdown::time_of_day(entry.at, &app.look.zone);
            lines.push(format!("{time} {}", words::entry(entry, app)));
        }
    }

    fn tell_banner(&mut self, app: &App, lines: &mut Vec<String>) {
        let banner = words::banner(app);
        let is_countdown = app
            .watch
            .product
            .as_ref()
            .is_some_and(|product| product.standing.phase == Phase::Scheduled);
        let about = if is_countdown { "" } else { &banner.about };
        let text = format!("{} {about}", banner.state).replace("·  ", "· ");
        tell_new(&mut self.banner, text.trim().to_owned(), lines);
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
        let [what, price, word] = words::promise(dialog, product);
        let moved = dialog.moved();
        let told = self.dialog.as_ref();
        if told.is_none_or(|(told, _)| *told != what) {
            lines.push(format!("{what} {price} {word}"));
            let state = words::dialog_state(app, product);
            lines.push(format!("{state} · yes places the bid, no does not"));
        } else if told.is_some_and(|(_, told)| *told != moved)
            && let Some(moved) = moved
        {
            let state = words::dialog_state(app, product);
            lines.push(format!("{} · {state}", words::moved(moved, product)));
        }
        self.dialog = Some((what, moved));
    }

    fn answer(&mut self, app: &App, lines: &mut Vec<String>) {
        match self.question.take() {
            None => {}
            Some(Question::Help) => lines.extend(HELP.map(str::to_owned)),
            Some(Question::Status) => status(app, lines),
            Some(Question::Bids) => bids(app, lines),
        }
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

fn status(app: &App, lines: &mut Vec<String>) {
    let banner = words::banner(app);
    let text = format!("{} {}", banner.state, banner.about).replace("·  ", "· ");
    lines.push(text.trim().to_owned());
    if let Some(product) = &app.watch.product {
        let standing = &product.standing;
        let left = standing.end.since(app.now.server_time);
        let minimum = standing.minimum.filter(|_| !product.is_over());
        let minimum = minimum.map(|minimum| money::with_code(minimum, product.currency));
        let minimum = minimum.map(|minimum| format!(", next bid from {minimum}"));
        let bids = standing.bid_count;
        lines.push(format!("{bids} bids{}", minimum.unwrap_or_default()));
        if standing.phase == Phase::Open {
            lines.push(format!("{} left", countdown::small(left)));
        }
    }
    let (line, _) = words::line(app);
    let who = words::identity(&app.identity, true);
    lines.push(format!("connection: {line}; {who}"));
}

fn bids(app: &App, lines: &mut Vec<String>) {
    let Some(product) = &app.watch.product else {
        return;
    };
    for bid in app.watch.bids.iter().take(LISTED) {
        let time = countdown::moment(bid.at, app.now.server_time, &app.look.zone);
        let amount = money::with_sign(bid.amount, product.currency);
        let voided = if bid.voided { " (voided)" } else { "" };
        lines.push(format!("{time} {amount} {}{voided}", bid.bidder));
    }
    if app.watch.bids.is_empty() {
        lines.push("no bids yet".to_owned());
    }
}

#[cfg(test)]
mod tests;
