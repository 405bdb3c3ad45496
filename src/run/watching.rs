//! Whether and how a run is watched, and how its terminal may end it.

use super::{STANDARD_OUTPUT, test_panic, var};
use crate::cli::{OnHangup, Screen};
use crate::config::{Outputs, depth, pace, theme};
use crate::control::Control;
use crate::signals::{Ending, is_ignored};
use crate::text::Charset;
use crate::ui::{Settings, Slow, Theme, has_clipboard};
use std::fs::File;
use std::io::{self, IsTerminal};
use std::os::unix::fs::FileTypeExt as _;
use std::path::Path;
use tokio::sync::mpsc::UnboundedSender;

/// The dashboard is drawn, on standard error, where there is a terminal for it and the results do not need it.
pub(super) fn is_watched(screen: &Screen, outputs: &Outputs) -> bool {
    let term = var("TERM").filter(|term| !term.is_empty() && term != "dumb");
    !screen.no_tui
        && term.is_some()
        && var("ACCESSIBLE").is_none_or(|value| value.is_empty() || value == "0")
        && io::stderr().is_terminal()
        && (io::stdout().is_terminal() || outputs.taken)
        && File::open("/dev/tty").is_ok()
}

/// Whether a list is typed: the keys are its lines then, and can't be those of a dashboard.
pub(super) fn is_terminal(list: &Path) -> bool {
    if list == Path::new("-") {
        return io::stdin().is_terminal();
    }
    // A pipe is not opened just to ask: that would take its first reader's place.
    let device = std::fs::metadata(list).is_ok_and(|list| list.file_type().is_char_device());
    device && File::open(list).is_ok_and(|list| list.is_terminal())
}

pub(super) fn settings(screen: &Screen, charset: Charset) -> Settings {
    let panic = match test_panic().as_deref() {
        Some("ui") => Some("ui"),
        Some("hub") => Some("hub"),
        _ => None,
    };
    Settings {
        pace: pace(screen.fps, var),
        exit_on_end: screen.exit_on_end,
        theme: Theme::named(theme(screen.theme), depth(screen.color, var)),
        charset,
        clipboard: has_clipboard(var("TERM").as_deref()),
        slow: Slow(screen.slow),
        panic,
    }
}

/// How a run ends by signals. It goes on when its terminal goes away where it is asked to, and under `nohup`.
pub(super) fn ending(screen: &Screen, controls: UnboundedSender<Control>) -> Ending {
    let outlives = screen.on_hangup == OnHangup::Continue || is_ignored(signal_hook::consts::SIGHUP);
    let spared = (outlives && io::stdout().is_terminal()).then_some(STANDARD_OUTPUT);
    let mut ending = Ending::new(controls);
    (ending.outlives, ending.spared) = (outlives, spared);
    ending
}
