//! What pages give, whole and in pieces of every size.

mod charsets;
mod trees;

use super::*;

const ALL: Wanted = Wanted { links: 100, assets: true, ids: true };

fn found(content_type: &str, page: &[u8], piece: usize) -> Links {
    found_as(ALL, content_type, page, piece)
}

fn found_as(wanted: Wanted, content_type: &str, page: &[u8], piece: usize) -> Links {
    let mut finder = LinkFinder::html(content_type.as_bytes(), wanted);
    page.chunks(piece.max(1)).for_each(|piece| finder.take(piece));
    finder.finish()
}

/// Links as `kind href "text" line:column`.
fn told(links: &Links) -> Vec<String> {
    let tell = |link: Link<'_>| {
        let nofollow = if link.nofollow { " nofollow" } else { "" };
        format!("{} {} \"{}\" {}:{}{nofollow}", link.kind.name(), link.href, link.text, link.line, link.column)
    };
    links.iter().map(tell).collect()
}

/// That it gives the same links where neither assets nor places are wanted, which lets most tags be passed over.
fn assert_same_in_passing(content_type: &str, page: &[u8], all: &Links) {
    let told = |links: &Links| -> Vec<String> {
        let links = links.iter().filter(|link| !link.kind.is_asset());
        links.map(|link| format!("{link:?}")).collect()
    };
    for piece in [usize::MAX, 3] {
        let passed = found_as(Wanted { links: 100, assets: false, ids: false }, content_type, page, piece);
        assert_eq!(told(&passed), told(all), "{} by {piece}", page.escape_ascii());
    }
}

/// A long head, so that what follows is fed in pieces too, rather than collected for its charset.
fn padded(page: &[u8]) -> Vec<u8> {
    [&[b' '; PRESCANNED], page].concat()
}

fn check(content_type: &str, page: &[u8], expected: &[&str]) {
    let whole = told(&found(content_type, page, usize::MAX));
    assert_eq!(whole, expected, "{}", page.escape_ascii());
    assert_same_in_passing(content_type, page, &found(content_type, page, usize::MAX));
    let page = padded(page);
    let whole = told(&found(content_type, &page, usize::MAX));
    for piece in [1, 2, 3, 5, 7] {
        assert_eq!(told(&found(content_type, &page, piece)), whole, "{} in pieces of {piece}", page.escape_ascii());
    }
    for cut in PRESCANNED..page.len() {
        let mut finder = LinkFinder::html(content_type.as_bytes(), ALL);
        finder.take(&page[..cut]);
        finder.take(&page[cut..]);
        assert_eq!(told(&finder.finish()), whole, "{} cut at {cut}", page.escape_ascii());
    }
}

/// Only the URLs, each once for its pieces.
fn check_urls(page: &str, expected: &[&str]) {
    let links = found("text/html; charset=utf-8", page.as_bytes(), usize::MAX);
    assert_eq!(links.iter().map(|link| link.href).collect::<Vec<_>>(), expected, "{page}");
    let told: Vec<String> = told(&links);
    check("text/html; charset=utf-8", page.as_bytes(), &told.iter().map(String::as_str).collect::<Vec<_>>());
}

/// Pages with what they give.
fn check_all(cases: &[(&str, &[&str])]) {
    for (page, expected) in cases {
        check("text/html; charset=utf-8", page.as_bytes(), expected);
    }
}

#[test]
fn an_anchor_gives_its_link_with_the_text_in_it() {
    check_all(&[
        ("<a href=x>y</a>", &["a x \"y\" 1:1"]),
        ("<p>\n <A HREF=' x '>\n y  <b>z</b>\n</A>", &["a x \"y z\" 2:2"]),
        ("<a href=x rel='external NoFollow'>y<a href=z>w", &["a x \"y\" 1:1 nofollow", "a z \"w\" 1:36"]),
        ("<a href=x>y<img src=i alt='A &amp; B'>z</a>", &["a x \"y A & B z\" 1:1", "img i \"A & B\" 1:12"]),
        ("<a href=x><h3>Title</h3><p>Text</P>t<b>u</b>v</a>", &["a x \"Title Text tuv\" 1:1"]),
        ("<a href=x>t<br>u<br/>v<BR >w <br> x</a>", &["a x \"t u v w x\" 1:1"]),
        ("<a href=x><div><div>t</div></div><ul><li>u<li>v</ul></a>", &["a x \"t u v\" 1:1"]),
        ("<a>y</a><a name=n>z</a>", &[]),
        ("<a href=''>y</a><img src=''><script src></script>", &["a  \"y\" 1:1"]),
        (
            "<svg><a xlink:href=x>y</a><a href=z xlink:href=w /><image href=i /></svg>",
            &["a x \"y\" 1:6", "a z \"\" 1:27", "img i \"\" 1:52"],
        ),
        ("<math><a href=x></math><a xlink:href=y>", &[]),
        ("<a href=\"?a&amp;b&copy=1&copy;\">x &copy y</a>", &["a ?a&b&copy=1\u{a9} \"x \u{a9} y\" 1:1"]),
        ("<a href=1 href=2 HREF=3>", &["a 1 \"\" 1:1"]),
        ("<a href='a\r\nb\0'>x\u{a0} y</a>", &["a a\nb\u{fffd} \"x y\" 1:1"]),
        ("ä€<a href=ä>ö</a>", &["a ä \"ö\" 1:3"]),
    ]);
}

#[test]
fn each_other_element_gives_its_links() {
    check_all(&[
        ("<map><area href=x alt=y></map>", &["area x \"y\" 1:6"]),
        (
            "<link rel=canonical href=x><link rel='ALTERNATE  stylesheet' href=y>",
            &["link x \"\" 1:1", "link y \"\" 1:28"],
        ),
        ("<link rel=icon href=x><link rel=dns-prefetch href=y><link href=z>", &["link x \"\" 1:1"]),
        (
            "<link rel=preload as=image imagesrcset='b 1x, c 2x' href=a><link rel=preload imagesrcset=d>",
            &["link a \"\" 1:1", "link b \"\" 1:1", "link c \"\" 1:1", "link d \"\" 1:60"],
        ),
        ("<link rel=icon imagesrcset=no href=a>", &["link a \"\" 1:1"]),
        ("<p>\r<a href=x>y</a>\r\n<a href=z>w</a>", &["a x \"y\" 2:1", "a z \"w\" 3:1"]),
        ("<img src=a srcset='b 1x, c,d 2x' title=t>", &["img a \"t\" 1:1", "img b \"t\" 1:1", "img c,d \"t\" 1:1"]),
        ("<image src=a>", &["img a \"\" 1:1"]),
        (
            "<picture><source srcset='a, b'></picture><video src=c poster=d><source src=e></video>",
            &["source a \"\" 1:10", "source b \"\" 1:10", "media c \"\" 1:42", "img d \"\" 1:42", "source e \"\" 1:64"],
        ),
        ("<input type=IMAGE src=a><input src=b>", &["img a \"\" 1:1"]),
        (
            "<script src=a><a href=b></script><iframe src=c><a href=d></iframe>",
            &["script a \"\" 1:1", "iframe c \"\" 1:34"],
        ),
        (
            "<frameset><frame src=a><FRAME src='b'><frame><noframes><a href=c></noframes></frameset>",
            &["iframe a \"\" 1:11", "iframe b \"\" 1:24"],
        ),
        ("<form action=a method=post><form>", &["form a \"\" 1:1"]),
        (
            "<embed src=a><object data=b><audio src=c><track src=d>",
            &["media a \"\" 1:1", "media b \"\" 1:14", "media c \"\" 1:29", "media d \"\" 1:42"],
        ),
        ("<meta http-equiv=Refresh content=\"5; url='x'\"><meta name=x content='5;y'>", &["refresh x \"\" 1:1"]),
        ("<style>a{b:url(c)}</style><p style='b:url(&quot;d&quot;)'>", &["css c \"\" 1:12", "css d \"\" 1:27"]),
        (
            "<style>\n a{b:url(c)}\n @import 'd';</style><a href=e>f</a>",
            &["css c \"\" 2:6", "css d \"\" 3:10", "a e \"f\" 3:22"],
        ),
    ]);
}

#[test]
fn what_only_looks_like_a_link_is_none() {
    let none = [
        "<!-- <a href=x> -->",
        "<!--><!-- <a href=x> --!>",
        "<! <a href=x>",
        "<? <a href=x>",
        "</ <a href=x>",
        "<!doctype <a href=x>",
        "<script><a href=x></script>",
        "<script><!--<script></script><a href=x></script>",
        "<style><a href=x></style>",
        "<textarea><a href=x></textarea>",
        "<title><a href=x></title>",
        "<xmp><a href=x></xmp>",
        "<noframes><a href=x></noframes>",
        "<noembed><a href=x></noembed>",
        "<plaintext><a href=x></plaintext>",
        "<template><a href=x></template>",
        "<template><template></template><a href=x></template>",
        "<p title='<a href=x>'>",
        "<abbr href=x>",
        "< a href=x>",
        "<a href=x",
        "<a href='x>",
        "</a href=x>",
        "<svg><![CDATA[<a href=x>]]></svg>",
        "<a hre\0f=x>",
        "<xlongtextarea></a><div data-href=x>",
    ];
    none.iter().for_each(|page| check_urls(page, &[]));
}

#[test]
fn what_looks_odd_and_is_a_link_is_one() {
    let one = [
        "<!--><a href=x>",
        "<!---><a href=x>",
        "<!----><a href=x>",
        "<!--a--!><a href=x>",
        "<!><a href=x>",
        "</><a href=x>",
        "<?><a href=x>",
        "<!-><a href=x>",
        "<!doctype html '><a href=x>",
        "<![CDATA[>]]><a href=x>",
        "<![CDATA><a href=x>",
        "<noscript><a href=x></noscript>",
        "<<a href=x>",
        "<a/href=x>",
        "<a\nhref\n=\nx\n>",
        "<a href=x/",
        "<style></style ><a href=x>",
        "<script></SCRIPT/x='>'><a href=x>",
        "</p title='>'><a href=x>",
        "<template></template><a href=x>",
        "</template><a href=x>",
        "<svg><title><a href=x></title></svg>",
        "<svg><style><a href=x></style></svg>",
        "<svg><p><style><a href=y></style><a href=x>",
        "<svg/><style><a href=y></style><a href=x>",
        "<a \"href=y\" href=x>",
        "<div a='\"'><a href=x>",
        "<svg><foreignObject><style><a href=y></style></foreignObject><a href=x></svg>",
        "<plaintexts><a href=x>",
        "<svg><foreignObject><a><a></a></foreignObject><style><a href=x></style>",
        "<div><svg></div><style><a href=y></style><a href=x>",
        "<svg><desc><p><![CDATA[><a href=x>]]></desc></svg>",
        "<svg></main><xmp></svg><a href=x>",
        "<svg></nav><noembed></svg><a href=x>",
        "<math></div><area href=y></math><a href=x>",
        "<div><math><annotation-xml></div></math><a href=x>",
        "<form><svg></form><style><a href=x>",
        "<div><section></section><svg></section><style></svg><a href=x>",
        "<ul><li>1<li>2<svg></ul><style><a href=y></style><a href=x>",
        "<table><td><svg></table><style><a href=y></style><a href=x>",
        "<blockquote><svg></blockquote><style><a href=y></style><a href=x>",
        "<b><svg></b><style><a href=y></style><a href=x>",
        "<code><div><math><g></code><style><a href=y></style><a href=x>",
        "<p><i></p><svg></i><style><a href=y></style><a href=x>",
        "<div><em></div>text<table><svg></em><style><a href=x></style></svg>",
        "<strong><table><td><svg></strong><style><a href=x></style></svg>",
        "<svg><desc><u><svg></u><style><a href=y></style><a href=x>",
        "<b><b><b><b></b></b></b><div><svg></b><style><a href=x></style></svg>",
        "<b><p><svg></p><template><object></template><svg></b><style><a href=y></style><a href=x>",
    ];
    for page in one.iter().filter(|page| !page.ends_with("x/")) {
        check_urls(page, &["x"]);
    }
}

#[test]
fn what_a_page_says_of_itself_is_told() {
    let page = b"<base target=x><base href=' a/ '><base href=b><meta name=Robots content='NoIndex,nofollow'>\
        <p id=one><a name=two></a><b name=three></b><i id='f&uuml;nf'>";
    for piece in [1, 3, usize::MAX] {
        let links = found("", &padded(page), piece);
        assert_eq!(links.base(), Some("a/"));
        assert_eq!(links.robots(), MetaRobots { nofollow: true, noindex: true });
        let has = ["one", "two", "three", "f\u{fc}nf", "f%C3%BCnf"].map(|id| links.has_id(id));
        assert_eq!(has, [Some(true), Some(true), Some(false), Some(true), Some(true)]);
    }
    let mut finder = LinkFinder::html(b"", Wanted { ids: false, ..ALL });
    finder.take(page);
    assert_eq!(finder.finish().has_id("one"), None);
}

#[test]
fn style_sheets_tell_where_their_urls_begin() {
    let sheet = b"@charset \"latin1\";\n@import 'a\\20 b.css';\nx{y: url( \"\xe4.png\" )}";
    for piece in [1, 4, usize::MAX] {
        let mut finder = LinkFinder::css(b"text/css", ALL);
        sheet.chunks(piece.min(sheet.len())).for_each(|piece| finder.take(piece));
        assert_eq!(told(&finder.finish()), ["css a b.css \"\" 2:9", "css \u{e4}.png \"\" 3:6"]);
    }
}

#[test]
fn what_closes_itself_in_xml_swallows_nothing() {
    for name in ["script", "title", "style", "textarea", "iframe", "plaintext", "template"] {
        let page = format!("<{name} id='x'/><a href=/y>y</a>");
        let at = page.find("<a").unwrap() + 1;
        check("application/xhtml+xml", page.as_bytes(), &[&format!("a /y \"y\" 1:{at}")]);
        check("text/html", page.as_bytes(), &[]);
    }
    check(
        "application/xhtml+xml",
        b"<script src=\"/s.js\"/><a href='/y'>y</a>",
        &["script /s.js \"\" 1:1", "a /y \"y\" 1:22"],
    );
    check("application/xhtml+xml", b"<a href='/x'/>no text<a href='/y'>y</a>", &["a /x \"\" 1:1", "a /y \"y\" 1:22"]);
    check("application/xhtml+xml", b"<script>\"<a href='/x'>\"</script><a href='/y'>y</a>", &["a /y \"y\" 1:33"]);
}

#[test]
fn in_xml_html_may_stand_behind_a_prefix_and_in_html_it_is_another_element() {
    let page = "<h:html xmlns:h='http://www.w3.org/1999/xhtml'><h:title/><x:a href='/no'>no</x:a>\n\
        <h:script src='/s.js'>1 &lt; 2</h:script><h:A/><h:a id='i' href='/y'>y</h:a> behind\n<h:img src='/i.png'/></h:html>";
    let expected = ["script /s.js \"\" 2:1", "a /y \"y\" 2:48", "img /i.png \"\" 3:1"];
    check("application/xhtml+xml", page.as_bytes(), &expected);
    check("text/html", page.as_bytes(), &[]);
    check("application/xhtml+xml", b"<h:a href='/no'>not declared</h:a>", &[]);
}

#[test]
fn a_meta_of_the_agents_name_speaks_to_it_and_of_no_other() {
    let nofollow = |agent: &str, name: &str| {
        let mut finder = LinkFinder::html(b"text/html", ALL).by(&agent.into());
        finder.take(format!("<meta name={name} content=nofollow>").as_bytes());
        finder.finish().robots().nofollow
    };
    assert!(nofollow("MyBot", "mybot") && nofollow("MyBot", "robots") && nofollow("crawltop", "CrawlTop"));
    assert!(!nofollow("MyBot", "crawltop") && !nofollow("crawltop", "mybot"));
    assert!(x_robots_tag("MyBot", [b"mybot: nofollow".as_slice()]).nofollow);
    assert!(!x_robots_tag("MyBot", [b"crawltop: nofollow".as_slice()]).nofollow);
}
