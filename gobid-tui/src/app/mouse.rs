//! The mouse: the wheel scrolls, a click chooses. Nothing is bid by it.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};

use super::{App, Effect, Pane, Place};
use crate::keys::{Action, Scope};
use crate::view::{self, Hit};

/// Lines of a turn of the wheel.
const WHEEL: usize = 3;

impl App {
    pub(super) fn mouse(&mut self, event: MouseEvent) -> Vec<Effect> {
        let hit = view::hit(self, event.column, event.row);
        match event.kind {
            MouseEventKind::ScrollDown => self.wheel(Action::Down(WHEEL), hit),
            MouseEventKind::ScrollUp => self.wheel(Action::Up(WHEEL), hit),
            MouseEventKind::Down(MouseButton::Left) => self.click(hit),
            _ => Vec::new(),
        }
    }

    fn wheel(&mut self, action: Action, hit: Hit) -> Vec<Effect> {
        let scope = self.scope();
        match (scope, hit) {
            (Scope::Watch | Scope::Replay, Hit::Pane(pane)) => {
                self.focus = if pane == Pane::Chart { Pane::Bids } else { pane };
                self.act_in_panes(action);
                Vec::new()
            }
            (Scope::List | Scope::Help | Scope::Details | Scope::Palette, _) => {
                self.act(action, scope)
            }
            _ => Vec::new(),
        }
    }

    fn click(&mut self, hit: Hit) -> Vec<Effect> {
        if !matches!(self.scope(), Scope::Watch | Scope::List | Scope::Replay | Scope::Dialog) {
            return Vec::new();
        }
        match hit {
            Hit::Auction(id) => {
                if self.bring(id) {
                    self.show_auction();
                }
            }
            Hit::Tab(tab) => return self.show_tab(tab),
            Hit::Row(row) if self.browse.selected() == row => {
                return self.act_in_list(Action::Open);
            }
            Hit::Row(row) => return self.choose(|_| row),
            Hit::Pane(pane) if self.place == Place::Auction => self.focus = pane,
            Hit::Pane(_) | Hit::Nothing => {}
        }
        Vec::new()
    }
}
