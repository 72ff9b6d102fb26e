//! Bids and recordings in files, and programs of the user's that are started.

use std::ffi::OsString;
use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::Context as _;
use gobid_api::ProductId;
use gobid_api::bids::BidRow;
use gobid_api::client::{Client, safe_text};
use tokio::process::Command;

use crate::app::{ExportAs, Happening, Msg, Recording};
use crate::requests;

/// A command of the user's may take so long.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(30);

/// Writes all bids of an auction, or all that happened in it, to a new file in this folder.
pub async fn export(client: Client, id: ProductId, how: ExportAs) -> Vec<Msg> {
    vec![match written(&client, id, how).await {
        Ok((path, count)) => Msg::Done(format!("{count} written to {}", path.display())),
        Err(error) => Msg::Trouble(safe_text(&format!("nothing was exported: {error:#}"))),
    }]
}

async fn written(
    client: &Client,
    id: ProductId,
    how: ExportAs,
) -> anyhow::Result<(PathBuf, String)> {
    let short: String = id.simple().to_string().chars().skip(24).collect();
    if how == ExportAs::Replay {
        let recording = requests::recording(client, id).await?;
        let path = write_new(&format!("gobid-{short}-replay"), "json", &to_json(&recording)?)?;
        return Ok((path, format!("{} events", recording.events.len())));
    }
    let bids = requests::bids(client, id).await?;
    let name = format!("gobid-{short}-bids");
    let path = match how {
        ExportAs::Csv => write_new(&name, "csv", &to_csv(&bids)?)?,
        _ => write_new(&name, "json", &to_json(&bids)?)?,
    };
    Ok((path, format!("{} bids", bids.len())))
}

fn to_json(value: &impl serde::Serialize) -> anyhow::Result<Vec<u8>> {
    let mut text = serde_json::to_vec_pretty(value)?;
    text.push(b'\n');
    Ok(text)
}

fn to_csv(bids: &[BidRow]) -> anyhow::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["seq", "at", "bidder", "amount", "automatic", "voided", "bid_id"])?;
    for bid in bids {
        writer.write_record([
            bid.seq.to_string(),
            bid.at.to_string(),
            safe_text(&bid.bidder),
            bid.amount.to_string(),
            bid.automatic.to_string(),
            bid.voided.to_string(),
            bid.bid_id.to_string(),
        ])?;
    }
    Ok(writer.into_inner()?)
}

/// Writes a file that was not there: `name.csv`, else `name-2.csv`, and so on.
fn write_new(name: &str, ending: &str, bytes: &[u8]) -> anyhow::Result<PathBuf> {
    const MOST: u32 = 1_000;
    for number in 1..=MOST {
        let number = if number == 1 { String::new() } else { format!("-{number}") };
        let path = PathBuf::from(format!("{name}{number}.{ending}"));
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(mut file) => {
                file.write_all(bytes)
                    .with_context(|| format!("cannot write {}", path.display()))?;
                return Ok(path);
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => {
                return Err(error).with_context(|| format!("cannot write {}", path.display()));
            }
        }
    }
    anyhow::bail!("there are {MOST} files called {name} already")
}

/// Reads a recording.
pub fn read_recording(path: &Path) -> anyhow::Result<Recording> {
    let named = path.display();
    let text = std::fs::read(path).with_context(|| format!("cannot read {named}"))?;
    serde_json::from_slice(&text)
        .with_context(|| format!("{named} is no recording: `export replay` writes one"))
}

/// Runs the command that the configuration has for what happened. What it says is nobody's.
pub async fn run_hook(command: String, key: &'static str, happening: Happening) -> Vec<Msg> {
    let mut shell = Command::new("sh");
    shell
        .args(["-c", &command])
        .env("GOBID_EVENT", key.trim_start_matches("on_"))
        .env("GOBID_PRODUCT_ID", happening.product_id.to_string())
        .env("GOBID_PRODUCT_NAME", &happening.name)
        .env("GOBID_TEXT", &happening.text);
    match run(shell).await {
        Ok(()) => Vec::new(),
        Err(error) => vec![Msg::Trouble(safe_text(&format!("{key}: {error:#}")))],
    }
}

/// Opens an address in the browser.
pub async fn browse(browser: OsString, address: String) -> Vec<Msg> {
    let mut program = Command::new(&browser);
    program.arg(&address);
    match run(program).await {
        Ok(()) => vec![Msg::Done(format!("opened {address}"))],
        Err(error) => {
            let browser = browser.to_string_lossy();
            let why = format!("{browser} does not open it ({error:#}): {address}");
            vec![Msg::Trouble(safe_text(&why))]
        }
    }
}

async fn run(mut program: Command) -> anyhow::Result<()> {
    program.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    let status = tokio::time::timeout(PATIENCE, program.status()).await;
    let status = status.context("it did not end within 30 s")??;
    anyhow::ensure!(status.success(), "it ended with {status}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{at, row};

    #[test]
    fn bids_are_written_for_spreadsheets() {
        let bids = [row(2, at("20:00:03.214"), "1250.00", "eva, of \"old\"")];
        let text = String::from_utf8(to_csv(&bids).unwrap()).unwrap();
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines[0], "seq,at,bidder,amount,automatic,voided,bid_id");
        let row = "2,2030-01-31T20:00:03.214Z,\"eva, of \"\"old\"\"\",1250.00,false,false,";
        assert!(lines[1].starts_with(row), "{text}");
    }

    #[test]
    fn what_is_no_recording_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.json");
        assert!(read_recording(&path).unwrap_err().to_string().starts_with("cannot read"));
        std::fs::write(&path, "[]").unwrap();
        let error = read_recording(&path).unwrap_err().to_string();
        assert!(error.ends_with("is no recording: `export replay` writes one"), "{error}");
    }
}
