//! The paths that a file names, each from its root: in code, in imports, grouped or not. Knows no floors.

use crate::tokens::{Token, tokens};

/// A path as it is meant: what is of this crate begins with `crate`, whatever it was reached by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    pub line: usize,
    pub names: Vec<String>,
    pub imported: bool,
}

/// `module`: that of the file, from the root.
pub fn paths(source: &str, module: &[&str]) -> Vec<Path> {
    let tokens = tokens(source);
    let module = module.iter().map(|name| (*name).to_owned()).collect();
    Reader { tokens: &tokens, at: 0, module, opened: Vec::new(), found: Vec::new() }.read()
}

struct Reader<'a> {
    tokens: &'a [Token<'a>],
    at: usize,
    module: Vec<String>,
    /// For each open brace, whether it is that of a module.
    opened: Vec<bool>,
    found: Vec<Path>,
}

impl Reader<'_> {
    fn read(mut self) -> Vec<Path> {
        while let Some(word) = self.word(0) {
            match word {
                "use" => {
                    self.at += 1;
                    self.tree(&[]);
                }
                "mod" if self.word(2) == Some("{") => self.open_module(),
                "{" => self.step(|opened, _| opened.push(false)),
                "}" => self.step(|opened, module| {
                    if opened.pop() == Some(true) {
                        module.pop();
                    }
                }),
                _ if is_name(word) => self.inline(),
                _ => self.at += 1,
            }
        }
        self.found
    }

    fn word(&self, ahead: usize) -> Option<&str> {
        self.tokens.get(self.at + ahead).map(|token| token.text)
    }

    fn step(&mut self, change: impl FnOnce(&mut Vec<bool>, &mut Vec<String>)) {
        change(&mut self.opened, &mut self.module);
        self.at += 1;
    }

    fn open_module(&mut self) {
        let name = self.word(1).unwrap_or_default().to_owned();
        self.module.push(name);
        self.opened.push(true);
        self.at += 3;
    }

    /// Names joined by `::` in code.
    fn inline(&mut self) {
        let line = self.tokens[self.at].line;
        let mut names = self.name();
        while self.word(0) == Some("::") && self.word(1).is_some_and(is_name) {
            self.at += 1;
            names.extend(self.name());
        }
        // `pub(crate)` and `self` name no module.
        if names.len() > 1 || !["crate", "self", "super"].contains(&names[0].as_str()) {
            self.tell(line, names, false);
        }
    }

    fn name(&mut self) -> Vec<String> {
        self.at += 1;
        vec![self.tokens[self.at - 1].text.to_owned()]
    }

    /// A tree of an import, up to what ends it.
    fn tree(&mut self, before: &[String]) {
        let mut names = before.to_vec();
        let line = self.tokens.get(self.at).map_or(0, |token| token.line);
        loop {
            match self.word(0) {
                Some("::") => self.at += 1,
                Some("{") => return self.group(&names),
                Some("as") => self.at += 2,
                Some("self") if !names.is_empty() => self.at += 1,
                Some(word) if is_name(word) || word == "*" => names.extend(self.name()),
                _ => break,
            }
        }
        self.tell(line, names, true);
    }

    fn group(&mut self, before: &[String]) {
        self.at += 1;
        while self.word(0).is_some_and(|word| word != "}") {
            self.tree(before);
            self.at += usize::from(self.word(0) == Some(","));
        }
        self.at += 1;
    }

    fn tell(&mut self, line: usize, names: Vec<String>, imported: bool) {
        let names = absolute(&self.module, names);
        self.found.push(Path { line, names, imported });
    }
}

fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

fn absolute(module: &[String], names: Vec<String>) -> Vec<String> {
    let mut base: Vec<String> = module.to_vec();
    let ups = names.iter().take_while(|name| ["self", "super"].contains(&name.as_str())).count();
    if ups == 0 {
        return names;
    }
    for name in &names[..ups] {
        if name == "super" {
            base.pop();
        }
    }
    ["crate".to_owned()].into_iter().chain(base).chain(names[ups..].iter().cloned()).collect()
}

#[test]
fn every_way_of_naming_is_found() {
    let cases = [
        ("use crate::{a, b::c as d, e::{self, f}};", "crate::a crate::b::c crate::e crate::e::f"),
        ("pub use super::x::*;", "pub crate::m::x::*"),
        ("use super::super::net;", "crate::net"),
        ("use crate::*;", "crate::*"),
        ("fn f() { crate::a::b(); self::c::d(); }", "fn f crate::a::b crate::m::n::c::d"),
        ("mod i { use super::super::k; } use super::l;", "crate::m::k crate::m::l"),
        ("pub(super) fn g() {}", "pub fn g"),
        ("$crate::ui::draw()", "crate::ui::draw"),
        ("use ::std::{fs, io::Read};", "std::fs std::io::Read"),
    ];
    for (source, expected) in cases {
        let found = paths(source, &["m", "n"]);
        let told: Vec<String> = found.iter().map(|path| path.names.join("::")).collect();
        assert_eq!(told.join(" "), expected, "{source}");
    }
}
