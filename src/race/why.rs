//! Why a contestant took as long as it did, in one sentence that its figures bear out. Knows nothing of the others.

use super::Figures;
use crate::event::Engine;
use crate::units;

/// What kept the fetches from being all under way at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Limit {
    /// There was one page, or none.
    TooFew,
    /// Nothing: they were.
    Nothing,
    /// The engine does one at a time.
    Engine,
    /// So many may be under way, and they were.
    Places,
    /// Some were over before others were started.
    Start,
}

impl Limit {
    fn of(engine: Engine, figures: &Figures) -> Limit {
        let (pages, at_once) = (figures.fetches, figures.at_once);
        let queued = engine == Engine::Threads && figures.queued > 0;
        match engine {
            _ if pages <= 1 => Limit::TooFew,
            Engine::Sequential if at_once <= 1 => Limit::Engine,
            _ if at_once >= pages => Limit::Nothing,
            _ if queued || at_once >= u64::from(figures.cap) => Limit::Places,
            _ => Limit::Start,
        }
    }
}

/// Begins with the engine's name.
pub fn why(engine: Engine, figures: &Figures) -> String {
    let [pages, at_once] = [figures.fetches, figures.at_once].map(units::count);
    let rest = match (Limit::of(engine, figures), engine) {
        (Limit::TooFew, _) => format!("had {} to fetch: nothing could be done beside it", counted(&pages, "page")),
        (Limit::Engine, _) => format!("waited for each of {pages} pages before asking for the next"),
        (Limit::Nothing, Engine::Threads) => {
            format!("had all {pages} in flight at once, each with a worker of its own{}", in_threads(figures))
        }
        (Limit::Nothing, _) => format!("had all {pages} in flight at once{}", in_threads(figures)),
        (Limit::Places, Engine::Threads) => {
            let workers = counted(&at_once, "worker");
            format!("waited for its pool: {workers} for {pages} pages, so {}", turns(figures))
        }
        (Limit::Places, _) => format!("was allowed {at_once} at once for {pages} pages, so {}", turns(figures)),
        (Limit::Start, _) => {
            format!("had at most {at_once} of {pages} pages in flight: some were over before others were started")
        }
    };
    format!("{} {rest}", engine.name())
}

fn counted(count: &str, what: &str) -> String {
    format!("{count} {what}{}", if count == "1" { "" } else { "s" })
}

fn in_threads(figures: &Figures) -> String {
    let words = |threads: u32| format!(", in a process of {}", counted(&units::count(u64::from(threads)), "thread"));
    figures.threads.map_or(String::new(), words)
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
        // Fetches, at once, cap, in a row, queued, threads.
        let cases = [
            (Sequential, (20, 1, 1, 20, 0, 3), "sequential waited for each of 20 pages before asking for the next"),
            (
                Threads,
                (20, 6, 64, 4, 14, 9),
                "threads waited for its pool: 6 workers for 20 pages, so pages went in 4 waves",
            ),
            (
                Threads,
                (20, 6, 6, 4, 0, 9),
                "threads waited for its pool: 6 workers for 20 pages, so pages went in 4 waves",
            ),
            (
                Threads,
                (20, 1, 1, 20, 19, 4),
                "threads waited for its pool: 1 worker for 20 pages, so pages went one after another",
            ),
            (
                Threads,
                (20, 6, 6, 9, 0, 9),
                "threads waited for its pool: 6 workers for 20 pages, so one place had 9 pages in turn",
            ),
            (
                Threads,
                (20, 20, 20, 1, 0, 23),
                "threads had all 20 in flight at once, each with a worker of its own, in a process of 23 threads",
            ),
            (Tasks, (20, 20, 64, 1, 0, 3), "tasks had all 20 in flight at once, in a process of 3 threads"),
            (
                Tasks,
                (2_000, 64, 64, 32, 0, 3),
                "tasks was allowed 64 at once for 2,000 pages, so pages went in 32 waves",
            ),
            (
                Tasks,
                (20, 5, 64, 4, 9, 3),
                "tasks had at most 5 of 20 pages in flight: some were over before others were started",
            ),
            (Tasks, (1, 1, 64, 1, 0, 3), "tasks had 1 page to fetch: nothing could be done beside it"),
        ];
        for (engine, (fetches, at_once, cap, in_a_row, queued, threads), expected) in cases {
            let threads = Some(threads);
            let figures = Figures { fetches, at_once, cap, in_a_row, queued, threads, ..Figures::default() };
            assert_eq!(why(engine, &figures), expected);
        }
    }

    #[test]
    fn what_is_not_known_is_not_told() {
        let figures = Figures { fetches: 20, at_once: 20, cap: 64, in_a_row: 1, ..Figures::default() };
        assert_eq!(why(Tasks, &figures), "tasks had all 20 in flight at once");
    }
}
