//! The loop: whatever comes in becomes a message, the state says what is to be done, and the
//! screen follows at so many frames a second.

use std::time::Duration;

use gobid_api::client::{Client, Feed, FeedHandle, StoredLogin};
use gobid_api::live::ClientFrame;
use gobid_api::{ProductId, RequestId};
use jiff::tz::TimeZone;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::app::{App, Effect, End, Identity, LineState, Look, Msg};
use crate::clock::Clock;
use crate::exit::Exit;
use crate::front::{Front, Input};
use crate::login;
use crate::sale;
use crate::settings::Settings;
use crate::signals::{Heard, Signals};
use crate::terminal;
use crate::words::Means;

/// How long a request may wait for its answer.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(15);
/// So many answers wait to be taken.
const ANSWERS: usize = 8;

/// Follows an auction until somebody leaves.
pub async fn watch(settings: Settings, product_id: ProductId) -> anyhow::Result<Exit> {
    let credential = settings.login.as_ref().map(StoredLogin::credential);
    let client = Client::new(&settings.server, credential, REQUEST_TIMEOUT)?;
    let mut signals = Signals::listen()?;
    let clock = Clock::start(client.clock());
    let look = Look {
        theme: settings.theme,
        is_ascii: settings.is_ascii,
        zone: TimeZone::system(),
        server: client.server().to_owned(),
        means: match (settings.is_plain, settings.reads_input) {
            (false, _) => Means::Keys,
            (true, true) => Means::Words,
            (true, false) => Means::Nothing,
        },
    };
    let mut app = App::new(product_id, look, clock.moment());
    app.is_read_only = settings.is_read_only;
    if client.credential().is_some() {
        app.identity = Identity::Asking;
    }
    let mut feed = client.feed(product_id);
    let (answers_in, mut answers) = mpsc::channel(ANSWERS);
    let mut program = Program {
        frame_every: Duration::from_secs(1) / u32::from(settings.fps),
        front: Front::open(&settings)?,
        handle: feed.handle(),
        answers: answers_in,
        tasks: JoinSet::new(),
        next_frame: Duration::ZERO,
        is_dirty: true,
        app,
        clock,
        client,
        settings,
    };
    for warning in std::mem::take(&mut program.settings.warnings) {
        program.take(Msg::Trouble(warning))?;
    }
    if let Some((columns, rows)) = program.front.size()? {
        program.take(Msg::Resize(columns, rows))?;
    }
    let exit = program.run(&mut feed, &mut answers, &mut signals).await?;
    Ok(program.leave(exit))
}

/// Everything the loop works with.
struct Program {
    app: App,
    front: Front,
    clock: Clock,
    client: Client,
    settings: Settings,
    handle: FeedHandle,
    /// Where tasks put their answers.
    answers: mpsc::Sender<Msg>,
    /// Requests under way.
    tasks: JoinSet<()>,
    frame_every: Duration,
    /// When the next frame may be drawn, since the start.
    next_frame: Duration,
    /// Whether something has changed since the last frame.
    is_dirty: bool,
}

impl Program {
    async fn run(
        &mut self,
        feed: &mut Feed,
        answers: &mut mpsc::Receiver<Msg>,
        signals: &mut Signals,
    ) -> anyhow::Result<Exit> {
        loop {
            self.show()?;
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
                event = feed.next() => self.take(Msg::Feed(event))?,
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

    /// Whether there is nothing more to wait for.
    fn is_over(&self) -> Option<Exit> {
        if terminal::has_panicked() {
            return Some(Exit::Failed);
        }
        if !self.front.is_closed() || self.is_dirty {
            return None;
        }
        let watch = &self.app.watch;
        match watch.line.state {
            LineState::Ended(End::NotFound) => return Some(Exit::NotFound),
            LineState::Ended(End::Forbidden) => return Some(Exit::Forbidden),
            LineState::Ended(End::LoginNeeded) => return Some(Exit::NotLoggedIn),
            LineState::Ended(End::Refused(_)) => return Some(Exit::Failed),
            _ => {}
        }
        let is_over = watch.product.as_ref().is_some_and(crate::app::Product::is_over);
        let is_told = watch.attempts.is_empty() && !watch.sale.is_awaited;
        (is_over && is_told).then_some(Exit::Done)
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
            Input::Msg(msg) => self.take(msg),
            Input::Nothing => Ok(None),
            Input::Gone => Ok(Some(Exit::HungUp)),
        }
    }

    /// Takes a message in and does what is to be done.
    fn take(&mut self, msg: Msg) -> anyhow::Result<Option<Exit>> {
        let mut effects = self.app.update(msg, self.clock.moment());
        self.is_dirty = true;
        while !effects.is_empty() {
            let mut more = Vec::new();
            for effect in effects {
                match effect {
                    Effect::Quit => return Ok(Some(Exit::Done)),
                    Effect::Interrupt => return Ok(Some(Exit::Interrupted)),
                    effect => more.extend(self.perform(effect)?),
                }
            }
            effects = more;
        }
        Ok(None)
    }

    fn perform(&mut self, effect: Effect) -> anyhow::Result<Vec<Effect>> {
        match effect {
            Effect::Send(frame) => {
                let id = request_id(&frame);
                if let (Err(_), Some(id)) = (self.handle.send(frame), id) {
                    return Ok(self.app.update(Msg::NotSent(id), self.clock.moment()));
                }
            }
            Effect::Reconnect => self.handle.reconnect_now(),
            Effect::Identify => self.spawn(login::identify(self.client.clone())),
            Effect::LogIn { email, password } => {
                let keeper = login::Keeper::of(&self.settings);
                self.spawn(login::log_in(self.client.clone(), keeper, email, password));
            }
            Effect::SignUp { user_name, email, password } => {
                let keeper = login::Keeper::of(&self.settings);
                let client = self.client.clone();
                self.spawn(login::sign_up(client, keeper, user_name, email, password));
            }
            Effect::AskAfterSale(user_id) => {
                let product_id = self.app.watch.product_id;
                self.spawn(sale::ask(self.client.clone(), product_id, user_id));
            }
            Effect::ForgetSession => self.client.set_credential(None),
            Effect::Suspend => self.front.suspend()?,
            Effect::Redraw => self.front.redraw()?,
            Effect::Quit | Effect::Interrupt => {}
        }
        Ok(Vec::new())
    }

    /// Has a task put its answers among the messages.
    fn spawn(&mut self, answers: impl Future<Output = Vec<Msg>> + Send + 'static) {
        let sender = self.answers.clone();
        self.tasks.spawn(async move {
            for answer in answers.await {
                // Nobody takes it any more when the program ends.
                let _ = sender.send(answer).await;
            }
        });
    }

    /// Gives the terminal back, and says what must not be left unsaid.
    fn leave(self, exit: Exit) -> Exit {
        let Self { app, front, .. } = self;
        drop(front);
        let mut exit = exit;
        for attempt in app.watch.attempts.iter().filter(|attempt| attempt.copies > 0) {
            let amount = crate::money::with_code(attempt.offer.amount(), attempt.currency());
            let noun = crate::words::noun(attempt.offer, app.watch.format());
            crate::say(&format!(
                "the outcome of your {noun} {amount} is not known: it may have been placed \
                 (request id {})",
                attempt.request_id
            ));
            if exit == Exit::Done {
                exit = Exit::Unknown;
            }
        }
        exit
    }
}

/// What a command is named by.
const fn request_id(frame: &ClientFrame) -> Option<RequestId> {
    match frame {
        ClientFrame::PlaceBid(bid) => Some(bid.request_id),
        ClientFrame::BuyNow(purchase) => Some(purchase.request_id),
        ClientFrame::Ping { .. } => None,
    }
}
