use super::*;

fn urls(css: &str, piece: usize) -> Vec<String> {
    let (mut reader, mut urls) = (Css::new(), Vec::new());
    for mut piece in css.as_bytes().chunks(piece) {
        while let Some((at, event)) = reader.take(piece) {
            if event == Event::End {
                urls.extend(reader.url().map(|url| unescaped(str::from_utf8(url).unwrap())));
            }
            piece = &piece[at..];
        }
    }
    if reader.end() {
        urls.extend(reader.url().map(|url| unescaped(str::from_utf8(url).unwrap())));
    }
    urls
}

#[test]
fn urls_are_found_in_every_form_and_piece() {
    let cases: [(&str, &[&str]); 36] = [
        ("a{background:url(x.png)}", &["x.png"]),
        ("a{background:URL( 'x y.png' ) no-repeat}", &["x y.png"]),
        ("a{b:url(\"x.png\"),url(y.png)}", &["x.png", "y.png"]),
        ("@import 'a.css';b{c:'d'}", &["a.css"]),
        ("@IMPORT url(a.css) screen;", &["a.css"]),
        ("@import\"a.css\" layer('x');", &["a.css"]),
        ("@import/**/'a.css';", &["a.css"]),
        ("@charset 'utf-8';", &[]),
        ("@namespace url(http://x/);a{b:url(c)}", &["c"]),
        ("@namespace svg 'x';", &[]),
        ("/* url(no) */ a{b:url(c)}", &["c"]),
        ("/**/a{b:url(c)}/*", &["c"]),
        ("/***/a{b:url(/*c*/)}", &["/*c*/"]),
        ("'url(no)' \"\\\"url(no)\"", &[]),
        ("curl(no) url-prefix(no) -url(no)", &[]),
        ("url (no)", &[]),
        ("url()", &[]),
        ("url('')", &[""]),
        ("url(a b) url(c )", &["c"]),
        ("url(a'b) url(c)", &["c"]),
        ("url(a\\)b)", &["a)b"]),
        ("url('a\\'b\\\nc')", &["a'bc"]),
        ("url(\\41 b\\000043c)", &["AbCc"]),
        ("url(a", &["a"]),
        ("url('a", &["a"]),
        ("'a\nurl(b)", &["b"]),
        ("a{b:u\\72l(c)}", &[]),
        ("a{b:image-set('c' 1x,\"d\" 2x);e:'f'}", &["c", "d"]),
        ("a{b:-WebKit-Image-Set(url(c) 1x,'d' 2x)}", &["c", "d"]),
        ("a{b:image-set('c' type('image/avif'),'d' type(\"x\"))}", &["c", "d"]),
        ("a{b:image-set(linear-gradient(red,('no')) 1x,'c')}'no'", &["c"]),
        ("a{b:image-set('c')'no'", &["c"]),
        ("a{b:image-set('c'/*'no'*/ 1x", &["c"]),
        ("a{b:image-set('c' ;'no'}", &["c"]),
        ("my-image-set('no') image-sets('no') image-set ('no')", &[]),
        ("a{b:image-set(')' 1x,'c' 2x)'no'}", &[")", "c"]),
    ];
    for (css, expected) in cases {
        for piece in 1..=css.len() {
            assert_eq!(urls(css, piece), expected, "{css} in pieces of {piece}");
        }
    }
}
