//! How long to wait before a worker is replaced.

use std::time::Duration;

/// Grows while workers end soon after they were started.
#[derive(Debug)]
pub(super) struct Pause(Duration);

const SHORTEST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(5);

/// One that has lived so long was at work, and did not fail to start.
const LONG_ENOUGH: Duration = Duration::from_secs(10);

impl Pause {
    pub(super) fn new() -> Self {
        Self(SHORTEST)
    }

    pub(super) fn after(&mut self, lived: Duration) -> Duration {
        if lived >= LONG_ENOUGH {
            *self = Self::new();
            return Duration::ZERO;
        }
        let pause = self.0;
        self.0 = (pause * 2).min(LONGEST);
        pause
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_grows_up_to_a_limit_and_begins_anew() {
        let mut pause = Pause::new();
        let short = |pause: &mut Pause| pause.after(LONG_ENOUGH - Duration::from_nanos(1)).as_millis();
        assert_eq!([(); 8].map(|()| short(&mut pause)), [100, 200, 400, 800, 1600, 3200, 5000, 5000]);
        assert_eq!(pause.after(LONG_ENOUGH), Duration::ZERO);
        assert_eq!(short(&mut pause), 100);
    }
}
