//! The secrets: of each, an auction that is held again and again, and differs in nothing else.

use std::time::Duration;

use serde_json::{Value, json};

use super::stage::{ADMIN, OLGA, OTTO, RICK, SELLER, Stage};
use crate::support::actors::product;

/// A secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    /// How high a leader's maximum is, where no rival comes near.
    Height,
    /// The same, where the auction is called off.
    HeightCalledOff,
    /// Whether the leader has raised it.
    Raise,
    /// Whether a bid that lost was firm or a maximum.
    Kind,
    /// What a reserve is, until one bid meets either.
    ReserveMet,
    /// What a reserve is that is lowered and never met.
    ReserveUnmet,
    /// What the reserve of a sealed auction is, which nobody reaches.
    SealedReserve,
    /// What a sealed amount is, also to another bidder, who would win or lose by it.
    SealedAmount,
    /// Whether there are sealed amounts, how many, replaced or struck.
    SealedBids,
    /// Which number a bidder has in a sealed auction.
    Alias,
}

impl Case {
    /// How many runs are compared.
    pub(super) fn variants(self) -> usize {
        match self {
            Self::SealedAmount => 3,
            Self::SealedBids => 4,
            _ => 2,
        }
    }

    /// Who knows the secret.
    pub(super) fn known_to(self) -> &'static [&'static str] {
        match self {
            Self::ReserveMet | Self::ReserveUnmet | Self::SealedReserve => &[SELLER],
            Self::SealedBids => &[OLGA, OTTO],
            _ => &[OLGA],
        }
    }

    /// Whether an admin who reads the log before a close must not tell the runs apart either. He
    /// sees that there are entries, and of which kind.
    pub(super) fn admin_may_not_tell(self) -> bool {
        !matches!(self, Self::Raise | Self::Kind | Self::SealedBids | Self::Alias)
    }

    /// Amounts that are secret, and stand nowhere else.
    pub(super) fn secrets(self) -> &'static [&'static str] {
        match self {
            Self::Height | Self::HeightCalledOff | Self::Raise => {
                &["1412.37", "1987.65", "2087.91"]
            }
            Self::Kind => &[],
            Self::ReserveMet | Self::ReserveUnmet | Self::SealedReserve => {
                &["612.37", "687.91", "501.11", "555.55"]
            }
            Self::SealedAmount | Self::SealedBids | Self::Alias => {
                &["120.37", "312.39", "333.47", "987.91"]
            }
        }
    }

    /// What is sold, for so long.
    pub(super) fn product(self, variant: usize, ends_in: Duration) -> Value {
        let mut body = product(ends_in);
        for (name, value) in self.terms(variant).as_object().unwrap() {
            match value {
                Value::Null => drop(body.as_object_mut().unwrap().remove(name)),
                value => body[name] = value.clone(),
            }
        }
        body
    }

    /// The terms that are special about it, instead of the usual ones; null leaves one out.
    fn terms(self, variant: usize) -> Value {
        match self {
            // With this window every public bid moves the end.
            Self::Height | Self::HeightCalledOff | Self::Raise | Self::Kind => {
                json!({"increment": "10.00", "soft_close_seconds": 7200})
            }
            Self::ReserveMet | Self::ReserveUnmet => json!({
                "increment": "10.00",
                "anonymous_bidders": true,
                "buy_now_price": "900.00",
                "reserve_price": (["612.37", "687.91"][variant]),
            }),
            Self::SealedAmount | Self::SealedReserve => json!({
                "increment": null,
                "format": "sealed_second_price",
                "reserve_price": if self == Self::SealedAmount {
                    "300.00"
                } else {
                    ["612.37", "687.91"][variant]
                },
            }),
            Self::SealedBids | Self::Alias => json!({
                "increment": null,
                "format": "sealed_first_price",
                "anonymous_bidders": true,
            }),
        }
    }

    /// What happens, with a look at everything in between.
    pub(super) async fn play(self, variant: usize, stage: &mut Stage) {
        match self {
            Self::Height | Self::HeightCalledOff => {
                height(["1412.37", "2087.91"][variant], stage).await;
            }
            Self::Raise => raise(variant == 1, stage).await,
            Self::Kind => kind(["amount", "max_amount"][variant], stage).await,
            Self::ReserveMet | Self::ReserveUnmet => {
                reserve(["501.11", "555.55"][variant], stage).await;
            }
            Self::SealedReserve => sealed("330.00", stage).await,
            Self::SealedAmount => sealed(["120.37", "320.00", "987.91"][variant], stage).await,
            Self::SealedBids => sealed_bids(variant, stage).await,
            Self::Alias => alias(variant == 0, stage).await,
        }
    }

    /// How it ends, when everybody has looked. Of a sealed auction nothing is public then: it is
    /// called off.
    pub(super) async fn end(self, stage: &mut Stage) {
        match self {
            Self::Height | Self::Raise | Self::Kind | Self::ReserveUnmet | Self::SealedReserve => {
                stage.close().await;
            }
            Self::ReserveMet => {
                stage.bid(RICK, json!({"amount": "700.00"})).await;
                stage.look_live().await;
                stage.close().await;
            }
            Self::HeightCalledOff | Self::SealedAmount | Self::SealedBids | Self::Alias => {
                let reason = json!({"reason": "It was not the seller's."});
                stage.openly(ADMIN, "POST", "/admin/cancel", reason).await;
                stage.over().await;
            }
        }
        stage.look().await;
    }
}

async fn height(maximum: &str, stage: &mut Stage) {
    stage.bid(OLGA, json!({"max_amount": maximum})).await;
    stage.bid(RICK, json!({"amount": "150.00"})).await;
    stage.look().await;
    let beaten = stage.bid(RICK, json!({"max_amount": "200.00"})).await;
    stage.look_live().await;
    // A replay of the log finds the same price.
    strike(stage, &beaten["bid_id"]).await;
}

async fn raise(raises: bool, stage: &mut Stage) {
    let first = stage.bid(OLGA, json!({"max_amount": "1412.37"})).await;
    stage.bid(RICK, json!({"amount": "150.00"})).await;
    stage.bid_on_other(RICK, "100.00").await;
    stage.look().await;
    if raises {
        stage.bid(OLGA, json!({"max_amount": "1987.65"})).await;
        stage.bid_on_socket(OLGA, json!({"max_amount": "2087.91"})).await;
    }
    stage.look_live().await;
    stage.bid(RICK, json!({"amount": "180.00"})).await;
    stage.look().await;
    // The raises fall with the bid, and are not named.
    strike(stage, &first["bid_id"]).await;
}

async fn kind(kind: &str, stage: &mut Stage) {
    stage.bid(RICK, json!({"max_amount": "300.00"})).await;
    stage.bid(OLGA, json!({kind: "150.00"})).await;
    stage.look_live().await;
    let second = stage.bid(OLGA, json!({kind: "300.00"})).await;
    stage.look().await;
    strike(stage, &second["bid_id"]).await;
}

async fn reserve(lowered: &str, stage: &mut Stage) {
    stage.bid(OLGA, json!({"max_amount": "300.00"})).await;
    stage.bid(RICK, json!({"amount": "150.00"})).await;
    stage.look_live().await;
    stage.secretly(SELLER, "PATCH", "", json!({"reserve_price": lowered})).await;
    stage.look().await;
}

async fn sealed(amount: &str, stage: &mut Stage) {
    stage.bid(RICK, json!({"amount": "320.00"})).await;
    stage.bid(OLGA, json!({"amount": amount})).await;
    stage.look_live().await;
    stage.bid(RICK, json!({"amount": "325.00"})).await;
    describe(stage).await;
    stage.look().await;
}

async fn sealed_bids(variant: usize, stage: &mut Stage) {
    stage.look().await;
    if variant > 0 {
        stage.bid(OLGA, json!({"amount": "312.39"})).await;
    }
    if variant == 2 {
        stage.bid_on_socket(OLGA, json!({"amount": "333.47"})).await;
        stage.bid(OTTO, json!({"amount": "120.37"})).await;
    }
    if variant == 3 {
        stage.strike_sealed(OLGA).await;
    }
    stage.look_live().await;
    describe(stage).await;
    stage.look().await;
}

async fn alias(olga_is_first: bool, stage: &mut Stage) {
    let (olga, rick) = (json!({"amount": "312.39"}), json!({"amount": "200.00"}));
    if olga_is_first {
        stage.bid(OLGA, olga).await;
        stage.bid(RICK, rick).await;
    } else {
        stage.bid(RICK, rick).await;
        stage.bid(OLGA, olga).await;
    }
    stage.look_live().await;
    describe(stage).await;
    stage.look().await;
}

/// Strikes a public bid.
async fn strike(stage: &mut Stage, bid_id: &Value) {
    let bid_id = bid_id.as_str().unwrap();
    stage.transcript.names.give(bid_id, "the struck bid");
    let path = format!("/admin/bids/{bid_id}/void");
    let reason = json!({"reason": "The bidder was mistaken."});
    stage.openly(ADMIN, "POST", &path, reason).await;
    stage.look().await;
}

/// Something that everybody is told, so that whatever was told before it has come.
async fn describe(stage: &mut Stage) {
    let description = json!({"description": "Overhauled in 2023, with its case."});
    stage.as_known(SELLER, "PATCH", "", description).await;
}
