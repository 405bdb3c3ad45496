//! How the task was stepped, and what its result set off. Knows nothing of what the task did.

use super::connection::many;
use super::sheet::Sheet;
use super::subject::Subject;
use crate::clock::At;
use crate::state::{Attempt, Fired};
use crate::units;
use crate::wake::Wakes;
use std::time::Duration;

pub fn write(sheet: &mut Sheet<'_>, subject: &Subject<'_>) {
    sheet.heading("Steps and callbacks", "");
    let attempts = &subject.detail.attempts;
    for attempt in attempts {
        if attempts.len() > 1 {
            sheet.plain("attempt", &attempt.number.to_string());
        }
        steps(sheet, attempt, subject);
        if let Some(set) = attempt.set {
            let worker = attempt.worker.map_or(String::new(), |worker| format!(", from worker {worker}"));
            sheet.plain("result set", &format!("at {:.4}{worker}", (set - At(0)).as_secs_f64()));
        }
        attempt.fired.iter().for_each(|fired| callback(sheet, fired));
    }
}

fn steps(sheet: &mut Sheet<'_>, attempt: &Attempt, subject: &Subject<'_>) {
    let Some(fetched) = attempt.fetched.as_deref() else {
        let steps = subject.request.map_or(0, |request| request.steps);
        return sheet.plain("steps", &many(u64::from(steps), "step"));
    };
    let busy = units::span(Duration::from_micros(fetched.busy_us));
    let busy = if fetched.steps > 0 { format!(", busy for {busy}") } else { String::new() };
    sheet.plain("steps", &(many(u64::from(fetched.steps), "step") + &busy));
    let woken = woken(fetched.wakes);
    if !woken.is_empty() {
        sheet.plain("woken by", &woken);
    }
    if attempt.stalls > 0 {
        let longest = units::span(Duration::from_micros(attempt.longest_stall_us));
        let words = format!("{} over 1ms, the longest {longest}", many(u64::from(attempt.stalls), "step"));
        sheet.fact("loop lag", &words, sheet.theme.broken);
    }
}

fn woken(wakes: Wakes) -> String {
    let Wakes { slot, socket, name, timer, cancel, turn } = wakes;
    let counts =
        [("slot", slot), ("socket", socket), ("name", name), ("timer", timer), ("cancel", cancel), ("turn", turn)];
    let counts = counts.into_iter().filter(|(_, count)| *count > 0);
    counts.map(|(name, count)| format!("{name} {count}")).collect::<Vec<_>>().join(", ")
}

fn callback(sheet: &mut Sheet<'_>, fired: &Fired) {
    let micros = |us| units::span(Duration::from_micros(u64::from(us)));
    match fired.panicked {
        true => sheet.fact(fired.callback.name(), "panicked", sheet.theme.failed),
        false => {
            let words = format!("fired after {}, ran {}", micros(fired.lag_us), micros(fired.ran_us));
            sheet.plain(fired.callback.name(), &words);
        }
    }
}
