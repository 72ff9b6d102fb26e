//! Tables for people, and tabs for programs.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

use super::record::Place;
use super::{Cell, Column, Record};

/// A list for people: aligned columns under their names.
pub(super) fn list<T: Record>(items: &[T]) -> String {
    let columns: Vec<&Column<T>> = shown(&[Place::Always]).collect();
    let rows: Vec<Vec<Cell>> = items
        .iter()
        .map(|item| columns.iter().map(|column| (column.cell)(item)).collect())
        .collect();
    let mut table = new_table();
    table.set_header(columns.iter().map(|column| title(column.name).to_uppercase()));
    table.add_rows(rows.iter().map(|row| row.iter().map(Cell::in_list)));
    for index in 0..columns.len() {
        let is_numeric = rows.iter().filter_map(|row| row.get(index)).any(Cell::is_number);
        if let Some(column) = table.column_mut(index).filter(|_| is_numeric) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    finish(table)
}

/// One thing: a line for each property, its name first.
pub(super) fn details<T: Record>(item: &T, for_people: bool) -> String {
    if !for_people {
        let lines = T::COLUMNS
            .iter()
            .map(|column| format!("{}\t{}\n", column.name, (column.cell)(item).for_programs()));
        return lines.collect();
    }
    let mut table = new_table();
    table.add_rows(
        shown::<T>(&[Place::Always, Place::Details])
            .map(|column| (column.name, (column.cell)(item)))
            .filter(|(_, cell)| *cell != Cell::Nothing)
            .map(|(name, cell)| [title(name), cell.for_people()]),
    );
    finish(table)
}

/// One thing as a line for programs.
pub(super) fn tabs<T: Record>(item: &T) -> String {
    let cells = shown::<T>(&[Place::Always, Place::Programs])
        .map(|column| (column.cell)(item).for_programs());
    cells.collect::<Vec<_>>().join("\t")
}

fn shown<T: Record>(places: &[Place]) -> impl Iterator<Item = &'static Column<T>> {
    T::COLUMNS.iter().filter(|column| places.contains(&column.place))
}

fn title(name: &str) -> String {
    name.replace('_', " ")
}

fn new_table() -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table
}

/// Takes away the blanks around the lines.
fn finish(mut table: Table) -> String {
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    let mut text = String::new();
    for line in table.lines() {
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
