//! Pages that a grammar of odd markup gives, whole and in pieces, against the oracle.
//!
//! What is left out of it is what the finder says that it does not know: elements that drop others (`select`, `frameset`,
//! a `form` in a `form`), elements of formatting that overlap others or a drawing, and elements of HTML around a drawing
//! that have the names of those in it.

use super::oracle::Tree;
use super::{all_feeds_agree, found};
use crawltop::crawl::{LinkKind, Links};
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::BTreeSet;

/// `#` becomes a number of its own in each link.
const LINKS: &[&str] = &[
    "<a href=#>",
    "<A HREF='#'>",
    "<a\n\thref = \"#\" >",
    "<a href=#/>",
    "<a x='>' href=#>",
    "<a href=# href=no>",
    "<a href='#",
    "<a href=\"#&amp;&lt&copy=1&copy&notit;&#x41;&#65\">",
    "<a href= # >",
    "<a/href=#>",
    "<a =href=# href=#>",
    "<a \"href=no\" href=#>",
    "<a href=\"\n #\r\n\" title='<a href=no>'>",
    "<a hr\0ef=no href=#>",
    "<a xlink:href=no>",
    "<a xlink:href=no href=#>",
    "<a id=i# name=n#>",
    "<area href=#>",
    "<img src=#>",
    "<image src=#>",
    "<img alt='>' srcset='#a 1x, #b 2x'>",
    "<base href=#>",
    "<link rel=next href=#>",
    "<link rel='x STYLESHEET' href=#>",
    "<script src=#></script>",
    "<iframe src=#></iframe>",
    "<source src=#>",
    "<video poster=#p src=#>",
    "<embed src=#>",
    "<object data=#>",
    "<input type=image src=#>",
    "<a href=ä#>",
    "<a href='\0#'>",
    "<a href>",
    "<aa href=no>",
    "<a-b href=no>",
    "<a:b href=no>",
    "</a href=no>",
    "<annotation href=no>",
];

const TEXT: &[&str] = &[
    "x",
    " ",
    "\n",
    "<",
    "< ",
    "<3",
    "&",
    "&amp;",
    ">",
    "\"",
    "'",
    "-->",
    "]]>",
    "--",
    "/",
    "=",
    "\0",
    "ä",
    "</a>",
    "</A >",
    "</p x='>'>",
];

const COMMENTS: &[&str] = &[
    "<!--",
    "<!-->",
    "<!--->",
    "<!---->",
    "<!----!>",
    "<!--!>",
    "<!--->-->",
    "--!>",
    "--!->",
    "<!",
    "<!>",
    "<!->",
    "<!x",
    "<?",
    "<?x",
    "?>",
    "</",
    "</>",
    "</ >",
    "</1>",
    "<![CDATA[",
    "]]>",
    "<![cdata[",
    "<![CDATA",
    "<!DOCTYPE html>",
    "<!doctype html PUBLIC \"a>b\" 'c'>",
    "<!d",
];

const RAW: &[&str] = &[
    "<script>",
    "</script>",
    "</SCRIPT >",
    "<script",
    "</script",
    "<!--",
    "-->",
    "->",
    "<!--<script>",
    "<style>",
    "</style>",
    "</style/x>",
    "<title>",
    "</title>",
    "<textarea>",
    "</textarea>",
    "<xmp>",
    "</xmp>",
    "<iframe>",
    "</iframe>",
    "<noembed>",
    "</noembed>",
    "<noframes>",
    "</noframes>",
    "<noscript>",
    "</noscript>",
    "<styles>",
    "</titles>",
    "<scripts>",
];

const PLAIN: &[&str] = &[
    "<p>",
    "</p>",
    "<div class='a b'>",
    "</div>",
    "<b>",
    "</b>",
    "<i x=y>",
    "</i>",
    "<ul>",
    "<li>",
    "</ul>",
    "<table>",
    "<tr>",
    "<td>",
    "</td>",
    "</table>",
    "<br/>",
    "<h1>",
    "</h1>",
    "<button>",
    "</button>",
    "<head>",
    "<body>",
    "</body>",
    "</html>",
    "<template>",
    "</template>",
    "<template x>",
    "<span>",
    "</span>",
    "<nobr>",
    "<caption>",
    "<colgroup>",
    "<plaintexts>",
];

const DRAWINGS: &[&str] = &[
    "<svg>",
    "</svg>",
    "<svg/>",
    "<math>",
    "</math>",
    "<g>",
    "</g>",
    "<path/>",
    "<title>",
    "</title>",
    "<style>",
    "</style>",
    "<desc>",
    "</desc>",
    "<foreignObject>",
    "</foreignObject>",
    "<mi>",
    "</mi>",
    "<mtext>",
    "</mtext>",
    "<annotation-xml>",
    "</annotation-xml>",
    "<annotation-xml encoding='text/HTML'>",
    "<![CDATA[",
    "]]>",
    "<script>",
    "</script>",
    "<script/>",
    "<a xlink:href=#>",
    "<a href=#>",
    "</a>",
    "<image href=#>",
    "<image xlink:href=#/>",
    "<font>",
    "<font color=x>",
    "<mglyph>",
    "<a href=# />",
    "<template>",
    "</template>",
    "<textarea>",
    "<script href=#>",
    "x",
    "<img src=#>",
    "<!--",
    "-->",
];

fn page(fragments: Vec<&'static str>) -> String {
    let mut page = String::new();
    for (number, fragment) in fragments.into_iter().enumerate() {
        page.push_str(&fragment.replace('#', &format!("u{number}")));
    }
    page
}

fn pages() -> impl Strategy<Value = String> {
    let fragment = prop_oneof![
        4 => select(LINKS),
        2 => select(TEXT),
        2 => select(COMMENTS),
        2 => select(RAW),
        2 => select(PLAIN),
    ];
    prop::collection::vec(fragment, 0..24).prop_map(page)
}

/// A drawing with whatever in it, closed, and something behind it.
fn drawings() -> impl Strategy<Value = String> {
    let inside = prop_oneof![4 => select(DRAWINGS), 1 => select(COMMENTS), 1 => select(TEXT)];
    (
        select(&["<svg>", "<math>", "<svg><title>", "<svg><foreignObject>", "<math><mi>"][..]),
        prop::collection::vec(inside, 0..14),
    )
        .prop_map(|(root, inside)| {
            page([vec![root], inside, vec!["<a href=#>", "<style><a href=no></style><a href=#>"]].concat())
        })
}

/// Elements of HTML that stand around a drawing, or end it.
const AROUND: &[&str] = &[
    "<div>",
    "</div>",
    "<section>",
    "</section>",
    "<main>",
    "</main>",
    "<ul>",
    "</ul>",
    "<ol>",
    "</ol>",
    "<li>",
    "</li>",
    "<dl>",
    "</dl>",
    "<dd>",
    "</dd>",
    "<dt>",
    "</dt>",
    "<h1>",
    "</h1>",
    "<h2>",
    "</h2>",
    "<button>",
    "</button>",
    "<blockquote>",
    "</blockquote>",
    "<table>",
    "</table>",
    "<tbody>",
    "</tbody>",
    "<tr>",
    "</tr>",
    "<td>",
    "</td>",
    "<th>",
    "</th>",
    "<caption>",
    "</caption>",
    "<form>",
    "</form>",
    "</body>",
    "</html>",
    "<object>",
    "</object>",
    "<nav>",
    "</nav>",
    "<p>",
    "</p>",
    "<a href=#>",
    "</a>",
    "<b>x</b>",
    "<i><nobr>x</nobr></i>",
    "<font color=x><em>x</em></font>",
    "x",
];

/// End tags of elements that may be open around a drawing, and what goes on within it. An `annotation-xml` is none of it:
/// html5ever lets end tags through that the standard stops there (WHATWG HTML, 13.2.4.2).
const ENDING: &[&str] = &[
    "</div>",
    "</section>",
    "</main>",
    "</ul>",
    "</ol>",
    "</li>",
    "</dl>",
    "</dd>",
    "</dt>",
    "</h1>",
    "</h2>",
    "</button>",
    "</blockquote>",
    "</table>",
    "</tbody>",
    "</tr>",
    "</td>",
    "</th>",
    "</caption>",
    "</form>",
    "</body>",
    "</html>",
    "</object>",
    "</nav>",
    "</article>",
    "</a>",
    "</b>",
    "</nobr>",
    "<b>",
    "<i>",
    "<nobr>",
    "<font>",
    "<font color=x>",
    "<g>",
    "</g>",
    "<desc>",
    "<mi>",
];

/// A drawing among elements of HTML, with end tags in it, and something behind it.
fn surrounded() -> impl Strategy<Value = String> {
    let drawing = select(&["<svg>", "<math>", "<svg><g>"][..]);
    let around = || prop::collection::vec(select(AROUND), 0..7);
    (around(), drawing, prop::collection::vec(select(ENDING), 0..4), around()).prop_map(
        |(before, root, inside, behind)| {
            let tail = vec!["<area href=#>", "<style><a href=no></style><a href=#>"];
            page([before, vec![root], inside, tail.clone(), behind, tail].concat())
        },
    )
}

fn told(links: &Links) -> BTreeSet<(&'static str, String)> {
    let plain = links.iter().filter(|link| !matches!(link.kind, LinkKind::Form | LinkKind::Refresh | LinkKind::Css));
    plain.map(|link| (link.kind.name(), link.href.to_owned())).collect()
}

/// Elements of formatting go on behind their parents: an `a` in a `template` does where another element in there hides it
/// from its end, and a `font` opens again before what follows it.
fn leaves_formatting(page: &str) -> bool {
    let hides = ["<object", "<td", "<caption"].iter().any(|hiding| page.contains(hiding));
    (page.contains("<template") && hides) || (page.contains("<font") && page.contains("<![CDATA["))
}

fn check(page: &str) -> Result<(), TestCaseError> {
    let links = all_feeds_agree(page.as_bytes());
    let tree = Tree::of(page);
    prop_assume!(!tree.confused && !leaves_formatting(page));
    prop_assert_eq!(told(&links), tree.links, "{}", page.escape_debug());
    prop_assert_eq!(links.base().is_some(), !tree.bases.is_empty(), "{}", page.escape_debug());
    prop_assert!(
        links.base().is_none_or(|base| tree.bases.iter().any(|known| known == base)),
        "{}",
        page.escape_debug()
    );
    for id in &tree.ids {
        prop_assert_eq!(links.has_id(id), Some(true), "{} in {}", id, page.escape_debug());
    }
    Ok(())
}

/// So many as proptest's own variable says.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(128)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, max_global_rejects: 1 << 20, ..ProptestConfig::default() })]

    #[test]
    fn a_page_of_odd_markup_gives_the_links_of_its_tree(page in pages()) {
        check(&page)?;
    }

    #[test]
    fn a_drawing_gives_the_links_of_its_tree(page in drawings()) {
        check(&page)?;
    }

    #[test]
    fn a_drawing_ends_with_what_is_open_around_it_only(page in surrounded()) {
        check(&page)?;
    }

    #[test]
    fn the_attributes_of_a_tag_are_those_of_its_tree(inside in "( ?(href|HREF|x|\"|'|=|/|>| |\n|a|&amp|;|\0|é)){0,14}") {
        let page = format!("<a {inside} href=z>y</a><a href=q>");
        let links = found(page.as_bytes(), page.len());
        prop_assert_eq!(told(&links), Tree::of(&page).links, "{}", page.escape_debug());
        all_feeds_agree(page.as_bytes());
    }
}
