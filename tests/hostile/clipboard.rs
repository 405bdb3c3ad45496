//! What `y` and `Y` send to the clipboard: the decoded text holds nothing that acts, and a shell takes each argument for
//! one word.

use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::setup::Setup;
use crate::site::{self, PATHS, in_a_path};
use crate::tame::{assert_plain, taken_apart};

/// The words that a shell makes of a text; the command in it is not carried out.
fn words(text: &str) -> Vec<String> {
    // Not every `sh` knows `$'…'`, which POSIX has had since 2024 only.
    let shell = if text.contains("$'") { "bash" } else { "sh" };
    let script = format!("curl() {{ printf '%s\\0' \"$@\"; }}; {text}");
    let said = Command::new(shell).env_clear().env("LC_ALL", "C.UTF-8").args(["-c", &script]).output().unwrap();
    assert!(said.status.success() && said.stderr.is_empty(), "{text:?}: {said:?}");
    let said = String::from_utf8(said.stdout).unwrap();
    said.split_terminator('\0').map(str::to_owned).collect()
}

/// What is copied of a run of one fetch, with these options: its URL, and the command.
fn copied(url: &str, options: &[&str]) -> [String; 2] {
    let mut terminal = Setup::size(120, 34).start(["fetch", "-g"].iter().chain(options).copied().chain([url]));
    terminal.until_text(" finished ");
    terminal.press("3\r");
    terminal.until_text("esc back");
    terminal.press("y");
    terminal.until_text("copied the URL");
    terminal.press("\x1b");
    terminal.until("the note to go", |screen| !screen.contents().contains("copied the URL"));
    terminal.press("Y");
    terminal.until_text("copied curl");
    terminal.press("q");
    let left = terminal.end();
    let sent = taken_apart(&left.bytes).clipboard;
    let text = |payload: &String| String::from_utf8(STANDARD.decode(payload).unwrap()).unwrap();
    sent.iter().map(text).collect::<Vec<_>>().try_into().expect("one sequence a key")
}

#[test]
fn nothing_acts_in_what_is_copied_and_a_shell_takes_it_word_by_word() {
    let server = site::start();
    let field = "Accept-Language: \u{202e}\u{2066}\u{200b}\u{e0041}\u{feff}\u{ad}'\"`$(id);\\ \u{e9}";
    let agent = "a'b\"$(id)`id`\\ ;|&!";
    for (number, path) in PATHS.iter().enumerate() {
        let url = server.url(&format!("/{path}/{}?'\"`$(id)!*{{a,b}}[1-2]{}", in_a_path(), in_a_path()));
        let options = ["--retry", "0", "-H", field, "-A", agent];
        let [address, command] = copied(&url, if number % 2 == 0 { &options } else { &options[..2] });
        for text in [&address, &command] {
            assert_plain("what is copied", text.as_bytes());
            assert!(!text.contains('\n'), "one line: {text:?}");
        }
        let words = words(&command);
        assert_eq!(words.last(), Some(&address), "{command:?}");
        let has = |word: &str| words.iter().any(|it| it == word);
        assert!(number % 2 > 0 || has(field) && has(agent), "{words:?}");
        let options = words.iter().filter(|word| word.starts_with("--")).count();
        let valued = ["--user-agent", "--header"].map(|name| words.iter().filter(|it| *it == name).count());
        assert_eq!(words.len(), options + valued.iter().sum::<usize>() + 1, "{words:?}");
    }
}
