//! A connection under its limits in time.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use tokio::time::Instant;

use super::alarm::Alarm;
use super::progress::{Phase, Progress};
use super::settings::Settings;
use super::wakes::Wakes;

/// Polls a connection, and keeps the time of what it waits for.
pub(super) struct Watch<'a> {
    settings: &'a Settings,
    progress: &'a Progress,
    /// What it waits for, and since when.
    wait: (Phase, u64),
    since: Instant,
    alarm: Alarm,
    wakes: Wakes,
}

impl<'a> Watch<'a> {
    pub(super) fn new(settings: &'a Settings, progress: &'a Progress) -> Self {
        // The first head is waited for from now on, not from its first byte.
        Self {
            settings,
            progress,
            wait: (Phase::Head, 1),
            since: Instant::now(),
            alarm: Alarm::default(),
            wakes: Wakes::of(Waker::noop()),
        }
    }

    pub(super) fn poll<C>(&mut self, mut connection: Pin<&mut C>, cx: &mut Context<'_>) -> Poll<End>
    where
        C: Future<Output = hyper::Result<()>>,
    {
        loop {
            match self.wakes.poll(cx, |cx| connection.as_mut().poll(cx)) {
                Poll::Pending => {}
                Poll::Ready(_) if self.progress.is_aborted() => return Poll::Ready(End::Aborted),
                Poll::Ready(Ok(())) => return Poll::Ready(End::Closed),
                Poll::Ready(Err(error)) => return Poll::Ready(End::Failed(error)),
            }
            if self.wakes.take_noted() {
                // Where silence has no limit there may be no timer to look again by.
                let may_rest = self.settings.keep_alive_timeout.is_some();
                match may_rest && self.progress.has_looked_for_more() {
                    true => self.progress.rest(),
                    false => cx.waker().wake_by_ref(),
                }
            }
            match ready!(self.poll_limit(cx)) {
                Phase::Resting => self.progress.wake_up(),
                Phase::Silence => return Poll::Ready(End::Silent),
                Phase::Closing => return Poll::Ready(End::Closed),
                phase @ (Phase::Head | Phase::Stalled | Phase::Busy) => return Poll::Ready(End::Late(phase)),
            }
        }
    }

    /// What the connection has waited for as long as it may.
    fn poll_limit(&mut self, cx: &mut Context<'_>) -> Poll<Phase> {
        let (phase, step) = self.progress.phase();
        let Some(limit) = self.limit(phase) else {
            return Poll::Pending;
        };
        if self.wait != (phase, step) {
            // The rest was silence already.
            if (self.wait.0, phase) != (Phase::Resting, Phase::Silence) {
                self.since = Instant::now();
            }
            self.wait = (phase, step);
        }
        // A limit beyond the end of time is none.
        let Some(end) = self.since.checked_add(limit) else {
            return Poll::Pending;
        };
        self.alarm.poll(end, cx).map(|()| phase)
    }

    fn limit(&self, phase: Phase) -> Option<Duration> {
        match phase {
            Phase::Head => self.settings.header_read_timeout,
            Phase::Silence => self.settings.keep_alive_timeout,
            Phase::Stalled => self.settings.write_timeout,
            Phase::Resting => Some(LONGEST_REST),
            Phase::Closing => Some(LONGEST_LINGER),
            Phase::Busy => None,
        }
    }
}

/// How long after an answer hyper is asked whether it waits for the next request, unless that is there sooner.
const LONGEST_REST: Duration = Duration::from_millis(100);

/// How long a peer may go on sending after our end.
const LONGEST_LINGER: Duration = Duration::from_secs(5);

/// How a connection ended.
pub(super) enum End {
    Closed,
    Silent,
    Aborted,
    Late(Phase),
    Failed(hyper::Error),
}
