//! The record of what admins did and read.

use gobid_store::{AuditAction, AuditLine, NewAudit};
use uuid::Uuid;

use super::{at, sign_up, store};
use crate::support::database::{Database, on_both};

on_both! {
    what_was_noted_comes_newest_first,
    whoever_does_not_exist_did_nothing,
}

async fn what_was_noted_comes_newest_first(database: Database) {
    let store = store(&database).await;
    assert_eq!(store.audit(None, 100).await.unwrap(), []);
    let admins = [(sign_up(&store, "Ada").await, "Ada"), (sign_up(&store, "Ben").await, "Ben")];
    let actions = [
        (AuditAction::Cancel, "cancel"),
        (AuditAction::Extend, "extend"),
        (AuditAction::Annul, "annul"),
        (AuditAction::VoidBid, "void_bid"),
        (AuditAction::VoidBidder, "void_bidder"),
        (AuditAction::ReadLog, "read_log"),
        (AuditAction::CreateUser, "create_user"),
        (AuditAction::Suspend, "suspend"),
        (AuditAction::Reinstate, "reinstate"),
        (AuditAction::MakeAdmin, "make_admin"),
        (AuditAction::RemoveAdmin, "remove_admin"),
        (AuditAction::ResetPassword, "reset_password"),
        (AuditAction::CreateToken, "create_token"),
        (AuditAction::ReadSessions, "read_sessions"),
        (AuditAction::ReadBids, "read_bids"),
    ];
    let mut wanted = Vec::new();
    for (number, (action, word)) in actions.into_iter().enumerate() {
        let (admin_id, admin_name) = admins[number % 2];
        let is_whole = number != 3;
        let audit = NewAudit {
            audit_id: Uuid::now_v7(),
            at: at(i64::try_from(number).unwrap()),
            admin_id,
            action,
            product_id: is_whole.then(Uuid::now_v7),
            user_id: is_whole.then_some(admins[0].0),
            detail: is_whole.then(|| format!("detail {number}")),
        };
        store.note_audit(&audit).await.unwrap();
        let NewAudit { audit_id, product_id, user_id, detail, .. } = audit;
        let user_name = user_id.map(|_| "Ada".to_owned());
        let (at, admin_name, action) =
            (audit.at.as_micros(), admin_name.to_owned(), word.to_owned());
        let line = AuditLine {
            audit_id,
            at,
            admin_id,
            admin_name,
            action,
            product_id,
            user_id,
            user_name,
            detail,
        };
        wanted.insert(0, line);
    }
    assert_eq!(store.audit(None, 100).await.unwrap(), wanted);
    assert_eq!(store.audit(None, 2).await.unwrap(), wanted[..2]);
    assert_eq!(store.audit(Some(wanted[1].audit_id), 3).await.unwrap(), wanted[2..5]);
    assert_eq!(store.audit(Some(wanted[14].audit_id), 3).await.unwrap(), []);
}

async fn whoever_does_not_exist_did_nothing(database: Database) {
    let store = store(&database).await;
    let audit = NewAudit {
        audit_id: Uuid::now_v7(),
        at: at(0),
        admin_id: Uuid::now_v7(),
        action: AuditAction::Cancel,
        product_id: None,
        user_id: None,
        detail: None,
    };
    assert!(store.note_audit(&audit).await.is_err());
    assert_eq!(store.audit(None, 100).await.unwrap(), []);
}
