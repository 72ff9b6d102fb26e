//! Many sessions at once: those of the open sockets, and those that have expired.

use gobid_auction::Timestamp;

use super::{IDLE_LIMIT, SessionKey, TOUCH_EVERY, session_key};
use crate::database::leasing;
use crate::{Database, StoreError, hex};

pub(crate) const DELETE_EXPIRED: &str = "\
    delete from sessions where session_key in ( \
        select session_key from sessions where expires_at <= $1 order by expires_at limit $2)";

impl Database {
    /// Notes that sessions are used, each at most every five minutes. What is not alive any more
    /// stays so.
    pub async fn touch_sessions(
        &self,
        keys: &[SessionKey],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (now, idle, noted) = (
            now.as_micros(),
            now.minus(IDLE_LIMIT).as_micros(),
            now.minus(TOUCH_EVERY).as_micros(),
        );
        match self {
            // Locked in the order of their keys: another server may touch the same ones.
            Self::Postgres(database) => {
                const SQL: &str = "update sessions set last_seen_at = $2 where session_key in ( \
                        select session_key from sessions \
                        where session_key = any($1) and expires_at > $2 \
                            and (remember or last_seen_at > $3) and last_seen_at < $4 \
                        order by session_key for no key update)";
                leasing!(&database.pool, |connection| {
                    let query = sqlx::query(SQL).bind(arrays(keys)).bind(now);
                    query.bind(idle).bind(noted).execute(connection).await?;
                });
            }
            Self::Sqlite(database) => {
                const SQL: &str = "update sessions set last_seen_at = $2 \
                     where session_key in (select unhex(value) from json_each($1)) \
                        and expires_at > $2 and (remember or last_seen_at > $3) \
                        and last_seen_at < $4";
                leasing!(&database.writer, after database.turn, |connection| {
                    let query = sqlx::query(SQL).bind(json(keys)).bind(now);
                    query.bind(idle).bind(noted).execute(connection).await?;
                });
            }
        }
        Ok(())
    }

    /// Which of the sessions are alive, in no order: neither ended nor expired nor idle for too
    /// long, and not of a suspended user.
    pub async fn sessions_alive(
        &self,
        keys: &[SessionKey],
        now: Timestamp,
    ) -> Result<Vec<SessionKey>, StoreError> {
        macro_rules! alive {
            ($keys:literal) => {
                concat!(
                    "select s.session_key from sessions s join users u on u.user_id = s.user_id \
                     where s.session_key ",
                    $keys,
                    " and s.expires_at > $2 and (s.remember or s.last_seen_at > $3) \
                        and u.suspended_at is null"
                )
            };
        }
        let (now, idle) = (now.as_micros(), now.minus(IDLE_LIMIT).as_micros());
        let alive: Vec<Vec<u8>> = match self {
            Self::Postgres(database) => {
                leasing!(&database.pool, |connection| {
                    sqlx::query_scalar(alive!("= any($1)"))
                        .bind(arrays(keys))
                        .bind(now)
                        .bind(idle)
                        .fetch_all(connection)
                        .await?
                })
            }
            Self::Sqlite(database) => {
                leasing!(&database.readers, |connection| {
                    sqlx::query_scalar(alive!("in (select unhex(value) from json_each($1))"))
                        .bind(json(keys))
                        .bind(now)
                        .bind(idle)
                        .fetch_all(connection)
                        .await?
                })
            }
        };
        alive.into_iter().map(session_key).collect()
    }

    /// Deletes sessions that have expired, the oldest first, and says how many they were.
    pub async fn delete_expired_sessions(
        &self,
        now: Timestamp,
        limit: i64,
    ) -> Result<u64, StoreError> {
        let deleted = match self {
            Self::Postgres(database) => {
                // By an array, for which the index is taken whatever the limit. What another
                // server is about to delete is left to it.
                const SQL: &str = "delete from sessions where session_key = any(array( \
                        select session_key from sessions where expires_at <= $1 \
                        order by expires_at limit $2 for update skip locked))";
                leasing!(&database.pool, |connection| {
                    let query = sqlx::query(SQL).bind(now.as_micros()).bind(limit);
                    query.execute(connection).await?.rows_affected()
                })
            }
            Self::Sqlite(database) => {
                leasing!(&database.writer, after database.turn, |connection| {
                    let query = sqlx::query(DELETE_EXPIRED).bind(now.as_micros()).bind(limit);
                    query.execute(connection).await?.rows_affected()
                })
            }
        };
        Ok(deleted)
    }
}

fn arrays(keys: &[SessionKey]) -> Vec<&[u8]> {
    keys.iter().map(SessionKey::as_bytes).collect()
}

fn json(keys: &[SessionKey]) -> String {
    hex::json(arrays(keys))
}
