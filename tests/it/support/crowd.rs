//! Many bidders at once, each of whom wants to lead.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use futures_util::stream::{StreamExt, iter};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::watch;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::actors::User;
use super::server::Server;
use super::socket::Socket;
use super::wait::soon;

/// How long a race may take.
const RACE: std::time::Duration = std::time::Duration::from_mins(2);

/// How many sign up at once; more would wait for each other.
const SIGN_UPS: usize = 8;

/// Bidders who have signed up.
pub(crate) struct Crowd {
    bidders: Vec<User>,
}

/// The answers to everything that a crowd has sent.
#[derive(Default)]
pub(crate) struct Answers {
    /// Every `bid_accepted`.
    pub(crate) accepted: Vec<Value>,
    /// The request id of every bid that was refused.
    pub(crate) refused: Vec<Uuid>,
}

impl Crowd {
    /// So many.
    pub(crate) async fn sign_up(server: &Server, count: usize) -> Self {
        let names: Vec<String> =
            (1..=count).map(|number| format!("Bidder-of-the-crowd-{number:02}")).collect();
        let signing_up = names.iter().map(|name| User::sign_up(server, name));
        Self { bidders: iter(signing_up).buffered(SIGN_UPS).collect().await }
    }

    pub(crate) fn bidders(&self) -> &[User] {
        &self.bidders
    }

    /// Each bids, over a socket at one of the servers, whenever he does not lead, until at least
    /// so many bids were accepted; whole amounts in steps of 1.00.
    pub(crate) async fn race(
        &self,
        servers: &[&Server],
        product_id: &str,
        accepted: usize,
    ) -> Answers {
        let finish = Arc::new(Finish::after(accepted));
        let mut racing = JoinSet::new();
        for (place, bidder) in self.bidders.iter().enumerate() {
            let bidder = bidder.at(servers[place % servers.len()]);
            let racer = Racer {
                socket: bidder.subscribe(product_id).await,
                name: bidder.name,
                jump: u64::try_from(place % 7).unwrap(),
                minimum: 0,
                seq: 0,
                leads: false,
                answers: Answers::default(),
                finish: Arc::clone(&finish),
            };
            racing.spawn(racer.run());
        }
        let all = soon("the end of a race", RACE, racing.join_all()).await;
        let mut answers = Answers::default();
        for Answers { accepted, refused } in all {
            answers.accepted.extend(accepted);
            answers.refused.extend(refused);
        }
        answers
    }
}

/// Counts what was accepted, and tells all when it is enough.
struct Finish {
    wanted: usize,
    accepted: AtomicUsize,
    is_over: watch::Sender<bool>,
}

impl Finish {
    fn after(wanted: usize) -> Self {
        Self { wanted, accepted: AtomicUsize::new(0), is_over: watch::Sender::new(false) }
    }

    fn count(&self) {
        if self.accepted.fetch_add(1, Relaxed) + 1 >= self.wanted {
            self.is_over.send_replace(true);
        }
    }
}

struct Racer {
    socket: Socket,
    name: String,
    /// How many steps above the minimum he bids.
    jump: u64,
    /// The minimum next bid, whole.
    minimum: u64,
    /// The newest event he knows of, and whether he leads since.
    seq: u64,
    leads: bool,
    answers: Answers,
    finish: Arc<Finish>,
}

/// What a racer reads of a frame.
#[derive(Deserialize)]
struct Brief {
    r#type: String,
    #[serde(default)]
    seq: u64,
    request_id: Option<Uuid>,
    minimum_next_bid: Option<String>,
    product: Option<Standing>,
}

#[derive(Deserialize)]
struct Standing {
    minimum_next_bid: String,
    leader: Option<String>,
}

impl Racer {
    async fn run(mut self) -> Answers {
        let mut is_over = self.finish.is_over.subscribe();
        self.take_frame(None).await;
        while !*is_over.borrow() {
            if !self.leads {
                self.bid().await;
                continue;
            }
            tokio::select! {
                _answer = self.take_frame(None) => {}
                _over = is_over.wait_for(|is_over| *is_over) => {}
            }
        }
        self.answers
    }

    async fn bid(&mut self) {
        let request_id = Uuid::new_v4();
        let amount = format!("{}.00", self.minimum + self.jump);
        self.socket.send_bid(&amount, request_id).await.unwrap();
        while !self.take_frame(Some(request_id)).await {}
    }

    /// Reads a frame; says whether it was the answer to a bid.
    async fn take_frame(&mut self, request_id: Option<Uuid>) -> bool {
        let text = self.socket.next_text().await.unwrap();
        let frame: Brief =
            serde_json::from_str(&text).unwrap_or_else(|why| panic!("{text}: {why}"));
        match frame.r#type.as_str() {
            "snapshot" | "update" => {
                let product = frame.product.unwrap();
                self.learn(frame.seq, product.leader.as_ref() == Some(&self.name));
                self.rise(&product.minimum_next_bid);
            }
            "bid_accepted" => {
                self.learn(frame.seq, true);
                self.rise(&frame.minimum_next_bid.unwrap());
                self.answers.accepted.push(serde_json::from_str(&text).unwrap());
                self.finish.count();
            }
            "bid_rejected" => {
                assert!(text.contains("bid_too_low"), "{text}");
                self.rise(&frame.minimum_next_bid.unwrap());
                self.answers.refused.push(frame.request_id.unwrap());
            }
            "you" | "heartbeat" => {}
            _ => panic!("{text}"),
        }
        request_id.is_some() && frame.request_id == request_id
    }

    /// The answer to a bid may come after the update that has it, and later ones.
    fn learn(&mut self, seq: u64, leads: bool) {
        if seq >= self.seq {
            (self.seq, self.leads) = (seq, leads);
        }
    }

    fn rise(&mut self, minimum: &str) {
        let (whole, _hundredths) = minimum.split_once('.').unwrap();
        self.minimum = self.minimum.max(whole.parse().unwrap());
    }
}
