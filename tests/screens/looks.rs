//! Each picture at each size in each look: what it says, and in which ink, in one file a picture and size. The words stand
//! there once; below them a map of the inks, in which a letter is one ink in each of the themes; and at the end what is
//! otherwise in ASCII.

use crate::detail::{opened, retried};
use crate::replay::scrub;
use crate::scenario::{Scenario, crawling, later, turned};
use crawltop::clock::At;
use crawltop::text::Charset;
use crawltop::ui::{Depth, Input, Pane, Scene, Theme, ThemeName, View, draw};
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};
use std::collections::BTreeMap;
use std::fmt::Write as _;

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 34), (200, 50)];

const LOOKS: [(ThemeName, Depth); 3] =
    [(ThemeName::Dark, Depth::True), (ThemeName::Light, Depth::True), (ThemeName::Mono, Depth::None)];

/// What is looked at, and how.
type Picture = (&'static str, fn() -> Scenario, fn() -> View);

const PICTURES: [Picture; 11] = [
    ("overview", crawling, View::default),
    ("inflight", crawling, || zoomed(Pane::InFlight)),
    ("done", crawling, || zoomed(Pane::Done)),
    ("hosts", crawling, || zoomed(Pane::Hosts)),
    ("events", crawling, || zoomed(Pane::Events)),
    ("charts", turned, || zoomed(Pane::Charts)),
    ("detail", retried, || opened(0)),
    ("help", crawling, || View { help: true, ..View::default() }),
    ("typed", later, || View { typing: Some(Input::of("status:4xx goods")), ..filtered() }),
    ("filtered", later, filtered),
    ("replay", crawling, || View { scrub: Some(Box::new(scrub(At(45_000_000)))), ..View::default() }),
];

fn zoomed(focus: Pane) -> View {
    View { focus, zoom: true, ..View::default() }
}

fn filtered() -> View {
    let mut view = View { focus: Pane::Done, ..View::default() };
    view.look_for("status:4xx goods");
    view
}

fn drawn(picture: &Picture, size: (u16, u16), (name, depth): (ThemeName, Depth), charset: Charset) -> Buffer {
    let (scenario, view, theme) = (picture.1(), picture.2(), Theme::named(name, depth));
    let scene = Scene { state: &scenario.state, view: &view, now: scenario.now, theme: &theme, charset };
    let mut buffer = Buffer::empty(Rect::new(0, 0, size.0, size.1));
    draw(&mut buffer, &scene);
    buffer
}

fn rows(buffer: &Buffer) -> impl Iterator<Item = &[Cell]> {
    buffer.content().chunks(usize::from(buffer.area.width))
}

fn words(row: &[Cell]) -> String {
    row.iter().map(Cell::symbol).collect::<String>().trim_end().to_owned()
}

/// An ink: `Green bold`, `-` for that of the terminal.
fn ink(cell: &Cell) -> String {
    let mut ink = match (cell.fg, cell.bg) {
        (Color::Reset, Color::Reset) => String::new(),
        (fg, Color::Reset) => format!("{fg} "),
        (fg, bg) => format!("{fg} on {bg} "),
    };
    for (name, modifier) in [
        ("bold ", Modifier::BOLD),
        ("dim ", Modifier::DIM),
        ("underlined ", Modifier::UNDERLINED),
        ("reversed ", Modifier::REVERSED),
    ] {
        ink += if cell.modifier.contains(modifier) { name } else { "" };
    }
    if ink.is_empty() { "-".to_owned() } else { ink.trim_end().to_owned() }
}

/// Letters for the inks that a cell has in all looks, and which these are.
#[derive(Default)]
struct Inks(Vec<[String; LOOKS.len()]>);

impl Inks {
    fn letter(&mut self, cells: [&Cell; LOOKS.len()]) -> char {
        // No ink is seen on a blank but what lies under it or behind it.
        let inks = cells.map(ink);
        let at = self.0.iter().position(|known| *known == inks).unwrap_or_else(|| {
            self.0.push(inks);
            self.0.len() - 1
        });
        (b'a'..=b'z').chain(b'A'..=b'Z').nth(at).map_or('?', char::from)
    }
}

/// `12a3b` for twelve cells of one ink and three of another.
fn map(row: [&[Cell]; LOOKS.len()], inks: &mut Inks) -> String {
    let letters: Vec<char> = (0..row[0].len()).map(|x| inks.letter(row.map(|cells| &cells[x]))).collect();
    letters.chunk_by(|one, other| one == other).fold(String::new(), |mut map, same| {
        let _ = write!(map, "{}{}", same.len(), same[0]);
        map
    })
}

/// How the picture is otherwise in ASCII: which sign stands for which, and the rows that are not so.
fn in_ascii(unicode: &Buffer, ascii: &Buffer) -> String {
    let mut signs: BTreeMap<&str, &str> = BTreeMap::new();
    let mut others = String::new();
    for (at, (one, other)) in rows(unicode).zip(rows(ascii)).enumerate() {
        let same = one.iter().zip(other).all(|(one, other)| {
            one.symbol() == other.symbol() || *signs.entry(one.symbol()).or_insert(other.symbol()) == other.symbol()
        });
        if !same {
            let _ = writeln!(others, "{at:>2} {}", words(other));
        }
    }
    let signs: Vec<String> = signs.iter().map(|(sign, plain)| format!("{sign}{plain}")).collect();
    format!("{}\n{others}", signs.join(" "))
}

fn shown(picture: &Picture, size: (u16, u16)) -> String {
    let looks = LOOKS.map(|look| drawn(picture, size, look, Charset::Unicode));
    let mut inks = Inks::default();
    let mut shown: String = rows(&looks[0]).map(|row| words(row) + "\n").collect();
    shown += "---- inks\n";
    let height = usize::from(size.1);
    let width = usize::from(size.0);
    let row = |look: &'_ Buffer, y: usize| look.content()[y * width..(y + 1) * width].to_vec();
    let maps = (0..height).map(|y| {
        let rows = [row(&looks[0], y), row(&looks[1], y), row(&looks[2], y)];
        map(rows.each_ref().map(Vec::as_slice), &mut inks)
    });
    let maps: Vec<String> = maps.collect();
    for same in maps.chunk_by(|one, other| one == other) {
        let _ =
            writeln!(shown, "{}{}", same[0], if same.len() > 1 { format!(" x{}", same.len()) } else { String::new() });
    }
    shown += "---- dark, light, mono\n";
    for (letter, inks) in (b'a'..=b'z').chain(b'A'..=b'Z').map(char::from).zip(&inks.0) {
        let _ = writeln!(shown, "{letter} {}", inks.join(", "));
    }
    let ascii = drawn(picture, size, LOOKS[2], Charset::Ascii);
    let _ = write!(shown, "---- ascii\n{}", in_ascii(&looks[2], &ascii));
    shown
}

#[test]
fn each_picture_looks_so_at_each_size_dark_light_mono_and_in_ascii() {
    for (picture, size) in PICTURES.iter().flat_map(|picture| SIZES.map(|size| (picture, size))) {
        insta::assert_snapshot!(format!("{}_{}x{}", picture.0, size.0, size.1), shown(picture, size));
    }
}

#[test]
fn every_look_of_every_picture_says_the_same_and_keeps_to_its_inks() {
    for (picture, size) in PICTURES.iter().flat_map(|picture| SIZES.map(|size| (picture, size))) {
        let [dark, light, mono] = LOOKS.map(|look| drawn(picture, size, look, Charset::Unicode));
        let all = |buffer: &Buffer| rows(buffer).map(words).collect::<Vec<_>>();
        assert_eq!((all(&dark), all(&light)), (all(&mono), all(&mono)), "{} at {size:?}", picture.0);
        let inks = |buffer: &Buffer| buffer.content().iter().filter(|cell| cell.fg != Color::Reset).count();
        assert!(inks(&mono) == 0 && inks(&dark) > 0 && inks(&dark) == inks(&light), "{} at {size:?}", picture.0);
        let weight = |modifier| mono.content().iter().any(|cell| cell.modifier.contains(modifier));
        assert!(weight(Modifier::BOLD) && weight(Modifier::DIM), "{} at {size:?}", picture.0);
        let ascii = drawn(picture, size, LOOKS[2], Charset::Ascii);
        assert!(all(&ascii).iter().all(|row| row.is_ascii()), "{} at {size:?}", picture.0);
    }
}

#[test]
fn each_picture_fills_its_size_and_ends_with_the_keys() {
    for (picture, size) in PICTURES.iter().flat_map(|picture| SIZES.map(|size| (picture, size))) {
        let shown: Vec<String> = rows(&drawn(picture, size, LOOKS[0], Charset::Unicode)).map(words).collect();
        let last = shown.last().unwrap();
        assert!(last.contains("quit") || picture.0 == "typed" && last.contains("/status:4xx goods"), "{last}");
        assert!(shown[0].starts_with(" crawltop  ") || picture.0 == "replay" || picture.0 == "detail", "{}", shown[0]);
        assert!(shown.iter().filter(|row| row.is_empty()).count() < 2, "{}: {shown:#?}", picture.0);
    }
}
