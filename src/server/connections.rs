//! The connections of a server, and how many requests they have answered.

use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::task::{Id, JoinSet};

use super::progress::Progress;
use super::report::Report;

/// Dropped, it cuts off all of them.
#[derive(Default)]
pub(super) struct Connections {
    tasks: JoinSet<()>,
    open: HashMap<Id, Arc<Progress>>,
    /// By those that have ended.
    answered: u64,
}

impl Connections {
    pub(super) fn count(&self) -> usize {
        self.tasks.len()
    }

    pub(super) fn add<F>(&mut self, progress: Arc<Progress>, connection: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let id = self.tasks.spawn(connection).id();
        self.open.insert(id, progress);
    }

    /// Ready when one has ended; with nothing if there is none.
    pub(super) fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<Option<()>> {
        let Some(ended) = ready!(self.tasks.poll_join_next_with_id(cx)) else { return Poll::Ready(None) };
        let id = match ended {
            Ok((id, ())) => id,
            // A service that panics takes its connection with it; the panic has been told where it happened.
            Err(error) => error.id(),
        };
        if let Some(progress) = self.open.remove(&id) {
            self.answered += progress.count_answered();
        }
        Poll::Ready(Some(()))
    }

    pub(super) fn poll_all_end(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        while ready!(self.poll_end(cx)).is_some() {}
        Poll::Ready(())
    }

    /// Ends those that are left.
    pub(super) fn cut_off(self) -> Report {
        let answered = self.answered + self.open.values().map(|progress| progress.count_answered()).sum::<u64>();
        let aborted = self.open.values().filter(|progress| progress.is_in_flight()).count();
        Report::new(answered, aborted)
    }
}
