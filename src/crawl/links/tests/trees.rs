//! Pages whose links depend on the tree that is built of them.

use super::*;

#[test]
fn a_table_ends_a_paragraph_unless_the_page_has_quirks() {
    let page = "<b><i><u><s><tt><p><table></table></b><svg></i><style><a href=x></style>";
    for (doctype, quirks) in [
        ("", true),
        ("<!doctype html>", false),
        (" <!-- x --><?xml?></><!DOCTYPE HTML PUBLIC '-//W3C//DTD HTML 4.01//EN' 'x'>", false),
        ("<!DOCTYPE HTML PUBLIC '-//W3C//DTD HTML 3.2//EN'>", true),
        ("<!doctype html public 'x>y'>", true),
        ("x<!doctype html>", true),
        ("<hr><!doctype html>", true),
        ("<!-doctype html>", true),
        ("<?doctype html>", true),
    ] {
        check_urls(&format!("{doctype}{page}"), if quirks { &["x"] } else { &[] });
    }
}

#[test]
fn what_is_opened_again_behind_a_template_is_a_link_there() {
    check_all(&[
        ("<template><a href=x><object></template>y</a>", &["a x \"y\" 1:11"]),
        (
            "<template>\n<a rel=nofollow href=x><div><object></template><img src=i alt=y></a>",
            &["a x \"y\" 2:1 nofollow", "img i \"y\" 2:48"],
        ),
        ("<template><td><a href=x><object></template><b>y</b>z", &["a x \"yz\" 1:15"]),
        ("<template><a href=x><object></template> ", &[]),
        ("<p><template><a href=x><object></template> ", &["a x \"\" 1:14"]),
        ("<template><a href=x><object></template><link><a href=z>y", &["a z \"y\" 1:46"]),
        ("<template><a href=x></template>y<p>z", &[]),
        ("<template><a href=x><object></a></template>y", &["a x \"y\" 1:11"]),
        ("<template><template><a href=x><object></template>y</template>z", &[]),
    ]);
}

#[test]
fn a_template_is_read_as_what_its_first_element_is() {
    for (page, expected) in [
        // A cell has a list of formatting of its own, which goes on here; where it is dropped there is none.
        ("<b><div><template><td></template><svg></b><style><a href=x></style>", &["x"][..]),
        ("<b><div><template><br><td></template><svg></b><style><a href=x></style>", &[]),
        ("<b><div><template><link><td></template><svg></b><style><a href=x></style>", &["x"]),
        ("<template><col><style></template><a href=x></style>", &["x"]),
        ("<template><col><svg></template><style><a href=x></style>", &[]),
    ] {
        check_urls(page, expected);
    }
}

#[test]
fn what_a_browser_drops_is_no_link_and_no_place() {
    for (page, expected) in [
        ("<form action=x><form action=y></form><form action=z>", &["x", "z"][..]),
        ("<form action=x><template><form></template></form><table><form action=y><form action=z>", &["x", "y"]),
        ("<frame src=x>y", &[]),
        (
            "<frameset><frame src=x><a href=y></a><script src=z></script></frameset><noframes></noframes><a href=z>",
            &["x"],
        ),
        ("<base href=u><a href=x> </a><frameset><frame src=y>", &["y"]),
        ("<base href=u><p><a href=x></a>\0<frameset><frame src=y>", &["y"]),
        ("<a href=x>y</a><frameset><frame src=z>", &["x"]),
        ("<body><a href=x></a><frameset><frame src=z>", &["x"]),
        ("<svg><frameset><a href=x></a><style><a href=y></a>", &["x", "y"]),
        ("<svg><desc><a href=x></a><frameset><frame src=y>", &["y"]),
    ] {
        check_urls(page, expected);
    }
    let page = b"<td id=a><html id=b><html id=c><table><td id=d></table><head id=e><body id=f><body id=g><select id=h><select id=i>";
    let links = found("text/html", page, usize::MAX);
    let known: String =
        ["a", "b", "c", "d", "e", "f", "g", "h", "i"].into_iter().filter(|id| links.has_id(id) == Some(true)).collect();
    assert_eq!(known, "bdfh");
}

#[test]
fn a_drawing_ends_with_whatever_is_open_around_it() {
    for (page, expected) in [
        ("<span><svg></span><style><a href=x></style>", &[][..]),
        ("<x-y><svg></x-y><style><a href=x></style>", &[]),
        ("<form><svg></form><style><a href=x></style>", &["x"]),
        ("<form><option><svg></form><style><a href=x></style>", &["x"]),
        ("<select><option><svg></select><style><a href=x></style>", &[]),
        ("<option><select><svg></option><style><a href=x></style>", &["x"]),
        ("<b><table><th><table></table><svg></b><style><a href=x></style>", &["x"]),
        ("<svg><style><desc><style></style></desc><a href=x></style></svg><style><a href=y></style>", &["x"]),
    ] {
        check_urls(page, expected);
    }
}

#[test]
fn an_anchor_has_the_text_that_a_browser_shows() {
    check_all(&[
        ("<a href=x>a\0b<svg>\0</svg></a>", &["a x \"ab\u{fffd}\" 1:1"]),
        ("<a href=x><img alt='a\0'>b <", &["a x \"a\u{fffd} b <\" 1:1"]),
        ("<a href=x>b</", &["a x \"b</\" 1:1"]),
        ("<a href=x>b<!", &["a x \"b\" 1:1"]),
    ]);
}

#[test]
fn the_places_of_a_page_are_those_of_drawings_too() {
    let links = found("text/html", b"<svg><a id=one href=x><g id=two>", usize::MAX);
    assert_eq!(["one", "two", "three"].map(|id| links.has_id(id)), [Some(true), Some(true), Some(false)]);
}

#[test]
fn an_anchor_has_the_text_that_stands_in_it_alone() {
    check_all(&[
        ("<svg><a href=x>a<p>b</a>c", &["a x \"a\" 1:6"]),
        ("<svg><a href=x />a</svg>", &["a x \"\" 1:6"]),
        ("<table><td><a href=x>a<td>b</a>", &["a x \"a\" 1:12"]),
        ("<a href=x>a<svg><a href=y>b</a>c</svg>d</a>e", &["a x \"acd\" 1:1", "a y \"b\" 1:17"]),
        ("<a href=x><svg><![CDATA[a&amp;]]]></svg></a>", &["a x \"a&amp;]\" 1:1"]),
        ("<p><a href=x>a</p><p>b</a>c", &["a x \"a b\" 1:4"]),
    ]);
}

#[test]
fn a_section_keeps_frames_from_taking_the_place_of_a_body() {
    check_all(&[
        ("<svg><![CDATA[x]]></svg><frameset><frame src=x>", &[]),
        ("<svg><![CDATA[ ]]></svg><frameset><frame src=x>", &["iframe x \"\" 1:35"]),
    ]);
}

#[test]
fn a_drawing_before_anything_else_is_one_with_all_that_is_in_it() {
    check_all(&[
        ("<svg><g><a xlink:href=x>a</a></g></svg>", &["a x \"a\" 1:9"]),
        ("<p><svg><g><path><a href=x>a</a></svg><a href=y>b</a>", &["a x \"a\" 1:18", "a y \"b\" 1:39"]),
        ("<math><x><a xlink:href=x>a</a></x></math>", &[]),
        ("<table><template><tr><a href=x></template><td><a href=y>b", &["a y \"b\" 1:47"]),
    ]);
}
