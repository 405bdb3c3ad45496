//! The part of VHS's tape language that is used here, line by line. Knows nothing of crawltop.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use std::time::Duration;

/// A command and the line it stands on, counted from 1.
#[derive(Debug)]
pub struct Line {
    pub number: usize,
    pub command: Command,
}

#[derive(Debug, PartialEq)]
pub enum Command {
    Output(String),
    Require(String),
    Set(String, String),
    Env(String, String),
    Hide,
    Show,
    Type(String),
    Sleep(Duration),
    /// For plain text, which may be held to the end of the line with `$`.
    Wait(Scope, String),
    Key(KeyEvent, u32),
    Screenshot(String),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scope {
    Line,
    Screen,
}

/// A word as it stands, or what stood in quotes or between slashes.
#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    Text(String),
    Pattern(String),
}

/// # Errors
/// The first line that is no command with valid values.
pub fn parse(tape: &str) -> Result<Vec<Line>, String> {
    let lines = tape.lines().enumerate().map(|(at, line)| (at + 1, line.trim()));
    lines
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        .map(|(number, line)| match command(line) {
            Ok(command) => Ok(Line { number, command }),
            Err(error) => Err(format!("line {number}: {error}: {line}")),
        })
        .collect()
}

fn command(line: &str) -> Result<Command, String> {
    let tokens = tokens(line)?;
    let Some((Token::Word(head), values)) = tokens.split_first() else { return Err("no command".to_owned()) };
    let (name, speed) = match head.split_once('@') {
        Some((name, speed)) => (name, Some(duration(speed)?)),
        None => (head.as_str(), None),
    };
    if speed.is_some() && !(name == "Type" || name.starts_with("Wait") || key(name).is_some()) {
        return Err(format!("{name} has no time"));
    }
    use Token::{Text, Word};
    match (name, values) {
        ("Output", [Word(path) | Text(path)]) => Ok(Command::Output(path.clone())),
        ("Require", [Word(program) | Text(program)]) => Ok(Command::Require(program.clone())),
        ("Set", [Word(setting), value]) => set(setting, value),
        ("Env", [Word(variable), Text(value)]) => Ok(Command::Env(variable.clone(), value.clone())),
        ("Hide", []) => Ok(Command::Hide),
        ("Show", []) => Ok(Command::Show),
        ("Type", [Text(text)]) if !text.is_empty() => Ok(Command::Type(text.clone())),
        ("Sleep", [Word(span)]) => duration(span).map(Command::Sleep),
        ("Wait" | "Wait+Line", [Token::Pattern(pattern)]) => wait(Scope::Line, pattern),
        ("Wait+Screen", [Token::Pattern(pattern)]) => wait(Scope::Screen, pattern),
        ("Screenshot", [Word(path) | Text(path)]) if path.ends_with(".png") => Ok(Command::Screenshot(path.clone())),
        (name, values) => press(name, values),
    }
}

fn tokens(line: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let (token, after) = match first {
            '"' | '\'' | '`' => between(rest, first, Token::Text)?,
            '/' => between(rest, first, Token::Pattern)?,
            _ => {
                let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
                (Token::Word(rest[..end].to_owned()), &rest[end..])
            }
        };
        tokens.push(token);
        rest = after.trim_start();
    }
    Ok(tokens)
}

/// Strings know no escapes, and neither do the patterns that are used here.
fn between(rest: &str, mark: char, token: fn(String) -> Token) -> Result<(Token, &str), String> {
    let (inside, after) = rest[1..].split_once(mark).ok_or_else(|| format!("{mark} is not closed"))?;
    Ok((token(inside.to_owned()), after))
}

/// With its unit: VHS takes a bare number for seconds, which is easily meant otherwise.
fn duration(text: &str) -> Result<Duration, String> {
    let unit = text.trim_start_matches(|sign: char| sign.is_ascii_digit() || sign == '.');
    let number = &text[..text.len() - unit.len()];
    let factor = match unit {
        "ms" => 1e-3,
        "s" => 1.0,
        _ => return Err(format!("{text} is no time in s or ms")),
    };
    let number: f64 = number.parse().map_err(|_| format!("{text} is no time"))?;
    Ok(Duration::from_secs_f64(number * factor))
}

fn wait(scope: Scope, pattern: &str) -> Result<Command, String> {
    let text = pattern.strip_suffix('$').unwrap_or(pattern);
    if text.is_empty() || text.contains(['\\', '.', '*', '+', '?', '(', ')', '[', ']', '{', '}', '|', '^', '$']) {
        return Err(format!("/{pattern}/ is not plain text"));
    }
    Ok(Command::Wait(scope, pattern.to_owned()))
}

fn set(setting: &str, value: &Token) -> Result<Command, String> {
    let (value, valid) = match value {
        Token::Text(text) => (text, matches!(setting, "Shell" | "FontFamily" | "Theme") && !text.is_empty()),
        Token::Pattern(text) => (text, setting == "WaitPattern"),
        Token::Word(word) => (word, is_valid(setting, word)),
    };
    if valid {
        Ok(Command::Set(setting.to_owned(), value.clone()))
    } else {
        Err(format!("no setting {setting} {value}"))
    }
}

fn is_valid(setting: &str, word: &str) -> bool {
    match setting {
        "FontSize" | "Width" | "Height" | "Padding" | "Margin" | "Framerate" => word.parse::<u32>().is_ok(),
        "LetterSpacing" | "LineHeight" | "PlaybackSpeed" => word.parse::<f64>().is_ok(),
        "TypingSpeed" | "WaitTimeout" => duration(word).is_ok(),
        "CursorBlink" => word.parse::<bool>().is_ok(),
        _ => false,
    }
}

fn press(name: &str, values: &[Token]) -> Result<Command, String> {
    let key = key(name).ok_or_else(|| format!("no command {name} with such values"))?;
    let count = match values {
        [] => 1,
        [Token::Word(count)] => count.parse().ok().filter(|&count| count > 0).ok_or("how often?")?,
        _ => return Err(format!("{name} takes a number")),
    };
    Ok(Command::Key(key, count))
}

const KEYS: &[(&str, KeyCode)] = &[
    ("Enter", KeyCode::Enter),
    ("Space", KeyCode::Char(' ')),
    ("Tab", KeyCode::Tab),
    ("Escape", KeyCode::Esc),
    ("Backspace", KeyCode::Backspace),
    ("Delete", KeyCode::Delete),
    ("Up", KeyCode::Up),
    ("Down", KeyCode::Down),
    ("Left", KeyCode::Left),
    ("Right", KeyCode::Right),
    ("PageUp", KeyCode::PageUp),
    ("PageDown", KeyCode::PageDown),
];

fn key(name: &str) -> Option<KeyEvent> {
    if let Some(letter) = name.strip_prefix("Ctrl+") {
        let letter = letter.parse::<char>().ok()?.to_ascii_lowercase();
        return Some(KeyEvent::new(KeyCode::Char(letter), KeyModifiers::CONTROL));
    }
    let &(_, code) = KEYS.iter().find(|(known, _)| *known == name)?;
    Some(KeyEvent::new(code, KeyModifiers::NONE))
}
