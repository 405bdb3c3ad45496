//! Entering and leaving the terminal, and turning a picture into the bytes that change it. Knows no pane.

use super::writer::Writer;
use crossterm::cursor::{Hide, Show};
use crossterm::event::DisableBracketedPaste;
use crossterm::terminal::{
    BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
    disable_raw_mode, enable_raw_mode,
};
use crossterm::{execute, queue};
use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use rustix::fs::OFlags;
use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::Duration;

/// Whether there is something to leave.
static ENTERED: AtomicBool = AtomicBool::new(false);

/// How long a terminal that does not read is waited for on the way out.
const PATIENCE: Duration = Duration::from_millis(500);

/// The terminal while the dashboard is up; left whole when dropped.
pub struct Screen {
    writer: Writer,
    /// What the terminal shows.
    shown: Buffer,
    /// The next frame repaints all of it.
    anew: bool,
}

impl Screen {
    /// # Errors
    /// Where the terminal can't be set up.
    pub fn enter() -> io::Result<Screen> {
        let writer = Writer::start(Frames)?;
        take_keys()?;
        enter()?;
        Ok(Screen { writer, shown: Buffer::empty(area()?), anew: true })
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
        let frame = frame(&self.shown, &next, self.anew)?;
        self.shown = next;
        self.anew = false;
        if !frame.is_empty() {
            self.writer.send(frame);
        }
        Ok(())
    }

    /// Waits a moment until the terminal has taken the last frame, and says whether it has.
    pub fn settle(&self) -> bool {
        self.writer.settle(PATIENCE)
    }

    /// Leaves the terminal for a while, with nothing of a frame left on its way.
    pub fn suspend(&mut self) {
        self.settle();
        leave();
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
        self.settle();
        leave();
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
    enable_raw_mode()?;
    ENTERED.store(true, SeqCst);
    execute!(io::stderr(), EnterAlternateScreen, Hide)
}

/// The way of frames to the terminal, open as long as it is entered: a frame that is still on its way when a panic
/// leaves the terminal does not land on the normal screen.
struct Frames;

impl Write for Frames {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut terminal = io::stderr().lock();
        if ENTERED.load(SeqCst) { terminal.write(bytes) } else { Ok(bytes.len()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Leaves the terminal as it was found, if it was entered. Best effort, from any thread, at any moment; never panics.
pub fn leave() {
    let mut terminal = io::stderr().lock();
    if !ENTERED.swap(false, SeqCst) {
        return;
    }
    let mut bytes = Vec::new();
    // Writing into a vector can't fail, and a terminal that is gone needs nothing.
    let _ = queue!(bytes, EndSynchronizedUpdate, DisableBracketedPaste, LeaveAlternateScreen, Show);
    let _ = terminal.write_all(&bytes);
    let _ = disable_raw_mode();
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
