//! Why a contestant took as long as it did, in one sentence that its figures bear out. Knows nothing of the others.

use super::Figures;
use crate::event::Engine;
use crate::units;
use std::time::Duration;

/// What kept the fetches from being all under way at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Limit {
    /// There was one page, or none.
    TooFew,
    /// Nothing: they were.
    Nothing,
    /// The engine does one at a time.
    Engine,
    /// Every worker had a page.
    Pool,
    /// So many were allowed, and they were under way.
    Cap,
    /// Some were over before others were started.
    Start,
}

impl Limit {
    fn of(engine: Engine, figures: &Figures) -> Limit {
        let (pages, at_once) = (figures.fetches, figures.at_once);
        match engine {
            _ if pages <= 1 => Limit::TooFew,
            Engine::Sequential if at_once <= 1 => Limit::Engine,
            _ if at_once >= pages => Limit::Nothing,
            Engine::Threads if at_once >= u64::from(figures.workers) => Limit::Pool,
            _ if at_once >= u64::from(figures.cap) => Limit::Cap,
            _ => Limit::Start,
        }
    }
}

/// A whole sentence but its full stop, behind the name of the contestant.
pub fn why(name: &str, engine: Engine, figures: &Figures) -> String {
    let [pages, at_once] = [figures.fetches, figures.at_once].map(units::count);
    let rest = match Limit::of(engine, figures) {
        Limit::TooFew => format!("had {} to fetch: nothing could be done beside it", counted(figures.fetches, "page")),
        Limit::Engine => format!("waited for each of {pages} pages before asking for the next"),
        Limit::Nothing => format!("had all {pages} in flight at once, {}", place(engine, figures)),
        Limit::Pool => {
            let workers = counted(figures.at_once, "worker");
            format!("waited for its pool: {workers} for {pages} pages, so {}", turns(figures))
        }
        Limit::Cap => format!("was allowed {at_once} at once for {pages} pages, so {}", turns(figures)),
        Limit::Start => {
            format!("had at most {at_once} of {pages} pages in flight: some were over before others were started")
        }
    };
    let turn = match figures.turn {
        Duration::ZERO => String::new(),
        longest => format!("; a result waited up to {} for its turn", units::span(longest)),
    };
    format!("{name} {rest}{turn}")
}

fn counted(count: u64, what: &str) -> String {
    format!("{} {what}{}", units::count(count), if count == 1 { "" } else { "s" })
}

fn place(engine: Engine, figures: &Figures) -> String {
    match engine {
        Engine::Threads => "each on a thread of its own".to_owned(),
        Engine::Tasks | Engine::Sequential => format!("on {}", counted(u64::from(figures.workers), "thread")),
    }
}

/// Waves are told only where the fullest place had as many turns as there are waves.
fn turns(figures: &Figures) -> String {
    let waves = figures.fetches.div_ceil(figures.at_once.max(1));
    match (figures.at_once, figures.in_a_row == waves) {
        (..=1, _) => "pages went one after another".to_owned(),
        (_, true) => format!("pages went in {} waves", units::count(waves)),
        (_, false) => format!("one place had {} pages in turn", units::count(figures.in_a_row)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Engine::{Sequential, Tasks, Threads};

    #[test]
    fn each_sentence_says_what_the_figures_say() {
        // Fetches, at once, cap, workers, in a row.
        let cases = [
            (Sequential, [20, 1, 64, 1, 20], "sequential waited for each of 20 pages before asking for the next"),
            (
                Threads,
                [20, 6, 64, 6, 4],
                "threads waited for its pool: 6 workers for 20 pages, so pages went in 4 waves",
            ),
            (
                Threads,
                [20, 1, 64, 1, 20],
                "threads waited for its pool: 1 worker for 20 pages, so pages went one after another",
            ),
            (
                Threads,
                [20, 6, 64, 6, 9],
                "threads waited for its pool: 6 workers for 20 pages, so one place had 9 pages in turn",
            ),
            (Threads, [20, 4, 4, 6, 5], "threads was allowed 4 at once for 20 pages, so pages went in 5 waves"),
            (
                Threads,
                [20, 12, 64, 20, 2],
                "threads had at most 12 of 20 pages in flight: some were over before others were started",
            ),
            (Threads, [20, 20, 64, 20, 1], "threads had all 20 in flight at once, each on a thread of its own"),
            (Tasks, [20, 20, 64, 1, 1], "tasks had all 20 in flight at once, on 1 thread"),
            (Tasks, [2_000, 2_000, 4_000, 2, 1], "tasks had all 2,000 in flight at once, on 2 threads"),
            (Tasks, [2_000, 64, 64, 1, 32], "tasks was allowed 64 at once for 2,000 pages, so pages went in 32 waves"),
            (
                Tasks,
                [20, 5, 64, 1, 4],
                "tasks had at most 5 of 20 pages in flight: some were over before others were started",
            ),
            (Tasks, [1, 1, 64, 1, 1], "tasks had 1 page to fetch: nothing could be done beside it"),
        ];
        for (engine, [fetches, at_once, cap, workers, in_a_row], expected) in cases {
            let [cap, workers] = [cap as u32, workers as u32];
            let figures = Figures { fetches, at_once, cap, workers, in_a_row, ..Figures::default() };
            assert_eq!(why(engine.name(), engine, &figures), expected);
        }
    }

    #[test]
    fn a_result_that_waited_for_its_turn_is_told() {
        let figures = Figures { fetches: 2, at_once: 2, turn: Duration::from_millis(40), ..Figures::default() };
        let expected = "threads (given) had all 2 in flight at once, each on a thread of its own; a result waited up to 40ms for its turn";
        assert_eq!(why("threads (given)", Threads, &figures), expected);
    }
}
