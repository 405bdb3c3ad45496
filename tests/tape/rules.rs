//! What has to hold for a tape that shows crawltop, rule by rule.

use super::SIZE;
use super::grammar::{Command, Line, Scope};
use super::pictures::pictures;
use clap::Parser;
use crawltop::cli::Cli;
use crawltop::ui::{Action, Pane, Places, action};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use std::time::Duration;

pub type Rule = fn(&[Line]) -> Result<(), String>;

pub const RULES: &[Rule] = &[
    settings_come_first,
    programs_are_required,
    the_size_is_as_told,
    the_theme_is_dark,
    what_is_hidden_is_shown_again,
    files_go_into_docs,
    keys_are_bound,
    waits_are_met,
    sleeps_are_short,
];

/// Of the sleeps together; the waits come on top.
const MOST_SLEEP: Duration = Duration::from_secs(25);
const DARK: [&str; 5] = ["Catppuccin Mocha", "Dracula", "GitHub Dark", "OneDark", "TokyoNight"];

/// VHS passes over those that come later.
fn settings_come_first(tape: &[Line]) -> Result<(), String> {
    let is_setting = |line: &&Line| matches!(line.command, Command::Set(..) | Command::Require(_));
    let later = tape.iter().skip_while(|line| is_setting(line) || matches!(line.command, Command::Output(_)));
    match later.filter(|line| !matches!(&line.command, Command::Set(name, _) if name == "TypingSpeed")).find(is_setting)
    {
        Some(line) => Err(format!("line {}: comes too late to be heeded", line.number)),
        None => Ok(()),
    }
}

fn programs_are_required(tape: &[Line]) -> Result<(), String> {
    let required = tape.iter().any(|line| line.command == Command::Require("crawltop".to_owned()));
    if required { Ok(()) } else { Err("crawltop is not required".to_owned()) }
}

fn setting<'a>(tape: &'a [Line], wanted: &str) -> Result<&'a str, String> {
    let found = tape.iter().find_map(|line| match &line.command {
        Command::Set(name, value) if name == wanted => Some(value.as_str()),
        _ => None,
    });
    found.ok_or_else(|| format!("{wanted} is not set"))
}

/// JetBrains Mono at 14 pixels has cells of 9 by 18; the web terminal within VHS takes 5 pixels on each side, and 15
/// for its scroll bar.
fn the_size_is_as_told(tape: &[Line]) -> Result<(), String> {
    let font = (setting(tape, "FontFamily")?, setting(tape, "FontSize")?);
    if font != ("JetBrains Mono", "14") {
        return Err(format!("the cells of {font:?} are not known here"));
    }
    let pixels = |name| setting(tape, name)?.parse::<u16>().map_err(|error| error.to_string());
    let (width, height, padding) = (pixels("Width")?, pixels("Height")?, pixels("Padding")?);
    let cells = |pixels: u16, own, cell| pixels.saturating_sub(2 * padding + own) / cell;
    let size = (cells(width, 25, 9), cells(height, 10, 18));
    if size == SIZE { Ok(()) } else { Err(format!("{}x{} cells", size.0, size.1)) }
}

fn the_theme_is_dark(tape: &[Line]) -> Result<(), String> {
    let theme = setting(tape, "Theme")?;
    if DARK.contains(&theme) { Ok(()) } else { Err(format!("{theme} is no dark theme that is known here")) }
}

fn what_is_hidden_is_shown_again(tape: &[Line]) -> Result<(), String> {
    let switches = tape.iter().filter(|line| matches!(line.command, Command::Hide | Command::Show));
    let hidden = switches.fold(false, |_, line| line.command == Command::Hide);
    if hidden { Err("the end is hidden".to_owned()) } else { Ok(()) }
}

fn files_go_into_docs(tape: &[Line]) -> Result<(), String> {
    let files = tape.iter().filter_map(|line| match &line.command {
        Command::Output(path) | Command::Screenshot(path) => Some(path),
        _ => None,
    });
    match files.clone().find(|path| !path.starts_with("docs/")) {
        Some(path) => Err(format!("{path} is not in docs/")),
        None if files.count() == 0 => Err("nothing is made".to_owned()),
        None => Ok(()),
    }
}

/// Each key that is pressed on the dashboard does something there, and the last one leaves it.
fn keys_are_bound(tape: &[Line]) -> Result<(), String> {
    let (mut typed, mut watching, mut ever) = (String::new(), false, false);
    let (mut replayed, mut filtering) = (false, false);
    for (number, key) in tape.iter().flat_map(|line| pressed(line).into_iter().map(|key| (line.number, key))) {
        match (watching, key.code) {
            (true, code) if filtering => filtering = !matches!(code, KeyCode::Enter | KeyCode::Esc),
            (true, _) => {
                let bound = Pane::ALL.iter().find_map(|&pane| action(&key, place(pane, replayed)));
                let action = bound.ok_or_else(|| format!("line {number}: no key {:?}", key.code))?;
                (watching, filtering) = (action != Action::Quit, action == Action::Find);
            }
            (false, KeyCode::Enter) => {
                watching = is_dashboard(&typed).map_err(|error| format!("line {number}: {error}"))?;
                ever |= watching;
                replayed = typed.contains(" replay ");
                typed.clear();
            }
            (false, KeyCode::Char(letter)) => typed.push(letter),
            (false, _) => {}
        }
    }
    match (ever, watching) {
        (false, _) => Err("no dashboard is seen".to_owned()),
        (true, true) => Err("the dashboard is not left".to_owned()),
        (true, false) => Ok(()),
    }
}

/// Where a key goes that is pressed in a pane.
fn place(pane: Pane, replayed: bool) -> Places {
    if replayed { Places::of(&[pane]).replay() } else { Places::watching(pane) }
}

fn pressed(line: &Line) -> Vec<KeyEvent> {
    match &line.command {
        Command::Type(text) => {
            text.chars().map(|letter| KeyEvent::new(KeyCode::Char(letter), KeyModifiers::NONE)).collect()
        }
        Command::Key(key, count) => vec![*key; *count as usize],
        _ => Vec::new(),
    }
}

/// Whether the line that was typed at the shell is crawltop's, which must then understand it.
fn is_dashboard(typed: &str) -> Result<bool, String> {
    let words = typed.split_whitespace();
    if words.clone().next() != Some("crawltop") {
        return Ok(false);
    }
    Cli::try_parse_from(words).map(|_| true).map_err(|error| error.to_string())
}

/// Each text that is waited for on the screen comes in some picture, and not in all: else nothing was waited for.
fn waits_are_met(tape: &[Line]) -> Result<(), String> {
    let pictures = pictures();
    for line in tape {
        let Command::Wait(Scope::Screen, pattern) = &line.command else { continue };
        let met = pictures.iter().filter(|(_, picture)| is_met(pattern, picture)).count();
        if met == 0 {
            return Err(format!("line {}: no picture has {pattern}", line.number));
        }
        if met == pictures.len() {
            return Err(format!("line {}: every picture has {pattern}", line.number));
        }
    }
    Ok(())
}

fn is_met(pattern: &str, picture: &str) -> bool {
    match pattern.strip_suffix('$') {
        Some(end) => picture.lines().any(|line| line.trim_end().ends_with(end)),
        None => picture.contains(pattern),
    }
}

fn sleeps_are_short(tape: &[Line]) -> Result<(), String> {
    let sleeps = tape.iter().filter_map(|line| match line.command {
        Command::Sleep(span) => Some(span),
        _ => None,
    });
    let all: Duration = sleeps.sum();
    if all < MOST_SLEEP { Ok(()) } else { Err(format!("it sleeps for {all:?}")) }
}
