//! An HTML page as it is written, line by line, with the links it has and where they stand. Knows nothing of the shop.

use super::page::Link;

const TAIL: &str = "</body>\n</html>\n";
/// Bytes of `<p>`, `</p>` and the line's end.
const PARAGRAPH: usize = 8;

pub(super) struct Sheet {
    text: String,
    line: u32,
    pub(super) links: Vec<Link>,
}

impl Sheet {
    /// Opens the page: its head with the title, a stylesheet and a script where there are any, its heading.
    pub(super) fn new(title: &str, assets: &[String]) -> Sheet {
        let mut sheet = Sheet { text: String::with_capacity(4096), line: 1, links: Vec::new() };
        sheet.line("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">");
        sheet.line(&format!("<title>{}</title>", escaped(title)));
        for asset in assets {
            sheet.asset(asset);
        }
        sheet.line("</head>\n<body>");
        sheet.line(&format!("<h1>{}</h1>", escaped(title)));
        sheet
    }

    pub(super) fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
        self.line += 1 + text.bytes().filter(|byte| *byte == b'\n').count() as u32;
    }

    pub(super) fn paragraph(&mut self, text: &str) {
        self.line(&format!("<p>{}</p>", escaped(text)));
    }

    pub(super) fn item(&mut self, target: &str, anchor: &str) {
        self.note(target, anchor);
        self.line(&format!("<li><a href=\"{target}\">{}</a>", escaped(anchor)));
    }

    /// A link that crawlers are asked not to follow.
    pub(super) fn unendorsed_item(&mut self, target: &str, anchor: &str) {
        self.note(target, anchor);
        self.line(&format!("<li><a href=\"{target}\" rel=\"nofollow\">{}</a>", escaped(anchor)));
    }

    pub(super) fn image(&mut self, target: &str, description: &str) {
        self.note(target, description);
        self.line(&format!("<img src=\"{target}\" alt=\"{}\">", escaped(description)));
    }

    fn asset(&mut self, target: &str) {
        self.note(target, "");
        match target.ends_with(".css") {
            true => self.line(&format!("<link rel=\"stylesheet\" href=\"{target}\">")),
            false => self.line(&format!("<script src=\"{target}\" defer></script>")),
        }
    }

    fn note(&mut self, target: &str, anchor: &str) {
        let link = Link { target: target.to_owned(), line: self.line, anchor: anchor.to_owned() };
        self.links.push(link);
    }

    /// Closes the page at the length it has.
    pub(super) fn close(mut self) -> Vec<u8> {
        self.text.push_str(TAIL);
        self.text.into_bytes()
    }

    /// Closes the page at exactly `size` bytes, filled up with sentences in turn.
    pub(super) fn close_at<'a>(mut self, size: u32, sentences: impl Iterator<Item = &'a str>) -> Vec<u8> {
        let full = (size as usize).saturating_sub(TAIL.len());
        for sentence in sentences {
            let Some(room) = full.saturating_sub(self.text.len()).checked_sub(PARAGRAPH) else {
                break;
            };
            let sentence = sentence.get(..room).unwrap_or(sentence);
            for part in ["<p>", sentence, "</p>\n"] {
                self.text.push_str(part);
            }
        }
        let missing = full.saturating_sub(self.text.len());
        self.text.extend(std::iter::repeat_n('\n', missing));
        self.text.push_str(TAIL);
        let mut bytes = self.text.into_bytes();
        bytes.resize(size as usize, b'\n');
        bytes
    }
}

/// The text with the characters that HTML keeps for itself as references.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet() -> Sheet {
        let mut sheet = Sheet::new("Salt & pepper", &["/style.css".to_owned()]);
        sheet.item("/goods/1/", "Salt & \"pepper\"");
        sheet
    }

    #[test]
    fn a_link_stands_on_the_line_it_says() {
        let sheet = sheet();
        let links = sheet.links.clone();
        let text = String::from_utf8(sheet.close()).unwrap();
        for link in links {
            let line = text.lines().nth(link.line as usize - 1).unwrap();
            assert!(line.contains(&format!("\"{}\"", link.target)), "{line}");
        }
    }

    #[test]
    fn any_size_beyond_the_links_is_met_to_the_byte() {
        let least = sheet().close().len() as u32;
        for size in least..least + 300 {
            let bytes = sheet().close_at(size, ["Nothing to say."; 40].into_iter());
            assert_eq!(bytes.len() as u32, size);
            assert!(bytes.ends_with(TAIL.as_bytes()));
        }
    }

    #[test]
    fn markup_in_a_name_stays_text() {
        let text = String::from_utf8(sheet().close()).unwrap();
        assert!(text.contains(">Salt &amp; &quot;pepper&quot;</a>"));
    }
}
