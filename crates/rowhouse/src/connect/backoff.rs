//! How long to wait before the next attempt to reconnect.

use std::time::Duration;

use rand::Rng;

/// Delays that double up to a bound. Half of each is chance, so that clients which lost the same
/// server do not come back to it in step.
#[derive(Debug, Clone)]
pub(crate) struct Backoff {
    first: Duration,
    longest: Duration,
    attempts: u32,
}

impl Backoff {
    /// Starts at `first` and never waits longer than `longest`.
    pub(crate) fn new(first: Duration, longest: Duration) -> Self {
        Self {
            first,
            longest,
            attempts: 0,
        }
    }

    /// The next delay.
    pub(crate) fn next_delay(&mut self) -> Duration {
        let factor = 1_u32.checked_shl(self.attempts).unwrap_or(u32::MAX);
        self.attempts = self.attempts.saturating_add(1);
        let ceiling = self.first.saturating_mul(factor).min(self.longest);
        ceiling / 2 + (ceiling / 2).mul_f64(rand::rng().random::<f64>())
    }

    /// Begins anew, after a success.
    pub(crate) fn reset(&mut self) {
        self.attempts = 0;
    }
}

impl Default for Backoff {
    /// From 50 ms, because a restarting server is often back at once, to 5 s.
    fn default() -> Self {
        Self::new(Duration::from_millis(50), Duration::from_secs(5))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_grow_to_the_bound_and_start_again() {
        let mut backoff = Backoff::new(Duration::from_millis(10), Duration::from_millis(500));
        for attempt in 0..100 {
            let ceiling =
                Duration::from_millis(10 << attempt.min(6)).min(Duration::from_millis(500));
            let delay = backoff.next_delay();
            assert!(
                delay >= ceiling / 2 && delay <= ceiling,
                "attempt {attempt}: {delay:?}"
            );
        }
        backoff.reset();
        assert!(backoff.next_delay() <= Duration::from_millis(10));
    }
}
