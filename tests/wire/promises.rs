//! What is promised elsewhere has a case here: each choice of the exchange, each kind of failure.

use crate::case::Check;
use crate::cases;
use crawltop::failure::FailureKind;
use crawltop::reuse::CloseReason;
use std::collections::HashSet;

const TABLE: &str = include_str!("../../src/http/mod.rs");
const NARROW: &[&str] =
    &[include_str!("../http/heads.rs"), include_str!("../http/ends.rs"), include_str!("../http/framing.rs")];

/// Rows of the table in `src/http/mod.rs`, and a case that holds each, or a test in `tests/http`.
const CHOICES: &[(&str, &str)] = &[
    ("first bytes that are not `HTTP/` (0.9, TLS, HTTP/2, SSH)", "HTTP/0.9 is refused, a page without a head"),
    ("up to 16 bytes of empty lines before the status line", "empty lines before the status line are skipped"),
    ("`HTTP/2`, `HTTP/1.2`, `http/1.1`", "HTTP/1.2 is refused"),
    ("status of other than three digits, or below 100", "a status of four digits is refused"),
    ("status 600 to 999", "a status of 999 is taken as it is"),
    ("no reason phrase, several spaces, obs-text in it", "a reason phrase may be missing"),
    ("bare LF ends a line of the head", "bare LF ends the lines of a head"),
    ("bare CR or NUL in the head", "a bare CR in a value is refused"),
    ("another control in a reason phrase or a value", "a control in a value is kept, and means nothing"),
    ("white space before the first field", "white space before the first field is refused"),
    ("a line without a colon", "a line without a colon is refused"),
    ("a name that is no token (`X Y: z`, `: z`)", "a blank in the name of a field is refused"),
    ("white space between name and colon", "white space before the colon of a field is taken"),
    ("a folded value", "a folded value becomes one line"),
    ("obs-text, blanks around a value", "obs-text in a value is taken"),
    ("more than 256 KiB of head or 1,000 fields, interim heads counted in", "fields of interim answers count"),
    ("any number of interim responses", "fifty interim answers are passed over"),
    ("101", "101 without being asked is refused"),
    ("any length on HEAD, 1xx, 204, 304", "no_body_follows_where_none_may_whatever_the_fields_say"),
    ("Content-Length with Transfer-Encoding", "a length behind chunked is refused"),
    ("Transfer-Encoding in HTTP/1.0", "a transfer-encoding in HTTP/1.0 is refused"),
    ("any transfer coding but one `chunked`", "a coding before chunked is refused"),
    ("empty elements in Transfer-Encoding beside `chunked`", "empty elements beside chunked are skipped"),
    ("Content-Length `42, 42`, or twice the same", "a length may be said twice alike in one field"),
    ("`42, 30`, `030, 30`, `+8`, `8 8`, an empty element, over 64 bits", "030 beside 30 is refused"),
    ("neither", "without a length the close ends the body"),
    ("chunk size of 1 to 16 hexadecimal digits, up to 16 blanks after it", "a size may have blanks behind it"),
    ("chunk extensions, 16 KiB in a body", "an extension without end is too large"),
    ("bare LF ends a chunk line, or the data of a chunk", "bare LF may end the lines of chunks"),
    ("anything else after the data of a chunk", "data that is longer than its size is refused"),
    ("trailers, 16 KiB", "trailers without end are too large"),
    ("a close before the end", "a body cut short is reported"),
    (
        "a close without close_notify where the close is the end",
        "a body until close is cut short where TLS does not say so",
    ),
    ("bytes after the end", "bytes behind a length do no harm"),
    ("HTTP/1.0 with `Connection: keep-alive`", "each_reason_not_to_reuse_a_connection_is_told"),
];

#[test]
fn every_choice_of_the_exchange_has_a_case() {
    let names: HashSet<&str> = cases::all().iter().map(|case| case.name).collect();
    let is_held = |by: &str| names.contains(by) || NARROW.iter().any(|tests| tests.contains(&format!("fn {by}()")));
    for row in rows() {
        let holder = CHOICES.iter().find(|(choice, _)| *choice == row);
        let (_, by) = holder.unwrap_or_else(|| panic!("no case is named for the choice: {row}"));
        assert!(is_held(by), "{row}: there is no case or test {by:?}");
    }
    assert_eq!(rows().count(), CHOICES.len(), "each line here is a row of the table");
}

/// The first cells of the table, without its head.
fn rows() -> impl Iterator<Item = &'static str> {
    let cells = TABLE.lines().filter_map(|line| line.strip_prefix("//! | ")?.split(" | ").next());
    cells.skip(1).filter(|cell| !cell.starts_with("---")).map(str::trim)
}

/// Kinds that no server can bring about, and the test that holds each.
const ELSEWHERE: &[(FailureKind, &str, &str)] = &[
    (FailureKind::Cancelled, include_str!("../cli/codes.rs"), "what_was_in_flight_is_told_as_cancelled"),
    (FailureKind::Internal, include_str!("../cli/codes.rs"), "a_panic_in_a_task_is_an_internal_failure_of_that_fetch"),
    (FailureKind::Local, include_str!("machine.rs"), "where_none_can_be_had_that_is_told_as_the_want_of_this_machine"),
    (FailureKind::InvalidUrl, include_str!("../cli/lists.rs"), "keep_going_passes_over_bad_lines_and_counts_them"),
];

/// What a crawl tells, and a fetch does not.
const OF_A_CRAWL: &[FailureKind] = &[FailureKind::Robots];

/// What the cases tell under one of these pointers.
fn told(pointers: &[&str]) -> HashSet<String> {
    let checks = cases::all().iter().flat_map(|case| &case.asks).flat_map(|ask| &ask.told.0);
    let value = |check: &Check| match check {
        Check::Is(pointer, value) if pointers.contains(pointer) => value.as_str().map(str::to_owned),
        _ => None,
    };
    checks.filter_map(value).collect()
}

/// Reasons that no case brings about, and the test that holds each.
const UNKEPT: &[(CloseReason, &str, &str)] = &[
    (
        CloseReason::Spared,
        include_str!("machine.rs"),
        "a_kept_connection_gives_its_descriptor_to_a_new_one_and_that_is_told",
    ),
    (
        CloseReason::RunEnded,
        include_str!("../engine/ends.rs"),
        "a_connection_that_was_kept_goes_with_the_end_of_the_run",
    ),
];

#[test]
fn every_reason_not_to_use_a_connection_again_has_a_case() {
    let told = told(&["/close_reason", "/not_reused"]);
    for reason in CloseReason::ALL {
        let elsewhere = UNKEPT.iter().find(|(other, _, _)| other == reason);
        let is_held = elsewhere.is_some_and(|(_, tests, name)| tests.contains(&format!("fn {name}")));
        assert!(is_held || told.contains(reason.name()), "no case of {}", reason.name());
    }
}

#[test]
fn every_kind_of_failure_has_a_case() {
    let told = told(&["/error/kind"]);
    for kind in FailureKind::ALL {
        let elsewhere = ELSEWHERE.iter().find(|(other, _, _)| other == kind);
        let is_held = elsewhere.is_some_and(|(_, tests, name)| tests.contains(name));
        assert!(is_held || OF_A_CRAWL.contains(kind) || told.contains(kind.name()), "no case of {}", kind.name());
    }
}
