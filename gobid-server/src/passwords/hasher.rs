//! argon2id with an idler that tries first.

use std::cell::{Cell, OnceCell};
use std::time::Duration;

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::password_hash::{CustomizedPasswordHasher, PasswordHasher, Result};
use argon2::{ARGON2ID_IDENT, Algorithm, Argon2, Block, Params, Version};
use zeroize::{Zeroize, Zeroizing};

use super::idler::{Idler, becomes_idle};
use crate::clock::{Clock, Moment};

/// KiB of memory for each hash.
const MEMORY_KIB: u32 = 19 * 1024;
/// Passes over that memory.
const PASSES: u32 = 2;
/// Bytes of a hash.
const OUTPUT: usize = 32;
/// How long after a hash was asked for it is made without the idler, if the idler has not made it: in
/// times that the fastest so far took.
const PATIENCE: u32 = 3;

/// How all new hashes are made.
pub(super) fn argon2id() -> argon2::Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, Some(OUTPUT))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Makes hashes, as [`argon2id`] does, with what is left of the processors if that is soon enough.
#[derive(Debug)]
pub(super) struct Hasher {
    argon2: Argon2<'static>,
    /// There from the first hash on, with the memory for one.
    idler: OnceCell<Option<Idler<Ask>>>,
    fastest: Cell<Duration>,
    asked: Cell<Moment>,
    clock: Clock,
}

/// What the idler is asked.
#[derive(Debug)]
struct Ask {
    password: Zeroizing<Vec<u8>>,
    salt: Salt,
    output: argon2::Result<[u8; OUTPUT]>,
}

impl Hasher {
    /// One that expects a hash to take as long as one did.
    pub(super) fn new(argon2: Argon2<'static>, one_took: Duration, clock: Clock) -> Self {
        let (fastest, asked) = (Cell::new(one_took), Cell::default());
        Self { argon2, idler: OnceCell::new(), fastest, asked, clock }
    }

    /// When the next hash was asked for: how long it has waited is no longer waited for the idler.
    pub(super) fn asked_at(&self, asked: Moment) {
        self.asked.set(asked);
    }

    /// The hash that the idler makes, if there is the time for it.
    fn idly(&self, password: &[u8], salt: Salt) -> Option<argon2::Result<[u8; OUTPUT]>> {
        let idler = self.idler.get_or_init(|| self.start_idler()).as_ref()?;
        let by = self.asked.get().plus(PATIENCE * self.fastest.get());
        if self.clock.moment().plus(self.fastest.get()) > by {
            return None;
        }
        let password = Zeroizing::new(password.to_vec());
        let ask = Ask { password, salt, output: Ok([0; OUTPUT]) };
        Some(idler.answers(ask, by)?.output)
    }

    fn start_idler(&self) -> Option<Idler<Ask>> {
        let argon2 = self.argon2.clone();
        let mut blocks = vec![Block::new(); argon2.params().block_count()];
        let answer = move |ask: &mut Ask| {
            let mut output = [0; OUTPUT];
            let (password, salt) = (&ask.password, &ask.salt);
            let made =
                argon2.hash_password_into_with_memory(password, salt, &mut output, &mut blocks);
            ask.output = made.map(|()| output);
            // It may be long until the next: meanwhile neither tells of the password.
            ask.password.zeroize();
            blocks.iter_mut().zeroize();
        };
        let started = Idler::start(answer, becomes_idle, self.clock.clone());
        started.inspect_err(|why| tracing::debug!(?why, "no idler for passwords")).ok()
    }
}

impl PasswordHasher<PasswordHash> for Hasher {
    fn hash_password_with_salt(&self, password: &[u8], salt: &[u8]) -> Result<PasswordHash> {
        let (salt, start) = (Salt::new(salt)?, self.clock.moment());
        let hash = match self.idly(password, salt) {
            Some(output) => PasswordHash {
                algorithm: ARGON2ID_IDENT,
                version: Some(Version::V0x13.into()),
                params: ParamsString::try_from(self.argon2.params())?,
                salt: Some(salt),
                hash: Some(Output::new(&output?)?),
            },
            None => self.argon2.hash_password_with_salt(password, &salt)?,
        };
        self.fastest.update(|fastest| fastest.min(self.clock.moment().since(start)));
        Ok(hash)
    }
}

impl CustomizedPasswordHasher<PasswordHash> for Hasher {
    type Params = Params;

    fn hash_password_customized(
        &self,
        password: &[u8],
        salt: &[u8],
        algorithm: Option<&str>,
        version: Option<u32>,
        params: Params,
    ) -> Result<PasswordHash> {
        let is_ours = params == *self.argon2.params()
            && algorithm.is_none_or(|it| it == ARGON2ID_IDENT.as_str())
            && version.is_none_or(|it| it == u32::from(Version::V0x13));
        if is_ours {
            return self.hash_password_with_salt(password, salt);
        }
        self.argon2.hash_password_customized(password, salt, algorithm, version, params)
    }
}

#[cfg(test)]
mod tests {
    use argon2::password_hash::{Error, PasswordVerifier};

    use super::*;

    const SALT: &[u8] = b"of no importance";

    /// One that has made no hash yet and is patient enough for any test.
    fn patient() -> Hasher {
        let clock = Clock::system();
        let hasher = Hasher::new(argon2id().unwrap(), Duration::from_mins(10), clock.clone());
        hasher.asked_at(clock.moment());
        hasher
    }

    /// One that waits for nobody.
    fn late() -> Hasher {
        Hasher::new(argon2id().unwrap(), Duration::ZERO, Clock::system())
    }

    #[test]
    fn who_makes_a_hash_makes_no_difference() {
        let idler = patient();
        for (is_first, password) in [(true, ""), (false, "correct horse"), (false, "mußt staple")]
        {
            let made = argon2id().unwrap().hash_password_with_salt(password.as_bytes(), SALT);
            let expected = made.unwrap();
            for hasher in [patient(), late()] {
                let made = hasher.hash_password_with_salt(password.as_bytes(), SALT).unwrap();
                assert_eq!(made, expected);
                assert!(hasher.fastest.get() < Duration::from_mins(1), "it was measured");
            }
            let idly = idler.idly(password.as_bytes(), Salt::new(SALT).unwrap());
            let idly = idly.map(|output| Output::new(&output.unwrap()).unwrap());
            if is_first || cfg!(target_os = "linux") {
                assert_eq!(idly, expected.hash);
            }
        }
    }

    #[test]
    fn no_idler_is_waited_for_where_the_time_is_too_short() {
        let hasher = patient();
        let hash = || hasher.idly(b"correct horse", Salt::new(SALT).unwrap());
        assert!(hash().is_some());
        hasher.fastest.set(Duration::from_micros(1));
        assert!(hash().is_none(), "it was asked long ago");
    }

    #[test]
    fn hashes_made_in_other_ways_are_verified_as_they_were_made() {
        let hasher = patient();
        for (is_ours, algorithm, version, memory, passes, length) in [
            (false, Algorithm::Argon2id, Version::V0x13, 64, 1, 32),
            (false, Algorithm::Argon2id, Version::V0x13, 2 * MEMORY_KIB, PASSES, 32),
            (false, Algorithm::Argon2id, Version::V0x13, MEMORY_KIB, 1, 32),
            (false, Algorithm::Argon2id, Version::V0x13, MEMORY_KIB, PASSES, 16),
            (false, Algorithm::Argon2id, Version::V0x10, MEMORY_KIB, PASSES, 32),
            (false, Algorithm::Argon2i, Version::V0x13, MEMORY_KIB, PASSES, 32),
            (true, Algorithm::Argon2id, Version::V0x13, MEMORY_KIB, PASSES, 32),
        ] {
            let params = Params::new(memory, passes, 1, Some(length)).unwrap();
            let other = Argon2::new(algorithm, version, params);
            let hash = other.hash_password_with_salt(b"correct horse", SALT).unwrap();
            assert_eq!(hasher.verify_password(b"correct horse", &hash), Ok(()), "{hash}");
            let wrong = hasher.verify_password(b"correct mouse", &hash);
            assert_eq!(wrong, Err(Error::PasswordInvalid), "{hash}");
            assert_eq!(hasher.idler.get().is_some(), is_ours, "{hash}");
        }
    }
}
