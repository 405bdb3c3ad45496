//! From the words about engines and orders to the terms of a run.

use super::{Usage, retry};
use crate::cli::{EngineArg, Fetching, Manner, OrderArg, UntilArg};
use crate::engine::{Terms, Until};
use crate::event::{Engine, Order};

pub(super) fn terms(manner: &Manner, fetching: &Fetching, keep_going: bool) -> Result<Terms, Usage> {
    let engine = match manner.engine {
        EngineArg::Tasks => Engine::Tasks,
        EngineArg::Threads => Engine::Threads,
        EngineArg::Sequential => Engine::Sequential,
    };
    let order = match manner.order {
        OrderArg::Completed => Order::Completed,
        OrderArg::Given => Order::Given,
    };
    let until = match manner.until {
        UntilArg::All => Until::All,
        UntilArg::First => Until::First,
        UntilArg::FirstError => Until::FirstError,
    };
    let terms = Terms {
        cap: fetching.concurrency,
        most: u32::MAX,
        engine,
        workers: manner.workers,
        order,
        until,
        keep_going,
        deadline: fetching.deadline.filter(|span| !span.is_zero()),
        retry: retry::retry(fetching.retry)?,
        rate: None,
        stays: false,
        watched: false,
    };
    agree(&terms, manner)?;
    Ok(terms)
}

/// Options that say nothing together.
fn agree(terms: &Terms, manner: &Manner) -> Result<(), Usage> {
    let engine = terms.engine.name();
    if terms.workers.is_some() && terms.engine != Engine::Threads {
        return Err(Usage::new(
            format!("--workers is the size of a pool, and the engine {engine} has none"),
            "give --engine threads too, or leave --workers out",
        ));
    }
    let of_tasks = [("--loop-threads", manner.loop_threads.is_some()), ("--trace steps", manner.trace.is_some())];
    if let Some((option, _)) = of_tasks.into_iter().find(|(_, given)| *given && terms.engine != Engine::Tasks) {
        return Err(Usage::new(
            format!("{option} is about tasks, and the engine {engine} has none"),
            "leave it out, or take --engine tasks",
        ));
    }
    if terms.order == Order::Given && terms.until != Until::All {
        return Err(Usage::new(
            "--order given tells each result after the one before it, and --until ends before they are all there",
            "give --until all, or --order completed",
        ));
    }
    Ok(())
}
