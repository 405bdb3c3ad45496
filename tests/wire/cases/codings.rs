//! Content codings: taken off, stacked, cut, broken, unknown, and grown beyond all bounds.

use crate::bodies::{brotli, deflated, gzip, page, sized, zlib, zstd, zstd_zeros};
use crate::case::Seen::Has;
use crate::case::{Case, Told, answered, case, fails, ok};
use crate::place::Place;
use crate::script::{Act, held};

pub fn cases() -> Vec<Case> {
    [good(), framed(), unknown(), cut(), broken(), bombs()].concat()
}

fn text() -> Vec<u8> {
    "the quick brown fox jumps over the lazy dog; ".repeat(200).into_bytes()
}

fn coded(coding: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    sized("200 OK", &format!("Content-Encoding: {coding}\r\n"), body)
}

fn good() -> Vec<Case> {
    let text = text();
    let whole = |name, coding: &str, body: Vec<u8>| case(name, held(coded(coding, body)), ok(&text));
    let two = [gzip(&text[..100]), gzip(&text[100..])].concat();
    vec![
        whole("gzip is taken off", "gzip", gzip(&text)).seen([Has(0, 0, "\r\nAccept-Encoding: ")]),
        whole("x-gzip is gzip", "x-gzip", gzip(&text)),
        whole("codings have no case", "GZip", gzip(&text)),
        whole("deflate is zlib", "deflate", zlib(&text)),
        whole("deflate may be raw", "deflate", deflated(&text)),
        whole("zstd is taken off", "zstd", zstd(&text)),
        whole("identity is nothing", "identity", text.clone()),
        whole("empty elements of a coding are skipped", " , gzip ,", gzip(&text)),
        whole("two codings are taken off, the last first", "deflate, gzip", gzip(&zlib(&text))),
        whole("five codings are taken off", "gzip, gzip, deflate, zstd, gzip", gzip(&zstd(&zlib(&gzip(&gzip(&text)))))),
        whole("gzip of two members is one content", "gzip", two),
        whole("zeros behind gzip are padding", "gzip", [gzip(&text), vec![0; 512]].concat()),
        whole(
            "bytes behind gzip that begin no member are skipped",
            "gzip",
            [gzip(&text), b"and more".to_vec()].concat(),
        ),
        whole("br is taken off", "br", brotli(&text)),
        case(
            "codings over two fields are one list",
            held(sized("200 OK", "Content-Encoding: deflate\r\nContent-Encoding: gzip\r\n", gzip(&zlib(&text)))),
            ok(&text),
        ),
        case("an empty body has no coding to take off", held(coded("gzip", "")), ok("")),
    ]
}

/// A coding and what else an answer is made of.
fn framed() -> Vec<Case> {
    let text = text();
    vec![
        case("an empty content that is coded is empty", held(coded("gzip", gzip(b""))), ok("")),
        case(
            "204 with a coding has no content",
            held("HTTP/1.1 204 x\r\nContent-Encoding: gzip\r\n\r\n"),
            answered(204, ""),
        ),
        case(
            "the content of a bad status is decoded too",
            held(sized("404 x", "Content-Encoding: gzip\r\n", gzip(&text))),
            answered(404, &text),
        ),
        case(
            "the size on the wire is told beside that of the content",
            held(coded("gzip", gzip(&text))),
            ok(&text).is("/wire_bytes", coded("gzip", gzip(&text)).len()),
        ),
        case(
            "a title is found in coded content",
            held(sized(
                "200 OK",
                "Content-Type: text/html\r\nContent-Encoding: gzip\r\n",
                gzip(b"<title>packed</title>"),
            )),
            ok("<title>packed</title>").is("/title", "packed"),
        ),
        case(
            "a coding within chunks is taken off",
            held(
                [
                    &b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n"[..],
                    &chunks(&gzip(&text), 7),
                ]
                .concat(),
            ),
            ok(&text),
        ),
        case(
            "a coding that comes byte by byte is taken off",
            vec![Act::Request, Act::Drip(1, coded("gzip", gzip(&text[..500]))), Act::Hold],
            ok(&text[..500]),
        ),
        case("a coding until close is taken off", held_until_close(&gzip(&text)), ok(&text)),
    ]
}

fn chunks(bytes: &[u8], size: usize) -> Vec<u8> {
    let chunk = |piece: &[u8]| [format!("{:x}\r\n", piece.len()).as_bytes(), piece, b"\r\n"].concat();
    let all: Vec<u8> = bytes.chunks(size).flat_map(chunk).collect();
    [&all[..], b"0\r\n\r\n"].concat()
}

fn held_until_close(body: &[u8]) -> Vec<Act> {
    crate::script::finished([&b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"[..], body].concat())
}

fn decode(words: &'static str) -> Told {
    fails("decode", "body", words).status(200)
}

fn unknown() -> Vec<Case> {
    let unknown = |name, coding: &str, words| case(name, held(coded(coding, "whatever")), decode(words));
    vec![
        unknown("an unknown coding is reported", "sdch", "unknown content-encoding \"sdch\""),
        unknown("an unknown coding below a known one is reported", "foo, gzip", "unknown content-encoding \"foo\""),
        unknown("compress is unknown", "compress", "unknown content-encoding \"compress\""),
        unknown("a coding that would act is shown by escapes", "\u{9b}31m", r"\xc2\x9b31m"),
        unknown("six codings are too many", "gzip, gzip, gzip, gzip, gzip, gzip", "more than 5 content codings"),
        unknown("a thousand codings are too many", &"gzip,".repeat(1000), "more than 5 content codings"),
    ]
}

fn cut() -> Vec<Case> {
    let text = text();
    let cut = |name, coding: &str, body: &[u8]| {
        case(name, held(coded(coding, body)), fails("truncated", "body", "ended in the middle").status(200))
    };
    let packed = gzip(&text);
    let br = brotli(&text);
    let zst = zstd(&text);
    vec![
        cut("gzip cut in its data is reported though the length is right", "gzip", &packed[..packed.len() - 20]),
        cut("gzip cut in its checksum is reported", "gzip", &packed[..packed.len() - 3]),
        cut("gzip cut in its header is reported", "gzip", &packed[..5]),
        cut("gzip cut in its second member is reported", "gzip", &[&packed[..], &packed[..30]].concat()),
        cut("zlib cut in its data is reported", "deflate", &zlib(&text)[..40]),
        cut("raw deflate cut in its data is reported", "deflate", &deflated(&text)[..40]),
        cut("br cut in its data is reported", "br", &br[..br.len() - 1]),
        cut("zstd cut in its data is reported", "zstd", &zst[..zst.len() - 4]),
        cut("a coding below another that is cut is reported", "gzip, deflate", &zlib(&packed[..40])),
        case(
            "coded chunks cut short are reported",
            crate::script::finished(
                [
                    &b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n"[..],
                    b"5\r\n",
                    &packed[..5],
                    b"\r\n",
                ]
                .concat(),
            ),
            fails("truncated", "body", "without its last chunk"),
        ),
    ]
}

fn broken() -> Vec<Case> {
    let text = text();
    let packed = gzip(&text);
    let broken = |name, coding: &str, body: Vec<u8>, words| case(name, held(coded(coding, body)), decode(words));
    let damaged = |from_end: usize| {
        let mut bytes = packed.clone();
        let at = bytes.len() - from_end;
        bytes[at] ^= 0xff;
        bytes
    };
    vec![
        broken("gzip with a wrong checksum is reported", "gzip", damaged(8), "broken gzip"),
        broken("gzip with a wrong length is reported", "gzip", damaged(1), "broken gzip"),
        broken(
            "gzip with a block of no kind is reported",
            "gzip",
            [&packed[..10], b"\x07", &packed[11..]].concat(),
            "broken gzip",
        ),
        broken("plain text called gzip is reported", "gzip", text.clone(), "broken gzip"),
        broken("plain text called br is reported", "br", b"\xff\xff\xff\xff\xff\xff\xff\xff".to_vec(), "broken br"),
        broken("plain text called zstd is reported", "zstd", text.clone(), "broken zstd"),
        broken("gzip called deflate is reported", "deflate", packed.clone(), "broken deflate"),
        broken(
            "zstd with a huge window is reported",
            "zstd",
            b"\x28\xb5\x2f\xfd\x00\x98\x01\0\0".to_vec(),
            "zstd needs a window of",
        ),
        broken(
            "zlib with a dictionary is reported",
            "deflate",
            b"\x78\xbb\x00\x00\x00\x01\x01\x00\x00\xff\xff".to_vec(),
            "deflate",
        ),
    ]
}

/// Little on the wire, and much behind it.
fn bombs() -> Vec<Case> {
    let zeros = gzip(&vec![0; 2 << 20]);
    let large = |words| fails("too_large", "body", words);
    let moved = sized("302 x", "Location: /b\r\nContent-Encoding: gzip\r\n", &zeros);
    let (bad, twice) = (sized("500 x", "Content-Encoding: gzip\r\n", &zeros), coded("gzip, gzip", gzip(&zeros)));
    let cases = vec![
        case("a bomb of gzip is too large", held(coded("gzip", &zeros)), large("more than 1000000 bytes of content")),
        case(
            "a bomb of zlib is too large",
            held(coded("deflate", zlib(&vec![0; 2 << 20]))),
            large("more than 1000000 bytes"),
        ),
        case("a bomb within gzip is too large", held(twice), large("bytes")),
        case("a bomb of zstd is too large", held(coded("zstd", zstd_zeros(100_000))), large("bytes")),
        case("a bomb of a bad status is too large", held(bad), large("more than 1000000 bytes").status(500)),
        case("a bomb of a redirect harms nobody", Place::Site(vec![("/", moved), ("/b", page("there"))]), ok("there")),
        case("a bomb that never ends is too large", endless(), large("bytes")),
        case(
            "content of the limit is decoded",
            held(coded("gzip", gzip(&vec![b'x'; 1_000_000]))),
            ok(vec![b'x'; 1_000_000]),
        ),
        case("a byte over the limit is too large", held(coded("gzip", gzip(&vec![b'x'; 1_000_001]))), large("bytes")),
    ];
    cases.into_iter().map(|case| case.with(&["--max-filesize", "1000000"])).collect()
}

/// Blocks of zstd until nobody takes them.
fn endless() -> Vec<Act> {
    let head = b"HTTP/1.1 200 OK\r\nContent-Encoding: zstd\r\n\r\n\x28\xb5\x2f\xfd\x00\x68".to_vec();
    vec![Act::Request, Act::Send(head), Act::Flood(b"\x02\0\x10\0".repeat(1000))]
}
