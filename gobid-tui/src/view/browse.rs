//! The lists of auctions.

use gobid_api::client::safe_text_within;
use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr as _;

use super::hit::Hit;
use super::{Layout, auctions, columns, fitted, header, palette, panel, row};
use crate::app::{App, Row, TABS, Tab};
use crate::words::{self, listing};

/// Rows of the preview's box.
const PREVIEW: u16 = 5;
/// Fewer rows than this have no room for it.
const ROOM_FOR_PREVIEW: u16 = 18;
/// Columns of the numbers: price, bids, time, and what it is to the user.
const PRICE: usize = 15;
const BIDS: usize = 6;
const TIME: usize = 10;
const STAKE: usize = 9;

/// Where things are in the lists.
struct Areas {
    title: Rect,
    auctions: Option<Rect>,
    tabs: Rect,
    list: Rect,
    preview: Option<Rect>,
    note: Option<Rect>,
    hints: Rect,
    has_frame: bool,
}

impl Areas {
    fn of(app: &App, layout: Layout, area: Rect) -> Self {
        let rows = |y: u16, height: u16| Rect { y, height, ..area };
        let bottom = area.height.saturating_sub(1);
        let has_frame = matches!(layout, Layout::Full | Layout::Standard);
        let auctions = (auctions::has_line(app) && has_frame).then(|| rows(1, 1));
        let tabs = if auctions.is_some() { 2 } else { 1 };
        let note = has_frame.then(|| rows(bottom.saturating_sub(1), 1));
        let end = bottom - u16::from(note.is_some());
        let has_preview = app.browse.has_preview && area.height >= ROOM_FOR_PREVIEW;
        let preview = has_preview.then(|| rows(end - PREVIEW, PREVIEW));
        let list_end = if preview.is_some() { end - PREVIEW } else { end };
        Self {
            title: rows(0, 1),
            auctions,
            tabs: rows(tabs, 1),
            list: rows(tabs + 1, list_end.saturating_sub(tabs + 1)),
            preview,
            note,
            hints: rows(bottom, 1),
            has_frame,
        }
    }

    /// Where the rows are, and the number of the first one.
    fn rows(&self, app: &App) -> (Rect, usize) {
        let mut area = self.list;
        if self.has_frame {
            area = Rect {
                x: area.x + 1,
                y: area.y + 2,
                width: area.width.saturating_sub(2),
                height: area.height.saturating_sub(3),
            };
        }
        let height = usize::from(area.height);
        let first = (app.browse.selected() + 1).saturating_sub(height);
        (area, first)
    }
}

/// Draws the lists.
pub(super) fn draw(app: &App, layout: Layout, frame: &mut Frame<'_>) {
    let area = frame.area();
    if layout == Layout::Line {
        return draw_line(app, frame, area);
    }
    let areas = Areas::of(app, layout, area);
    draw_title(app, frame, areas.title);
    if let Some(line) = areas.auctions {
        auctions::draw(app, frame, line);
    }
    draw_tabs(app, frame, areas.tabs);
    draw_list(app, frame, &areas);
    if let Some(preview) = areas.preview {
        draw_preview(app, frame, preview);
    }
    match areas.note {
        Some(note) => {
            draw_note(app, frame, note);
            header::draw_hints(app, frame, areas.hints);
        }
        None if app.note().is_some() => draw_note(app, frame, areas.hints),
        None => header::draw_hints(app, frame, areas.hints),
    }
}

fn draw_title(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let theme = &app.look.theme;
    let list = app.browse.list(app.browse.tab);
    let age = listing::age(app, list);
    let style = if list.error.is_some() { theme.bad } else { theme.good };
    let who = words::identity(&app.identity, area.width >= 100);
    let who = format!(" │ {} ", safe_text_within(who, usize::from(area.width / 3)));
    frame.render_widget(
        Line::from(vec![
            Span::styled(" GoBid  ", theme.name),
            Span::styled("Auctions", theme.strong),
        ]),
        area,
    );
    let right = Line::from(vec![Span::styled(format!("● {age}"), style), Span::raw(who)]);
    frame.render_widget(right.right_aligned(), area);
}

/// The names of the tabs, each with its number and count, as long as there is room for.
fn tab_texts(app: &App, width: u16) -> Vec<(Tab, String)> {
    let counts = listing::tab_counts(app);
    let text = |name: fn(Tab) -> &'static str, count: fn(&str) -> String| {
        let numbered = (1..).zip(TABS).zip(&counts);
        let texts = numbered.map(|((number, tab), known)| {
            let count = if known.is_empty() { String::new() } else { count(known) };
            (tab, format!(" {number} {}{count} ", name(tab)))
        });
        texts.collect::<Vec<_>>()
    };
    let choices = [
        text(Tab::name, |count| format!(" ({count})")),
        text(Tab::short, |count| format!(" {count}")),
        text(Tab::short, |_count| String::new()),
    ];
    let fits = |texts: &&Vec<(Tab, String)>| {
        let taken: usize = texts.iter().map(|(_, text)| text.width() + 1).sum();
        taken <= usize::from(width) + 1
    };
    if let Some(texts) = choices.iter().find(fits) {
        return texts.clone();
    }
    let [full, ..] = choices;
    full.into_iter().filter(|(tab, _)| *tab == app.browse.tab).collect()
}

fn draw_tabs(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let theme = &app.look.theme;
    let mut spans = Vec::new();
    for (tab, text) in tab_texts(app, area.width) {
        if !spans.is_empty() {
            spans.push(Span::styled("│", theme.dim));
        }
        let style = if tab == app.browse.tab {
            theme.strong.add_modifier(Modifier::REVERSED)
        } else {
            Style::new()
        };
        spans.push(Span::styled(text, style));
    }
    frame.render_widget(Line::from(spans), area);
}

fn draw_list(app: &App, frame: &mut Frame<'_>, areas: &Areas) {
    let theme = &app.look.theme;
    if areas.has_frame {
        let sort = match app.browse.sort {
            sort if sort.is_by_price() => format!("{} {}", app.browse.currency(), sort.name()),
            sort => sort.name().to_owned(),
        };
        let sort = if app.browse.tab.is_ones_own() { String::new() } else { sort };
        let inner = panel(app, frame, areas.list, [&listing::heading(app), &sort], true);
        let name = usize::from(inner.width).saturating_sub(4 + PRICE + BIDS + TIME + STAKE);
        let heading = format!(
            "    {:name$}{:>PRICE$}{:>BIDS$}{:>TIME$}{:>STAKE$}",
            "item", "price", "bids", "time", "you"
        );
        let heading = fitted(&heading, inner.width, theme.dim);
        frame.render_widget(Line::from(heading), row(inner, 0));
    }
    let (area, first) = areas.rows(app);
    let rows = app.browse.rows();
    if rows.is_empty() {
        let text = fitted(&listing::empty(app), area.width, theme.dim);
        frame.render_widget(Line::from(text).centered(), row(area, area.height / 3));
        return;
    }
    let selected = app.browse.selected();
    for ((below, number), shown) in (0..area.height).zip(first..).zip(rows.iter().skip(first)) {
        let line = row_line(app, shown, number == selected, area.width);
        frame.render_widget(line, row(area, below));
    }
}

fn row_line(app: &App, shown: &Row, is_selected: bool, width: u16) -> Line<'static> {
    let theme = &app.look.theme;
    let (sign, tone) = words::stake_sign(app, shown);
    let (stake, _) = words::stake(app, shown);
    let product = &shown.product;
    let price = listing::price(app, shown);
    let time = listing::time(app, shown);
    let bids = product.standing.bid_count.map(|bids| bids.to_string()).unwrap_or_default();
    let numbers = if width >= 64 {
        format!("{price:>PRICE$}{bids:>BIDS$}{time:>TIME$}")
    } else {
        format!(" {price} {time}")
    };
    let stake = if width >= 64 { format!("{stake:>STAKE$}") } else { String::new() };
    let taken = 4 + numbers.width() + stake.width();
    let room = usize::from(width).saturating_sub(taken);
    let name = safe_text_within(&product.name, room);
    let gap = " ".repeat(room.saturating_sub(name.width()));
    let cursor = if is_selected { "❯ " } else { "  " };
    let line = Line::from(vec![
        Span::styled(cursor, theme.key),
        Span::styled(format!("{sign} "), theme.tone(tone)),
        Span::styled(name, theme.strong),
        Span::raw(format!("{gap}{numbers}")),
        Span::styled(stake, theme.tone(tone)),
    ]);
    if is_selected { line.style(Style::new().add_modifier(Modifier::REVERSED)) } else { line }
}

fn draw_preview(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let inner =
        panel(app, frame, area, ["PREVIEW", &app.keys.text("<list.preview> hides it")], false);
    let Some(chosen) = app.browse.chosen() else {
        return;
    };
    let [about, terms] = listing::preview(app, chosen);
    let lines = words::wrap(&about, usize::from(inner.width));
    for (below, text) in (0..inner.height.saturating_sub(1)).zip(lines) {
        frame
            .render_widget(Line::from(fitted(&text, inner.width, Style::new())), row(inner, below));
    }
    let terms = fitted(&terms, inner.width, app.look.theme.dim);
    frame.render_widget(Line::from(terms), row(inner, inner.height.saturating_sub(1)));
}

/// What is to be told, else why the list is not there.
fn draw_note(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let theme = &app.look.theme;
    let list = app.browse.list(app.browse.tab);
    let (text, style) = match (app.note(), &list.error) {
        (Some(note), _) => (note.within(area.width.saturating_sub(1)), theme.tone(note.tone)),
        (None, Some(error)) => (error.clone(), theme.bad),
        (None, None) => return,
    };
    frame.render_widget(Line::from(fitted(&format!(" {text}"), area.width, style)), area);
}

/// The chosen row alone.
fn draw_line(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let width = area.width;
    let theme = &app.look.theme;
    let first = if let Some(palette) = &app.palette {
        palette::one_line(app, palette, width)
    } else if let Some(form) = &app.form {
        super::form::one_line(app, form, width)
    } else if let Some(note) = app.note() {
        Line::from(fitted(&note.within(width), width, theme.tone(note.tone)))
    } else if let Some(chosen) = app.browse.chosen() {
        row_line(app, chosen, true, width)
    } else {
        Line::from(fitted(&listing::empty(app), width, theme.dim))
    };
    frame.render_widget(first, row(area, 0));
    let heading = fitted(&listing::heading(app), width, theme.dim);
    frame.render_widget(Line::from(heading), row(area, 1));
}

/// What lies at a place of the lists.
pub(super) fn hit(app: &App, layout: Layout, area: Rect, at: Position) -> Hit {
    if layout == Layout::Line {
        return Hit::Nothing;
    }
    let areas = Areas::of(app, layout, area);
    if areas.auctions.is_some_and(|line| line.contains(at)) {
        return auctions::at(app, area.width, at.x).map_or(Hit::Nothing, Hit::Auction);
    }
    if areas.tabs.contains(at) {
        let mut end = 0;
        let texts = tab_texts(app, area.width).into_iter();
        let mut tabs = texts.map(|(tab, text)| {
            end += columns(&text) + 1;
            (tab, end)
        });
        return tabs.find(|(_, end)| at.x < *end).map_or(Hit::Nothing, |(tab, _)| Hit::Tab(tab));
    }
    let (rows, first) = areas.rows(app);
    let number = first + usize::from(at.y.saturating_sub(rows.y));
    let is_row = rows.contains(at) && number < app.browse.rows().len();
    if is_row { Hit::Row(number) } else { Hit::Nothing }
}
