//! Passwords: argon2id, on threads that may block, a few at a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

/// KiB of memory for each hash.
const MEMORY_KIB: u32 = 19 * 1024;
/// Passes over that memory.
const PASSES: u32 = 2;
/// How many may wait for each that is at work; more are sent away.
const WAITING_PER_WORKER: usize = 64;

/// Makes and checks hashes of passwords.
#[derive(Clone, Debug)]
pub(crate) struct Passwords {
    workers: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
    most_waiting: usize,
    /// Of a password that nobody knows: what an unknown user's is checked against.
    dummy: Arc<str>,
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
    /// Some workers: as many as there are processors, up to four.
    pub(crate) fn new() -> Result<Self, PasswordError> {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let workers = processors.min(4);
        let unknown: [u8; 32] = rand::random();
        Ok(Self {
            workers: Arc::new(Semaphore::new(workers)),
            waiting: Arc::default(),
            most_waiting: workers * WAITING_PER_WORKER,
            dummy: hash(&unknown)?.into(),
        })
    }

    /// The hash of a new password.
    pub(crate) async fn hash(&self, password: String) -> Result<String, PasswordError> {
        self.work(move || hash(password.as_bytes())).await?
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
        let matches = self.work(move || verify(password.as_bytes(), &password_hash)).await??;
        Ok(matches && known)
    }

    /// Does work on a thread that may block. It goes on when nobody waits for it any more, and so
    /// its place is taken as long as it does.
    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PasswordError> {
        let _place = Waiting::join(&self.waiting, self.most_waiting).ok_or(PasswordError::Busy)?;
        let workers = Arc::clone(&self.workers);
        let permit = workers.acquire_owned().await.map_err(|_closed| PasswordError::Busy)?;
        let work = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(permit);
            done
        });
        work.await.map_err(|why| PasswordError::Failed(why.to_string()))
    }
}

/// A place among those who wait.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn join(waiting: &'a AtomicUsize, most: usize) -> Option<Self> {
        let before = waiting.fetch_add(1, Ordering::Relaxed);
        let place = Self(waiting);
        (before < most).then_some(place)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn argon2id() -> Result<Argon2<'static>, PasswordError> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).map_err(|why| failed(&why))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &[u8]) -> Result<String, PasswordError> {
    let hash: PasswordHash = argon2id()?.hash_password(password).map_err(|why| failed(&why))?;
    Ok(hash.to_string())
}

fn verify(password: &[u8], password_hash: &str) -> Result<bool, PasswordError> {
    use argon2::password_hash::Error;
    match argon2id()?.verify_password(password, password_hash) {
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
    use super::*;

    #[tokio::test]
    async fn a_password_is_known_again_and_another_is_not() {
        let passwords = Passwords::new().unwrap();
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
        let passwords = Passwords { most_waiting: 0, ..Passwords::new().unwrap() };
        assert_eq!(passwords.hash("x".to_owned()).await, Err(PasswordError::Busy));
    }
}
