//! What a screen shows, and whether it is as a shell wants it.

use std::time::Duration;

use vt100::{MouseProtocolMode, Screen};

pub(crate) fn assert_whole(screen: &Screen, bytes: &[u8]) {
    assert!(!screen.alternate_screen(), "the alternate screen is still there");
    assert!(!screen.hide_cursor(), "the cursor is hidden");
    assert!(!screen.bracketed_paste(), "pastes are still bracketed");
    assert_eq!(screen.mouse_protocol_mode(), MouseProtocolMode::None);
    assert!(!screen.application_keypad() && !screen.application_cursor(), "keys are still another mode's");
    let inks = [screen.fgcolor(), screen.bgcolor()];
    assert_eq!(inks, [vt100::Color::Default; 2], "colours are left behind");
    let marks = [screen.bold(), screen.dim(), screen.italic(), screen.underline(), screen.inverse()];
    assert_eq!(marks, [false; 5], "bold, dim, italic, underline or inverse is left behind");
    assert!(!is_updating(bytes), "an update is still held back");
}

/// Whether a synchronized update was begun and has not ended.
pub(crate) fn is_updating(bytes: &[u8]) -> bool {
    let [begun, ended] = ["\x1b[?2026h", "\x1b[?2026l"].map(|mark| last(bytes, mark.as_bytes()));
    begun > ended
}

fn last(bytes: &[u8], mark: &[u8]) -> Option<usize> {
    bytes.windows(mark.len()).rposition(|window| window == mark)
}

/// All rows. A cell that was never written and one with a space look alike.
pub(crate) fn picture(screen: &Screen) -> String {
    let (rows, _) = screen.size();
    (0..rows.get()).map(|number| row(screen, number) + "\n").collect()
}

/// A row of the screen, its end trimmed.
pub(crate) fn row(screen: &Screen, number: u16) -> String {
    let (_, columns) = screen.size();
    screen.rows(0, columns.get()).nth(usize::from(number)).unwrap_or_default().trim_end().to_owned()
}

/// The run's clock in the header, if the dashboard is up.
pub(crate) fn clock(screen: &Screen) -> Option<Duration> {
    let header = row(screen, 0);
    let clock = header.split_whitespace().find(|word| word.len() == 7 && word.as_bytes()[2] == b':')?;
    let (minutes, seconds) = clock.split_once(':')?;
    Some(Duration::from_secs_f64(minutes.parse::<f64>().ok()? * 60.0 + seconds.parse::<f64>().ok()?))
}
