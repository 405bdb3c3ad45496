use super::*;
use proptest::prelude::*;
use ratatui::style::{Color, Modifier, Style};
use std::num::NonZero;

fn picture(lines: &[&str]) -> Buffer {
    Buffer::with_lines(lines.iter().copied())
}

fn bytes(shown: &Buffer, next: &Buffer) -> String {
    let mut ansi = Ansi::default();
    let area = next.area;
    (area.top()..area.bottom()).for_each(|y| ansi.row(shown, next, area, y));
    String::from_utf8(ansi.finish()).unwrap()
}

#[test]
fn nothing_is_written_where_nothing_changed() {
    let shown = picture(&["a b", "中文 "]);
    assert_eq!(bytes(&shown, &shown.clone()), "");
}

#[test]
fn a_cell_costs_its_move_and_its_sign() {
    let shown = picture(&["aaaa          ", "bbbb          "]);
    let next = picture(&["aaxa          ", "bbyb          "]);
    assert_eq!(bytes(&shown, &next), "\x1b[1;3Hx\n\x08y");
}

#[test]
fn ink_is_changed_only_where_it_differs_and_given_back_in_the_end() {
    let shown = picture(&["      "]);
    let mut next = shown.clone();
    next.set_string(0, 0, "ab", Style::new().fg(Color::Green));
    next.set_string(2, 0, "cd", Style::new().fg(Color::Green).add_modifier(Modifier::BOLD));
    next.set_string(4, 0, "e", Style::new().fg(Color::LightRed));
    assert_eq!(bytes(&shown, &next), "\x1b[H\x1b[32mab\x1b[1mcd\x1b[;91me\x1b[m");
}

#[test]
fn sixteen_colours_have_their_short_forms_and_others_their_own() {
    let of = |colour| {
        let mut next = picture(&[" "]);
        next.set_string(0, 0, "x", Style::new().fg(colour));
        bytes(&picture(&[" "]), &next)
    };
    assert_eq!(of(Color::Indexed(9)), "\x1b[H\x1b[91mx\x1b[m");
    assert_eq!(of(Color::Indexed(208)), "\x1b[H\x1b[38;5;208mx\x1b[m");
    assert_eq!(of(Color::Rgb(1, 2, 3)), "\x1b[H\x1b[38;2;1;2;3mx\x1b[m");
}

#[test]
fn blanks_at_the_end_of_a_row_and_long_ones_within_are_erased() {
    assert_eq!(bytes(&picture(&["abcdefgh"]), &picture(&["ab      "])), "\x1b[1;3H\x1b[K");
    let (shown, next) = (picture(&["abcdefghijklmnopqrs|"]), picture(&["ab                 |"]));
    assert_eq!(bytes(&shown, &next), "\x1b[1;3H\x1b[17X");
}

#[test]
fn a_short_gap_is_written_again_instead_of_being_jumped() {
    assert_eq!(bytes(&picture(&["a-b-c---"]), &picture(&["x-y-z---"])), "\x1b[Hx-y-z");
}

#[test]
fn what_would_act_or_hide_is_never_written() {
    let blank = picture(&["          "]);
    for symbol in ["\x1b", "\u{9b}", "\u{202e}", "\u{200b}", "\u{301}", "a\u{200d}b", "\n", "\u{feff}", "\u{ad}"] {
        let mut next = blank.clone();
        next[(3, 0)].set_symbol(symbol);
        assert_eq!(bytes(&blank, &next).trim_end(), "\x1b[1;4H?", "{symbol:?}");
    }
}

/// What a terminal shows after these bytes, and whether its ink is its own again.
fn shown_by(terminal: &mut vt100::Parser, bytes: &str) -> String {
    terminal.process(bytes.as_bytes());
    let screen = terminal.screen();
    assert_eq!((screen.fgcolor(), screen.bgcolor()), (vt100::Color::Default, vt100::Color::Default));
    assert!(!screen.bold() && !screen.dim() && !screen.inverse() && !screen.underline());
    let cell = |y, x| {
        screen.cell(y, x).map_or(String::new(), |cell| {
            let blank = cell.contents().trim().is_empty();
            let ground = (cell.bgcolor(), cell.inverse(), cell.underline());
            let ink = if blank { String::new() } else { format!("{:?}{}{}", cell.fgcolor(), cell.bold(), cell.dim()) };
            format!("{}{ink}{ground:?}", if blank { " " } else { cell.contents() })
        })
    };
    let (rows, columns) = screen.size();
    (0..rows.get()).map(|y| (0..columns.get()).map(|x| cell(y, x)).collect::<String>() + "\n").collect()
}

fn terminal() -> vt100::Parser {
    vt100::Parser::new(NonZero::new(6).unwrap(), NonZero::new(24).unwrap(), 0)
}

/// A picture of a few pieces of text in a few inks.
fn pictures() -> impl Strategy<Value = Buffer> {
    let text = prop::sample::select(vec![
        "a",
        "word",
        "中文",
        "1.82s",
        " ",
        "      ",
        "───",
        "e\u{301}x",
        "             ",
        "│",
        "😀!",
    ]);
    // The emulator knows a cell as bold or as dim: nothing is both, as it could be where one ink lay over another.
    let ink = prop::sample::select(vec![
        Style::reset(),
        Style::reset().fg(Color::Green),
        Style::reset().add_modifier(Modifier::BOLD),
        Style::reset().fg(Color::Indexed(99)).add_modifier(Modifier::DIM),
        Style::reset().add_modifier(Modifier::REVERSED),
        Style::reset().bg(Color::Rgb(1, 2, 3)).add_modifier(Modifier::UNDERLINED),
    ]);
    prop::collection::vec((0_u16..24, 0_u16..6, text, ink), 0..24).prop_map(|pieces| {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 24, 6));
        for (x, y, text, ink) in pieces {
            // A wide sign loses its other half where something is drawn over it, as in a real picture.
            let (end, _) = buffer.set_stringn(x, y, text, 24, ink);
            crate::ui::picture::mend(&mut buffer, Rect { x: 0, y, width: 24, height: 1 });
            assert!(end <= 24);
        }
        buffer
    })
}

proptest! {
    #[test]
    fn a_terminal_comes_to_show_what_it_would_if_all_were_written_anew(one in pictures(), two in pictures()) {
        let blank = Buffer::empty(one.area);
        let mut changed = terminal();
        shown_by(&mut changed, &bytes(&blank, &one));
        let changed = shown_by(&mut changed, &bytes(&one, &two));
        prop_assert_eq!(changed, shown_by(&mut terminal(), &bytes(&blank, &two)));
    }

    #[test]
    fn a_change_never_costs_much_more_than_all_of_it(one in pictures(), two in pictures()) {
        let blank = Buffer::empty(one.area);
        prop_assert!(bytes(&one, &two).len() <= bytes(&blank, &two).len() + bytes(&blank, &one).len() + 64);
    }
}

#[test]
fn what_frames_and_charts_are_made_of_takes_one_column() {
    for sign in ('\u{2500}'..='\u{25bf}').chain('\u{2800}'..='\u{28ff}') {
        assert_eq!(sign.to_string().cell_width(), 1, "{sign}");
    }
}
