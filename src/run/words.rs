//! What the parser of the command line has to say: help as it is, an error as one line and a hint. Knows no option but by
//! what the parser says of it.

use super::unwritable;
use crate::explain;
use clap::error::{ContextKind, Error, ErrorKind};

const TO_MANUAL: &str = "see `crawltop --help`, or --help behind a verb";
const SET_IN: &str = "    ";
const NEGATIVE: &str = "numbers and times are not negative here; a URL that begins with - goes behind --";

/// Tells it, and the exit code.
pub(super) fn refuse(error: &Error) -> u8 {
    if !error.use_stderr() {
        return error.print().map_or_else(|error| unwritable(&error), |()| 0);
    }
    let (message, hint) = spoken(error);
    super::refuse(&message, &hint)
}

/// Lines that are wider than `width` go on below, set in.
pub(super) fn fitted(text: &str, width: usize) -> String {
    let fit = |line: &str| {
        if crate::text::width(line) <= width {
            return format!("{}\n", line.trim_end());
        }
        let lines = explain::wrap(line, width.saturating_sub(SET_IN.len()));
        let lines: Vec<&str> = lines.iter().map(|line| line.trim_end()).collect();
        format!("{}\n", lines.join(&format!("\n{SET_IN}")))
    };
    text.lines().map(fit).collect()
}

fn spoken(error: &Error) -> (String, String) {
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        let hint = "begin with `crawltop demo` or `crawltop fetch URL`; `crawltop --help` tells the rest";
        return ("no verb".to_owned(), hint.to_owned());
    }
    let text = error.to_string();
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let (mut message, mut hint) = (Vec::new(), None);
    for line in lines.take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more")) {
        match line.strip_prefix("tip: ") {
            Some(tip) => hint = Some(tip.to_owned()),
            None => message.push(line.trim_start_matches("error: ")),
        }
    }
    let hint = own_hint(error).map(str::to_owned).or(hint);
    (plain(&message.join(" ")), hint.unwrap_or_else(|| TO_MANUAL.to_owned()))
}

/// Where the parser's own hint does not help. A first word that is no verb is most likely a target.
fn own_hint(error: &Error) -> Option<&'static str> {
    match error.kind() {
        ErrorKind::InvalidSubcommand => Some("to fetch a URL, write `crawltop fetch URL`; see `crawltop --help`"),
        ErrorKind::UnknownArgument if is_negative(error) => Some(NEGATIVE),
        _ => None,
    }
}

fn is_negative(error: &Error) -> bool {
    let word = error.get(ContextKind::InvalidArg).map(ToString::to_string).unwrap_or_default();
    word.strip_prefix('-').is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()))
}

/// In words what the parser has in Rust's.
fn plain(message: &str) -> String {
    let message = message.replace("invalid digit found in string", "not a whole number");
    let message = message.replace("number too large to fit in target type", "too large a number");
    let Some((before, range)) = message.split_once(" is not in ") else { return message };
    let (Some((before, given)), Some((low, high))) = (before.rsplit_once(": "), range.split_once("..=")) else {
        return message;
    };
    let is_less = given.parse::<i128>().is_ok_and(|given| given < i128::from(u32::MAX));
    let is_open = high == u32::MAX.to_string() && is_less;
    let range = if is_open { format!("{low} or more") } else { format!("from {low} to {high}") };
    format!("{before}: it has to be {range}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::Cli;

    fn said(words: &[&str]) -> (String, String) {
        spoken(&Cli::of_words(["crawltop", "fetch", "http://h/"].iter().chain(words)).unwrap_err())
    }

    #[test]
    fn a_line_that_is_too_wide_goes_on_below_between_two_words() {
        let text = "last time: 2s\nok 518  redirect 14  broken 19  blocked 1\n";
        assert_eq!(fitted(text, 80), text);
        assert_eq!(fitted(text, 30), "last time: 2s\nok 518  redirect 14\n    broken 19  blocked 1\n");
    }

    #[test]
    fn a_number_out_of_its_range_is_told_the_range() {
        let cases = [
            (["--workers", "0"], "from 1 to 65535"),
            (["--fps", "99"], "from 1 to 60"),
            (["-c", "0"], "1 or more"),
            (["-c", "4294967296"], "from 1 to 4294967295"),
            (["-c", "99999999999999999999"], "too large a number"),
            (["-c", "x"], "not a whole number"),
            (["-m", "99999999999999999999"], "longer than can be counted; 0 is no limit, where there may be none"),
        ];
        for (words, range) in cases {
            let (message, _) = said(&words);
            assert!(message.starts_with(&format!("invalid value '{}' for '--", words[1])), "{message}");
            assert!(message.ends_with(range), "{message}");
        }
    }

    #[test]
    fn a_negative_number_gets_no_hint_to_pass_it_all_the_same() {
        assert_eq!(said(&["-m", "-1"]).1, NEGATIVE);
        let (_, hint) = said(&["-Q"]);
        assert!(hint.contains("-- -Q"), "{hint}");
    }

    #[test]
    fn a_format_that_nothing_is_told_in_is_no_silence() {
        let (message, hint) = said(&["-o", "a.jsonl", "--format", "text"]);
        assert!(message.contains("--format") && hint.contains("-o -"), "{message}, {hint}");
        for words in [&["-o", "a.jsonl"][..], &["--format", "jsonl"], &["-o", "a.txt", "-o", "-", "--format", "jsonl"]]
        {
            Cli::of_words(["crawltop", "fetch", "http://h/"].iter().chain(words)).unwrap();
            Cli::of_words(["crawltop", "race", "http://h/"].iter().chain(words)).unwrap();
        }
    }
}
