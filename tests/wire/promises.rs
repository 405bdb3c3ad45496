//! What is promised elsewhere has a case here: each choice of the exchange, each kind of failure.

use crate::case::Check;
use crate::cases;
use crawltop::failure::FailureKind;
use crawltop::reuse::CloseReason;
use std::collections::HashSet;

const TABLE: &str = include_str!("../../src/http/mod.rs");
const CODINGS: &str = include_str!("../../src/coding.rs");
const NARROW: &[&str] = &[
    include_str!("../http/heads.rs"),
    include_str!("../http/ends.rs"),
    include_str!("../http/framing.rs"),
    include_str!("../coding/bombs.rs"),
    include_str!("../coding/damaged.rs"),
    include_str!("../coding/listed.rs"),
    include_str!("../coding/members.rs"),
];

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

/// Rows of the table in `src/coding.rs`, and a case that holds each, or a test in `tests/coding`.
const OF_CODINGS: &[(&str, &str)] = &[
    ("`gzip`, `x-gzip`, `deflate`, `br`, `zstd`, in any case", "codings have no case"),
    ("`identity`, `none`, empty elements", "nothing_is_taken_off_where_nothing_was_put_on"),
    ("any other coding", "an unknown coding is reported"),
    ("several codings, in one field or more", "codings over two fields are one list"),
    ("no content at all", "an empty body has no coding to take off"),
    ("`deflate` as zlib, or raw", "deflate may be raw"),
    (
        "gzip of several members, zstd of several frames, skippable frames",
        "frames_are_concatenated_and_skippable_ones_skipped",
    ),
    ("zero bytes after the end", "zeros behind gzip are padding"),
    ("other bytes after the end that begin no member or frame", "bytes behind gzip that begin no member are skipped"),
    ("a member or frame that was begun after the first", "a_member_that_was_begun_must_be_whole"),
    ("a wrong checksum, length, header or code", "gzip with a wrong checksum is reported"),
    ("an end in the middle of the stream", "gzip cut in its data is reported though the length is right"),
    ("zstd with a window over 8 MiB", "zstd with a huge window is reported"),
    ("zstd with a dictionary, zlib with a preset one", "a_preset_dictionary_is_refused"),
    ("br with a large window", "too_large_a_window_is_refused_before_any_memory_is_taken"),
    ("more content than the limit, of the last layer or one between", "layers_between_obey_the_limit_too"),
    ("br and zstd with windows of over 48 MiB together", "the_windows_of_all_codings_are_bounded_together"),
    (
        "more than 16 MiB of content, and over 1,100 times of what came",
        "what_expands_more_than_deflate_can_is_refused_whatever_the_limit",
    ),
];

#[test]
fn every_choice_of_the_exchange_has_a_case() {
    assert_held(TABLE, CHOICES);
}

#[test]
fn every_choice_about_codings_has_a_case() {
    assert_held(CODINGS, OF_CODINGS);
}

fn assert_held(table: &'static str, choices: &[(&str, &str)]) {
    let names: HashSet<&str> = cases::all().iter().map(|case| case.name).collect();
    let is_held = |by: &str| names.contains(by) || NARROW.iter().any(|tests| tests.contains(&format!("fn {by}()")));
    for row in rows(table) {
        let holder = choices.iter().find(|(choice, _)| *choice == row);
        let (_, by) = holder.unwrap_or_else(|| panic!("no case is named for the choice: {row}"));
        assert!(is_held(by), "{row}: there is no case or test {by:?}");
    }
    assert_eq!(rows(table).count(), choices.len(), "each line here is a row of the table");
}

/// The first cells of a table, without its head.
fn rows(table: &'static str) -> impl Iterator<Item = &'static str> {
    let cells = table.lines().filter_map(|line| line.strip_prefix("//! | ")?.split(" | ").next());
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
