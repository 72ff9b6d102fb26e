//! The people of all auctions. The model knows them by numbers.

use super::reference::{Bidder, View};
use crate::support::actors::User;
use crate::support::database::Database;
use crate::support::server::Server;

/// Who sells everything.
pub(crate) const SELLER: u64 = 1;
/// Who may void, extend and annul; he bids, too.
pub(crate) const ADMIN: u64 = 2;
/// How many bid beside the admin.
const BIDDERS: u64 = 5;

/// Everybody who takes part.
pub(crate) struct Cast {
    /// In the order of their numbers, which begin with 1.
    people: Vec<User>,
    /// Somebody who only looks.
    pub(crate) visitor: User,
}

impl Cast {
    /// Signs everybody up.
    pub(crate) async fn sign_up(server: &Server, database: &Database) -> Self {
        let mut people = Vec::new();
        for number in Self::numbers() {
            let name = match number {
                SELLER => "Seller".to_owned(),
                ADMIN => "Admin".to_owned(),
                bidder => format!("Person-{bidder}"),
            };
            people.push(User::sign_up(server, &name).await);
        }
        let admin = "update users set is_admin = true where user_name = 'Admin'";
        assert_eq!(database.execute(admin).await, 1);
        Self { people, visitor: User::visitor(server, "Visitor") }
    }

    /// The same people at another server.
    pub(crate) fn at(&self, server: &Server) -> Self {
        let people = self.people.iter().map(|person| person.at(server)).collect();
        Self { people, visitor: self.visitor.at(server) }
    }

    /// The numbers of all.
    pub(crate) fn numbers() -> impl Iterator<Item = u64> {
        SELLER..=ADMIN + BIDDERS
    }

    /// The numbers of those who bid, the admin among them.
    pub(crate) fn bidders() -> Vec<u64> {
        Self::numbers().filter(|number| *number != SELLER).collect()
    }

    /// The person of a number.
    pub(crate) fn person(&self, number: u64) -> &User {
        &self.people[usize::try_from(number).unwrap() - 1]
    }
}

/// What somebody sees of himself, once he has bid.
pub(crate) fn part_of(view: &View, number: u64) -> Option<&Bidder> {
    view.bidders.iter().find(|bidder| bidder.user == number)
}
