//! Rust source as words with their lines; comments, literals and what is only compiled for tests left out. Knows no
//! grammar but brackets.

/// A name, a number, `::`, or one character of punctuation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    pub line: usize,
    pub text: &'a str,
}

/// What stands for a literal, so that two names are never joined over one.
const LITERAL: &str = "\"\"";

pub fn tokens(source: &str) -> Vec<Token<'_>> {
    without_tests(&all(source))
}

fn all(source: &str) -> Vec<Token<'_>> {
    let (mut at, mut line, mut found) = (0, 1, Vec::new());
    while at < source.len() {
        let (length, token) = next(&source[at..]);
        found.extend(token.map(|text| Token { line, text }));
        line += source[at..at + length].matches('\n').count();
        at += length;
    }
    found
}

/// How many bytes the next thing takes, and its word, if it has one.
fn next(rest: &str) -> (usize, Option<&str>) {
    if rest.starts_with("//") {
        return (rest.find('\n').unwrap_or(rest.len()), None);
    }
    if rest.starts_with("/*") {
        return (block_comment(rest), None);
    }
    if let Some(length) = string(rest) {
        return (length, Some(LITERAL));
    }
    if let Some(name) = rest.strip_prefix('\'') {
        return quoted(name).map_or((1 + name_length(name), None), |length| (1 + length, Some(LITERAL)));
    }
    let name = name_length(rest);
    let length = match (name, rest.starts_with("::")) {
        (0, true) => 2,
        (0, false) => rest.chars().next().map_or(1, char::len_utf8),
        _ => name,
    };
    let word = &rest[..length];
    (length, (!word.trim().is_empty()).then_some(word))
}

fn name_length(text: &str) -> usize {
    text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len())
}

fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    loop {
        match rest.get(at..at + 2) {
            Some("/*") => (depth, at) = (depth + 1, at + 2),
            Some("*/") if depth == 1 => return at + 2,
            Some("*/") => (depth, at) = (depth - 1, at + 2),
            _ if at + 2 >= rest.len() => return rest.len(),
            _ => at += rest[at..].chars().next().map_or(1, char::len_utf8),
        }
    }
}

/// The bytes of a string literal of any kind, if one begins here.
fn string(rest: &str) -> Option<usize> {
    let prefix = name_length(rest);
    let raw = match &rest[..prefix] {
        "" | "b" | "c" => false,
        "r" | "br" | "cr" => true,
        _ => return None,
    };
    let hashes = rest[prefix..].bytes().take_while(|&byte| byte == b'#').count();
    let open = prefix + hashes + 1;
    if !rest[prefix + hashes..].starts_with('"') || (!raw && hashes > 0) {
        return None;
    }
    if raw {
        let close = format!("\"{}", "#".repeat(hashes));
        return Some(rest[open..].find(&close).map_or(rest.len(), |at| open + at + close.len()));
    }
    Some(open + escaped_until(&rest[open..], '"'))
}

/// What follows a quote, if it is a character and not a lifetime.
fn quoted(rest: &str) -> Option<usize> {
    let first = rest.chars().next()?;
    let is_character = first == '\\' || rest[first.len_utf8()..].starts_with('\'');
    is_character.then(|| escaped_until(rest, '\''))
}

fn escaped_until(text: &str, end: char) -> usize {
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => drop(characters.next()),
            _ if character == end => return at + character.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

fn without_tests<'a>(tokens: &[Token<'a>]) -> Vec<Token<'a>> {
    const MARK: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let (mut kept, mut at) = (Vec::new(), 0);
    while at < tokens.len() {
        let marked = tokens[at..].iter().map(|token| token.text).take(MARK.len()).eq(MARK);
        if marked {
            at += MARK.len() + item_length(&tokens[at + MARK.len()..]);
        } else {
            kept.push(tokens[at]);
            at += 1;
        }
    }
    kept
}

/// Up to the semicolon or the closing brace of the item that begins here.
fn item_length(tokens: &[Token<'_>]) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate() {
        match token.text {
            "{" | "(" | "[" => depth += 1,
            ")" | "]" => depth -= 1,
            "}" if depth == 1 => return at + 1,
            "}" => depth -= 1,
            ";" if depth == 0 => return at + 1,
            _ => {}
        }
    }
    tokens.len()
}

#[test]
fn only_code_is_left() {
    let source = r##"//! crate::ui
/* /* crate::a */ crate::b */ use std::fmt; // crate::c
let text = ("crate::d \" crate::e", r#"crate::f " crate::g"#, b"crate::h", '\'', '"', b'\\');
fn f<'a>(it: &'a str) {}
#[cfg(test)]
#[expect(dead_code)]
mod tests { fn g() { crate::i(); } }
#[cfg(test)] mod more;
1..2"##;
    let words: Vec<&str> = tokens(source).iter().map(|token| token.text).collect();
    let told = words.join(" ");
    let literals = r#"let text = ( "" , "" , "" , "" , "" , b "" ) ;"#;
    assert_eq!(told, format!("use std :: fmt ; {literals} fn f < > ( it : & str ) {{ }} 1 . . 2"));
    assert_eq!(tokens(source).last().map(|token| token.line), Some(9));
}
