//! The same picture in each theme: its inks differ, its words and signs do not.

use crate::scenario::running;
use crawltop::fetched::Outcome;
use crawltop::phase::Phase;
use crawltop::text::Charset;
use crawltop::ui::{Depth, Pane, Scene, Theme, ThemeName, View, draw};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};

fn drawn(theme: &Theme, charset: Charset, size: (u16, u16)) -> Buffer {
    let (scenario, view) = (running(), View { focus: Pane::Done, ..View::default() });
    let scene = Scene { state: &scenario.state, view: &view, now: scenario.now, theme, charset };
    let mut buffer = Buffer::empty(Rect::new(0, 0, size.0, size.1));
    draw(&mut buffer, &scene);
    buffer
}

fn letters(buffer: &Buffer) -> Vec<&str> {
    buffer.content().iter().map(ratatui::buffer::Cell::symbol).collect()
}

#[test]
fn each_theme_has_its_inks() {
    for name in ThemeName::ALL {
        for (depth, bits) in [(Depth::Sixteen, "16"), (Depth::TwoFiftySix, "256"), (Depth::True, "true")] {
            let theme = Theme::named(name, depth);
            let buffer = drawn(&theme, Charset::Unicode, (80, 24));
            // The others are looked at picture by picture.
            if depth == Depth::Sixteen || name == ThemeName::Cvd && depth == Depth::True {
                let name = format!("theme_{}_{bits}_80x24", name.name());
                insta::assert_snapshot!(name, format!("{buffer:?}"));
            }
            let grounds = buffer.content().iter().filter(|cell| cell.bg != Color::Reset).count();
            assert_eq!(grounds, 0, "{name:?} keeps the terminal's background");
        }
    }
}

#[test]
fn what_is_said_is_said_in_every_theme_by_signs_and_words() {
    for charset in [Charset::Unicode, Charset::Ascii] {
        let plain = drawn(&Theme::named(ThemeName::Mono, Depth::None), charset, (120, 34));
        for name in ThemeName::ALL {
            let coloured = drawn(&Theme::named(name, Depth::True), charset, (120, 34));
            assert_eq!(letters(&coloured), letters(&plain), "{name:?}");
        }
    }
}

#[test]
fn mono_has_weight_and_no_colour_whatever_the_terminal_has() {
    for (name, depth) in [(ThemeName::Mono, Depth::True), (ThemeName::Dark, Depth::None), (ThemeName::Cvd, Depth::None)]
    {
        let buffer = drawn(&Theme::named(name, depth), Charset::Unicode, (120, 34));
        assert!(buffer.content().iter().all(|cell| (cell.fg, cell.bg) == (Color::Reset, Color::Reset)), "{name:?}");
        let with = |modifier| buffer.content().iter().any(|cell| cell.modifier.contains(modifier));
        assert!([Modifier::BOLD, Modifier::DIM, Modifier::UNDERLINED].into_iter().all(with), "{name:?}");
    }
}

#[test]
fn colours_of_a_theme_are_those_that_the_terminal_has() {
    let dark = |depth| Theme::named(ThemeName::Dark, depth).outcome(Outcome::Ok).fg;
    assert_eq!(dark(Depth::Sixteen), Some(Color::Green));
    assert!(matches!(dark(Depth::TwoFiftySix), Some(Color::Indexed(16..))));
    assert!(matches!(dark(Depth::True), Some(Color::Rgb(..))));
    let cvd = Theme::named(ThemeName::Cvd, Depth::True);
    assert_eq!(cvd.outcome(Outcome::Ok).fg, Some(Color::Rgb(0, 0x9e, 0x73)));
    assert_eq!(cvd.phase(Phase::Dns).fg, Some(Color::Rgb(0, 0x72, 0xb2)));
}

#[test]
fn no_line_stands_under_blanks() {
    let buffer = drawn(&Theme::named(ThemeName::Mono, Depth::None), Charset::Unicode, (120, 34));
    let lined: Vec<_> = buffer.content().iter().filter(|cell| cell.modifier.contains(Modifier::UNDERLINED)).collect();
    assert!(!lined.is_empty() && lined.iter().all(|cell| cell.symbol() != " "));
}
