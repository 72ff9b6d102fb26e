//! Lists of users, for admins.

use gobid_auction::UserId;
use uuid::Uuid;

use super::{User, UserRow};
use crate::database::reading;
use crate::{Database, StoreError};

/// How many users a page of a search looks at, at most.
const LOOKED_AT: i64 = 20_000;

/// A page of a list of users.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserPage {
    /// The users, the newest first.
    pub users: Vec<User>,
    /// Before which user the list goes on; `None` at its end.
    pub next: Option<UserId>,
}

impl Database {
    /// Users, the newest first, before one of them; with `text`, in lower case, those whose name or
    /// e-mail has it, or whose id it is. A page of a search may have fewer than `limit`, or none,
    /// and the list go on.
    pub async fn users(
        &self,
        text: Option<&str>,
        before: Option<UserId>,
        limit: usize,
    ) -> Result<UserPage, StoreError> {
        // The last one that is looked at, when there are more.
        const LAST: &str = "select user_id from users where user_id < $1 \
            order by user_id desc limit 1 offset $2";
        const SQL: &str = concat!(
            "select ",
            super::user_columns!(),
            " from users where user_id < $1 and user_id >= $2 \
                and ($3 is null or user_name_key like $3 escape '!' or email like $3 escape '!' \
                    or user_id = $4) \
             order by user_id desc limit $5"
        );
        let before = before.unwrap_or(Uuid::max());
        let last: Option<Uuid> = match text {
            None => None,
            Some(_) => reading!(self, |connection| {
                let query = sqlx::query_scalar(LAST).bind(before).bind(LOOKED_AT - 1);
                query.fetch_optional(connection).await?
            }),
        };
        let pattern = text.map(pattern);
        let id = text.and_then(|text| text.parse::<Uuid>().ok());
        let wanted = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
        let rows: Vec<UserRow> = reading!(self, |connection| {
            sqlx::query_as(SQL)
                .bind(before)
                .bind(last.unwrap_or(Uuid::nil()))
                .bind(pattern.as_deref())
                .bind(id)
                .bind(wanted)
                .fetch_all(connection)
                .await?
        });
        let mut users: Vec<User> = rows.into_iter().map(User::from).collect();
        let has_more = users.len() > limit;
        users.truncate(limit);
        let next = if has_more { users.last().map(|user| user.user_id) } else { last };
        Ok(UserPage { users, next })
    }
}

/// What `like` takes for all that has this text.
fn pattern(text: &str) -> String {
    let escaped: String = text
        .chars()
        .flat_map(|c| "!%_".contains(c).then_some('!').into_iter().chain([c]))
        .collect();
    format!("%{escaped}%")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_like_takes_for_more_than_itself_is_escaped() {
        assert_eq!(pattern("eva"), "%eva%");
        assert_eq!(pattern("a_b%c!"), "%a!_b!%c!!%");
    }
}
