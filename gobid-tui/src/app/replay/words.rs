//! What is typed in a replay.

use super::FASTEST;
use crate::app::log::Tone;
use crate::app::{App, Effect};
use crate::countdown;
use crate::keys::Action;

/// What there is not in a replay.
const ELSEWHERE: [&str; 12] = [
    "bid",
    "max",
    "buy",
    "accept",
    "watch",
    "list",
    "filter",
    "sort",
    "more",
    "news",
    "close",
    "reconnect",
];

impl App {
    /// What a command does in a replay; `None` where it does the same as everywhere.
    pub(in crate::app) fn words_in_replay(
        &mut self,
        command: &str,
        rest: &[&str],
    ) -> Option<Vec<Effect>> {
        self.replay.as_ref()?;
        let action = match (command, rest) {
            ("play", []) => Action::Play,
            ("next", []) => Action::Step(1),
            ("previous", []) => Action::Step(-1),
            ("seek", [place]) => return Some(self.words_of_a_place(place)),
            ("speed", [speed]) => return Some(self.words_of_a_speed(speed)),
            (command, _) if ELSEWHERE.contains(&command) => {
                let text = "this is a replay: start the program anew to watch or to bid";
                self.tell(Tone::Warning, text);
                return Some(Vec::new());
            }
            _ => return None,
        };
        Some(self.act_in_replay(action))
    }

    /// `50`: half of it; `+10`, `-10`: a tenth of it on, or back.
    fn words_of_a_place(&mut self, place: &str) -> Vec<Effect> {
        let digits = place.trim_end_matches('%');
        let is_move = digits.starts_with(['+', '-']);
        let hundredths = digits.parse::<i32>().ok().filter(|it| (-100..=100).contains(it));
        let Some((replay, hundredths)) = self.replay.as_mut().zip(hundredths) else {
            let text = "seek goes to a part of a hundred, such as: seek 50, seek +10, seek -10";
            self.tell(Tone::Warning, text);
            return Vec::new();
        };
        if is_move {
            replay.seek(hundredths);
        } else {
            replay.seek_to(hundredths.unsigned_abs());
        }
        let time = countdown::time_of_day(replay.time, &self.look.zone);
        self.follow_replay();
        self.tell(Tone::Plain, format!("at {time}"));
        Vec::new()
    }

    fn words_of_a_speed(&mut self, speed: &str) -> Vec<Effect> {
        let speed = speed.trim_end_matches('x').parse::<u32>().ok();
        let speed = speed.filter(|speed| (1..=FASTEST).contains(speed));
        match self.replay.as_mut().zip(speed) {
            Some((replay, speed)) => {
                replay.speed = speed;
                self.tell(Tone::Plain, format!("{speed} times as fast"));
            }
            None => self.tell(Tone::Warning, format!("the speed is 1 to {FASTEST}: speed 8")),
        }
        Vec::new()
    }
}
