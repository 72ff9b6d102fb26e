//! The repository as the rules of the architecture see it: its text files and its manifests.

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
};

use anyhow::Context as _;

use super::rust::{self, Name};

/// What breaks a rule, and where.
pub(super) struct Breach {
    path: String,
    pub(super) line: usize,
    why: String,
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.why)
    }
}

/// A text file, by its path from the root of the workspace, with `/` between its parts.
pub(super) struct File {
    pub(super) path: String,
    pub(super) text: String,
}

impl File {
    /// Whether the file belongs to the crate of this folder.
    pub(super) fn is_in(&self, folder: &str) -> bool {
        self.path.split('/').next() == Some(folder)
    }

    pub(super) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    pub(super) fn is_rust(&self) -> bool {
        Path::new(&self.path).extension().is_some_and(|extension| extension == "rs")
    }

    /// Whether the whole file is there for tests alone.
    fn is_test(&self) -> bool {
        self.is_in("tests") || self.path.contains("/tests/") || self.name() == "tests.rs"
    }

    /// The paths that the file's code names, its unit tests left out.
    pub(super) fn names(&self) -> Vec<Name> {
        rust::names(&rust::without_tests(&rust::code(&self.text)))
    }

    pub(super) fn breach(&self, line: usize, why: impl Into<String>) -> Breach {
        Breach { path: self.path.clone(), line, why: why.into() }
    }
}

/// The manifest of one crate.
pub(super) struct Manifest {
    pub(super) package: String,
    /// What the crate itself depends on, by the name of the package; what its tests alone depend
    /// on is not among it.
    pub(super) dependencies: Vec<String>,
    pub(super) has_lints_of_workspace: bool,
    path: String,
    text: String,
}

impl Manifest {
    fn parse(file: &File) -> anyhow::Result<Option<Self>> {
        let table: toml::Table = toml::from_str(&file.text)?;
        let Some(package) = table.get("package") else {
            return Ok(None); // the workspace's own
        };
        let package = package.get("name").and_then(toml::Value::as_str).context("no name")?;
        let lints = table.get("lints").and_then(|lints| lints.get("workspace"));
        Ok(Some(Self {
            package: package.to_owned(),
            dependencies: dependencies(&table),
            has_lints_of_workspace: lints.and_then(toml::Value::as_bool) == Some(true),
            path: file.path.clone(),
            text: file.text.clone(),
        }))
    }

    /// The folder of the crate.
    pub(super) fn folder(&self) -> &str {
        self.path.split('/').next().unwrap_or_default()
    }

    /// A breach on the line that brings the dependency in, or on the first one.
    pub(super) fn breach(&self, dependency: &str, why: impl Into<String>) -> Breach {
        let found = self.text.lines().position(|line| {
            line.starts_with(dependency) || line.contains(&format!("\"{dependency}\""))
        });
        let line = found.map_or(1, |before| before + 1);
        Breach { path: self.path.clone(), line, why: why.into() }
    }
}

fn dependencies(table: &toml::Table) -> Vec<String> {
    let platforms = table.get("target").and_then(toml::Value::as_table);
    let tables = platforms.into_iter().flat_map(toml::Table::values);
    tables
        .filter_map(toml::Value::as_table)
        .chain([table])
        .flat_map(|table| [table.get("dependencies"), table.get("build-dependencies")])
        .flatten()
        .filter_map(toml::Value::as_table)
        .flatten()
        .map(|(name, how)| {
            let renamed = how.get("package").and_then(toml::Value::as_str);
            renamed.unwrap_or(name).to_owned()
        })
        .collect()
}

/// Every text file of the repository.
pub(super) struct Repository {
    pub(super) files: Vec<File>,
    pub(super) manifests: Vec<Manifest>,
}

impl Repository {
    /// Reads the repository that this test was built from.
    pub(super) fn read() -> anyhow::Result<Self> {
        let root = root();
        let ignored = fs::read_to_string(root.join(".gitignore"))?;
        let ignored: Vec<_> = ignored.lines().filter(|line| !line.starts_with('#')).collect();
        let mut files = Vec::new();
        read_folder(&root, "", &ignored, &mut files)?;
        Self::of(files)
    }

    pub(super) fn of(mut files: Vec<File>) -> anyhow::Result<Self> {
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let mut manifests = Vec::new();
        for file in files.iter().filter(|file| file.name() == "Cargo.toml") {
            manifests.extend(Manifest::parse(file).with_context(|| file.path.clone())?);
        }
        Ok(Self { files, manifests })
    }

    /// Every Rust file, tests included.
    pub(super) fn rust_files(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.is_rust())
    }

    /// Every Rust file that the programs are made of.
    pub(super) fn sources(&self) -> impl Iterator<Item = &File> {
        self.rust_files().filter(|file| !file.is_test())
    }
}

/// The root of the workspace.
pub(super) fn root() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap_or(tests).to_owned()
}

/// Adds the text files below a folder, but for what git ignores and for links.
fn read_folder(
    folder: &Path,
    path: &str,
    ignored: &[&str],
    files: &mut Vec<File>,
) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name == ".git" || ignored.iter().any(|pattern| is_ignored(&name, pattern)) {
            continue;
        }
        let path = if path.is_empty() { name } else { format!("{path}/{name}") };
        let kind = entry.file_type()?;
        if kind.is_dir() {
            read_folder(&entry.path(), &path, ignored, files)?;
        } else if kind.is_file()
            && let Ok(text) = String::from_utf8(fs::read(entry.path())?)
        {
            files.push(File { path, text });
        }
    }
    Ok(())
}

/// The two kinds of pattern that the repository's `.gitignore` has: a name, and `*` with an ending.
fn is_ignored(name: &str, pattern: &str) -> bool {
    match pattern.strip_prefix('*') {
        Some(ending) => name.ends_with(ending),
        None => name == pattern.trim_matches('/'),
    }
}
