//! What the state wants done, done.

use gobid_api::RequestId;
use gobid_api::live::ClientFrame;

use super::Program;
use crate::app::{Effect, Happening, Msg};
use crate::exit::Exit;
use crate::{files, login, programs, requests, sale, settings};

impl Program {
    /// Does what is to be done, and what comes of that.
    pub(super) fn obey(&mut self, effects: Vec<Effect>) -> anyhow::Result<Option<Exit>> {
        let mut effects = effects;
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
            Effect::Send(id, frame) => {
                let request = request_id(&frame);
                if let (Err(_), Some(request)) = (self.feeds.send(id, frame), request) {
                    let msg = Msg::NotSent(id, request);
                    return Ok(self.app.update(msg, self.clock.moment()));
                }
            }
            Effect::Follow(id) => self.feeds.follow(id),
            Effect::Unfollow(id) => self.feeds.unfollow(id),
            Effect::Reconnect(id) => self.feeds.reconnect(id),
            Effect::Suspend => self.front.suspend()?,
            Effect::Redraw => self.front.redraw()?,
            Effect::Notify(text) => self.front.notify(&text)?,
            Effect::Copy(text) => self.front.copy(&text)?,
            Effect::ForgetSession => self.client.set_credential(None),
            Effect::Quit | Effect::Interrupt => {}
            effect => self.ask(effect),
        }
        Ok(Vec::new())
    }

    /// What takes its time, and answers with messages.
    fn ask(&mut self, effect: Effect) {
        let client = self.client.clone();
        let keeper = || login::Keeper::of(&self.settings);
        match effect {
            Effect::Identify if self.app.replay.is_some() => {
                // Whose bids are to be marked; without an answer none are.
                self.spawn(async move {
                    let told = login::identify(client).await.into_iter();
                    told.filter(|msg| matches!(msg, Msg::Identified(_))).collect()
                });
            }
            Effect::Identify => self.spawn(login::identify(client)),
            Effect::LogIn { email, password } => {
                let keeper = keeper();
                self.spawn(login::log_in(client, keeper, email, password));
            }
            Effect::SignUp { user_name, email, password } => {
                let keeper = keeper();
                self.spawn(login::sign_up(client, keeper, user_name, email, password));
            }
            Effect::AskAfterSale(id, user_id) => self.spawn(sale::ask(client, id, user_id)),
            Effect::List(asked) => self.spawn(requests::list(client, asked)),
            Effect::ReadMissed(id, after) => self.spawn(requests::missed(client, id, after)),
            Effect::Watchlist(id, is_on) => self.spawn(requests::watchlist(client, id, is_on)),
            Effect::Export(id, how) => self.spawn(files::export(client, id, how)),
            Effect::Browse(address) => self.spawn(programs::browse(settings::browser(), address)),
            Effect::Hook(happening) => self.run_hook(&happening),
            _ => {}
        }
    }

    fn run_hook(&mut self, happening: &Happening) {
        let mut hooks = self.settings.hooks.iter();
        if let Some((_, command)) = hooks.find(|(what, _)| *what == happening.what) {
            self.hooks.run(command, happening, self.answers.clone());
        }
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
}

/// What a command is named by.
const fn request_id(frame: &ClientFrame) -> Option<RequestId> {
    match frame {
        ClientFrame::PlaceBid(bid) => Some(bid.request_id),
        ClientFrame::BuyNow(purchase) => Some(purchase.request_id),
        ClientFrame::Ping { .. } => None,
    }
}
