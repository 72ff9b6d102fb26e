//! Passwords: argon2id, on a few threads of its own, which give way to everything else.

mod hasher;
mod idler;

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::oneshot;

use crate::clock::{Clock, Moment};
use hasher::{Hasher, argon2id};

/// How many may wait for each that is at work; more are sent away.
const WAITING_PER_WORKER: usize = 64;
/// How much the workers give way (`nice`): beside bids that keep the processors busy, a tenth of
/// one is left for each.
const NICENESS: i32 = 10;

/// Makes and checks hashes of passwords.
#[derive(Clone, Debug)]
pub(crate) struct Passwords {
    work: SyncSender<Work>,
    clock: Clock,
    /// Of a password that nobody knows: what an unknown user's is checked against.
    dummy: Arc<str>,
}

/// What a worker does.
struct Work {
    asked: Moment,
    work: Box<dyn FnOnce(&Hasher) + Send>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PasswordError {
    /// Too many wait already.
    #[error("too many passwords wait to be checked")]
    Busy,
    /// The hash could not be made.
    #[error("the password could not be hashed: {0}")]
    Failed(String),
}

impl Passwords {
    /// Some workers, up to four: half as many as there are processors, so that where a database runs
    /// beside them one is always left. They end with the last clone.
    pub(crate) fn new(clock: &Clock) -> Result<Self, PasswordError> {
        let processors = thread::available_parallelism().map_or(1, usize::from);
        let workers = (processors / 2).clamp(1, 4);
        let (argon2, unknown) =
            (argon2id().map_err(|why| failed(&why))?, rand::random::<[u8; 32]>());
        let start = clock.moment();
        let dummy = hash(&argon2, &unknown)?;
        let took = clock.moment().since(start);
        let most = workers * WAITING_PER_WORKER;
        let (passwords, works) = Self::waiting_at_most(most, dummy, clock.clone());
        let works = Arc::new(Mutex::new(works));
        for _ in 0..workers {
            let (works, argon2, clock) = (Arc::clone(&works), argon2.clone(), clock.clone());
            let worker = thread::Builder::new().name("gobid-passwords".to_owned());
            let life = move || do_all(&works, &Hasher::new(argon2, took, clock));
            worker.spawn(life).map_err(|why| failed(&why))?;
        }
        Ok(passwords)
    }

    /// One without workers, and what would be for them.
    fn waiting_at_most(most: usize, dummy: String, clock: Clock) -> (Self, Receiver<Work>) {
        let (work, works) = sync_channel(most);
        (Self { work, clock, dummy: dummy.into() }, works)
    }

    /// The hash of a new password.
    pub(crate) async fn hash(&self, password: String) -> Result<String, PasswordError> {
        self.work(move |hasher| hash(hasher, password.as_bytes())).await?
    }

    /// Whether a password is the one of a hash. Without a hash, for a user that is not there, the
    /// answer is no and takes as long.
    pub(crate) async fn verify(
        &self,
        password: String,
        password_hash: Option<String>,
    ) -> Result<bool, PasswordError> {
        let known = password_hash.is_some();
        let password_hash = password_hash.unwrap_or_else(|| self.dummy.to_string());
        let matches =
            self.work(move |hasher| verify(hasher, password.as_bytes(), &password_hash)).await??;
        Ok(matches && known)
    }

    /// Has work done. It is done also when nobody waits for it any more.
    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Hasher) -> T + Send + 'static,
    ) -> Result<T, PasswordError> {
        let (reply, done) = oneshot::channel();
        let work = Box::new(move |hasher: &Hasher| drop(reply.send(work(hasher))));
        let work = Work { asked: self.clock.moment(), work };
        self.work.try_send(work).map_err(|_full| PasswordError::Busy)?;
        done.await.map_err(|why| failed(&why))
    }
}

/// The life of a worker.
fn do_all(works: &Mutex<Receiver<Work>>, hasher: &Hasher) {
    // Where it may not be, logins are in the way of bids, and nothing else.
    if let Err(why) = rustix::process::nice(NICENESS) {
        tracing::debug!(error = ?why, "passwords are checked as if they were urgent");
    }
    loop {
        let work = works.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Work { asked, work }) = work else { return };
        hasher.asked_at(asked);
        work(hasher);
    }
}

fn hash(
    hasher: &impl PasswordHasher<PasswordHash>,
    password: &[u8],
) -> Result<String, PasswordError> {
    Ok(hasher.hash_password(password).map_err(|why| failed(&why))?.to_string())
}

fn verify(hasher: &Hasher, password: &[u8], password_hash: &str) -> Result<bool, PasswordError> {
    use argon2::password_hash::Error;
    let password_hash = PasswordHash::new(password_hash).map_err(|why| failed(&why))?;
    match hasher.verify_password(password, &password_hash) {
        Ok(()) => Ok(true),
        Err(Error::PasswordInvalid) => Ok(false),
        Err(why) => Err(failed(&why)),
    }
}

fn failed(why: &impl ToString) -> PasswordError {
    PasswordError::Failed(why.to_string())
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[tokio::test]
    async fn a_password_is_known_again_and_another_is_not() {
        let passwords = Passwords::new(&Clock::system()).unwrap();
        let hash = passwords.hash("correct horse".to_owned()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        let verify = |password: &str, hash: Option<&String>| {
            passwords.verify(password.to_owned(), hash.cloned())
        };
        assert_eq!(verify("correct horse", Some(&hash)).await, Ok(true));
        assert_eq!(verify("correct mouse", Some(&hash)).await, Ok(false));
        assert_eq!(verify("correct horse", None).await, Ok(false));
    }

    #[tokio::test]
    async fn whoever_would_wait_too_long_is_sent_away() {
        let dummy = String::new();
        let (passwords, _works) = Passwords::waiting_at_most(1, dummy, Clock::system());
        let mut first = std::pin::pin!(passwords.hash("x".to_owned()));
        assert_eq!(first.as_mut().now_or_never(), None);
        assert_eq!(passwords.hash("x".to_owned()).await, Err(PasswordError::Busy));
    }
}
