//! Which statements one connection has prepared, bounded: the least recently used is closed when another comes.

use std::num::NonZeroUsize;

use lru::LruCache;

#[derive(Debug)]
pub(crate) struct Prepared {
    numbers: LruCache<u64, ()>,
}

impl Prepared {
    pub(crate) fn new(capacity: NonZeroUsize) -> Self {
        Self {
            numbers: LruCache::new(capacity),
        }
    }

    /// Whether description `number` is prepared; it counts as used.
    pub(crate) fn touch(&mut self, number: u64) -> bool {
        self.numbers.get(&number).is_some()
    }

    /// Takes `number` in; returns the one to close for it.
    pub(crate) fn insert(&mut self, number: u64) -> Option<u64> {
        let (out, ()) = self.numbers.push(number, ())?;
        (out != number).then_some(out)
    }

    /// Forgets `number`: its Parse failed, or the server lost or outdated it.
    pub(crate) fn forget(&mut self, number: u64) {
        self.numbers.pop(&number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_recently_used_makes_room() {
        let mut prepared = Prepared::new(NonZeroUsize::new(2).unwrap());
        assert_eq!(prepared.insert(1), None);
        assert_eq!(prepared.insert(2), None);
        assert!(prepared.touch(1));
        assert_eq!(prepared.insert(3), Some(2));
        assert!(!prepared.touch(2));
        prepared.forget(1);
        assert!(!prepared.touch(1));
    }
}
