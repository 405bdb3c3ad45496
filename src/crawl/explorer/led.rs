//! A redirect, which is a link to a target at the same depth. Knows nothing of links.

use super::aside::{Aside, Barred};
use super::became::{Became, count};
use super::distance::{Distance, Way};
use super::paths::{Step, Steps};
use super::{Base, Explorer, Standing, Whence};
use crate::followed::{Edge, Followed};
use crate::id::FetchId;
use crate::target::Target;

/// Redirects that are kept, as long as starts may still lead to them.
const MOST: usize = 10_000;
/// Redirects on end that a start is followed over: more than one chain has.
const HOPS: usize = 32;

/// What a redirect came to.
pub struct Led {
    pub followed: Followed,
    pub new: Option<FetchId>,
    /// Where it leads is no target, and may become one as long as not each start has its answer.
    pub open: bool,
    pub aside: Aside,
}

impl Explorer {
    /// A redirect: where it leads is at the same depth. The fact of it, and the target if it is new.
    pub fn lead(&mut self, hop: FetchId, from: &Target, to: &Target) -> Led {
        let is_start = self.starts.contains(&hop);
        let base = Base::new(to, None);
        let (at, whence) = (self.distance(hop), Whence { page: Some(hop), hop: true, ..Whence::default() });
        let (url, origin_end, mut aside) = (base.url(), base.origin_end(), Aside::default());
        if is_start {
            self.widen(from, to, &mut aside);
        } else if self.is_unsettled() && self.redirects.len() < MOST {
            self.redirects.insert(hop, to.clone());
        }
        let became = self.take_up(url, origin_end, whence, at, &mut aside);
        let barred = Barred { url, origin_end, line: 0, column: 0, text: "", fragment: "" };
        self.note_outside(hop, Way::Redirect, barred, &became);
        let mut followed = Followed::default();
        let to = count(&mut followed, &became);
        let edge = |to| Edge { to, line: 0, column: 0, text_end: 0 };
        followed.edges.extend(to.map(edge));
        if at > Distance::START {
            let mut steps = Steps::default();
            to.into_iter().for_each(|to| steps.push(Step::Known(to, Way::Redirect)));
            self.keep_steps(hop, at, steps, &mut aside);
        }
        let new = if let Became::New(id) = became { Some(id) } else { None };
        match became {
            Became::New(id) if is_start => self.await_start(id),
            Became::Known(id) if is_start => self.start_at(id, &mut aside),
            _ => {}
        }
        if is_start {
            self.let_in_named(url, &mut aside);
        }
        self.unanswered.remove(&hop);
        let open = became == Became::Undecided || became.is_kept_out() && self.is_unsettled();
        if followed.edges.is_empty() && !open {
            self.end_hop(hop);
        }
        Led { followed, new, open, aside }
    }

    /// The scope goes where a start leads.
    fn widen(&mut self, from: &Target, to: &Target, aside: &mut Aside) {
        let base = Base::new(to, None);
        let is_open = self.scope.is_open(base.url(), base.origin_end());
        let is_wider = self.scope.widen(from, to).is_some();
        if is_wider {
            aside.widened.push([from, to].map(|target| target.origin().to_owned()));
        }
        if is_wider || is_open {
            self.let_in(base.url(), base.origin_end(), aside);
        }
    }

    /// What is known is a start as well, or where one leads, and so is what it leads to, if that is known already.
    pub(super) fn start_at(&mut self, known: FetchId, aside: &mut Aside) {
        let mut at = Some(known);
        for _ in 0..HOPS {
            let Some(id) = at.filter(|id| !self.starts.contains(id)) else { return };
            if self.frontier.is_check(id) {
                return self.begin_at_check(id, aside);
            }
            match self.frontier.standing(id) {
                Standing::Waiting | Standing::InFlight => return self.await_start(id),
                Standing::Refused => return,
                Standing::Done => at = self.led_on(id, aside),
            }
        }
    }

    /// A target that has its answer is a start as well: where it redirects to, if it does.
    fn led_on(&mut self, id: FetchId, aside: &mut Aside) -> Option<FetchId> {
        self.starts.insert(id);
        let to = self.redirects.remove(&id)?;
        let from = Target::parse(&self.frontier.url(id)?).ok()?;
        self.widen(&from, &to, aside);
        let base = Base::new(&to, None);
        // What an expression has kept out is a target by that.
        self.let_in_named(base.url(), aside);
        let whence = Whence { page: Some(id), hop: true, ..Whence::default() };
        match self.take_up(base.url(), base.origin_end(), whence, Distance::START, aside) {
            Became::New(to) | Became::Known(to) => Some(to),
            _ => None,
        }
    }
}
