//! The words of the report of a crawl that stand nowhere else. Knows nothing of its formats.

use super::{Entry, Group};

const fn report(word: &'static str, means: [&'static str; 2]) -> Entry {
    Entry::new(Group::Report, word, means)
}

pub(super) const REPORT: &[Entry] = &[
    report(
        "broken link",
        [
            "A link to a target that answers with 400 or above and is not blocked, or with a redirect that names no place.",
            "It stands with its page, line, column (? where not kept) and text; a link to a redirect that ends there is one too.",
        ],
    ),
    report(
        "blocked",
        [
            "It answers with 401, 403, 429 or 999, robots.txt or the rule about addresses keeps it out, or its host asks for time.",
            "It may well be there for others, so that it is no finding for --fail.",
        ],
    ),
    report(
        "not fetched",
        [
            "Targets that were found and not asked for, since the run ended before.",
            "With the results of each kind they add up to what was found.",
        ],
    ),
    report(
        "missing part",
        [
            "A link leads to a #part that its page does not have; told with --check-fragments only.",
            "The page itself may well be there.",
        ],
    ),
    report(
        "unchecked part",
        [
            "Links to a #part of what can't be looked at: no HTML, too many ids, asked by HEAD before, or not asked at all.",
            "With --external, what leads out is asked by GET where a part of it is linked; nothing of it is followed.",
        ],
    ),
    report(
        "chain",
        [
            "Redirects that lead from one to the next, from the first URL to where they end.",
            "Those that come back to themselves never end, and are told first.",
        ],
    ),
    report("outside", ["Links that lead out of the scope.", "They are checked once each with --external only."]),
    report(
        "excluded",
        [
            "Links that --level, --exclude, --include or --no-parent keep out: they are not fetched.",
            "They are counted by the option that does; where several do, by the first of exclude, level and include.",
        ],
    ),
    report(
        "nofollow",
        [
            "Links that a page, one of its fields or the link itself asks not to follow.",
            "Such a target is fetched where another link leads there; with --no-robots all of them are followed.",
        ],
    ),
    report(
        "malformed",
        ["Links that no URL can be made of.", "Those of other schemes, such as mailto:, are counted apart."],
    ),
    report(
        "trapped",
        [
            "Links that a limit against endless sites keeps out, by length, depth, repetition or number of a pattern.",
            "Each limit is told with the first link that it kept out, or with the page whose links were too many.",
        ],
    ),
];
