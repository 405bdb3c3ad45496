//! A race as JSON Lines: what races, a line a run, a line a verdict. The names are a promise: new ones may come, none
//! changes.

use super::{News, Race, Run, Standing, Standings, Telling, Verdict, standings};
use crate::control::EndReason;
use crate::fetched::Outcome;
use crate::text::{Untrusted, json_line};
use serde::Serialize;
use std::time::Duration;

/// The version of the schema, told in the first line.
const SCHEMA: u32 = 1;

/// Tells a race in JSON.
#[derive(Default)]
pub struct Json {
    news: News,
    begun: bool,
}

impl Telling for Json {
    fn apply(&mut self, race: &Race, out: &mut Vec<u8>) {
        if !std::mem::replace(&mut self.begun, true) {
            json_line(&Meta::of(race), out);
        }
        let (runs, over) = self.news.take(race);
        for run in runs {
            json_line(&RunLine::of(race, run), out);
        }
        if over {
            let standings = standings(race);
            for verdict in &standings.verdicts {
                json_line(&VerdictLine::of(race, &standings, verdict), out);
            }
        }
    }
}

#[derive(Serialize)]
struct Meta<'a> {
    r#type: &'static str,
    schema: u32,
    program: &'static str,
    version: &'static str,
    target: &'a Untrusted,
    rounds: u32,
    contestants: Vec<Name>,
}

#[derive(Serialize)]
struct Name {
    engine: &'static str,
    order: &'static str,
}

impl Name {
    fn of(race: &Race, contestant: usize) -> Name {
        let it = race.contestants[contestant];
        Name { engine: it.engine.name(), order: it.order.name() }
    }
}

impl<'a> Meta<'a> {
    fn of(race: &'a Race) -> Meta<'a> {
        Meta {
            r#type: "meta",
            schema: SCHEMA,
            program: "crawltop",
            version: env!("CARGO_PKG_VERSION"),
            target: &race.target,
            rounds: race.rounds,
            contestants: (0..race.contestants.len()).map(|at| Name::of(race, at)).collect(),
        }
    }
}

/// Times in milliseconds with three decimals; null where the machine does not tell.
#[derive(Serialize)]
struct RunLine {
    r#type: &'static str,
    #[serde(flatten)]
    name: Name,
    round: u32,
    /// It counts for the verdict.
    whole: bool,
    /// Null where its process failed.
    end: Option<EndReason>,
    last_ms: f64,
    longest_ms: f64,
    results: u64,
    ok: u64,
    redirect: u64,
    http_error: u64,
    error: u64,
    at_once: u64,
    steps: u64,
    body_bytes: u64,
    cpu_ms: Option<f64>,
    peak_bytes: Option<u64>,
    threads: Option<u32>,
}

impl RunLine {
    fn of(race: &Race, run: &Run) -> RunLine {
        let figures = run.figures();
        let of = |outcome: Outcome| figures.outcomes[outcome as usize];
        let end = match run.standing {
            Standing::Whole => Some(EndReason::Finished),
            Standing::Partial(reason) => Some(reason),
            Standing::Running | Standing::Failed => None,
        };
        RunLine {
            r#type: "run",
            name: Name::of(race, run.contestant),
            round: run.round,
            whole: run.is_whole(),
            end,
            last_ms: ms(figures.last),
            longest_ms: ms(figures.longest),
            results: figures.results(),
            ok: of(Outcome::Ok),
            redirect: of(Outcome::Redirect),
            http_error: of(Outcome::HttpError),
            error: of(Outcome::Error),
            at_once: figures.at_once,
            steps: figures.steps,
            body_bytes: figures.body_bytes,
            cpu_ms: figures.cpu.map(ms),
            peak_bytes: figures.peak_bytes,
            threads: figures.threads,
        }
    }
}

#[derive(Serialize)]
struct VerdictLine {
    r#type: &'static str,
    #[serde(flatten)]
    name: Name,
    runs: usize,
    /// The median; beside it the least and the most.
    last_ms: f64,
    least_ms: f64,
    most_ms: f64,
    ideal_ms: f64,
    overhead_ms: f64,
    speed_up: Option<f64>,
    cpu_ms: Option<f64>,
    peak_bytes: Option<u64>,
    threads: Option<u32>,
    at_once: u64,
    why: String,
}

impl VerdictLine {
    fn of(race: &Race, standings: &Standings, verdict: &Verdict) -> VerdictLine {
        VerdictLine {
            r#type: "verdict",
            name: Name::of(race, verdict.contestant),
            runs: verdict.runs,
            last_ms: ms(verdict.last.median),
            least_ms: ms(verdict.last.least),
            most_ms: ms(verdict.last.most),
            ideal_ms: ms(standings.ideal),
            overhead_ms: ms(verdict.overhead),
            speed_up: verdict.speed_up.map(|factor| (factor * 100.0).round() / 100.0),
            cpu_ms: verdict.cpu.map(ms),
            peak_bytes: verdict.peak_bytes,
            threads: verdict.threads,
            at_once: verdict.figures.at_once,
            why: verdict.why(race),
        }
    }
}

fn ms(span: Duration) -> f64 {
    span.as_micros() as f64 / 1e3
}
