//! What is new in a race since it was last told. Knows no format.

use super::{Race, Run, Standing};

/// One way to tell a race as it goes on.
pub trait Telling: Send {
    /// What has changed since the last time, often nothing.
    fn apply(&mut self, race: &Race, out: &mut Vec<u8>);
}

#[derive(Clone, Copy, Debug, Default)]
pub struct News {
    runs: usize,
    over: bool,
}

impl News {
    /// The runs that have ended meanwhile, and whether the race has.
    pub fn take<'a>(&mut self, race: &'a Race) -> (&'a [Run], bool) {
        let ended = race.runs.iter().take_while(|run| run.standing != Standing::Running).count();
        let from = std::mem::replace(&mut self.runs, ended);
        let over = race.ended.is_some() && !std::mem::replace(&mut self.over, race.ended.is_some());
        (&race.runs[from.min(ended)..ended], over)
    }
}
