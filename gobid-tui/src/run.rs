//! The loop: whatever comes in becomes a message, the state says what is to be done, and the
//! screen follows at so many frames a second.

mod effects;

use std::path::Path;
use std::time::Duration;

use gobid_api::client::Client;
use gobid_api::{Currency, ProductId};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::app::{
    App, Confirm, Effect, End, Identity, LineState, Look, Msg, Place, Recording, Watch,
};
use crate::clock::Clock;
use crate::exit::{Exit, Fault};
use crate::feeds::Feeds;
use crate::front::{Front, Input};
use crate::programs::Hooks;
use crate::settings::{Settings, TIMEOUT};
use crate::signals::{Heard, Signals};
use crate::terminal;
use crate::words::Means;
use crate::{recording, requests};

/// So many answers wait to be taken.
const ANSWERS: usize = 32;

/// What is to be shown at first.
#[derive(Clone, Debug)]
pub enum What {
    /// The lists of auctions.
    Lists,
    /// These auctions.
    Auctions(Vec<ProductId>),
    /// An auction that is over, from the server by its id, or from a file, whose amounts are in this
    /// currency should it not say so itself.
    Replay(String, Option<Currency>),
}

/// Shows what is asked for until somebody leaves.
pub async fn run(settings: Settings, what: What) -> anyhow::Result<Exit> {
    let client = Client::new(&settings.server, None, TIMEOUT);
    let client = client.map_err(|error| match error {
        error if settings.server_is_from_file => {
            Fault { exit: Exit::Config, why: error.to_string() }.into()
        }
        error => anyhow::Error::from(error),
    })?;
    client.set_credential(settings.credential(&client));
    let recording = match &what {
        What::Replay(which, currency) => Some(recorded(&client, which, *currency).await?),
        _ => None,
    };
    let mut signals = Signals::listen()?;
    let clock = Clock::start(client.clock());
    let mut app = App::new(look(&settings, &client), clock.moment());
    app.is_read_only = settings.is_read_only;
    app.confirm = settings.confirm;
    app.notices.are_on = settings.notifies;
    app.keys.clone_from(&settings.keys);
    if client.credential().is_some() {
        app.identity = Identity::Asking;
    }
    let (answers_in, mut answers) = mpsc::channel(ANSWERS);
    let mut program = Program {
        frame_every: Duration::from_secs(1) / u32::from(settings.fps),
        front: open(&settings)?,
        feeds: Feeds::new(client.clone()),
        answers: answers_in,
        tasks: JoinSet::new(),
        hooks: Hooks::default(),
        next_frame: Duration::ZERO,
        is_dirty: true,
        app,
        clock,
        client,
        settings,
    };
    program.begin(what, recording)?;
    let exit = program.run(&mut answers, &mut signals).await?;
    Ok(program.leave(exit, &mut signals).await)
}

/// Opens the front. What is to be said before stays there when the screen is given back.
fn open(settings: &Settings) -> anyhow::Result<Front> {
    settings.warnings.iter().for_each(|warning| crate::say(warning));
    Ok(Front::open(settings)?)
}

/// Reads what is to be played again: a file, or else an auction of the server's.
async fn recorded(
    client: &Client,
    which: &str,
    currency: Option<Currency>,
) -> anyhow::Result<Recording> {
    let Ok(id) = which.parse::<ProductId>() else {
        return recording::read(Path::new(which), currency);
    };
    let recording = requests::recording(client, id).await?;
    let status = recording.product.status.as_str();
    let is_over = matches!(status, "sold" | "unsold" | "cancelled");
    anyhow::ensure!(is_over, "this auction is not over: gobid-tui watch {id} follows it");
    Ok(recording)
}

fn look(settings: &Settings, client: &Client) -> Look {
    Look {
        theme: settings.theme,
        themes: settings.themes.clone(),
        marker: settings.marker,
        is_ascii: settings.is_ascii,
        zone: settings.zone.clone(),
        server: client.server().to_owned(),
        means: match (settings.is_plain, settings.reads_input) {
            (false, _) => Means::Keys,
            (true, true) => Means::Words,
            (true, false) => Means::Nothing,
        },
    }
}

/// Everything the loop works with.
struct Program {
    app: App,
    front: Front,
    clock: Clock,
    client: Client,
    settings: Settings,
    feeds: Feeds,
    /// Where tasks put their answers.
    answers: mpsc::Sender<Msg>,
    /// Requests under way.
    tasks: JoinSet<()>,
    /// Commands of the user's under way.
    hooks: Hooks,
    frame_every: Duration,
    /// When the next frame may be drawn, since the start.
    next_frame: Duration,
    /// Whether something has changed since the last frame.
    is_dirty: bool,
}

impl Program {
    fn begin(&mut self, what: What, recording: Option<Recording>) -> anyhow::Result<()> {
        let is_replay = recording.is_some();
        let effects = match (what, recording) {
            (What::Auctions(ids), _) => self.app.begin(&ids),
            (_, Some(recording)) => {
                self.app.replay(recording);
                Vec::new()
            }
            (_, None) => self.app.go_to_list(),
        };
        self.obey(effects)?;
        // Where an auction is watched, its feed asks as soon as there is a line.
        let has_feed = !is_replay && !self.app.auctions().is_empty();
        if self.app.identity == Identity::Asking && !has_feed {
            self.obey(vec![Effect::Identify])?;
        }
        let warnings = std::mem::take(&mut self.settings.warnings);
        if !self.settings.is_plain && !warnings.is_empty() {
            self.take(Msg::Trouble(warnings.join(" · ")))?;
        }
        if self.app.confirm == Confirm::Never && !self.app.is_read_only {
            self.take(Msg::Trouble("bids are sent without asking back".to_owned()))?;
        }
        if let Some((columns, rows)) = self.front.size()? {
            self.take(Msg::Resize(columns, rows))?;
        }
        Ok(())
    }

    async fn run(
        &mut self,
        answers: &mut mpsc::Receiver<Msg>,
        signals: &mut Signals,
    ) -> anyhow::Result<Exit> {
        loop {
            self.show()?;
            if self.front.is_closed() && self.tasks.is_empty() && answers.is_empty() {
                self.tell_replay()?;
            }
            if let Some(exit) = self.is_over() {
                return Ok(exit);
            }
            let pause = tokio::time::sleep(self.pause());
            // In this order: a person is never kept waiting by a flood of events.
            let exit = tokio::select! {
                biased;
                heard = signals.next() => self.signal(heard)?,
                input = self.front.input() => self.input(input)?,
                Some(answer) = answers.recv() => self.take(answer)?,
                () = pause => self.take(Msg::Tick)?,
                (id, event) = self.feeds.next() => self.take(Msg::Feed(id, event))?,
            };
            if let Some(exit) = exit {
                return Ok(exit);
            }
            while self.tasks.try_join_next().is_some() {}
        }
    }

    /// How long nothing has to be done unless something comes in.
    fn pause(&self) -> Duration {
        if self.is_dirty {
            return self.next_frame.saturating_sub(self.clock.since_start());
        }
        self.app.wake_in()
    }

    fn show(&mut self) -> anyhow::Result<()> {
        let now = self.clock.since_start();
        if self.is_dirty && now >= self.next_frame {
            self.front.show(&self.app)?;
            self.is_dirty = false;
            self.next_frame = now + self.frame_every;
        }
        Ok(())
    }

    /// The rest of a replay at once, where nobody is left to steer it.
    fn tell_replay(&mut self) -> anyhow::Result<()> {
        if self.app.replay.is_none() {
            return Ok(());
        }
        self.front.show(&self.app)?;
        while self.app.play_next() {
            self.front.show(&self.app)?;
        }
        Ok(())
    }

    /// Whether there is nothing more to wait for.
    fn is_over(&self) -> Option<Exit> {
        if terminal::has_panicked() {
            return Some(Exit::Failed);
        }
        if !self.front.is_closed() || self.is_dirty {
            return None;
        }
        let failed = self.app.failed.unwrap_or(Exit::Failed);
        match &self.app.form {
            Some(form) if form.is_busy => return None,
            Some(form) if !form.errors.is_empty() && self.app.place == Place::List => {
                return Some(failed); // nobody can try it again
            }
            _ => {}
        }
        if self.app.place == Place::List {
            if self.app.browse.is_nobodys(&self.app.identity) {
                return Some(Exit::NotLoggedIn);
            }
            let list = self.app.browse.list(self.app.browse.tab);
            let exit = if list.error.is_some() { failed } else { Exit::Done };
            return (list.error.is_some() || list.read_at.is_some()).then_some(exit);
        }
        if let Some(replay) = &self.app.replay {
            return (!replay.is_playing).then_some(Exit::Done);
        }
        let exits: Option<Vec<_>> = self.app.auctions().into_iter().map(exit_of).collect();
        let exits = exits?;
        let is_fault = |exit: &&Exit| **exit != Exit::Done;
        Some(exits.iter().find(is_fault).copied().unwrap_or(Exit::Done))
    }

    fn signal(&mut self, heard: Heard) -> anyhow::Result<Option<Exit>> {
        match heard {
            Heard::End(exit) => Ok(Some(exit)),
            Heard::Continued => {
                self.front.resume()?;
                self.is_dirty = true;
                Ok(None)
            }
        }
    }

    fn input(&mut self, input: Input) -> anyhow::Result<Option<Exit>> {
        match input {
            Input::Msg(msg) => {
                let exit = self.take(*msg);
                if self.settings.is_plain {
                    self.next_frame = Duration::ZERO; // every word has its answer
                }
                exit
            }
            Input::Nothing => Ok(None),
            Input::Gone => Ok(Some(Exit::HungUp)),
        }
    }

    /// Takes a message in and does what is to be done.
    fn take(&mut self, msg: Msg) -> anyhow::Result<Option<Exit>> {
        let effects = self.app.update(msg, self.clock.moment());
        self.is_dirty = true;
        self.obey(effects)
    }

    /// Gives the terminal back, and says what must not be left unsaid.
    async fn leave(self, exit: Exit, signals: &mut Signals) -> Exit {
        let Self { app, front, mut hooks, .. } = self;
        drop(front);
        let mut exit = exit;
        for watch in app.auctions() {
            for attempt in watch.attempts.iter().filter(|attempt| attempt.copies > 0) {
                let amount = crate::money::with_code(attempt.offer.amount(), attempt.currency());
                let noun = crate::words::noun(attempt.offer, watch.format());
                crate::say(&format!(
                    "the outcome of your {noun} {amount} is not known: it may have been placed \
                     (request id {})",
                    attempt.request_id
                ));
                if exit == Exit::Done {
                    exit = Exit::Unknown;
                }
            }
        }
        if matches!(exit, Exit::HungUp | Exit::Interrupted | Exit::Terminated) {
            return exit; // at once
        }
        if let Some(waiting) = hooks.waiting() {
            crate::say(&waiting);
        }
        tokio::select! {
            () = hooks.finish() => exit,
            heard = signals.next() => match heard {
                Heard::End(exit) => exit,
                Heard::Continued => exit,
            },
        }
    }
}

/// How the program ends for an auction, once nothing more is to be waited for in it.
fn exit_of(watch: &Watch) -> Option<Exit> {
    match watch.line.state {
        LineState::Ended(End::NotFound) => return Some(Exit::NotFound),
        LineState::Ended(End::Forbidden) => return Some(Exit::Forbidden),
        LineState::Ended(End::LoginNeeded) => return Some(Exit::NotLoggedIn),
        LineState::Ended(End::Refused(_)) => return Some(Exit::ServerError),
        _ => {}
    }
    let is_over = watch.product.as_ref().is_some_and(crate::app::Product::is_over);
    let is_told = watch.attempts.is_empty() && !watch.sale.is_awaited;
    (is_over && is_told).then_some(Exit::Done)
}
