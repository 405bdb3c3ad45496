//! Whether content that has no type is a page, by how it begins (WHATWG MIME Sniffing, section 7.1). Knows nothing of what
//! else it holds.

/// How pages begin; behind each stands a blank or `>`.
const BEGINNINGS: [&[u8]; 16] = [
    b"<!doctype html",
    b"<html",
    b"<head",
    b"<script",
    b"<iframe",
    b"<h1",
    b"<div",
    b"<font",
    b"<table",
    b"<a",
    b"<style",
    b"<title",
    b"<b",
    b"<body",
    b"<br",
    b"<p",
];

/// Whether it begins as a page does, behind white space and a byte order mark of UTF-8.
pub fn is_html(content: &[u8]) -> bool {
    let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
    let blanks = content.iter().take_while(|byte| matches!(byte, b'\t' | b'\n' | 0x0c | b'\r' | b' ')).count();
    let content = &content[blanks..];
    let begins = |beginning: &[u8]| {
        let start = content.get(..beginning.len()).is_some_and(|start| start.eq_ignore_ascii_case(beginning));
        start && matches!(content.get(beginning.len()), Some(b' ' | b'>'))
    };
    content.starts_with(b"<!--") || BEGINNINGS.iter().any(|beginning| begins(beginning))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_known_by_its_first_tag() {
        let pages: [&[u8]; 6] =
            [b"<!DOCTYPE HTML>", b" \n<html lang=en>", b"\xef\xbb\xbf<a href=x>", b"<!-- x", b"<Title>", b"<p>"];
        for page in pages {
            assert!(is_html(page), "{}", page.escape_ascii());
        }
        let others: [&[u8]; 7] = [b"", b"text <p>", b"<htmlx>", b"<?php", b"{\"a\": \"<p>\"}", b"<p", b"\0<html>"];
        for other in others {
            assert!(!is_html(other), "{}", other.escape_ascii());
        }
    }
}
