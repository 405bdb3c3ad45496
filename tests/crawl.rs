//! A crawl as a whole, against servers on loopback that note each request and when it came: what is asked, how often,
//! when, and what is told of it.

#[path = "support/authority.rs"]
#[expect(dead_code, reason = "it serves other tests too")]
mod authority;
#[path = "crawl/backoff.rs"]
mod backoff;
#[path = "crawl/bitten.rs"]
mod bitten;
#[path = "crawl/bounds.rs"]
mod bounds;
#[path = "crawl/chained.rs"]
mod chained;
#[path = "crawl/circles.rs"]
mod circles;
#[path = "crawl/ends.rs"]
mod ends;
#[path = "crawl/external.rs"]
mod external;
#[path = "crawl/fragments.rs"]
mod fragments;
#[path = "crawl/hostile.rs"]
mod hostile;
#[path = "crawl/knobs.rs"]
mod knobs;
#[path = "crawl/lab.rs"]
mod lab;
#[path = "crawl/late.rs"]
mod late;
#[path = "crawl/limits.rs"]
mod limits;
#[path = "crawl/listed.rs"]
mod listed;
#[path = "support/loopback.rs"]
#[expect(dead_code, reason = "it serves other tests too")]
mod loopback;
#[path = "crawl/manners.rs"]
mod manners;
#[path = "crawl/names.rs"]
mod names;
#[path = "crawl/pages.rs"]
mod pages;
#[path = "crawl/proxied.rs"]
mod proxied;
#[path = "crawl/random.rs"]
mod random;
#[path = "crawl/redirects.rs"]
mod redirects;
#[path = "crawl/robots.rs"]
mod robots;
#[path = "support/run.rs"]
#[expect(dead_code, reason = "it serves other tests too")]
mod run;
#[path = "crawl/schemes.rs"]
mod schemes;
#[path = "crawl/secrets.rs"]
mod secrets;
#[path = "crawl/site.rs"]
mod site;
#[path = "crawl/sitemaps.rs"]
mod sitemaps;
#[path = "crawl/told.rs"]
mod told;
#[path = "crawl/undecided.rs"]
mod undecided;
#[path = "crawl/unread.rs"]
mod unread;
