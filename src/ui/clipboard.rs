//! Text on its way to the clipboard of the user's terminal, by OSC 52: over ssh too, where no other way leads back.
//! Knows nothing of what it says.
//!
//! It is not wrapped for tmux: that would need `allow-passthrough`, while with `set-clipboard on` tmux takes the sequence
//! as it is. A terminal that swallows it leaves no trace, so what was copied is shown too.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Bytes of text that go in one sequence: terminals take 100,000 bytes of it at most, base64 and all.
pub const MOST_BYTES: usize = 74_994;

/// The sequence that sets the clipboard; none, where the text is too long for it.
pub fn sequence(text: &str) -> Option<Vec<u8>> {
    let fits = text.len() <= MOST_BYTES;
    fits.then(|| format!("\x1b]52;c;{}\x07", STANDARD.encode(text)).into_bytes())
}

/// Whether such a sequence is understood, or at least passed over. The console of Linux prints it.
pub fn is_there(term: Option<&str>) -> bool {
    !term.is_some_and(|term| term == "linux" || term.starts_with("linux-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_goes_in_one_sequence_of_which_no_byte_is_its_own() {
        assert_eq!(sequence("a\x07\x1b").as_deref(), Some(&b"\x1b]52;c;YQcb\x07"[..]));
        assert_eq!(sequence(&"x".repeat(MOST_BYTES)).map(|bytes| bytes.len()), Some(100_000));
        assert_eq!(sequence(&"x".repeat(MOST_BYTES + 1)), None);
    }

    #[test]
    fn the_console_of_linux_has_none() {
        let known = [Some("linux"), Some("linux-16color"), Some("xterm"), None].map(is_there);
        assert_eq!(known, [false, false, true, true]);
    }
}
