//! What the page is about: a fetch, and all places of the state that know something of it. Writes nothing.

use crate::clock::At;
use crate::fetched::Fetched;
use crate::id::FetchId;
use crate::state::{Attempt, Detail, Leg, Request};
use crate::ui::scene::Scene;
use std::borrow::Cow;

pub struct Subject<'a> {
    pub id: FetchId,
    pub detail: Cow<'a, Detail>,
    /// While it is in flight, or waits.
    pub request: Option<&'a Request>,
    /// The details of it are kept; else all that is known is its result.
    pub is_kept: bool,
    pub scene: &'a Scene<'a>,
}

impl<'a> Subject<'a> {
    /// None, where nothing is known of it any more.
    pub fn of(id: FetchId, scene: &'a Scene<'a>) -> Option<Subject<'a>> {
        let (detail, is_kept) = found(id, scene)?;
        Some(Subject { id, detail, request: scene.state.requests.get(id), is_kept, scene })
    }

    /// What the last attempt came to, if it is over.
    pub fn fetched(&self) -> Option<&Fetched> {
        self.detail.last().fetched.as_deref()
    }

    pub fn now(&self) -> At {
        self.scene.now
    }

    /// Attempts and their legs, each with its name: `2`, or where an attempt has several, `2.1`.
    pub fn legs(&self) -> impl Iterator<Item = (String, &Attempt, &Leg, At)> {
        let now = self.now();
        self.detail.attempts.iter().flat_map(move |attempt| {
            let many = attempt.legs.len() > 1;
            attempt.spans(now).enumerate().map(move |(at, (leg, end))| {
                // Those that are not kept were in the middle.
                let skipped = if at >= attempt.legs.len() / 2 { attempt.gone as usize } else { 0 };
                let number = attempt.number;
                let name = if many { format!("{number}.{}", at + 1 + skipped) } else { number.to_string() };
                (name, attempt, leg, end)
            })
        })
    }

    /// Whether there is more than one leg: then each line says which it is about.
    pub fn has_many(&self) -> bool {
        self.detail.legs().nth(1).is_some()
    }
}

/// The details, or what the request or the result alone tells.
pub fn found<'a>(id: FetchId, scene: &Scene<'a>) -> Option<(Cow<'a, Detail>, bool)> {
    match scene.state.details.get(id) {
        Some(detail) => Some((Cow::Borrowed(detail), true)),
        None => {
            let request = scene.state.requests.get(id).map(Detail::of_request);
            let result = || scene.state.done.get(id).map(|row| Detail::of_result(&row.fetched));
            request.or_else(result).map(|detail| (Cow::Owned(detail), false))
        }
    }
}
