//! What was copied, shown so that it can be selected by hand: a title, and the text from the first column on, without a
//! frame that would be selected with it. Knows nothing of clipboards.

use super::canvas::{Canvas, rows};
use super::clipboard::MOST_BYTES;
use super::curl::Command;
use super::scene::Scene;
use crate::event::Way;
use crate::state::Detail;
use crate::text::folded;
use crate::units;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Widget};

/// What of a fetch is copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Copied {
    Url,
    Curl,
}

/// What lies over the picture until the next key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// There is nothing that could be copied.
    Nothing,
    Url {
        url: String,
        sent: bool,
    },
    Curl {
        command: Command,
        sent: bool,
    },
}

impl Note {
    pub fn of(copied: Copied, detail: &Detail, way: &Way, sent: bool) -> Note {
        match copied {
            // Shown, for a clipboard is no place for controls either; but for those a URL is what it was.
            Copied::Url => Note::Url { url: detail.url.display(usize::MAX), sent },
            Copied::Curl => Note::Curl { command: Command::of(detail, way), sent },
        }
    }

    /// What goes to the clipboard.
    pub fn text(&self) -> Option<String> {
        match self {
            Note::Nothing => None,
            Note::Url { url, .. } => Some(url.clone()),
            Note::Curl { command, .. } => Some(command.text()),
        }
    }

    fn title(&self) -> String {
        let (what, sent) = match self {
            Note::Nothing => return "nothing to copy: select a request or a result first".to_owned(),
            Note::Url { sent, .. } => ("the URL".to_owned(), *sent),
            Note::Curl { command, sent } => (described(command), *sent),
        };
        let bytes = self.text().map_or(0, |text| text.len());
        match (sent, bytes > MOST_BYTES) {
            (_, true) => {
                let (bytes, most) = (units::count(bytes as u64), units::count(MOST_BYTES as u64));
                format!("not copied: {bytes} bytes, and terminals take {most}")
            }
            (true, _) => format!("copied {what}; if not, select it here"),
            (false, _) => format!("no clipboard in this terminal: select {what} here"),
        }
    }

    fn lines(&self, width: usize) -> Vec<String> {
        let fold = |text: &str| folded(text, width).into_iter().map(str::to_owned).collect::<Vec<_>>();
        match self {
            Note::Nothing => Vec::new(),
            Note::Url { url, .. } => fold(url),
            Note::Curl { command, .. } => command.lines(width).iter().flat_map(|line| fold(line)).collect(),
        }
    }
}

fn described(command: &Command) -> String {
    match (command.is_known, command.left_out) {
        (false, _) => "curl for the URL alone, for its request is not known".to_owned(),
        (true, 0) => "curl".to_owned(),
        (true, 1) => "curl without one field that may be secret".to_owned(),
        (true, count) => format!("curl without {count} fields that may be secret"),
    }
}

/// Above the footer, as high as it needs to be and leaves the first row free.
pub fn draw(canvas: &mut Canvas<'_>, footer: Rect, note: &Note, scene: &Scene<'_>) {
    let lines = note.lines(usize::from(footer.width));
    let most = footer.y.saturating_sub(canvas.buffer.area.y + 1);
    let height = u16::try_from(lines.len() + 1).unwrap_or(u16::MAX).min(most);
    let area = Rect { y: footer.y - height, height, ..footer };
    Clear.render(area, canvas.buffer);
    let theme = scene.theme;
    let cut = if lines.len() >= usize::from(height) { "; it is longer than the screen" } else { "" };
    for (at, row) in rows(area).enumerate() {
        match at {
            0 => {
                let title = [
                    (" ", theme.focus),
                    (&note.title(), theme.strong),
                    (cut, theme.broken),
                    (" ─ esc closes", theme.dim),
                ];
                canvas.pieces(row.x, row.y, row.width, &title);
                canvas.tint(row, ratatui::style::Style::new().add_modifier(ratatui::style::Modifier::UNDERLINED));
            }
            at => drop(canvas.put(row.x, row.y, row.width, &lines[at - 1], theme.text)),
        }
    }
}
