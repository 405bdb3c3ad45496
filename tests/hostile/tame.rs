//! What may come out: plain text, and from the dashboard the sequences that it makes itself, and no other. Strict: what is
//! not known is not let pass.

/// Whether a letter acts on a terminal, hides, or turns text around.
pub(crate) fn acts(letter: char) -> bool {
    let unseen = matches!(letter,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}');
    letter.is_control() && letter != '\n' || unseen
}

/// That it is text of which nothing acts.
#[track_caller]
pub(crate) fn assert_plain(what: &str, bytes: &[u8]) {
    let text = str::from_utf8(bytes).unwrap_or_else(|error| panic!("{what} is no UTF-8: {error}"));
    let found = text.char_indices().find(|&(_, letter)| acts(letter));
    if let Some((at, letter)) = found {
        let before: String = text[..at].chars().rev().take(60).collect::<Vec<_>>().into_iter().rev().collect();
        panic!("{what} has {letter:?} raw, behind {before:?}");
    }
}

/// What a terminal was sent.
#[derive(Debug, Default)]
pub(crate) struct Sent {
    /// What is to go to the clipboard, as it came.
    pub(crate) clipboard: Vec<String>,
    pub(crate) text: String,
}

/// Takes what the dashboard has sent apart; all of it has to be text or a sequence that is its own.
#[track_caller]
pub(crate) fn taken_apart(bytes: &[u8]) -> Sent {
    let text = str::from_utf8(bytes).expect("all of it is UTF-8: no lone byte could be taken for a C1 control");
    let (mut sent, mut rest) = (Sent::default(), text);
    while let Some(letter) = rest.chars().next() {
        rest = match rest.strip_prefix('\x1b') {
            Some(sequence) => sequence_in(sequence, &mut sent),
            None => {
                // The cursor is moved by these.
                assert!(!acts(letter) || matches!(letter, '\r' | '\x08'), "{letter:?} came raw, before {rest:.60?}");
                sent.text.push(letter);
                &rest[letter.len_utf8()..]
            }
        }
    }
    sent
}

/// Reads one sequence, and tells what follows it.
fn sequence_in<'a>(sequence: &'a str, sent: &mut Sent) -> &'a str {
    if let Some(payload) = sequence.strip_prefix("]52;c;") {
        let end = payload.find('\x07').expect("the clipboard's sequence has an end");
        sent.clipboard.push(payload[..end].to_owned());
        return &payload[end + 1..];
    }
    let control = sequence.strip_prefix('[').unwrap_or_else(|| panic!("no CSI: {sequence:.40?}"));
    let end = control.find(|letter: char| !matches!(letter, '0'..='9' | ';' | '?')).expect("a CSI has an end");
    let (parameters, last) = (&control[..end], &control[end..=end]);
    let is_own = match last {
        // Moves, and what erases from there on.
        "A" | "B" | "C" | "D" | "X" => parameters.parse::<u16>().is_ok() || parameters.is_empty(),
        "H" => parameters.is_empty() || parameters.split(';').map(str::parse::<u16>).filter(Result::is_ok).count() == 2,
        "K" => parameters.is_empty(),
        "J" => parameters == "2",
        "m" => parameters.bytes().all(|byte| byte.is_ascii_digit() || byte == b';'),
        // The cursor, the other screen, whole pictures; pastes are only ever switched off.
        "h" => ["?25", "?1049", "?2026"].contains(&parameters),
        "l" => ["?25", "?1049", "?2026", "?2004"].contains(&parameters),
        _ => false,
    };
    assert!(is_own, "a sequence that is not the program's: {sequence:.40?}");
    &control[end + 1..]
}

#[test]
fn what_is_not_the_programs_own_is_told() {
    for own in ["a\r\n\x08", "\x1b[2J\x1b[H\x1b[2;3H\x1b[31;1mx\x1b[m\x1b[K\x1b[4X", "\x1b[?2026h\x1b[?2004l"] {
        taken_apart(own.as_bytes());
    }
    assert_eq!(taken_apart(b"\x1b]52;c;eA==\x07x").clipboard, ["eA=="]);
    let foreign = [
        "\x1b]0;x\x07",
        "\x1b[6n",
        "\x1bPq\x1b\\",
        "\x1bc",
        "\u{9b}31m",
        "\u{202e}",
        "\x1b[3J",
        "\x1b[?1000h",
        "\0",
        "\t",
    ];
    for bytes in foreign {
        assert!(std::panic::catch_unwind(|| taken_apart(bytes.as_bytes())).is_err(), "{bytes:?}");
    }
    assert!(std::panic::catch_unwind(|| taken_apart(b"\x9b31m")).is_err());
}
