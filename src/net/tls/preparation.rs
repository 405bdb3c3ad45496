//! What all handshakes need, made once, as the first https target comes: roots are read, random numbers seeded. That takes
//! up to a tenth of a second, and goes on while that target's host is looked up and dialled. Knows no connection.

use super::{Keys, Trust, config, named_in_vain};
use crate::failure::FailureKind;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Condvar, Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;
use tokio::sync::Notify;
use tokio_rustls::rustls::ClientConfig;

/// What was made, or why it could not be.
pub type Made = Result<Arc<ClientConfig>, (FailureKind, String)>;

pub struct Preparation {
    trust: Trust,
    begun: AtomicBool,
    bench: Arc<Bench>,
}

/// Where it is made, and taken from.
#[derive(Default)]
struct Bench {
    made: OnceLock<Made>,
    keys: OnceLock<Arc<Keys>>,
    told: Notify,
    lock: Mutex<()>,
    woken: Condvar,
}

impl Preparation {
    pub fn new(trust: Trust) -> Preparation {
        Preparation { trust, begun: AtomicBool::new(false), bench: Arc::default() }
    }

    /// Has it made, on a thread of its own: one that can't be had is an error, where a runtime's pool would panic.
    ///
    /// # Errors
    /// `local`, in words.
    pub fn begin(&self) -> Result<(), (FailureKind, String)> {
        if self.begun.swap(true, SeqCst) {
            return Ok(());
        }
        let (trust, bench) = (self.trust.clone(), self.bench.clone());
        let thread = thread::Builder::new().name("trust".to_owned()).spawn(move || bench.make(&trust));
        thread.map(drop).map_err(|error| {
            // The next fetch may find the machine in a better state.
            self.begun.store(false, SeqCst);
            (FailureKind::Local, format!("no thread to prepare TLS: {error}").to_lowercase())
        })
    }

    /// What was made, once it is there. [`Preparation::begin`] is to have been called.
    pub async fn made(&self) -> Made {
        loop {
            let told = self.bench.told.notified();
            if let Some(made) = self.bench.made.get() {
                return made.clone();
            }
            told.await;
        }
    }

    /// The same for a thread, which waits no longer than `span`.
    pub fn made_within(&self, span: Duration) -> Option<Made> {
        let bench = &self.bench;
        let lock = bench.lock.lock().unwrap_or_else(PoisonError::into_inner);
        // It is there once it is woken; who is woken by nothing looks again.
        let _ = bench.woken.wait_timeout_while(lock, span, |()| bench.made.get().is_none());
        bench.made.get().cloned()
    }

    /// What the environment names for TLS and could not be used, where there was any TLS: a sentence each, and what holds
    /// in its place.
    pub fn in_vain(&self) -> Vec<(String, &'static str)> {
        let Some(made) = self.bench.made.get() else { return Vec::new() };
        let certificates = named_in_vain(&self.trust).into_iter();
        let keys = self.bench.keys.get().and_then(|keys| keys.trouble()).map(str::to_owned);
        let rest = if made.is_ok() { "certificates are judged without it" } else { "no certificate can be judged" };
        let certificates = certificates.map(|words| (words, rest));
        certificates.chain(keys.map(|words| (words, "no keys of TLS are written"))).collect()
    }
}

impl Bench {
    fn make(&self, trust: &Trust) {
        let keys = Keys::named();
        if let Some(keys) = &keys {
            // Nobody else sets them.
            let _ = self.keys.set(keys.clone());
        }
        let made = catch_unwind(AssertUnwindSafe(|| config(trust, keys).map_err(|words| (FailureKind::Tls, words))));
        let panicked = || Err((FailureKind::Internal, "the preparation of TLS panicked".to_owned()));
        let _ = self.made.set(made.unwrap_or_else(|_| panicked()));
        // Whoever has looked before this waits by now.
        drop(self.lock.lock());
        self.woken.notify_all();
        self.told.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_made_once_for_whoever_waits_and_notes_nothing_where_it_is_not_wanted() {
        let preparation = Preparation::new(Trust::File("/no/such/file".into()));
        assert!(preparation.made_within(Duration::from_millis(1)).is_none() && preparation.in_vain().is_empty());
        preparation.begin().unwrap();
        preparation.begin().unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let awaited = runtime.block_on(preparation.made()).unwrap_err();
        let waited = preparation.made_within(Duration::from_secs(60)).expect("it is there").unwrap_err();
        assert_eq!((awaited.0, &awaited), (FailureKind::Tls, &waited));
        assert!(awaited.1.contains("/no/such/file"), "{awaited:?}");
    }
}
