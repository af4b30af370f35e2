//! Depth-first search by running again: a run asks for choices, the next run takes the next ones.

/// The choices of the run at hand and those still to try.
#[derive(Debug, Default)]
pub(super) struct Choices {
    taken: Vec<(usize, usize)>,
    at: usize,
}

impl Choices {
    /// One of `count` ways; the same one for the same run.
    pub(super) fn choose(&mut self, count: usize) -> usize {
        if count <= 1 {
            return 0;
        }
        if self.at == self.taken.len() {
            self.taken.push((0, count));
        }
        let (way, _) = self.taken[self.at];
        self.at += 1;
        way
    }

    /// Sets up the next run; false when all have been made.
    pub(super) fn next_run(&mut self) -> bool {
        // What a run that stopped early did not ask for again is not to be tried.
        self.taken.truncate(self.at);
        self.at = 0;
        while let Some((way, count)) = self.taken.pop() {
            if way + 1 < count {
                self.taken.push((way + 1, count));
                return true;
            }
        }
        false
    }
}
