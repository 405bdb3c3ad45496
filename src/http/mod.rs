//! HTTP/1.1 as bytes: a request is written, a response is read step by step. Knows nothing of sockets, time or tasks.
//!
//! The driver owns the socket and one buffer. It appends what it reads, hands over all that is not consumed yet,
//! drops from the front what [`Exchange::receive`] consumed, and asks again until [`Step::NeedMore`]:
//!
//! ```
//! use crawltop::http::{Exchange, Limits, Method, Request, Reuse, Step};
//!
//! let request = Request { method: Method::Get, host: "a.example", path: "/", fields: &[], close: false };
//! let mut wire = Vec::new();
//! request.write(&mut wire)?;
//!
//! let mut exchange = Exchange::new(Method::Get, Limits::default());
//! let buffer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
//! let (mut start, mut content) = (0, Vec::new());
//! let reuse = loop {
//!     let (used, step) = exchange.receive(&buffer[start..])?;
//!     match step {
//!         Step::NeedMore => panic!("a driver reads on here, and calls end() when the peer has closed"),
//!         Step::Interim { .. } => {}
//!         Step::Head(head) => assert_eq!(head.status, 200),
//!         Step::Body(piece) => content.extend_from_slice(piece),
//!         Step::Done(reuse) => break reuse,
//!     }
//!     start += used;
//! };
//! assert_eq!((content.as_slice(), reuse), (&b"hi"[..], Reuse::Keep));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Strict and lenient, choice by choice
//!
//! Strict where leniency would let two readers see two different messages, or cost unbounded time or memory; lenient
//! where browsers and curl are and nothing is at stake. Sections are RFC 9112's unless they say otherwise.
//!
//! | what the peer sends | here | why |
//! | --- | --- | --- |
//! | first bytes that are not `HTTP/` (0.9, TLS, HTTP/2, SSH) | error, at the first wrong byte | no head will ever come |
//! | up to 16 bytes of empty lines before the status line | skipped | 2.2; left over by sloppy servers |
//! | `HTTP/2`, `HTTP/1.2`, `http/1.1` | error | only 1.0 and 1.1 are spoken; curl takes some of these, though it asked for 1.1 as well |
//! | status of other than three digits, or below 100 | error | RFC 9110, 15 |
//! | status 600 to 999 | as it is | RFC 9110, 15: the caller treats it by its class |
//! | no reason phrase, several spaces, obs-text in it | accepted | it means nothing (4) |
//! | bare LF ends a line of the head | accepted | 2.2 |
//! | bare CR or NUL in the head | error | 2.2, RFC 9110, 5.5 |
//! | another control in a reason phrase or a value | kept; error in a framing field | RFC 9110, 5.5: what shows it makes it safe |
//! | white space before the first field | error | 2.2 |
//! | a line without a colon | error | 5 |
//! | a name that is no token (`X Y: z`, `: z`) | error | 5.1; curl takes it, but what is no field may be the rest of another message |
//! | white space between name and colon | accepted; error in a framing field | 5.1 |
//! | a folded value | the fold becomes one space; error in a framing field | 5.2 |
//! | obs-text, blanks around a value | accepted; trimmed | 5, RFC 9110, 5.5 |
//! | more than 256 KiB of head or 1,000 fields, interim heads counted in | error | bounded memory |
//! | any number of interim responses | a step each | RFC 9110, 15.2 |
//! | 101 | error | no upgrade is ever asked for |
//! | any length on HEAD, 1xx, 204, 304 | no body, not even looked at | 6.3, rule 1 |
//! | Content-Length with Transfer-Encoding | error | 6.3, rule 3: "ought to be handled as an error" |
//! | Transfer-Encoding in HTTP/1.0 | error | 6.1: faulty framing |
//! | any transfer coding but one `chunked` | error | none other was asked for (6.1, 7) |
//! | empty elements in Transfer-Encoding beside `chunked` | skipped | RFC 9110, 5.6.1.2 |
//! | Content-Length `42, 42`, or twice the same | one 42 | 6.3, rule 5 |
//! | `42, 30`, `030, 30`, `+8`, `8 8`, an empty element, over 64 bits | error | 6.3, rule 5; `030` alone is 30 |
//! | neither | the body ends with the connection | 6.3, rule 8 |
//! | chunk size of 1 to 16 hexadecimal digits, up to 16 blanks after it | accepted | old servers pad; blanks before it are an error |
//! | chunk extensions, 16 KiB in a body | skipped, quoted strings understood | 7.1.1; a line end inside quotes is an error |
//! | bare LF ends a chunk line, or the data of a chunk | accepted, as by curl and browsers | the danger is to a proxy that forwards what it read otherwise; nothing is forwarded here |
//! | anything else after the data of a chunk | error | 7.1 |
//! | trailers, 16 KiB | checked for form, dropped | 7.1.2: never merged into the head |
//! | a close before the end | error, with how far it came | 8 |
//! | a close without close_notify where the close is the end | error | 9.8 |
//! | bytes after the end | not consumed, connection not reused | 9.2: never an answer to the next request |
//! | HTTP/1.0 with `Connection: keep-alive` | reused | 9.3 |

mod chunked;
mod controls;
mod error;
mod exchange;
mod fault;
mod fields;
mod framing;
mod head;
mod parse;
mod request;
mod reuse;
mod usual;

pub use crate::reuse::{CloseReason, Reuse};
pub use error::{ErrorClass, Excerpt, FieldFault, HttpError, RequestError};
pub use exchange::{Exchange, Limits, Step};
pub use fields::Fields;
pub use framing::BodyLength;
pub use head::{Head, Version};
pub use request::{Method, ReadyFields, Request, valid_field, valid_host};
