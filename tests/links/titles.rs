//! The title of a page, held against the first one of the tree that html5ever builds of it, as a browser that runs
//! scripts: what stands in a template or a `noscript` is none of it.

use crawltop::crawl::TitleScanner;
use crawltop::text::Untrusted;
use html5ever::tendril::TendrilSink;
use html5ever::{ParseOpts, local_name, ns, parse_document};
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use proptest::prelude::*;
use proptest::sample::select;

/// `#` becomes a number of its own in each.
const PIECES: &[&str] = &[
    "<title>t#</title>",
    "<TITLE a='>'>\n t#  &amp; <b>more</b></Title\n>",
    "<title></title>",
    "</title>",
    "<titles>t#</titles>",
    "<template>",
    "<template>",
    "<TEMPLATE a='</template>'>",
    "<template/>",
    "</template>",
    "</template>",
    "</Template >",
    "</templates>",
    "<noscript><title>no#</title></noscript>",
    "<NOSCRIPT><template></noscript >",
    "</noscript>",
    "<script>'<title>no#</title></template>'</script>",
    "<style><title>no#</title></style>",
    "<textarea><title>no#</title></template></textarea>",
    "<iframe><title>no#</title></iframe>",
    "<xmp></template></xmp>",
    "<noframes><title>no#</title></noframes>",
    "<noembed><title>no#</title></noembed>",
    "<svg><title>no#</title></svg>",
    "<svg/>",
    "<!-- <title>no#</title> -->",
    "<!--></template>",
    "<p title='<title>no#</title>'>",
    "<meta charset=utf-8>",
    "<html><head>",
    "</head>",
    "<body>",
    "<div>",
    "</div>",
    "</p>",
    "x < y",
    " ",
];

/// Drawings, and what leaves them or lets HTML in.
const DRAWN: &[&str] = &[
    "<svg>",
    "<svg>",
    "<SVG a='>'>",
    "<svg/>",
    "</svg>",
    "</svg >",
    "<math>",
    "</math>",
    "<title>t#</title>",
    "<title>t#",
    "<title/>",
    "</title>",
    "<title><title>t#</title></title>",
    "<desc>",
    "<desc><title>t#</title></desc>",
    "<foreignObject>",
    "<foreignObject><title>t#</title></foreignObject>",
    "<mi>",
    "<mi><title>t#</title></mi>",
    "<annotation-xml>",
    "<annotation-xml encoding='text/html'>",
    "<mglyph>",
    "<g>",
    "<g>x</g>",
    "<g/>",
    "<p>",
    "</p>",
    "<font>",
    "<font color=red>",
    "<style>t</style>",
    "<script>'<title>no#</title>'</script>",
    "<![CDATA[<title>no#</title>]]>",
    "<![CDATA[ x ]]>",
    "<!-- <title>no#</title> -->",
    "<plaintext>",
    "<div>",
    "</div>",
    "</main>",
    "<section>",
    "</section>",
    "<ul><li>",
    "</li>",
    "</ul>",
    "<b>",
    "<b><i>",
    "</b>",
    "</i>",
    "<code>",
    "</code>",
    "<nobr>",
    "</nobr>",
    "<a>",
    "</a>",
    "<table>",
    "<td>",
    "</table>",
    "<object>",
    "</object>",
    "x",
    " ",
];

/// What a `template` reads in its own way, and what formatting may leave it by.
const TEMPLATED: &[&str] = &[
    "<template>",
    "</template>",
    "<object>",
    "</object>",
    "<table>",
    "</table>",
    "<tbody>",
    "<tr>",
    "<td>",
    "<caption>",
    "<col>",
    "<colgroup>",
    "<b>",
    "<i>",
    "<b><i>",
    "<u><s><em><tt>",
    "</b>",
    "</i>",
    "<div>",
    "<p>",
    "<br>",
    "<svg>",
    "</svg>",
    "<title>t#</title>",
    "<style></template><title>t#</title></style>",
    "x",
];

/// Frames, and what keeps them from taking the place of a body or does not.
const FRAMED: &[&str] = &[
    "<frameset>",
    "<frameset>",
    "</frameset>",
    "<frame>",
    "<noframes><title>no#</title></noframes>",
    "<title>t#</title>",
    "<html>",
    "<head>",
    "</head>",
    "<body>",
    "</body>",
    "</html>",
    "<meta>",
    "<script>x</script>",
    "<noscript>x</noscript>",
    "<noscript><frameset></noscript>",
    "<style>x</style>",
    "<template>",
    "</template>",
    "<p>",
    "</p>",
    "<br>",
    "</br>",
    "<input type=hidden>",
    "<input>",
    "<svg>",
    "</svg>",
    "<desc>",
    "<svg><![CDATA[ ]]></svg>",
    "<svg><![CDATA[x]]></svg>",
    "<![CDATA[",
    "]]>",
    "<b>",
    "<option>",
    "<textarea></textarea>",
    "<!-- x -->",
    "x",
    " ",
    "\0",
];

/// A doctype, and what is before it.
const BEGINNINGS: &[&str] = &[
    "<!DOCTYPE html>",
    "",
    "\u{feff} <!-- x --><!doctype html>",
    "<!doctype>",
    "<!DOCTYPE html PUBLIC '-//W3C//DTD HTML 4.01//EN'>",
    "<!DOCTYPE html PUBLIC '-//W3C//DTD HTML 3.2//EN'>",
];

fn pages(pieces: &'static [&str]) -> impl Strategy<Value = String> {
    proptest::collection::vec(select(pieces), 0..14).prop_map(|pieces| {
        let numbered = pieces.iter().enumerate();
        numbered.map(|(number, piece)| piece.replace('#', &number.to_string())).collect()
    })
}

fn scanned(page: &str, piece: usize) -> Option<Untrusted> {
    let mut scanner = TitleScanner::new(b"text/html; charset=utf-8");
    page.as_bytes().chunks(piece).for_each(|piece| scanner.take(piece));
    scanner.title()
}

/// That of the tree, with its white space folded; nothing, where it says nothing.
fn built(page: &str) -> Option<Untrusted> {
    let dom = parse_document(RcDom::default(), ParseOpts::default()).one(page);
    let text = text_of(&first_title(&dom.document)?);
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    (!words.is_empty()).then(|| Untrusted::new(&words.join(" "), 1 << 10))
}

/// The content of a template hangs elsewhere than below it.
fn first_title(document: &Handle) -> Option<Handle> {
    titles(document).into_iter().next()
}

/// Whether what stands behind a title takes its place: what a table does not hold is put before the table, and frames take
/// the place of a body. Who reads a page as it comes has told that title by then.
fn is_replaced(page: &str) -> bool {
    let whole = built(page);
    let ends = page.to_ascii_lowercase().match_indices("</title").map(|(at, _)| at).collect::<Vec<_>>();
    ends.into_iter()
        .map(|end| built(&format!("{}</title>", &page[..end])))
        .any(|title| title.is_some() && title != whole)
}

/// In the order of the tree.
fn titles(document: &Handle) -> Vec<Handle> {
    let (mut open, mut titles) = (vec![document.clone()], Vec::new());
    while let Some(node) = open.pop() {
        if let NodeData::Element { name, .. } = &node.data
            && (&name.ns, &name.local) == (&ns!(html), &local_name!("title"))
        {
            titles.push(node.clone());
        }
        open.extend(node.children.borrow().iter().rev().cloned());
    }
    titles
}

fn text_of(element: &Handle) -> String {
    let texts = element.children.borrow();
    let text = |node: &Handle| match &node.data {
        NodeData::Text { contents } => contents.borrow().to_string(),
        _ => String::new(),
    };
    texts.iter().map(text).collect()
}

/// So many as proptest's own variable says.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(4000)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]
    #[test]
    fn the_title_of_a_page_is_that_of_its_tree(
        begin in select(BEGINNINGS), page in prop_oneof![pages(PIECES), pages(DRAWN), pages(TEMPLATED), pages(FRAMED)], piece in 1_usize..9,
    ) {
        let page = format!("{begin}{page}");
        prop_assume!(!is_replaced(&page));
        let expected = built(&page);
        prop_assert_eq!(scanned(&page, page.len().max(1)), expected.clone(), "{}", page);
        prop_assert_eq!(scanned(&page, piece), expected, "{} by {}", page, piece);
    }

    #[test]
    fn a_title_stands_behind_the_tags_before_it_as_in_its_tree(
        name in select(&["meta", "link", "html", "br", "p", "g", "input"][..]), behind in "[a\"'>]{0,4}", piece in 1_usize..9,
        inside in "( ?(a|a=|a= |b-c=\"|b=\n'|\"|'|=|/|>| |\0|é)){0,9}",
    ) {
        let page = format!("<!DOCTYPE html><{name} {inside}><title>t</title>{behind}");
        prop_assume!(!is_replaced(&page));
        let expected = built(&page);
        prop_assert_eq!(scanned(&page, page.len()), expected.clone(), "{}", page);
        prop_assert_eq!(scanned(&page, piece), expected, "{} by {}", page, piece);
    }

    #[test]
    fn no_bytes_are_too_much_for_it_and_none_make_a_title_long(
        bytes in proptest::collection::vec(any::<u8>(), 0..400), copies in 1_usize..20, piece in 1_usize..64,
    ) {
        let page = [b"<title>", &*bytes.repeat(copies)].concat();
        let mut scanner = TitleScanner::new(&bytes);
        page.chunks(piece).for_each(|piece| scanner.take(piece));
        let mut whole = TitleScanner::new(&bytes);
        whole.take(&page);
        let title = scanner.title();
        prop_assert!(title.as_ref().is_none_or(|title| title.len() <= 1 << 10));
        prop_assert_eq!(title, whole.title());
    }
}

#[test]
fn nothing_in_a_frameset_is_a_title() {
    for (page, title) in [
        ("<frameset><title>x</title>", None),
        ("\u{feff}<meta><frameset></frameset><title>x</title>", None),
        ("<p>x<frameset><title>x</title>", Some("x")),
        ("<svg><![CDATA[ ]]></svg><frameset><title>x</title>", None),
        ("<svg><![CDATA[x]]></svg><frameset><title>x</title>", Some("x")),
        ("<template><frameset></template><frameset><title>x</title>", None),
    ] {
        let expected = title.map(|title| Untrusted::new(title, 1 << 10));
        for piece in [1, 7, page.len()] {
            assert_eq!(scanned(page, piece), expected, "{page}");
        }
        assert_eq!(built(page.trim_start_matches('\u{feff}')), expected, "{page}");
    }
}
