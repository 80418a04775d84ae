//! What a connection is doing, put together from what its stream, hyper and the service each see of it.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

/// What a connection waits for; each has a limit of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// The rest of the head of a request, or the first request of all.
    Head,
    /// A next request, of which nothing is there.
    Silence,
    /// The same, if hyper were asked.
    Resting,
    /// The body of a request, or the service: they have limits of their own.
    Busy,
    /// The peer, which does not take what was written.
    Stalled,
    /// The end of what the peer sends, after ours.
    Closing,
}

/// All of it is written by the task of the connection; the server reads the counters from another.
#[derive(Debug)]
pub(super) struct Progress {
    /// hyper waits for the head of a request, and so is done with the one before.
    awaits_head: AtomicBool,
    /// There has been no head yet.
    fresh: AtomicBool,
    /// A part of the head that hyper waits for is there.
    partial_head: AtomicBool,
    /// The last read gave something. hyper reads on only when it has used up what it has, be it to see whether the peer
    /// goes away: if the last read gave something when a request ends, it is the beginning of the next.
    left_over: AtomicBool,
    /// The service has answered the last request.
    has_answer: AtomicBool,
    /// hyper has tried to read since then, and there was nothing.
    looked_for_more: AtomicBool,
    /// The last request is answered and hyper has nothing to do; it has not yet begun to wait for the next head.
    resting: AtomicBool,
    stalled: AtomicBool,
    closing: AtomicBool,
    in_flight: AtomicBool,
    stopping: AtomicBool,
    aborted: AtomicBool,
    /// Counts what begins a phase anew.
    steps: AtomicU64,
    answered: AtomicU64,
}

/// What is told to it.
impl Progress {
    pub(super) fn new() -> Self {
        Self {
            awaits_head: AtomicBool::new(false),
            fresh: AtomicBool::new(true),
            partial_head: AtomicBool::new(false),
            left_over: AtomicBool::new(false),
            has_answer: AtomicBool::new(false),
            looked_for_more: AtomicBool::new(false),
            resting: AtomicBool::new(false),
            stalled: AtomicBool::new(false),
            closing: AtomicBool::new(false),
            in_flight: AtomicBool::new(false),
            stopping: AtomicBool::new(false),
            aborted: AtomicBool::new(false),
            steps: AtomicU64::new(0),
            answered: AtomicU64::new(0),
        }
    }

    /// hyper begins to wait for the head of a request.
    pub(super) fn head_awaited(&self) {
        self.resting.store(false, Relaxed);
        self.awaits_head.store(true, Relaxed);
        self.partial_head.store(self.left_over.load(Relaxed), Relaxed);
        self.in_flight.store(false, Relaxed);
        self.step();
    }

    /// The head is there, and the service is called.
    pub(super) fn called(&self) {
        self.awaits_head.store(false, Relaxed);
        self.partial_head.store(false, Relaxed);
        self.fresh.store(false, Relaxed);
        self.in_flight.store(true, Relaxed);
        self.has_answer.store(false, Relaxed);
        self.looked_for_more.store(false, Relaxed);
        self.resting.store(false, Relaxed);
    }

    /// The service has answered. Until the answer is written the call is in flight still.
    pub(super) fn answered(&self) {
        self.has_answer.store(true, Relaxed);
        self.answered.store(self.answered.load(Relaxed) + 1, Relaxed);
    }

    /// The connection is left alone until something comes, or for a moment, unless hyper has come to wait for the next head
    /// by itself.
    pub(super) fn rest(&self) {
        if !self.awaits_head.load(Relaxed) {
            self.resting.store(true, Relaxed);
            self.step();
        }
    }

    /// The moment is over.
    pub(super) fn wake_up(&self) {
        self.resting.store(false, Relaxed);
    }

    /// The service wants no answer to be sent.
    pub(super) fn abort(&self) {
        self.in_flight.store(false, Relaxed);
        self.aborted.store(true, Relaxed);
    }

    pub(super) fn stop(&self) {
        self.stopping.store(true, Relaxed);
    }

    /// A read gave so many bytes; none if it has to wait or the peer has ended.
    pub(super) fn read(&self, bytes: usize) {
        self.left_over.store(bytes > 0, Relaxed);
        self.looked_for_more.store(bytes == 0 && self.has_answer.load(Relaxed), Relaxed);
        if bytes > 0 && self.awaits_head.load(Relaxed) && !self.partial_head.load(Relaxed) {
            self.partial_head.store(true, Relaxed);
            if !self.fresh.load(Relaxed) {
                self.step();
            }
        }
    }

    /// The peer takes what is written.
    pub(super) fn wrote(&self) {
        self.stalled.store(false, Relaxed);
        self.step();
    }

    /// The peer has taken all that was written.
    pub(super) fn flushed(&self) {
        self.stalled.store(false, Relaxed);
    }

    /// A write, a flush or a shutdown has to wait.
    pub(super) fn stalled(&self) {
        self.stalled.store(true, Relaxed);
    }

    /// Our side has ended, and the peer goes on sending.
    pub(super) fn closing(&self) {
        self.closing.store(true, Relaxed);
    }

    fn step(&self) {
        self.steps.store(self.steps.load(Relaxed) + 1, Relaxed);
    }
}

/// What it tells.
impl Progress {
    /// What the connection waits for, and a number that changes when such a wait begins anew.
    pub(super) fn phase(&self) -> (Phase, u64) {
        let phase = if self.closing.load(Relaxed) {
            Phase::Closing
        } else if self.stalled.load(Relaxed) {
            Phase::Stalled
        } else if self.resting.load(Relaxed) {
            Phase::Resting
        } else if !self.awaits_head.load(Relaxed) {
            Phase::Busy
        } else if self.fresh.load(Relaxed) || self.partial_head.load(Relaxed) {
            Phase::Head
        } else {
            Phase::Silence
        };
        (phase, self.steps.load(Relaxed))
    }

    /// Whether a part of a head is there and the rest is not.
    pub(super) fn is_amid_head(&self) -> bool {
        self.awaits_head.load(Relaxed) && self.partial_head.load(Relaxed)
    }

    /// Whether there is nothing but the end of the last request, if there was one.
    pub(super) fn is_between_requests(&self) -> bool {
        self.awaits_head.load(Relaxed) && !self.partial_head.load(Relaxed)
    }

    /// Whether there is a request that is not answered to its end.
    pub(super) fn is_in_flight(&self) -> bool {
        self.in_flight.load(Relaxed)
    }

    /// Whether hyper has looked for more to read since the service has answered, in vain.
    pub(super) fn has_looked_for_more(&self) -> bool {
        self.looked_for_more.load(Relaxed)
    }

    pub(super) fn is_stopping(&self) -> bool {
        self.stopping.load(Relaxed)
    }

    pub(super) fn is_aborted(&self) -> bool {
        self.aborted.load(Relaxed)
    }

    /// How many requests the service has answered.
    pub(super) fn count_answered(&self) -> u64 {
        self.answered.load(Relaxed)
    }
}
