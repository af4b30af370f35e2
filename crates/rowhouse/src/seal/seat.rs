//! Where a seal is good: one server process, until a time by its clock.

use std::time::{Instant, SystemTime};

/// What a connection knows of the server process at its other end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seat {
    /// 0 where a pooler may hand each transaction to another process.
    process: u32,
    /// The server's time when it was asked, in seconds since 1970.
    told: u64,
    asked: Instant,
    asked_by_the_wall: SystemTime,
}

impl Seat {
    /// At a process, or at any of several. The server's clock said `told` a moment after `asked`.
    pub(crate) fn new(process: Option<i32>, told: u64, asked: Instant) -> Self {
        Self {
            process: process.map_or(0, i32::unsigned_abs),
            told,
            asked,
            asked_by_the_wall: SystemTime::now(),
        }
    }

    /// At no process: a seal for it is never good.
    pub(crate) fn nowhere() -> Self {
        Self::new(Some(i32::MAX), 0, Instant::now())
    }

    pub(crate) fn process(self) -> u32 {
        self.process
    }

    /// The server's time, in seconds since 1970. Connections retire by age, so two clocks do not drift far apart. One of
    /// ours stands still while the machine sleeps, the other may be set back.
    pub(crate) fn now(self) -> u64 {
        let by_the_wall = self.asked_by_the_wall.elapsed().unwrap_or_default();
        self.told + self.asked.elapsed().max(by_the_wall).as_secs()
    }
}
