//! The form to log in or sign up.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{centered, columns, fitted, popup_panel, row};
use crate::app::{App, Field, Form};

/// Columns of the form, its frame included.
const WIDTH: u16 = 60;
/// Columns of the names of the fields.
const LABEL: u16 = 12;

/// Draws the form above everything else.
pub(super) fn draw(app: &App, form: &Form, frame: &mut Frame<'_>) {
    let fields = form.fields();
    let lines = lines(app, form);
    let needed = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    let whole = frame.area();
    let inner = if whole.height >= needed.saturating_add(2) {
        let area = centered(whole, WIDTH, needed.saturating_add(2));
        let title = if form.is_sign_up { "SIGN UP" } else { "LOG IN" };
        popup_panel(app, frame, area, title)
    } else {
        frame.render_widget(ratatui::widgets::Clear, whole);
        whole
    };
    for (below, line) in (0..inner.height).zip(lines) {
        frame.render_widget(line, row(inner, below));
    }
    for (below, field) in (1..inner.height).zip(fields) {
        draw_field(app, form, *field, frame, row(inner, below));
    }
}

/// The lines around the fields; those of the fields are left blank.
fn lines(app: &App, form: &Form) -> Vec<Line<'static>> {
    let theme = &app.look.theme;
    let server = format!(" at {}", app.look.server);
    let mut lines = vec![Line::from(fitted(&server, WIDTH - 2, theme.dim))];
    lines.extend(form.fields().iter().map(|_| Line::default()));
    lines.push(Line::default());
    if form.is_busy {
        let doing = if form.is_sign_up { "signing up…" } else { "logging in…" };
        lines.push(Line::from(Span::styled(format!(" {doing}"), theme.warning)));
    }
    for error in &form.errors {
        lines.push(Line::from(fitted(&format!(" {error}"), WIDTH - 2, theme.bad)));
    }
    let other = if form.is_sign_up { "log in instead" } else { "sign up instead" };
    lines.push(Line::from(vec![
        Span::styled(app.keys.text(" [<form.submit>]"), theme.key),
        Span::raw(" send  "),
        Span::styled(app.keys.text("[<form.sign-up>]"), theme.key),
        Span::raw(format!(" {other}  ")),
        Span::styled(app.keys.text("[<form.close>]"), theme.key),
        Span::raw(" close"),
    ]));
    lines
}

fn draw_field(app: &App, form: &Form, field: Field, frame: &mut Frame<'_>, area: Rect) {
    let theme = &app.look.theme;
    let has_focus = form.focus == field && !form.is_busy;
    let text = match field {
        Field::UserName => form.user_name.clone(),
        Field::Email => form.email.clone(),
        Field::Password => form.password.masked(),
    };
    let room = area.width.saturating_sub(LABEL + 3);
    let label = format!(" {:<width$}", crate::words::field(field), width = usize::from(LABEL - 1));
    let (label_style, cursor) = if has_focus { (theme.key, "▏") } else { (theme.dim, "") };
    let line = Line::from(vec![
        fitted(&label, area.width, label_style),
        Span::styled(end_of(&text, room), theme.field),
        Span::styled(cursor, theme.strong),
    ]);
    frame.render_widget(line, area);
}

/// The end of a text: where one is typing.
fn end_of(text: &str, room: u16) -> String {
    let mut shown = gobid_api::client::safe_text(text);
    while columns(&shown) > room && !shown.is_empty() {
        shown.remove(0);
    }
    shown
}

/// The form in one line: the field that is typed into.
pub(super) fn one_line(app: &App, form: &Form, columns: u16) -> Line<'static> {
    let theme = &app.look.theme;
    if form.is_busy {
        return Line::from(fitted("logging in…", columns, theme.warning));
    }
    if let Some(error) = form.errors.first() {
        return Line::from(fitted(error, columns, theme.bad));
    }
    let text = match form.focus {
        Field::UserName => form.user_name.clone(),
        Field::Email => form.email.clone(),
        Field::Password => form.password.masked(),
    };
    let label = format!("{}: ", crate::words::field(form.focus));
    let room = columns.saturating_sub(super::columns(&label) + 1);
    Line::from(vec![
        Span::styled(label, theme.key),
        Span::styled(end_of(&text, room), theme.field),
        Span::styled("▏", theme.strong),
    ])
}
