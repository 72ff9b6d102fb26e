//! What was on a terminal, frame after frame, as one SVG that browsers play.
//!
//! Lines, blocks and dots are drawn and not written: no font has to have them, nor to fit.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use vt100::{Cell, Color, Screen};

use super::Size;

const CELL: (u16, u16) = (8, 17);
/// Around the screen, and below it for the caption.
const EDGE: u16 = 12;
const CAPTION: u16 = 30;
const INK: &str = "#e6edf3";
const PAPER: &str = "#0d1117";
const SIXTEEN: [&str; 16] = [
    "#484f58", "#ff7b72", "#3fb950", "#d29922", "#58a6ff", "#bc8cff", "#39c5cf", "#b1bac4",
    "#6e7681", "#ffa198", "#56d364", "#e3b341", "#79c0ff", "#d2a8ff", "#56d4dd", "#ffffff",
];

/// Frames, each with a caption and for how long it is shown.
pub(crate) struct Film {
    size: Size,
    frames: Vec<Shot>,
}

struct Shot {
    drawing: String,
    caption: String,
    seconds: u16,
}

impl Film {
    pub(crate) fn new(size: Size) -> Self {
        Self { size, frames: Vec::new() }
    }

    pub(crate) fn add(&mut self, screen: &Screen, caption: &str, seconds: u16) {
        let caption = escaped(caption);
        self.frames.push(Shot { drawing: drawing(screen), caption, seconds });
    }

    /// The SVG. Where nothing may move, the last frame stands still.
    pub(crate) fn svg(&self, title: &str) -> String {
        let (columns, rows) = self.size;
        let (width, height) = (columns * CELL.0 + 2 * EDGE, rows * CELL.1 + 2 * EDGE + CAPTION);
        let whole: u16 = self.frames.iter().map(|shot| shot.seconds).sum();
        let mut style = String::new();
        let mut groups = String::new();
        let mut begin = 0;
        for (number, shot) in self.frames.iter().enumerate() {
            let end = begin + shot.seconds;
            let percent = |second: u16| f32::from(second) * 100.0 / f32::from(whole);
            let (from, to) = (percent(begin), percent(end));
            _ = writeln!(
                style,
                "@keyframes f{number} {{ 0% {{ visibility: hidden }} {from:.2}% {{ visibility: \
                 visible }} {to:.2}% {{ visibility: hidden }} }}\n\
                 #f{number} {{ animation: f{number} {whole}s step-end infinite }}"
            );
            let y = height - EDGE;
            _ = writeln!(
                groups,
                "<g id=\"f{number}\" class=\"f\"><g transform=\"translate({EDGE} {EDGE})\">{}</g>\
                 <text x=\"50%\" y=\"{y}\" class=\"caption\">{}</text></g>",
                shot.drawing, shot.caption
            );
            begin = end;
        }
        let last = self.frames.len().saturating_sub(1);
        let title = escaped(title);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
             width=\"{width}\" height=\"{height}\" role=\"img\">\n<title>{title}</title>\n<style>\n\
             text {{ font: 13px ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace; \
             white-space: pre; fill: {INK} }}\n\
             .b {{ font-weight: bold }} .u {{ text-decoration: underline }}\n\
             .caption {{ font: 15px system-ui, sans-serif; text-anchor: middle }}\n\
             .f {{ visibility: hidden }}\n{style}\
             @media (prefers-reduced-motion: reduce) {{ .f {{ animation: none !important }} \
             #f{last} {{ visibility: visible }} }}\n</style>\n\
             <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{PAPER}\" stroke=\"#30363d\"/>\n\
             {groups}</svg>\n"
        )
    }
}

/// What cells are drawn with.
#[derive(Clone, PartialEq, Eq)]
struct Look {
    ink: String,
    paper: String,
    is_bold: bool,
    is_dim: bool,
    is_underlined: bool,
}

impl Look {
    fn of(cell: &Cell) -> Self {
        let (mut ink, mut paper) = (color(cell.fgcolor(), INK), color(cell.bgcolor(), PAPER));
        if cell.inverse() {
            std::mem::swap(&mut ink, &mut paper);
        }
        Self {
            ink,
            paper,
            is_bold: cell.bold(),
            is_dim: cell.dim(),
            is_underlined: cell.underline(),
        }
    }

    /// What an element says about itself.
    fn attributes(&self) -> String {
        let mut attributes = String::new();
        if self.ink != INK {
            _ = write!(attributes, " style=\"fill:{}\"", self.ink);
        }
        if self.is_dim {
            attributes.push_str(" fill-opacity=\".6\"");
        }
        match (self.is_bold, self.is_underlined) {
            (true, true) => attributes.push_str(" class=\"b u\""),
            (true, false) => attributes.push_str(" class=\"b\""),
            (false, true) => attributes.push_str(" class=\"u\""),
            (false, false) => {}
        }
        attributes
    }
}

fn drawing(screen: &Screen) -> String {
    let (rows, columns) = screen.size();
    let (rows, columns) = (rows.get(), columns.get());
    let mut papers = String::new();
    let mut shapes: BTreeMap<(String, bool), String> = BTreeMap::new();
    let mut texts = String::new();
    for row in 0..rows {
        let cells: Vec<_> = (0..columns).map(|column| screen.cell(row, column).unwrap()).collect();
        let mut column = 0;
        while column < cells.len() {
            let look = Look::of(cells[column]);
            let rest = &cells[column..];
            let length = rest.iter().take_while(|cell| Look::of(cell) == look).count();
            let (x, y) = (place(column, CELL.0), row * CELL.1);
            if look.paper != PAPER {
                let (width, height) = (place(length, CELL.0), CELL.1);
                let paper = &look.paper;
                _ = write!(
                    papers,
                    "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" \
                     fill=\"{paper}\"/>"
                );
            }
            let mut shape = String::new();
            write_run(&rest[..length], &look, (x, y), &mut shape, &mut texts);
            shapes.entry((look.ink, look.is_dim)).or_default().push_str(&shape);
            column += length;
        }
        texts.push('\n');
    }
    let mut paths = String::new();
    for ((ink, is_dim), shape) in shapes.iter().filter(|(_look, shape)| !shape.is_empty()) {
        let dim = if *is_dim { " fill-opacity=\".6\"" } else { "" };
        _ = writeln!(paths, "<path fill=\"{ink}\"{dim} d=\"{shape}\"/>");
    }
    format!("{papers}\n{paths}{texts}")
}

/// A run of cells that look alike: shapes are added to the one, words to the other.
fn write_run(cells: &[&Cell], look: &Look, at: (u16, u16), shape: &mut String, texts: &mut String) {
    let mut word = String::new();
    let mut begin = 0;
    let mut end = 0;
    for (column, cell) in cells.iter().enumerate() {
        let text = cell.contents();
        let corner = (at.0 + place(column, CELL.0), at.1);
        let is_shape = text.chars().next().is_some_and(|sign| draw_sign(sign, corner, shape));
        if is_shape || text.trim().is_empty() {
            // One space is written with what is around it, more are not.
            if is_shape || (column > end && !cell.is_wide_continuation()) {
                write_word(
                    &mut word,
                    look,
                    (at.0 + place(begin, CELL.0), at.1),
                    end - begin,
                    texts,
                );
            }
            continue;
        }
        if word.is_empty() {
            begin = column;
        } else if column > end {
            word.push(' ');
        }
        word.push_str(text);
        end = column + if cell.is_wide() { 2 } else { 1 };
    }
    write_word(&mut word, look, (at.0 + place(begin, CELL.0), at.1), end - begin, texts);
}

fn write_word(word: &mut String, look: &Look, at: (u16, u16), cells: usize, texts: &mut String) {
    let word = std::mem::take(word);
    if word.is_empty() {
        return;
    }
    let (x, y, length) = (at.0, at.1 + 13, place(cells, CELL.0));
    let attributes = look.attributes();
    let word = escaped(&word);
    _ = write!(
        texts,
        "<text x=\"{x}\" y=\"{y}\" textLength=\"{length}\"{attributes}>{word}</text>"
    );
}

/// Draws a sign that is a shape; says whether it was one.
fn draw_sign(sign: char, (x, y): (u16, u16), shape: &mut String) -> bool {
    let (x, y) = (f32::from(x), f32::from(y));
    let (width, height) = (f32::from(CELL.0), f32::from(CELL.1));
    let mut rect = |left: f32, top: f32, wide: f32, high: f32| {
        _ = write!(shape, "M{} {}h{wide}v{high}h-{wide}z", x + left, y + top);
    };
    let (half, middle) = (width / 2.0, height / 2.0);
    match sign {
        '▁'..='█' => {
            let eighths = u16::try_from(u32::from(sign) - u32::from('▀')).unwrap();
            let high = height * f32::from(eighths) / 8.0;
            rect(0.0, height - high, width, high);
        }
        '▀' | '▌' | '▐' | '▖'..='▟' => {
            let quarters = quarters(sign);
            for (bit, (left, top)) in
                [(0.0, 0.0), (half, 0.0), (0.0, middle), (half, middle)].into_iter().enumerate()
            {
                if (quarters >> bit) & 1 == 1 {
                    rect(left, top, half, middle);
                }
            }
        }
        '⠀'..='⣿' => {
            let dots = u32::from(sign) - u32::from('⠀');
            // In the order of the bits: the left three, the right three, the two below.
            let places: [(u8, u8); 8] =
                [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3)];
            for (bit, (right, down)) in places.into_iter().enumerate() {
                if (dots >> bit) & 1 == 1 {
                    let (right, down) = (f32::from(right), f32::from(down));
                    rect(half * right + 1.0, height / 4.0 * down + 1.0, 2.0, 2.0);
                }
            }
        }
        _ => {
            let Some((arms, is_double)) = arms(sign) else { return false };
            for offset in if is_double { &[-1.5, 1.5][..] } else { &[0.0] } {
                let (left, top) = (half + offset - 0.5, middle + offset - 0.5);
                let [up, right, down, to_left] = arms;
                let vertical = |from: bool| if from { 0.0 } else { top };
                if up || down {
                    let bottom = if down { height } else { top + 1.0 };
                    rect(left, vertical(up), 1.0, bottom - vertical(up));
                }
                if right || to_left {
                    let begin = if to_left { 0.0 } else { left };
                    let end = if right { width } else { left + 1.0 };
                    rect(begin, top, end - begin, 1.0);
                }
            }
        }
    }
    true
}

/// The quarters of a cell that a block fills, from the upper left one on.
fn quarters(block: char) -> u8 {
    match block {
        '▀' => 0b0011,
        '▌' => 0b0101,
        '▐' => 0b1010,
        '▖' => 0b0100,
        '▗' => 0b1000,
        '▘' => 0b0001,
        '▙' => 0b1101,
        '▚' => 0b1001,
        '▛' => 0b0111,
        '▜' => 0b1011,
        '▝' => 0b0010,
        '▞' => 0b0110,
        _ => 0b1110,
    }
}

/// Where a line goes from the middle of its cell: up, right, down, left; and whether it is two.
fn arms(line: char) -> Option<([bool; 4], bool)> {
    let (up, right, down, left, is_double) = match line {
        '─' => (false, true, false, true, false),
        '│' => (true, false, true, false, false),
        '┌' => (false, true, true, false, false),
        '┐' => (false, false, true, true, false),
        '└' => (true, true, false, false, false),
        '┘' => (true, false, false, true, false),
        '═' => (false, true, false, true, true),
        '║' => (true, false, true, false, true),
        '╔' => (false, true, true, false, true),
        '╗' => (false, false, true, true, true),
        '╚' => (true, true, false, false, true),
        '╝' => (true, false, false, true, true),
        _ => return None,
    };
    Some(([up, right, down, left], is_double))
}

fn place(cells: usize, side: u16) -> u16 {
    u16::try_from(cells).unwrap() * side
}

fn color(color: Color, default: &str) -> String {
    match color {
        Color::Default => default.to_owned(),
        Color::Rgb(red, green, blue) => format!("#{red:02x}{green:02x}{blue:02x}"),
        Color::Idx(index @ 0..=15) => SIXTEEN[usize::from(index)].to_owned(),
        Color::Idx(index @ 16..=231) => {
            let part = |weight: u8| match (index - 16) / weight % 6 {
                0 => 0,
                step => 55 + 40 * step,
            };
            format!("#{:02x}{:02x}{:02x}", part(36), part(6), part(1))
        }
        Color::Idx(index) => {
            let grey = 8 + 10 * (index - 232);
            format!("#{grey:02x}{grey:02x}{grey:02x}")
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
