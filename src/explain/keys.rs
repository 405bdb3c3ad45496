//! The words of the footer, and the keys that they stand beside. Knows nothing of what happens then.

use super::{Entry, Group};

const fn key(word: &'static str, means: [&'static str; 2]) -> Entry {
    Entry::new(Group::Key, word, means)
}

pub(super) const KEYS: &[Entry] = &[
    key(
        "quit",
        [
            "Lets go of what is in flight and leaves; after the end of the run it only leaves.",
            "The summary stays on the normal screen.",
        ],
    )
    .asyncio("Task.cancel for each, then loop.stop")
    .also(&["q"]),
    key(
        "help",
        [
            "Shows the keys, the signs, and what the words of the pane mean.",
            "It scrolls as a pane does; esc closes it.",
        ],
    )
    .also(&["?"]),
    key(
        "find",
        [
            "Shows only rows with that text, in the URL or in why it failed, and as the terms say, such as status:4xx.",
            "All of them have to be so, - or ! before one means the contrary; enter keeps it, esc clears it.",
        ],
    )
    .also(&["/", "filter", "search", "kind", "outcome"]),
    key(
        "sort",
        ["Sorts the table by the next column; what is looked for in it comes first.", "The i key turns it round."],
    )
    .also(&["s"]),
    key("invert", ["Turns the order of the table round.", "The arrow beside the title of the column turns, too."])
        .also(&["i"]),
    key(
        "clear",
        [
            "Ends the filter that stands in the titles of the panes: all rows are seen again.",
            "It is the key that goes back; where a page or the help is open, it closes that first.",
        ],
    )
    .also(&["esc"]),
    key("back", ["Closes the page of a fetch.", "The selection is where it was."]),
    key(
        "detail",
        [
            "Opens the page of the selected fetch: its waterfall, connection, sizes, callbacks and heads.",
            "It goes on while the fetch does; esc closes it.",
        ],
    )
    .also(&["enter"]),
    key(
        "fetches",
        [
            "Shows the fetches of the selected host alone: those in flight, or where there are none, those that are done.",
            "It is a filter like any other, host:NAME; esc comes back to the hosts.",
        ],
    ),
    key(
        "copy",
        [
            "y copies the URL, Y a curl command without what may be secret, to the clipboard of the terminal (OSC 52).",
            "It is shown too, for a terminal may swallow it; tmux needs set-clipboard on.",
        ],
    )
    .also(&["y", "Y", "OSC 52"]),
    key("pause", ["Starts no new fetch until it is pressed again.", "What is in flight goes on."]).also(&["p"]),
    key("freeze", ["Holds the picture still until it is pressed again.", "The run goes on behind it."])
        .also(&["space", "thaw"]),
    key("concurrency", ["More or fewer fetches at once.", "It changes by one, or by a tenth where there are many."])
        .also(&["+", "-"]),
    key("pane", ["The next pane takes the keys that move and scroll.", "With shift it is the one before."])
        .also(&["tab"]),
    key(
        "phases",
        [
            "Shows the phases of each fetch in the event log too, or hides them.",
            "They are many, and displace no other event.",
        ],
    )
    .also(&["v"]),
    key(
        "wrap",
        ["Shows a long line of the event log in as many rows as it needs.", "Else it is cut at the border, with a mark."],
    )
    .also(&["w"]),
    key("views", ["All panes, or one with all the room: in flight, done, hosts, events.", "They are the keys 1 to 5."])
        .also(&["1-5"]),
    key("zoom", ["Gives the pane all the room, or takes it back.", "Esc takes it back too."]).also(&["z"]),
    key("cancel", ["Lets go of the selected request, whose result is told as cancelled.", "The others go on."])
        .asyncio("Task.cancel")
        .also(&["x"]),
    key(
        "retry",
        [
            "Makes another attempt at the selected target, whether it is in flight, waits, or is done.",
            "One in flight is cut off and begins again over a fresh connection; of one that is done, the later result counts.",
        ],
    )
    .also(&["r"]),
    key(
        "retry failed",
        [
            "Makes another attempt at each target that failed in a way that may pass.",
            "Errors count, and statuses that may pass: 408, 429, 500, 502, 503, 504; what was cancelled does not.",
        ],
    )
    .also(&["R"]),
    key("theme", ["The next theme of default, light, dark, cvd and mono.", "--theme is the one it begins with."])
        .also(&["t"]),
    key("redraw", ["Draws the whole screen anew.", "It helps where something else has written to the terminal."])
        .also(&["^L"]),
    key(
        "move",
        [
            "j and k go down and up, ^D and ^U half a page, g and G to the beginning and to the end.",
            "What is selected stays selected while the table moves; in the event log G follows again.",
        ],
    )
    .also(&["j", "k", "g", "G", "^D", "^U"]),
    key("play", ["Plays the recording, or lets it stand.", "At its end it is played from its beginning."]),
    key("step", ["Goes one event forward or back, and stands there.", "Going back is exact."]).also(&[".", ","]),
    key("seek", ["A hundredth of the recording back or forward.", "With shift it is a tenth."]),
    key(
        "speed",
        [
            "Plays the recording slower or faster, from 0.1x to 100x.",
            "Where the machine can't keep up, the speed that is reached stands beside the one that was asked for.",
        ],
    )
    .also(&["<", ">"]),
    key(
        "failure",
        [
            "Goes to the next result that is broken or failed, and stands there.",
            "The bar shows where such results are.",
        ],
    )
    .also(&["e"]),
    key(
        "go to",
        [
            "Opens a line for a place in the recording: 50%, 1m30s, 1:30 or #12345, an event.",
            "Enter goes there, esc goes back.",
        ],
    )
    .also(&[":"]),
];
