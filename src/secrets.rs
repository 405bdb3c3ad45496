//! What a run was given and is not to tell: passwords, cookies, keys. A server may send them back in whatever it says, so
//! text from outside passes here as it enters ([`crate::text`]), and each of them is struck out. Knows neither who was
//! given them nor who sends.
//!
//! A process has one such list. It is empty unless a run fills it, and asking costs no more than that then.

mod form;
mod known;

use crate::target::Target;
use known::Known;
use std::borrow::Cow;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{PoisonError, RwLock};

/// What stands in the place of a secret.
pub const STRUCK: &str = "***";

/// A run has begun to fill it.
static BEGUN: AtomicBool = AtomicBool::new(false);
static ANY: AtomicBool = AtomicBool::new(false);
static KNOWN: RwLock<Known> = RwLock::new(Known::NONE);

/// Begins the list with these: they are struck out from here on.
pub fn begin(secrets: &[Vec<u8>]) {
    BEGUN.store(true, Relaxed);
    keep(secrets);
}

fn keep(secrets: &[Vec<u8>]) {
    let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
    secrets.iter().for_each(|secret| known.keep(secret));
    ANY.store(!known.is_empty(), Relaxed);
}

/// What stands in a text that the user gave is no secret: it would be told of that text in vain.
pub fn open(given: &str) {
    if there_are_any() {
        KNOWN.write().unwrap_or_else(PoisonError::into_inner).open(given.as_bytes());
    }
}

/// A target that the user gave: whom it names is a secret, and whatever else stands in it is none.
#[inline]
pub fn meet(target: &Target) {
    if target.credentials().is_some() || there_are_any() {
        look_at(target);
    }
}

/// Mostly there are none.
#[inline]
fn there_are_any() -> bool {
    ANY.load(Relaxed)
}

#[cold]
fn look_at(target: &Target) {
    if !BEGUN.load(Relaxed) {
        return;
    }
    if let Some((user, password)) = target.credentials() {
        keep(&of_user(user, password));
    }
    if there_are_any() && strike(target.url().as_bytes()).is_some() {
        open(target.url());
    }
}

/// The text, without what is secret in it.
#[inline]
pub fn struck(text: &str) -> Cow<'_, str> {
    if there_are_any() { struck_text(text) } else { Cow::Borrowed(text) }
}

fn struck_text(text: &str) -> Cow<'_, str> {
    match strike(text.as_bytes()) {
        None => Cow::Borrowed(text),
        Some(told) => Cow::Owned(String::from_utf8_lossy(&told).into_owned()),
    }
}

/// Bytes that are a text, without what is secret in them.
#[inline]
pub fn struck_bytes(text: &[u8]) -> Cow<'_, [u8]> {
    if there_are_any() { strike(text).map_or(Cow::Borrowed(text), Cow::Owned) } else { Cow::Borrowed(text) }
}

/// None, where it holds no secret.
fn strike(text: &[u8]) -> Option<Vec<u8>> {
    KNOWN.read().unwrap_or_else(PoisonError::into_inner).strike(text)
}

/// What is secret of a user and a password: both together as they are sent (RFC 7617), the password, and the user where
/// there is no other secret, as with keys that are given as users. A password that is the user's name hides nothing.
pub fn of_user(user: &[u8], password: &[u8]) -> Vec<Vec<u8>> {
    let sent = form::base64(&[user, b":", password].concat());
    let alone = match password {
        b"" => Some(user),
        _ if password == user => None,
        _ => Some(password),
    };
    let key = (user.len() >= KEY && !user.contains(&b'@')).then_some(user);
    let plain = alone.into_iter().chain(key).map(<[u8]>::to_vec);
    sent.into_iter().chain(plain).collect()
}

/// Bytes of what is taken for a key in the place of a user.
const KEY: usize = 20;
