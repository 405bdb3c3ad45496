//! What a body gave, which frames may take the place of: then none of that is on the page. Knows nothing of which part of
//! a page is read.

use super::{Harvest, Place};
use crate::crawl::links::names::Attribute;
use crate::crawl::links::tag::Attributes;

impl Harvest {
    /// The body begins here, which frames may take the place of.
    pub(in crate::crawl::links) fn begin_body(&mut self) {
        self.body = Some(self.found.mark());
    }

    /// A start tag of `html`, whose id is none of the body's.
    pub(in crate::crawl::links) fn root(&mut self, attributes: &Attributes<'_>, place: Place<'_>) {
        self.others(attributes, place);
        if let (Some(body), true) = (&mut self.body, attributes.get(Attribute::Id).is_some_and(|id| !id.is_empty())) {
            self.found.keep_id(body);
        }
    }

    /// Forgets what the body gave.
    pub(in crate::crawl::links) fn forget_body(&mut self) {
        self.close_anchors();
        self.body.take().into_iter().for_each(|body| self.found.forget_since(body));
    }
}
