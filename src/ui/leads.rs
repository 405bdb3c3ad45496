//! The leads of texts by which rows are sorted: the bytes behind what all of them begin with, as one number. They are kept
//! while the rows are the same, so that a picture reads only the texts that are new. Knows no table.
//!
//! They are no part of the view: without them the same order is found, only later.

use crate::text::Untrusted;
use std::cell::RefCell;
use std::fmt;

/// Leads that are remembered; of two that fall on one place, the one that was asked for last.
const PLACES: usize = 1 << 14;

#[derive(Default)]
pub struct Leads(RefCell<Known>);

/// By whom a text is known: the number of its row, and a mark that is another one where the text is.
pub type Whose = (u64, usize);

#[derive(Default)]
struct Known {
    /// One of the texts, and how many of its bytes all of them begin with.
    begin: Option<(Untrusted, usize)>,
    places: Vec<(Whose, u128)>,
}

impl Leads {
    /// Hands out the lead of each text. They are in order where the texts are, but for texts with equal leads.
    pub fn give<'a>(&self, texts: impl Iterator<Item = (Whose, &'a Untrusted)> + Clone, mut to: impl FnMut(u128)) {
        let known = &mut *self.0.borrow_mut();
        let common = known.common(texts.clone());
        for (whose, text) in texts {
            let place = known.place(whose);
            if place.0 != whose {
                *place = (whose, text.lead(common));
            }
            to(place.1);
        }
    }

    /// Nothing is sorted so any more.
    pub fn forget(&self) {
        self.0.take();
    }
}

impl Known {
    /// How many bytes all of them begin with. Where it is fewer than before, all leads are others.
    fn common<'a>(&mut self, texts: impl Iterator<Item = (Whose, &'a Untrusted)>) -> usize {
        let mut texts = texts.peekable();
        let Some((_, first)) = texts.peek() else { return 0 };
        let (one, before) = self.begin.take().unwrap_or_else(|| ((*first).clone(), first.len()));
        if self.places.is_empty() {
            // No row has the last number: a place that was never used is nobody's.
            self.places = vec![((u64::MAX, 0), 0); PLACES];
        }
        let new = texts.filter(|(whose, _)| self.places[whose.0 as usize % PLACES].0 != *whose);
        let common = new.fold(before, |common, (_, text)| one.common_prefix(text, common));
        if common < before {
            self.places.fill(((u64::MAX, 0), 0));
        }
        self.begin = Some((one, common));
        common
    }

    fn place(&mut self, whose: Whose) -> &mut (Whose, u128) {
        &mut self.places[whose.0 as usize % PLACES]
    }
}

impl Clone for Leads {
    fn clone(&self) -> Leads {
        Leads::default()
    }
}

impl PartialEq for Leads {
    fn eq(&self, _: &Leads) -> bool {
        true
    }
}

impl fmt::Debug for Leads {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("Leads")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leads(leads: &Leads, texts: &[(u64, &str)]) -> Vec<u128> {
        let texts: Vec<_> =
            texts.iter().map(|&(number, text)| ((number, text.len()), Untrusted::new(text, 99))).collect();
        let mut given = Vec::new();
        leads.give(texts.iter().map(|(whose, text)| (*whose, text)), |lead| given.push(lead));
        given
    }

    #[test]
    fn they_stand_in_the_order_of_the_texts_while_these_come_and_change_and_begin_otherwise() {
        let known = Leads::default();
        for texts in [
            &[(0, "http://a/goods/2"), (1, "http://a/goods/10"), (2, "http://a/goods/1")][..],
            &[(1, "http://a/goods/10"), (3, "http://a/goods/"), (0, "http://a/goods/2")],
            &[(1, "http://a/goods/10"), (4, "http://b/"), (0, "http://a/good")],
            &[(1, "http://a/goods/10"), (1 + PLACES as u64, "http://a/goods/1"), (4, "ftp://b/")],
        ] {
            let given = leads(&known, texts);
            for (one, other) in (0..3).flat_map(|one| (0..3).map(move |other| (one, other))) {
                let (found, meant) = (given[one].cmp(&given[other]), texts[one].1.cmp(texts[other].1));
                // A lead has sixteen bytes: what is alike for longer is told apart by the texts themselves.
                let alike = found.is_eq() && texts[one].1.get(..16) == texts[other].1.get(..16);
                assert!(found == meant || alike, "{texts:?}");
            }
        }
    }
}
