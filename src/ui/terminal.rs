//! Entering and leaving the terminal, and turning a picture into the bytes that change it. Knows no pane.

use super::ansi::Ansi;
use super::line::{self, Frames};
use super::parts::{Parts, Turns};
use super::writer::Writer;
use crate::signals::is_ignored;
use crossterm::cursor::{Hide, Show};
use crossterm::event::DisableBracketedPaste;
use crossterm::queue;
use crossterm::terminal::{EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode};
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
    turns: Turns,
}

impl Screen {
    /// # Errors
    /// Where the terminal can't be set up.
    pub fn enter() -> io::Result<Screen> {
        let writer = Writer::start(Frames)?;
        leave_by_quit()?;
        take_keys()?;
        enter()?;
        let shown = Buffer::empty(area()?);
        Ok(Screen { writer, shown, anew: true, along: Vec::new(), turns: Turns::default() })
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

    /// Sends what differs from what the terminal shows, as one write, if anything does: all of it, or no more than
    /// `limit` bytes, for a key that was pressed or by turns. Tells how much went.
    ///
    /// # Errors
    /// Where the size can't be read.
    pub fn show(&mut self, picture: Picture<impl FnOnce(&mut Buffer)>, limit: Option<usize>) -> io::Result<Sent> {
        let area = area()?;
        if area != self.shown.area || self.anew {
            self.shown = Buffer::empty(area);
            self.anew = true;
        }
        let mut next = Buffer::empty(area);
        (picture.draw)(&mut next);
        self.turns.set(picture.parts, picture.pressed);
        if self.anew {
            // The first frame wipes it all, and the others fill it again: one alone would keep a slow line from any key.
            self.turns.ask_all();
        }
        let mut frame = Ansi::default();
        let whole = match limit {
            None => self.all(&mut frame, next),
            Some(limit) => {
                let shown = &mut self.shown;
                self.turns.offer(|area, first| part(&mut frame, shown, &next, area, limit, first))
            }
        };
        let mut bytes = packed(frame.finish(), self.anew);
        bytes.append(&mut self.along);
        self.anew = false;
        let sent = Sent { bytes: bytes.len(), whole, asked: self.turns.owes_a_key() };
        if !bytes.is_empty() {
            self.writer.send(bytes);
        }
        Ok(sent)
    }

    fn all(&mut self, frame: &mut Ansi, next: Buffer) -> bool {
        (next.area.top()..next.area.bottom()).for_each(|y| frame.row(&self.shown, &next, next.area, y));
        self.shown = next;
        self.turns.clear();
        true
    }

    /// How long the terminal took for the frame before, if that was not asked yet.
    pub fn took(&self) -> Option<Duration> {
        self.writer.took()
    }

    /// Leaves the terminal with nothing of a frame left on its way, if it takes that in a moment; says whether it did.
    pub fn leave(&self) -> bool {
        if !line::is_entered() {
            return true;
        }
        // The modes need nobody to read, and come before whatever does.
        let _ = disable_raw_mode();
        // A frame that a slow terminal is still reading is cut short: what leaves the terminal is worth more.
        let patience = match (self.writer.settle(PATIENCE), line::is_alive()) {
            (_, true) => line::SLOW,
            (true, false) => PATIENCE,
            (false, false) => Duration::ZERO,
        };
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

/// A picture to be made.
pub struct Picture<F> {
    pub draw: F,
    pub parts: Parts,
    /// It is the answer to a key.
    pub pressed: bool,
}

/// What went to the terminal.
pub struct Sent {
    pub bytes: usize,
    /// It shows all of the picture.
    pub whole: bool,
    /// A part that a key was about has not been sent.
    pub asked: bool,
}

/// Adds the rows of an area to a frame, all of them or none; of one that is too much for a frame of its own, as many as
/// go. Tells how many went.
fn part(frame: &mut Ansi, shown: &mut Buffer, next: &Buffer, area: Rect, limit: usize, first: bool) -> u16 {
    let begin = frame.mark();
    let area = area.intersection(next.area);
    let mut rows = 0;
    for y in area.top()..area.bottom() {
        let before = frame.mark();
        frame.row(shown, next, area, y);
        if frame.len() > limit && rows > 0 {
            frame.back(before);
            break;
        }
        rows += 1;
    }
    if rows < area.height && !first {
        frame.back(begin);
        return 0;
    }
    for (x, y) in (0..rows).flat_map(|row| (area.left()..area.right()).map(move |x| (x, area.y + row))) {
        shown[(x, y)] = next[(x, y)].clone();
    }
    rows
}

/// Below so many bytes a frame is taken in one piece by any terminal.
const SMALL: usize = 48;

/// The bytes of a frame as they are sent; none where it says nothing.
fn packed(frame: Vec<u8>, anew: bool) -> Vec<u8> {
    if !anew && frame.len() < SMALL {
        return frame;
    }
    let begin: &[u8] = if anew { b"\x1b[?2026h\x1b[?25l\x1b[m\x1b[2J" } else { b"\x1b[?2026h" };
    [begin, &frame, b"\x1b[?2026l"].concat()
}

fn area() -> io::Result<Rect> {
    let (width, height) = crossterm::terminal::size()?;
    Ok(Rect::new(0, 0, width, height))
}

/// The size of the terminal, or one that most have.
pub fn screen() -> Rect {
    area().unwrap_or(Rect::new(0, 0, 80, 24))
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
    fn a_small_change_is_a_few_bytes_and_a_large_one_an_update_of_its_own() {
        let area = Rect::new(0, 0, 40, 4);
        let mut shown = Buffer::empty(area);
        let frame = |shown: &mut Buffer, next: &Buffer| {
            let mut frame = Ansi::default();
            assert_eq!(part(&mut frame, shown, next, area, usize::MAX, true), 4);
            packed(frame.finish(), false)
        };
        assert!(frame(&mut shown.clone(), &shown).is_empty(), "nothing is written where nothing changed");
        let mut next = shown.clone();
        next.set_string(3, 1, "x", Style::new());
        assert_eq!(frame(&mut shown, &next), b"\x1b[2;4Hx");
        for y in 0..4 {
            next.set_string(0, y, "a line of words that say something", Style::new());
        }
        let bytes = frame(&mut shown, &next);
        assert!(bytes.starts_with(b"\x1b[?2026h") && bytes.ends_with(b"\x1b[?2026l"));
        assert_eq!(shown, next);
    }

    #[test]
    fn a_part_that_does_not_fit_waits_and_one_that_fits_no_frame_goes_in_bands() {
        let area = Rect::new(0, 0, 10, 3);
        let (mut shown, next) = (Buffer::empty(area), Buffer::with_lines(["aaaaaaaaaa"; 3]));
        let mut frame = Ansi::default();
        assert_eq!(part(&mut frame, &mut shown, &next, area, 20, false), 0);
        assert_eq!((frame.len(), &shown), (0, &Buffer::empty(area)), "nothing of it was sent");
        assert_eq!(part(&mut frame, &mut shown, &next, area, 20, true), 1);
        assert_eq!(shown, Buffer::with_lines(["aaaaaaaaaa", "          ", "          "]));
    }
}
