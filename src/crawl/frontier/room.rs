//! How many of all slots a host may take, so that those which are slow leave some to the others. Knows nothing of URLs.
//!
//! While more than an eighth of the slots is free, any host may take one. Of the last eighth, hosts take what they have
//! shown to give back soon: no more at once than they have answered, as long as they answer within a second, and never
//! all that there is. A host that has answered nothing takes one, and one that is slow takes none where another is fast.
//! Where one is, those that have answered nothing leave as many slots as half of that eighth to the others: however many
//! there are that never answer, they do not take all. A crawl that knows but one host leaves all to it, and so does one where
//! only hosts that are slow have anything, the least busy of them first (`turn.rs`).

/// How soon a host has answered the last time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Speed {
    /// It has not answered yet.
    #[default]
    Unknown,
    Fast,
    Slow,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    pub slots: u32,
    /// Hosts that are fast.
    fast: u32,
    /// In flight at hosts that have not answered yet.
    strange: u32,
}

impl Room {
    pub fn new(slots: u32) -> Room {
        Room { slots, fast: 0, strange: 0 }
    }

    /// A host that has so much in flight was as fast as `before`.
    pub fn note(&mut self, before: Speed, now: Speed, in_flight: u32) {
        self.fast += u32::from(now == Speed::Fast);
        self.fast -= u32::from(before == Speed::Fast);
        if before == Speed::Unknown && now != Speed::Unknown {
            self.strange = self.strange.saturating_sub(in_flight);
        }
    }

    pub fn begin(&mut self, speed: Speed) {
        self.strange += u32::from(speed == Speed::Unknown);
    }

    pub fn end(&mut self, speed: Speed) {
        self.strange = self.strange.saturating_sub(u32::from(speed == Speed::Unknown));
    }

    /// Whether one more host that has not answered yet may have one of the last slots.
    pub fn is_open_to_strangers(&self) -> bool {
        self.fast == 0 || self.strange < self.slots.saturating_sub(self.kept().div_ceil(2))
    }

    /// Whether any host may take a slot, where `busy` are taken.
    pub fn is_wide(&self, busy: u64) -> bool {
        u64::from(self.slots).saturating_sub(busy) > u64::from(self.kept())
    }

    /// Slots of the last eighth that a host may have, all that it has counted, where it has answered `done` times.
    pub fn narrow(&self, speed: Speed, done: u32) -> u32 {
        match speed {
            Speed::Fast => done.clamp(1, (self.slots - self.kept()).max(1)),
            Speed::Unknown => u32::from(self.is_open_to_strangers()),
            Speed::Slow => u32::from(self.fast == 0),
        }
    }

    fn kept(&self) -> u32 {
        if self.slots < 2 { 0 } else { (self.slots / 8).max(1) }
    }
}
