//! What comes of an admin's orders about a user, as it is printed.

use gobid_api::admin::{self, UserRow};
use gobid_api::{ProductId, Timestamp, UserId};
use serde::Serialize;

use crate::output::{Cell, Column, Record};

/// A user with a password that is good for one login, if one was made.
#[derive(Serialize)]
pub(super) struct WithPassword {
    user_id: UserId,
    user_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    one_time_password: Option<String>,
}

impl WithPassword {
    pub(super) const fn new(
        user_id: UserId,
        user_name: String,
        one_time_password: Option<String>,
    ) -> Self {
        Self { user_id, user_name, one_time_password }
    }
}

impl Record for WithPassword {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("user_id", |it| Cell::text(&it.user_id)),
        Column::new("user_name", |it| Cell::text(&it.user_name)),
        Column::new("one_time_password", |it| Cell::maybe(it.one_time_password.as_ref())),
    ];

    fn id(&self) -> String {
        self.user_id.to_string()
    }
}

/// A user who is suspended, and what became of his bids.
#[derive(Serialize)]
pub(super) struct ShutOut {
    user_id: UserId,
    user_name: String,
    suspended_at: Timestamp,
    voided: u32,
    not_voided: u32,
    open_auctions: Vec<ProductId>,
}

impl ShutOut {
    pub(super) fn new(user: &UserRow, answer: admin::Suspended) -> Self {
        let admin::Suspended { suspended_at, voided, not_voided, open_auctions } = answer;
        let (user_id, user_name) = (user.user_id, user.user_name.clone());
        Self { user_id, user_name, suspended_at, voided, not_voided, open_auctions }
    }
}

impl Record for ShutOut {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("user_id", |it| Cell::text(&it.user_id)),
        Column::new("user_name", |it| Cell::text(&it.user_name)),
        Column::new("suspended_at", |it| Cell::Moment(it.suspended_at)),
        Column::new("voided", |it| Cell::Number(it.voided.into())),
        Column::new("not_voided", |it| Cell::Number(it.not_voided.into())),
        Column::new("open_auctions", |it| {
            let ids: Vec<_> = it.open_auctions.iter().map(ToString::to_string).collect();
            Cell::text(&ids.join(" "))
        }),
    ];

    fn id(&self) -> String {
        self.user_id.to_string()
    }
}
