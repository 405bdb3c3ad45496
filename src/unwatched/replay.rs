//! A recording that is told and not watched: as fast as its results are taken, or as fast as was asked for.

use super::{PROGRESS, tell_progress};
use crate::clock::At;
use crate::emit::Emitter;
use crate::event::{Event, EventKind};
use crate::hub::Hub;
use crate::id::FetchId;
use crate::signals::{Ending, Signal, Signals, suspend};
use crate::tape::{Block, Tape};
use crate::text::Charset;
use crate::timeline::Speed;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

/// How long is waited for readers that do not keep up.
const TURN: Duration = Duration::from_millis(10);

pub struct UnwatchedReplay {
    pub hub: Hub,
    pub tape: Arc<Tape>,
    /// Its clock is that of the telling; it knows whether the readers of the results keep up.
    pub emitter: Emitter,
    pub signals: Signals,
    pub ending: Ending,
    /// As fast as it can, where none was asked for.
    pub speed: Option<Speed>,
    /// Say where the run was, on standard error, as it did: where there is a speed, so that this takes its time too.
    pub notes: bool,
    pub charset: Charset,
    pub contents: Contents,
}

/// Which results had content, and whether the recording holds it.
#[derive(Default)]
pub struct Contents {
    /// Content that was told, and not yet its result.
    told: HashSet<FetchId>,
    /// Results whose content is there, and those whose is not.
    pub there: u64,
    pub missing: u64,
}

impl Contents {
    fn heed(&mut self, event: &Event) {
        match &event.kind {
            EventKind::ContentKept { id, .. } => _ = self.told.insert(*id),
            EventKind::Finished { id, fetched } if self.told.remove(id) => {
                self.there += u64::from(fetched.body_bytes > 0)
            }
            EventKind::Finished { fetched, .. } => self.missing += u64::from(fetched.body_bytes > 0),
            _ => {}
        }
    }
}

/// Until the first of a recording is read, or nobody wants to hear of it.
pub async fn reading(tape: &Tape, emitter: &Emitter, signals: &mut Signals, ending: &mut Ending) {
    while ending.overdue.is_none() && !tape.extent().reaches(0) {
        tokio::select! {
            biased;
            signal = signals.next() => obey(signal, emitter, ending),
            () = tokio::time::sleep(TURN) => {}
        }
    }
}

fn obey(signal: Signal, emitter: &Emitter, ending: &mut Ending) {
    match signal {
        Signal::Suspend => suspend(emitter),
        Signal::Continue => {}
        signal => ending.ask(signal),
    }
}

impl UnwatchedReplay {
    /// Until all of it is told, or nobody wants to hear more.
    pub async fn follow(mut self) -> (Hub, Ending, Contents) {
        let (mut position, mut note) = (0, At(0) + PROGRESS);
        while self.ending.overdue.is_none() {
            self.until(|this| this.tape.extent().reaches(position)).await;
            let Some(block) = self.tape.block(position) else { break };
            self.tell(&block, &mut note).await;
            position = block.end();
        }
        (self.hub, self.ending, self.contents)
    }

    /// `note`: when the run said next where it was.
    async fn tell(&mut self, block: &Block, note: &mut At) {
        let mut batch = Vec::new();
        for (moment, event) in block.iter() {
            while self.notes && self.speed.is_some() && *note <= moment && self.ending.overdue.is_none() {
                self.hub.absorb_to_the_end(&mut batch);
                self.until(|this| this.is_due(*note)).await;
                tell_progress(&self.hub.state, *note, self.charset);
                *note = *note + PROGRESS;
            }
            if !self.is_due(moment) {
                self.hub.absorb_to_the_end(&mut batch);
                self.until(|this| this.is_due(moment)).await;
            }
            if self.ending.overdue.is_some() {
                return;
            }
            self.contents.heed(event);
            batch.push(event.clone());
        }
        self.hub.absorb_to_the_end(&mut batch);
        self.ending.heed(self.hub.fault());
        self.until(|this| this.emitter.pressure().is_none()).await;
    }

    fn is_due(&self, moment: At) -> bool {
        self.speed.is_none_or(|speed| At(0) + speed.of(self.emitter.now() - At(0)) >= moment)
    }

    /// Waits until it is so, or until nothing more is to be told.
    async fn until(&mut self, is_so: impl Fn(&UnwatchedReplay) -> bool) {
        while self.ending.overdue.is_none() && !is_so(self) {
            tokio::select! {
                biased;
                signal = self.signals.next() => self.obey(signal),
                () = tokio::time::sleep(TURN) => self.ending.heed(self.hub.fault()),
            }
        }
    }

    fn obey(&mut self, signal: Signal) {
        obey(signal, &self.emitter, &mut self.ending);
    }
}
