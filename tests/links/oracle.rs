//! The links of a page by the tree that html5ever builds of it, as a browser that runs no scripts.

use html5ever::tendril::TendrilSink;
use html5ever::tree_builder::TreeBuilderOpts;
use html5ever::{ParseOpts, QualName, local_name, ns, parse_document};
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use std::collections::BTreeSet;

/// A link without its place: the name of its kind, and where it leads.
pub type Told = (&'static str, String);

#[derive(Default)]
pub struct Tree {
    pub links: BTreeSet<Told>,
    pub bases: Vec<String>,
    pub ids: BTreeSet<String>,
    /// Where each anchor leads, and its text with white space folded: that of its elements, where formatting has made
    /// several of one, without what is no text for a reader.
    pub anchors: Vec<(String, String)>,
    /// Whether HTML stands within a drawing where html5ever may end what is around that, and the standard does not: it
    /// takes no such element for special, and an `annotation-xml` for no end of a scope (WHATWG HTML, 13.2.4.2).
    pub differs: bool,
}

const INTEGRATING: [&str; 9] = ["foreignObject", "desc", "title", "mi", "mo", "mn", "ms", "mtext", "annotation-xml"];

const SOURCES: [(&str, &str, &str); 14] = [
    ("a", "href", "a"),
    ("area", "href", "area"),
    ("img", "src", "img"),
    ("script", "src", "script"),
    ("iframe", "src", "iframe"),
    ("frame", "src", "iframe"),
    ("source", "src", "source"),
    ("video", "src", "media"),
    ("video", "poster", "img"),
    ("audio", "src", "media"),
    ("track", "src", "media"),
    ("embed", "src", "media"),
    ("object", "data", "media"),
    ("form", "action", "form"),
];

const DRAWN: [(&str, &str); 3] = [("a", "a"), ("image", "img"), ("script", "script")];

const RELATIONS: [&str; 12] = [
    "canonical",
    "stylesheet",
    "next",
    "prev",
    "previous",
    "alternate",
    "icon",
    "apple-touch-icon",
    "mask-icon",
    "manifest",
    "preload",
    "modulepreload",
];

impl Tree {
    pub fn of(page: &str) -> Tree {
        let builder = TreeBuilderOpts { scripting_enabled: false, ..TreeBuilderOpts::default() };
        let options = ParseOpts { tree_builder: builder, ..ParseOpts::default() };
        let dom = parse_document(RcDom::default(), options).one(page);
        let mut tree = Tree::default();
        let mut open = vec![(dom.document.clone(), 0)];
        while let Some((node, around)) = open.pop() {
            let within = tree.take(&node, around);
            open.extend(node.children.borrow().iter().rev().map(|child| (child.clone(), within)));
        }
        walk(&dom.document, None, &mut tree.anchors);
        tree.anchors.iter_mut().for_each(|(_, text)| *text = text.split_whitespace().collect::<Vec<_>>().join(" "));
        tree
    }

    /// `around`: elements of HTML that it stands in. Returns those that its children stand in.
    fn take(&mut self, node: &Handle, around: usize) -> usize {
        let NodeData::Element { name, attrs, .. } = &node.data else { return around };
        let attrs = attrs.borrow();
        let get = |wanted: &str| {
            let is = |name: &QualName| name.ns == ns!() && *name.local == *wanted;
            attrs.iter().find(|attribute| is(&attribute.name)).map(|attribute| attribute.value.to_string())
        };
        if name.ns == ns!(html) {
            self.html(&name.local, &get);
        } else if name.ns == ns!(svg) {
            let linked = |name: &QualName| name.ns == ns!(xlink) && name.local == local_name!("href");
            let xlink =
                attrs.iter().find(|attribute| linked(&attribute.name)).map(|attribute| attribute.value.to_string());
            if let Some((_, kind)) = DRAWN.iter().find(|(drawn, _)| **drawn == *name.local) {
                self.add(kind, get("href").or(xlink));
            }
        }
        self.ids.extend(get("id").filter(|id| !id.is_empty()));
        let is_html = name.ns == ns!(html);
        self.differs |= !is_html && around > "html body".split(' ').count() && INTEGRATING.contains(&&*name.local);
        around + usize::from(is_html)
    }

    fn html(&mut self, element: &str, get: &dyn Fn(&str) -> Option<String>) {
        for (_, attribute, kind) in SOURCES.iter().filter(|(name, ..)| *name == element) {
            self.add(kind, get(attribute));
        }
        let rel = get("rel").unwrap_or_default().to_ascii_lowercase();
        if element == "link" && RELATIONS.iter().any(|known| rel.split_ascii_whitespace().any(|token| token == *known))
        {
            self.add("link", get("href"));
        }
        if element == "input" && get("type").is_some_and(|kind| kind.eq_ignore_ascii_case("image")) {
            self.add("img", get("src"));
        }
        if let Some(kind) = ["img", "source"].into_iter().find(|kind| *kind == element) {
            for candidate in get("srcset").unwrap_or_default().split(',') {
                self.add(kind, candidate.split_ascii_whitespace().next().map(str::to_owned));
            }
        }
        if element == "meta" && get("http-equiv").is_some_and(|pragma| pragma.eq_ignore_ascii_case("refresh")) {
            self.add("refresh", get("content").and_then(|content| refreshed(&content)));
        }
        if element == "base" {
            self.bases.extend(get("href").map(|href| stripped(&href)));
        }
        if element == "a" {
            self.ids.extend(get("name").filter(|name| !name.is_empty()));
        }
    }

    fn add(&mut self, kind: &'static str, url: Option<String>) {
        let url = url.map(|url| stripped(&url)).filter(|url| !url.is_empty() || matches!(kind, "a" | "area"));
        self.links.extend(url.map(|url| (kind, url)));
    }
}

/// Where a refresh leads that says so as most do: `5; url=x`.
fn refreshed(content: &str) -> Option<String> {
    let (time, rest) = content.split_once([';', ','])?;
    let at = time.trim().parse::<u32>().ok().and_then(|_| rest.to_ascii_lowercase().find("url="))?;
    let url = rest[at + "url=".len()..].trim_start();
    let quote = url.chars().next().filter(|first| ['"', '\''].contains(first));
    Some(quote.map_or(url, |quote| url[1..].split(quote).next().unwrap_or_default()).to_owned())
}

fn stripped(url: &str) -> String {
    url.trim_matches([' ', '\t', '\n', '\r', '\x0c']).to_owned()
}

/// Elements whose text is for no reader of the page, or is not read as part of it.
const UNREAD: [&str; 9] = ["script", "style", "title", "textarea", "iframe", "noembed", "noframes", "xmp", "plaintext"];

fn walk(node: &Handle, mut anchor: Option<usize>, anchors: &mut Vec<(String, String)>) {
    match &node.data {
        NodeData::Text { contents } => {
            anchor.into_iter().for_each(|anchor| anchors[anchor].1.push_str(&contents.borrow()));
        }
        NodeData::Element { name, attrs, .. } if name.ns == ns!(html) || name.ns == ns!(svg) => {
            let get = |wanted: &str| {
                let named = |attr: &&html5ever::Attribute| *attr.name.local == *wanted;
                let attrs = attrs.borrow();
                let plain = attrs.iter().filter(named).find(|attr| attr.name.ns == ns!());
                plain.or(attrs.iter().find(named)).map(|attr| attr.value.to_string())
            };
            let parts = ["p", "br"].contains(&&*name.local);
            // What an anchor stands in parts its words as well as what stands in it.
            let part = |anchors: &mut Vec<(String, String)>| {
                anchors.iter_mut().filter(|_| parts).for_each(|(_, text)| text.push(' '));
            };
            if let Some(href) = get("href").filter(|_| &*name.local == "a") {
                anchor = anchors.iter().position(|(known, _)| *known == href);
                if anchor.is_none() {
                    anchors.push((href, String::new()));
                    anchor = Some(anchors.len() - 1);
                }
            }
            if let (Some(anchor), Some(alt)) = (anchor, get("alt").filter(|_| &*name.local == "img")) {
                anchors[anchor].1.push_str(&format!(" {alt} "));
            }
            part(anchors);
            if !UNREAD.contains(&&*name.local) || name.ns != ns!(html) {
                node.children.borrow().iter().for_each(|child| walk(child, anchor, anchors));
            }
            return part(anchors);
        }
        _ => {}
    }
    node.children.borrow().iter().for_each(|child| walk(child, anchor, anchors));
}
