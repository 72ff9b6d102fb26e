//! Where logins are kept between two runs, for all programs of one person: a file that nobody else
//! can read, with one login a profile.

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::{fmt, fs};

use etcetera::BaseStrategy as _;
use serde::{Deserialize, Serialize};

use super::Credential;

/// The file of credentials.
#[derive(Clone, Debug)]
pub struct Credentials {
    path: PathBuf,
}

/// The login of a profile: where, who, and by which credential.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredLogin {
    /// The origin of the server.
    pub server: String,
    /// The name of the user.
    pub user_name: String,
    /// The session's cookie, `name=value`: a secret.
    cookie: String,
}

/// Why the file of credentials cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CredentialsError {
    /// There is no home directory to keep the file in.
    #[error("there is no home directory to keep logins in: {0}")]
    NoHome(String),
    /// Others can get at it.
    #[error("{0} is open to other users, and it holds logins; type: chmod {mode} {0}", .path.display())]
    Exposed {
        /// The file, or its directory.
        path: PathBuf,
        /// The mode it should have.
        mode: &'static str,
    },
    /// Not what this program writes.
    #[error("{} is damaged: {why}; remove it and log in again", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// It cannot be read or written.
    #[error("cannot use {}: {why}", .path.display())]
    Io {
        /// The file, or its directory.
        path: PathBuf,
        /// Why.
        why: io::Error,
    },
}

#[derive(Default, Serialize, Deserialize)]
struct Contents {
    #[serde(default)]
    profiles: BTreeMap<String, StoredLogin>,
}

impl Credentials {
    /// The file of the person who runs the program, `$XDG_DATA_HOME/gobid/credentials.toml`.
    pub fn of_user() -> Result<Self, CredentialsError> {
        let folders = etcetera::choose_base_strategy()
            .map_err(|error| CredentialsError::NoHome(error.to_string()))?;
        Ok(Self::at(folders.data_dir().join("gobid/credentials.toml")))
    }

    /// The file at a path, in a directory of its own.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// The login of a profile, if there is one.
    pub fn load(&self, profile: &str) -> Result<Option<StoredLogin>, CredentialsError> {
        Ok(self.read()?.profiles.remove(profile))
    }

    /// Keeps a login under a profile's name, in place of the one that was there.
    pub fn save(&self, profile: &str, login: StoredLogin) -> Result<(), CredentialsError> {
        let _lock = self.lock()?;
        let mut contents = self.read()?;
        contents.profiles.insert(profile.to_owned(), login);
        self.write(&contents)
    }

    /// Forgets the login of a profile, and says whether there was one.
    pub fn remove(&self, profile: &str) -> Result<bool, CredentialsError> {
        // Where there is none, nothing is made to say so.
        if !self.read()?.profiles.contains_key(profile) {
            return Ok(false);
        }
        let _lock = self.lock()?;
        let mut contents = self.read()?;
        let was_there = contents.profiles.remove(profile).is_some();
        if was_there {
            self.write(&contents)?;
        }
        Ok(was_there)
    }

    fn read(&self) -> Result<Contents, CredentialsError> {
        // Checked on the opened file: what is checked is what is read.
        let text = match fs::File::open(&self.path) {
            Ok(file) => {
                self.refuse_exposed(&file)?;
                io::read_to_string(file).map_err(|why| failed(&self.path, why))?
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Contents::default()),
            Err(why) => return Err(failed(&self.path, why)),
        };
        toml::from_str(&text).map_err(|error| CredentialsError::Damaged {
            path: self.path.clone(),
            // The error's own text may show what is there, and with it the secret.
            why: error.span().map_or_else(
                || "it is not what this program writes".to_owned(),
                |span| format!("line {} is not what this program writes", line(&text, span.start)),
            ),
        })
    }

    fn refuse_exposed(&self, file: &fs::File) -> Result<(), CredentialsError> {
        let mode = |metadata: io::Result<fs::Metadata>, path| {
            let metadata = metadata.map_err(|why| failed(path, why))?;
            Ok(metadata.permissions().mode())
        };
        if mode(file.metadata(), &self.path)? & 0o077 != 0 {
            return Err(CredentialsError::Exposed { path: self.path.clone(), mode: "600" });
        }
        let folder = self.folder();
        if mode(fs::metadata(folder), folder)? & 0o022 != 0 {
            return Err(CredentialsError::Exposed { path: folder.to_owned(), mode: "700" });
        }
        Ok(())
    }

    /// Makes the file's directory and locks it, until the value goes: of two programs that change the
    /// file at once neither loses what the other has written.
    fn lock(&self) -> Result<fs::File, CredentialsError> {
        let folder = self.folder();
        let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
        let opened = made.and_then(|()| fs::File::open(folder));
        let opened = opened.map_err(|why| failed(folder, why))?;
        // Some file systems lock no directories: there it is as if nobody else wrote.
        let _ = opened.lock();
        Ok(opened)
    }

    /// Writes beside the file and renames: a reader sees the old contents or the new.
    fn write(&self, contents: &Contents) -> Result<(), CredentialsError> {
        let text = toml::to_string(contents).map_err(|error| CredentialsError::Damaged {
            path: self.path.clone(),
            why: error.to_string(),
        })?;
        let draft = self.path.with_extension(format!("{}.draft", std::process::id()));
        let written = write_secret(&draft, &text).and_then(|()| fs::rename(&draft, &self.path));
        written.map_err(|why| {
            let _ = fs::remove_file(&draft);
            failed(&self.path, why)
        })
    }

    fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new("."))
    }
}

/// The number of the line at a place.
fn line(text: &str, place: usize) -> usize {
    text.bytes().take(place).filter(|byte| *byte == b'\n').count() + 1
}

fn failed(path: &Path, why: io::Error) -> CredentialsError {
    CredentialsError::Io { path: path.to_owned(), why }
}

fn write_secret(path: &Path, text: &str) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

impl StoredLogin {
    /// The login of a user by a credential.
    pub fn new(user_name: impl Into<String>, credential: &Credential) -> Self {
        Self {
            server: credential.server().to_owned(),
            user_name: user_name.into(),
            cookie: credential.cookie().to_owned(),
        }
    }

    /// The credential, good for its server alone.
    pub fn credential(&self) -> Credential {
        Credential::new(&self.server, &self.cookie)
    }
}

impl fmt::Debug for StoredLogin {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("StoredLogin")
            .field("server", &self.server)
            .field("user_name", &self.user_name)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Home {
        folder: tempfile::TempDir,
        file: Credentials,
    }

    impl Home {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let file = Credentials::at(folder.path().join("data/gobid/credentials.toml"));
            Self { folder, file }
        }

        fn mode(&self, path: &str) -> u32 {
            let metadata = fs::metadata(self.folder.path().join(path)).unwrap();
            metadata.permissions().mode() & 0o777
        }

        fn chmod(&self, path: &str, mode: u32) {
            let permissions = fs::Permissions::from_mode(mode);
            fs::set_permissions(self.folder.path().join(path), permissions).unwrap();
        }
    }

    fn login(user_name: &str, server: &str) -> StoredLogin {
        let credential = Credential::new(server, format!("gobid_session=of-{user_name}"));
        StoredLogin::new(user_name, &credential)
    }

    #[test]
    fn each_profile_has_its_login() {
        let home = Home::new();
        assert_eq!(home.file.load("default").unwrap(), None);
        let (eva, bob) = (login("eva", "http://a"), login("bob", "http://b"));
        home.file.save("default", eva.clone()).unwrap();
        home.file.save("shop", bob.clone()).unwrap();
        assert_eq!(home.file.load("default").unwrap(), Some(eva));
        assert!(home.file.remove("default").unwrap());
        assert!(!home.file.remove("default").unwrap());
        assert_eq!(home.file.load("default").unwrap(), None);
        let kept = home.file.load("shop").unwrap().unwrap();
        assert_eq!(kept.credential(), bob.credential());
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the test tells itself what to do")]
    fn programs_that_log_in_at_once_keep_each_others_logins() {
        const FILE: &str = "GOBID_TEST_CREDENTIALS";
        const NAME: &str = "GOBID_TEST_NAME";
        let profiles = |name: &str| (0..25).map(|number| format!("{name}-{number}")).collect();
        // This test runs itself, in two processes more.
        if let (Ok(file), Ok(name)) = (std::env::var(FILE), std::env::var(NAME)) {
            let names: Vec<String> = profiles(&name);
            for name in names {
                Credentials::at(&file).save(&name, login(&name, "http://a")).unwrap();
            }
            return;
        }
        let home = Home::new();
        let program = std::env::current_exe().unwrap();
        let this = std::thread::current().name().unwrap().to_owned();
        let run = |name: &str| {
            let mut command = std::process::Command::new(&program);
            command.args(["--exact", &this]).env(FILE, &home.file.path).env(NAME, name);
            command.stdout(std::process::Stdio::null()).spawn().unwrap()
        };
        for mut program in ["one", "two"].map(run) {
            assert!(program.wait().unwrap().success());
        }
        let names: Vec<String> = ["one", "two"].into_iter().flat_map(profiles).collect();
        for name in names {
            assert!(home.file.load(&name).unwrap().is_some(), "{name} is lost");
        }
    }

    #[test]
    fn nobody_else_can_read_it() {
        let home = Home::new();
        home.file.save("default", login("eva", "http://a")).unwrap();
        assert_eq!(home.mode("data/gobid"), 0o700);
        assert_eq!(home.mode("data/gobid/credentials.toml"), 0o600);
        let left = fs::read_dir(home.folder.path().join("data/gobid")).unwrap();
        assert_eq!(left.count(), 1, "the draft was renamed");
    }

    #[test]
    fn a_file_that_others_can_reach_is_refused_with_the_remedy() {
        let table = [
            ("data/gobid/credentials.toml", 0o640, "chmod 600"),
            ("data/gobid/credentials.toml", 0o604, "chmod 600"),
            ("data/gobid", 0o770, "chmod 700"),
        ];
        for (path, mode, remedy) in table {
            let home = Home::new();
            home.file.save("default", login("eva", "http://a")).unwrap();
            home.chmod(path, mode);
            let refused = home.file.load("default").unwrap_err().to_string();
            assert!(refused.contains(remedy), "{path} {mode:o}: {refused}");
            assert!(home.file.save("default", login("eva", "http://a")).is_err());
        }
    }

    #[test]
    fn a_damaged_file_is_named_and_not_shown() {
        let home = Home::new();
        home.file.save("default", login("eva", "http://a")).unwrap();
        let path = home.folder.path().join("data/gobid/credentials.toml");
        fs::write(&path, "cookie = gobid_session=secret").unwrap();
        let damaged = home.file.load("default").unwrap_err().to_string();
        assert!(damaged.contains("credentials.toml"), "{damaged}");
        assert!(!damaged.contains("secret"), "{damaged}");
        let shown = format!("{:?}", login("eva", "http://a"));
        assert!(!shown.contains("of-eva"), "{shown}");
    }
}
