//! Every kind of result in every form: tabs in a pipe, json, ndjson, csv, id.

mod admin;
mod bids;
mod products;

use serde_json::Value;

use super::shell::Shell;

/// A result: as the wire has it, and with what tabs and CSV have of it.
struct Thing {
    wire: Value,
    flat: Value,
}

impl Thing {
    fn new(wire: Value, flatten: impl FnOnce(&mut Value)) -> Self {
        let mut flat = wire.clone();
        flatten(&mut flat);
        Self { wire: without_time(wire), flat }
    }

    fn cell(&self, name: &str) -> String {
        match &self.flat[name] {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        }
    }

    /// Its cells, separated by tabs.
    fn line(&self, names: &str) -> String {
        let cells: Vec<_> = names.split(',').map(|name| self.cell(name)).collect();
        cells.join("\t") + "\n"
    }

    /// Its cells in CSV, quoted where they must be.
    fn row(&self, names: &str) -> String {
        let quoted = |cell: String| {
            let is_plain = !cell.contains([',', '"']);
            if is_plain { cell } else { format!("\"{}\"", cell.replace('"', "\"\"")) }
        };
        let cells: Vec<_> = names.split(',').map(|name| quoted(self.cell(name))).collect();
        cells.join(",") + "\n"
    }
}

/// The time of reading is never the same.
fn without_time(mut thing: Value) -> Value {
    thing.as_object_mut().unwrap().remove("server_time");
    thing
}

async fn in_form(shell: &Shell, args: &[&str], form: &str) -> String {
    shell.ok(&[args, &["-o", form]].concat()).await
}

fn read(line: &str) -> Value {
    without_time(serde_json::from_str(line).unwrap_or_else(|why| panic!("{why}: {line}")))
}

/// A list, with the columns of its lines and those of CSV; the id is in the first of the names.
async fn check_list(
    shell: &Shell,
    args: &[&str],
    things: &[Thing],
    line: &str,
    csv: &str,
    id: &str,
) {
    let tabs: String = things.iter().map(|thing| thing.line(line)).collect();
    assert_eq!(shell.ok(args).await, tabs);
    assert_eq!(in_form(shell, args, "table").await, tabs);
    let rows: String = things.iter().map(|thing| thing.row(csv)).collect();
    assert_eq!(in_form(shell, args, "csv").await, format!("{csv}\n{rows}"));
    let ids: String = things.iter().map(|thing| thing.line(id)).collect();
    assert_eq!(in_form(shell, args, "id").await, ids);
    let wires: Vec<_> = things.iter().map(|thing| thing.wire.clone()).collect();
    let text = in_form(shell, args, "json").await;
    assert_eq!(text.lines().count(), 1, "{text}");
    let items: Vec<Value> = serde_json::from_str(&text).unwrap();
    assert_eq!(items.into_iter().map(without_time).collect::<Vec<_>>(), wires);
    let text = in_form(shell, args, "ndjson").await;
    assert_eq!(text.lines().map(read).collect::<Vec<_>>(), wires);
}

/// One thing, with its columns.
async fn check_one(shell: &Shell, args: &[&str], thing: &Thing, fields: &str, id: &str) {
    let named = |name| format!("{name}\t{}\n", thing.cell(name));
    assert_eq!(
        in_form(shell, args, "table").await,
        fields.split(',').map(named).collect::<String>()
    );
    let row = thing.row(fields);
    assert_eq!(in_form(shell, args, "csv").await, format!("{fields}\n{row}"));
    assert_eq!(in_form(shell, args, "id").await, thing.line(id));
    for form in ["json", "ndjson"] {
        let text = in_form(shell, args, form).await;
        assert_eq!((text.lines().count(), read(&text)), (1, thing.wire.clone()));
    }
}

fn money(thing: &mut Value) {
    thing["currency"] = "USD".into();
}
