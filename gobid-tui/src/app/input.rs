//! Keys, pastes and words become actions.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::log::Tone;
use super::{App, Effect, ExportAs, Pane, Place};
use crate::keys::{Action, Scope};

impl App {
    /// Where keys are pressed now.
    pub fn scope(&self) -> Scope {
        if self.form.is_some() {
            Scope::Form
        } else if let Some(help) = &self.help {
            if help.is_typing { Scope::Filter } else { Scope::Help }
        } else if self.palette.is_some() {
            Scope::Palette
        } else if self.details.is_some() || self.has_qr {
            Scope::Details
        } else if self.replay.is_some() {
            Scope::Replay
        } else if self.place == Place::List {
            if self.browse.is_typing { Scope::Filter } else { Scope::List }
        } else if self.watch.dialog.is_some() {
            Scope::Dialog
        } else {
            Scope::Watch
        }
    }

    /// A key was pressed.
    pub(super) fn key(&mut self, key: KeyEvent) -> Vec<Effect> {
        if key.kind == KeyEventKind::Release {
            return Vec::new();
        }
        let scope = self.scope();
        if let Some(action) = self.keys.action(scope, &key) {
            return self.act(action, scope);
        }
        let held = key.modifiers.difference(KeyModifiers::SHIFT);
        if let KeyCode::Char(typed) = key.code
            && (held.is_empty() || held == KeyModifiers::ALT | KeyModifiers::CONTROL)
        {
            self.type_text(scope, typed.encode_utf8(&mut [0; 4]));
        }
        Vec::new()
    }

    /// A text was pasted.
    pub(super) fn paste(&mut self, text: &str) -> Vec<Effect> {
        match self.scope() {
            Scope::Watch => self.paste_amount(text),
            scope => self.type_text(scope, text),
        }
        Vec::new()
    }

    /// A text was typed where texts are typed.
    fn type_text(&mut self, scope: Scope, text: &str) {
        match scope {
            Scope::Form => {
                if let Some(form) = self.form.as_mut().filter(|form| !form.is_busy) {
                    form.insert(text);
                }
            }
            Scope::Palette => {
                if let Some(palette) = &mut self.palette {
                    palette.insert(text);
                }
            }
            Scope::Filter => match &mut self.help {
                Some(help) => help.insert(text),
                None => self.type_filter(text),
            },
            _ => {}
        }
    }

    pub(super) fn paste_amount(&mut self, text: &str) {
        if let Some(obstacle) = self.obstacle_to_amounts() {
            self.tell_obstacle(&obstacle);
            return;
        }
        let Some(product) = &self.watch.product else {
            return;
        };
        if let Err(error) = self.watch.field.paste(text, product.currency) {
            self.tell(Tone::Warning, error.to_string());
        }
    }

    pub(super) fn act(&mut self, action: Action, scope: Scope) -> Vec<Effect> {
        let was_armed = std::mem::take(&mut self.quit_is_armed);
        match action {
            Action::Interrupt => return vec![Effect::Interrupt],
            Action::Suspend => return vec![Effect::Suspend],
            Action::Redraw => return vec![Effect::Redraw],
            Action::Quit => return self.quit(was_armed),
            _ => {}
        }
        match scope {
            Scope::Form => self.act_in_form(action),
            Scope::Help => self.act_in_help(action),
            Scope::Details => self.act_in_details(action),
            Scope::Palette => self.act_in_palette(action),
            Scope::Filter if self.help.is_some() => self.act_in_search(action),
            Scope::Filter => self.act_in_filter(action),
            Scope::Dialog => self.act_in_dialog(action),
            Scope::List
            | Scope::Watch
            | Scope::Amount
            | Scope::Views
            | Scope::Everywhere
            | Scope::Replay => self.act_in_views(action),
        }
    }

    fn quit(&mut self, was_armed: bool) -> Vec<Effect> {
        let mut all = std::iter::once(&self.watch).chain(&self.beside);
        if was_armed || all.all(|watch| watch.attempts.is_empty()) {
            return vec![Effect::Quit];
        }
        self.quit_is_armed = true;
        let (key, word) = ("<views.quit> again leaves anyway", "quit again leaves anyway");
        let text = self.advise("a bid has no answer yet", key, word);
        self.tell(Tone::Warning, text);
        Vec::new()
    }

    /// What an action does in the auction, in the lists and in a replay alike; else what it does
    /// in one of them.
    fn act_in_views(&mut self, action: Action) -> Vec<Effect> {
        match action {
            Action::Help => self.help = Some(super::Help::default()),
            Action::Palette => self.palette = Some(super::Palette::default()),
            Action::NextTheme => self.next_theme(),
            Action::ToggleNotices => self.toggle_notices(),
            Action::News => self.go_to_news(),
            Action::LogIn => self.open_form(false),
            Action::Copy => return self.copy_link(),
            Action::OpenInBrowser => return self.link().map(Effect::Browse).into_iter().collect(),
            Action::Watchlist => return self.toggle_watchlist(),
            Action::Reconnect if self.place == Place::List => return self.refresh(),
            Action::Reconnect => return vec![Effect::Reconnect(self.watch.product_id)],
            _ if self.replay.is_some() => return self.act_in_replay(action),
            _ if self.place == Place::List => return self.act_in_list(action),
            _ => return self.act_in_watch(action),
        }
        Vec::new()
    }

    fn act_in_watch(&mut self, action: Action) -> Vec<Effect> {
        match action {
            Action::Back => return self.go_back(),
            Action::Review => return self.review(self.kind()),
            Action::Buy => return self.buy(),
            Action::ToggleMaximum => self.toggle_maximum(),
            Action::NextAuction => self.turn(true),
            Action::PreviousAuction => self.turn(false),
            Action::CloseAuction => return self.close(),
            Action::Export => return vec![Effect::Export(self.watch.product_id, ExportAs::Bids)],
            _ if self.act_in_panes(action) => {}
            _ => self.act_in_field(action),
        }
        Vec::new()
    }

    /// What moves and shows the lists and the chart; whether it was that.
    pub(super) fn act_in_panes(&mut self, action: Action) -> bool {
        match action {
            Action::Details if self.watch.product.is_some() => self.details = Some(0),
            Action::Qr => self.has_qr = true,
            Action::Events if self.zoomed == Some(Pane::Events) => self.zoomed = None,
            Action::Events => {
                self.zoomed = Some(Pane::Events);
                self.watch.scroll.events = 0;
            }
            Action::Zoom if self.zoomed.is_some() => self.zoomed = None,
            Action::Zoom => self.zoomed = Some(self.focus),
            Action::Freeze => self.watch.toggle_frozen(),
            Action::ChartStyle => self.chart.style = self.chart.style.next(),
            Action::ChartIn => self.chart.zoom_in(),
            Action::ChartOut => self.chart.zoom_out(),
            Action::NextPane => self.focus_on(self.focus.next()),
            Action::PreviousPane => self.focus_on(self.focus.next().next()),
            Action::Down(lines) => self.scroll_by(|at| at.saturating_add(lines)),
            Action::Up(lines) => self.scroll_by(|at| at.saturating_sub(lines)),
            Action::Top => self.scroll_by(|_| 0),
            Action::Bottom => self.scroll_by(|_| usize::MAX),
            _ => return false,
        }
        true
    }

    fn focus_on(&mut self, pane: Pane) {
        self.focus = pane;
        if self.zoomed.is_some() {
            self.zoomed = Some(pane);
        }
    }

    /// `Esc`: what is large is small again, then what was typed goes, then come the lists.
    fn go_back(&mut self) -> Vec<Effect> {
        let is_untouched =
            self.watch.field.is_empty() && !self.watch.wants_maximum && self.watch.note.is_none();
        if self.zoomed.take().is_some() {
            return Vec::new();
        }
        if is_untouched {
            return self.go_to_list();
        }
        self.watch.field.clear();
        self.watch.wants_maximum = false;
        self.watch.note = None;
        Vec::new()
    }

    fn act_in_field(&mut self, action: Action) {
        let first = self.first(self.kind());
        if self.obstacle_to_amounts().is_some() {
            return; // the bid line says what it is
        }
        let Some(product) = &self.watch.product else {
            return;
        };
        let field = &mut self.watch.field;
        let currency = product.currency;
        let from = field.amount(currency).ok();
        match (action, first) {
            (Action::Digit(digit), _) => field.type_digit(digit, currency),
            (Action::Point, _) => field.type_point(currency),
            (Action::Erase, _) => field.erase(),
            (Action::StepUp, Some(first)) => field.preset(product.step_up(from, first), currency),
            (Action::StepDown, Some(first)) => {
                field.preset(product.step_down(from, first), currency);
            }
            _ => {}
        }
    }

    fn act_in_dialog(&mut self, action: Action) -> Vec<Effect> {
        match action {
            Action::Send => return self.send(),
            Action::Reconnect => return vec![Effect::Reconnect(self.watch.product_id)],
            Action::NextAuction => self.turn(true),
            Action::PreviousAuction => self.turn(false),
            Action::News => self.go_to_news(),
            Action::Cancel => self.cancel_dialog(),
            Action::RaiseToMinimum => self.raise_to_minimum(),
            Action::ToggleMaximum => self.toggle_maximum(),
            _ => {}
        }
        Vec::new()
    }

    /// Scrolls the list that has the keys, no further than it is long.
    pub(super) fn scroll_by(&mut self, to: impl Fn(usize) -> usize) {
        let pane = self.zoomed.unwrap_or(self.focus);
        let lines = match pane {
            Pane::Events => self.watch.shown_log().len(),
            Pane::Bids => self.watch.shown_bids().len(),
            Pane::Chart => return,
        };
        let scroll = &mut self.watch.scroll;
        let scrolled = if pane == Pane::Events { &mut scroll.events } else { &mut scroll.bids };
        *scrolled = to(*scrolled).min(lines.saturating_sub(1));
    }
}
