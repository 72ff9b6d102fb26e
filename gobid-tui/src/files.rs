//! Bids and recordings in files.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use gobid_api::ProductId;
use gobid_api::bids::BidRow;
use gobid_api::client::{Client, safe_text};

use crate::app::{ExportAs, Msg};
use crate::requests;

/// Writes all bids of an auction, or all that happened in it, to a new file in this folder.
pub async fn export(client: Client, id: ProductId, how: ExportAs) -> Vec<Msg> {
    vec![match written(&client, id, how).await {
        Ok((paths, count)) => Msg::Done(format!("{count} written to {paths}")),
        Err(error) => Msg::Trouble(safe_text(&format!("nothing was exported: {error:#}"))),
    }]
}

async fn written(
    client: &Client,
    id: ProductId,
    how: ExportAs,
) -> anyhow::Result<(String, String)> {
    let short: String = id.simple().to_string().chars().skip(24).collect();
    if how == ExportAs::Replay {
        let mut recording = requests::recording(client, id).await?;
        // Whoever is given the file sees what the public sees.
        (recording.product.you, recording.product.winner) = (None, None);
        let name = format!("gobid-{short}-replay");
        let path = write_new(Path::new(""), &name, "json", &to_json(&recording)?)?;
        return Ok((path.display().to_string(), format!("{} events", recording.events.len())));
    }
    let bids = requests::bids(client, id).await?;
    let name = format!("gobid-{short}-bids");
    Ok((write_bids(Path::new(""), &name, &bids, how)?, format!("{} bids", bids.len())))
}

/// Writes bids to a file of each kind, and names them.
fn write_bids(folder: &Path, name: &str, bids: &[BidRow], how: ExportAs) -> anyhow::Result<String> {
    let mut paths = Vec::new();
    if how != ExportAs::Json {
        paths.push(write_new(folder, name, "csv", &to_csv(bids)?)?);
    }
    if how != ExportAs::Csv {
        paths.push(write_new(folder, name, "json", &to_json(&bids)?)?);
    }
    let paths: Vec<_> = paths.iter().map(|path| path.display().to_string()).collect();
    Ok(paths.join(" and "))
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
fn write_new(folder: &Path, name: &str, ending: &str, bytes: &[u8]) -> anyhow::Result<PathBuf> {
    const MOST: u32 = 1_000;
    for number in 1..=MOST {
        let number = if number == 1 { String::new() } else { format!("-{number}") };
        let path = folder.join(format!("{name}{number}.{ending}"));
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
    fn bids_are_written_as_what_was_asked_for_and_nothing_is_overwritten() {
        let bids = [row(2, at("20:00:03.214"), "1250.00", "eva")];
        let folder = tempfile::tempdir().unwrap();
        let named = |name: &str| folder.path().join(name).display().to_string();
        let table = [
            (ExportAs::Bids, format!("{} and {}", named("a.csv"), named("a.json"))),
            (ExportAs::Csv, named("a-2.csv")),
            (ExportAs::Json, named("a-2.json")),
        ];
        for (how, written) in table {
            assert_eq!(write_bids(folder.path(), "a", &bids, how).unwrap(), written);
        }
        let read: Vec<BidRow> =
            serde_json::from_slice(&std::fs::read(named("a.json")).unwrap()).unwrap();
        assert_eq!(read, bids);
    }
}
