//! Entering and leaving the terminal, and turning a picture into the bytes that change it. Knows no pane.

use super::line::{self, Frames};
use super::writer::Writer;
use crate::signals::is_ignored;
use crossterm::cursor::{Hide, Show};
use crossterm::event::DisableBracketedPaste;
use crossterm::queue;
use crossterm::terminal::{
    BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
    disable_raw_mode,
};
use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use rustix::fs::OFlags;
use signal_hook::consts::SIGQUIT;
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;
use std::fs::File;
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::time::Duration;

/// How long a terminal that does not read is waited for on the way out.
const PATIENCE: Duration = Duration::from_millis(500);

/// The terminal while the dashboard is up; left whole when dropped.
pub struct Screen {
    writer: Writer,
    /// What the terminal shows.
    shown: Buffer,
    /// The next frame repaints all of it.
    anew: bool,
    /// What goes out with the next frame, behind it.
    along: Vec<u8>,
}

impl Screen {
    /// # Errors
    /// Where the terminal can't be set up.
    pub fn enter() -> io::Result<Screen> {
        let writer = Writer::start(Frames)?;
        leave_by_quit()?;
        take_keys()?;
        enter()?;
        Ok(Screen { writer, shown: Buffer::empty(area()?), anew: true, along: Vec::new() })
    }

    /// Whether the frame before has been taken.
    pub fn is_ready(&self) -> bool {
        self.writer.is_idle()
    }

    pub fn is_gone(&self) -> bool {
        self.writer.is_broken()
    }

    /// The next frame repaints everything, at the size the terminal then has.
    pub fn repaint(&mut self) {
        self.anew = true;
    }

    /// Has bytes that are no picture go out with the next frame; those that wait already are not wanted any more.
    pub fn send_along(&mut self, bytes: Vec<u8>) {
        self.along = bytes;
    }

    /// Sends what differs from the frame before, as one write, if anything does.
    ///
    /// # Errors
    /// Where the size can't be read.
    pub fn show(&mut self, draw: impl FnOnce(&mut Buffer)) -> io::Result<()> {
        let area = area()?;
        if area != self.shown.area || self.anew {
            self.shown = Buffer::empty(area);
            self.anew = true;
        }
        let mut next = Buffer::empty(area);
        draw(&mut next);
        let mut frame = frame(&self.shown, &next, self.anew)?;
        frame.append(&mut self.along);
        self.shown = next;
        self.anew = false;
        if !frame.is_empty() {
            self.writer.send(frame);
        }
        Ok(())
    }

    /// Leaves the terminal with nothing of a frame left on its way, if it takes that in a moment; says whether it did.
    pub fn leave(&self) -> bool {
        if !line::is_entered() {
            return true;
        }
        // The modes need nobody to read, and come before whatever does.
        let _ = disable_raw_mode();
        let patience = if self.writer.settle(PATIENCE) { PATIENCE } else { Duration::ZERO };
        leave_within(patience)
    }

    /// Takes the terminal again; whatever was there before is forgotten.
    ///
    /// # Errors
    /// Where the terminal can't be set up.
    pub fn resume(&mut self) -> io::Result<()> {
        // Whoever stopped this process from outside may have reset the terminal behind its back.
        leave();
        enter()?;
        self.repaint();
        Ok(())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        self.leave();
    }
}

/// The bytes that turn `shown` into `next`; none where they are equal.
fn frame(shown: &Buffer, next: &Buffer, anew: bool) -> io::Result<Vec<u8>> {
    let changes = shown.diff(next);
    let mut bytes = Vec::new();
    if changes.is_empty() && !anew {
        return Ok(bytes);
    }
    queue!(bytes, BeginSynchronizedUpdate)?;
    if anew {
        queue!(bytes, Hide, Clear(ClearType::All))?;
    }
    CrosstermBackend::new(&mut bytes).draw(changes.into_iter())?;
    queue!(bytes, EndSynchronizedUpdate)?;
    Ok(bytes)
}

fn area() -> io::Result<Rect> {
    let (width, height) = crossterm::terminal::size()?;
    Ok(Rect::new(0, 0, width, height))
}

/// Makes standard input a description of the terminal that is ours alone and does not block. crossterm reads until
/// nothing is left: where reading blocks, bytes that make no key would hold it until the next key, and with it whoever
/// takes the terminal again.
fn take_keys() -> io::Result<()> {
    let nonblock = OFlags::NONBLOCK.bits().cast_signed();
    let terminal = File::options().read(true).write(true).custom_flags(nonblock).open("/dev/tty")?;
    Ok(rustix::stdio::dup2_stdin(terminal)?)
}

fn enter() -> io::Result<()> {
    let mut bytes = Vec::new();
    queue!(bytes, EnterAlternateScreen, Hide)?;
    line::enter(&bytes, PATIENCE)
}

/// Leaves the terminal as it was found, if it was entered. Best effort, from any thread, at any moment; never panics.
/// Says whether the terminal took it.
pub fn leave() -> bool {
    leave_within(PATIENCE)
}

fn leave_within(patience: Duration) -> bool {
    let mut bytes = Vec::new();
    // Writing into a vector can't fail.
    let _ = queue!(bytes, EndSynchronizedUpdate, DisableBracketedPaste, LeaveAlternateScreen, Show);
    line::leave(&bytes, patience)
}

/// SIGQUIT ends the program as it would without a dashboard, but for the terminal, which is left first.
fn leave_by_quit() -> io::Result<()> {
    if is_ignored(SIGQUIT) {
        return Ok(());
    }
    let mut quits = Signals::new([SIGQUIT])?;
    let die = move || {
        for signal in quits.forever() {
            leave();
            // It does not come back; should it, the next one is heard again.
            let _ = emulate_default_handler(signal);
        }
    };
    std::thread::Builder::new().name("quit".to_owned()).spawn(die).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::style::Style;

    #[test]
    fn nothing_is_written_where_nothing_changed() {
        let area = Rect::new(0, 0, 10, 2);
        let shown = Buffer::empty(area);
        assert!(frame(&shown, &shown.clone(), false).unwrap().is_empty());
        let mut next = shown.clone();
        next.set_string(3, 1, "x", Style::new());
        let bytes = frame(&shown, &next, false).unwrap();
        assert!(bytes.starts_with(b"\x1b[?2026h") && bytes.ends_with(b"\x1b[?2026l"));
        assert!(bytes.len() < 60, "{} bytes for a cell", bytes.len());
    }
}
