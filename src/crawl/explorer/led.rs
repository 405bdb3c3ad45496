//! A redirect, which is a link to a target at the same depth. Knows nothing of links.

use super::aside::{Aside, Barred};
use super::became::{Became, count};
use super::distance::{Distance, Way};
use super::paths::{Step, Steps};
use super::{Base, Explorer, Whence};
use crate::followed::{Edge, Followed};
use crate::id::FetchId;
use crate::target::Target;

/// What a redirect came to.
pub struct Led {
    pub followed: Followed,
    pub new: Option<FetchId>,
    pub widened: Option<String>,
    pub aside: Aside,
}

impl Explorer {
    /// A redirect: where it leads is at the same depth. The fact of it, the target if it is new, and words where the
    /// scope has become wider.
    pub fn lead(&mut self, hop: FetchId, from: &Target, to: &Target) -> Led {
        let widened = if self.starts.contains(&hop) { self.scope.widen(from, to) } else { None };
        let base = Base::new(to, None);
        let (at, whence) = (self.distance(hop), Whence { page: Some(hop), hop: true, ..Whence::default() });
        let (url, origin_end, mut aside) = (base.url(), base.origin_end(), Aside::default());
        if widened.is_some() {
            self.let_in(url, origin_end, &mut aside);
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
        // Where a start leads is a start as well, and may lead on.
        if self.starts.contains(&hop) {
            match became {
                Became::New(id) => self.await_start(id),
                Became::Known(id) => drop(self.begin_at_check(id, &mut aside)),
                _ => {}
            }
        }
        Led { followed, new, widened, aside }
    }
}
