//! The words about a crawl, as what the frontier and the scope are bound to.

use super::Usage;
use crate::cli::{Exploring, Rate as RateWord, ScopeArg};
use crate::crawl::scope::{Patterns, Reach, Rules};
use crate::crawl::{Manners, Rate, Wishes};
use crate::engine::{CrawlTerms, Terms};
use crate::event::Order;
use crate::http::Method;
use crate::net::Options;
use crate::target::Target;
use std::time::Duration;

/// Fetches at once to one host.
const PER_HOST: u32 = 8;

/// # Errors
/// What of the words can't be carried out.
pub fn crawl(exploring: &Exploring, options: &Options) -> Result<CrawlTerms, Usage> {
    let reach = match exploring.scope {
        ScopeArg::Host => Reach::Host,
        ScopeArg::Site => Reach::Site,
        ScopeArg::Any => Reach::Any,
    };
    let scope = Rules {
        reach,
        level: exploring.level.and_then(|level| level.0),
        no_parent: exploring.no_parent,
        include: patterns("--include", &exploring.include)?,
        exclude: patterns("--exclude", &exploring.exclude)?,
    };
    let manners = Manners {
        per_host: exploring.per_host.unwrap_or(PER_HOST),
        wait: exploring.wait.unwrap_or_default(),
        rate: exploring.rate.map(rate),
        robots: !exploring.no_robots,
        max_pages: exploring.max_pages,
        seed: fastrand::u64(..),
        ..Manners::default()
    };
    let wishes = Wishes { assets: exploring.assets, external: exploring.external, nofollow: !exploring.no_robots };
    let sitemaps = exploring.sitemap.iter().map(|url| sitemap(url)).collect::<Result<_, _>>()?;
    let agent = agent(&options.user_agent).into();
    Ok(CrawlTerms { manners, scope, wishes, fragments: exploring.check_fragments, agent, sitemaps })
}

/// The product token by which robots.txt speaks to whoever goes by this name (RFC 9309, section 2.2.1).
fn agent(name: &str) -> &str {
    let end = name.find(|letter: char| !letter.is_ascii_alphabetic() && !"-_".contains(letter));
    Some(&name[..end.unwrap_or(name.len())]).filter(|token| !token.is_empty()).unwrap_or("crawltop")
}

fn patterns(option: &str, words: &[String]) -> Result<Patterns, Usage> {
    Patterns::new(words).map_err(|error| {
        Usage::new(
            format!("{option}: {error}"),
            "it is searched for in the whole URL; a backslash takes a character as it stands, as in '\\.pdf$'",
        )
    })
}

pub fn rate(word: RateWord) -> Rate {
    Rate { requests: 1, per: Duration::from_secs_f64(word.per.as_secs_f64() / word.requests) }
}

fn sitemap(url: &str) -> Result<Target, Usage> {
    Target::parse(url).map_err(|error| Usage::new(format!("--sitemap: {error}"), error.hint()))
}

/// Options of fetches that say nothing in a crawl.
///
/// # Errors
/// Which, and what to do.
pub fn agree(terms: &Terms, options: &Options) -> Result<(), Usage> {
    if terms.order == Order::Given {
        return Err(Usage::new(
            "--order given tells results in the order of the targets, and a crawl finds them as it goes",
            "leave it out; order in a result counts the completions",
        ));
    }
    if options.asks.method == Method::Head {
        return Err(Usage::new(
            "a crawl finds its way by the content of pages, and -X HEAD asks for none",
            "leave it out, or check a list of URLs with crawltop fetch -X HEAD -i FILE",
        ));
    }
    Ok(())
}
