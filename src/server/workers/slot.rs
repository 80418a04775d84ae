//! The place of one worker: there is always one in it.

use std::io;
use std::net::TcpListener;
use std::process::ExitStatus;
use std::sync::Arc;
use std::time::Duration;

use rustix::process::Signal;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::MARGIN;
use super::pause::Pause;
use super::process::{Process, Program};

/// How long a new worker may take to get its server while the old one still has it.
const READY_WITHIN: Duration = Duration::from_secs(60);

/// The signals to stop that have come so far.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Stop {
    pub(super) count: u32,
    pub(super) last: Option<Signal>,
}

/// Asks for another worker in the place of one; dropped when that has ended.
pub(super) type Renewal = oneshot::Sender<()>;

#[derive(Debug)]
pub(super) struct Slot {
    pub(super) number: usize,
    pub(super) program: Arc<Program>,
    pub(super) listener: Arc<TcpListener>,
    pub(super) grace: Duration,
}

impl Slot {
    pub(super) fn start(&self) -> io::Result<Process> {
        Process::start(&self.program, self.number, &self.listener)
    }

    /// Until it is told to stop, and the worker has ended.
    pub(super) async fn keep(
        self,
        mut process: Process,
        mut stop: watch::Receiver<Stop>,
        mut renewals: mpsc::Receiver<Renewal>,
    ) {
        let mut pause = Pause::new();
        // Workers that were replaced.
        let mut leaving = JoinSet::new();
        let last = loop {
            tokio::select! {
                signal = told_to_stop(&mut stop) => break Some((process, signal)),
                status = process.ended() => {
                    let wait = pause.after(process.lived());
                    self.log_end(&process, status, wait);
                    match self.start_after(wait, &mut pause, &mut stop, &mut renewals).await {
                        Some(successor) => process = successor,
                        None => break None,
                    }
                }
                Some(renewal) = renewals.recv() => {
                    if let Some(successor) = self.start_ready(&mut stop).await {
                        let predecessor = std::mem::replace(&mut process, successor);
                        let (mut stop, grace) = (stop.clone(), self.grace);
                        leaving.spawn(async move {
                            end(predecessor, Signal::TERM, grace, &mut stop).await;
                            drop(renewal);
                        });
                    }
                }
            }
        };
        // The parent must not be the last to listen.
        drop(self.listener);
        if let Some((process, signal)) = last {
            end(process, signal, self.grace, &mut stop).await;
        }
        leaving.join_all().await;
    }

    /// A worker in the place of one that has ended. `None` when there shall be no more.
    async fn start_after(
        &self,
        mut wait: Duration,
        pause: &mut Pause,
        stop: &mut watch::Receiver<Stop>,
        renewals: &mut mpsc::Receiver<Renewal>,
    ) -> Option<Process> {
        loop {
            tokio::select! {
                _ = told_to_stop(stop) => return None,
                () = sleep(wait) => {}
                // The cause is mended, perhaps.
                Some(_) = renewals.recv() => {}
            }
            match self.start() {
                Ok(process) => return Some(process),
                Err(error) => tracing::error!(worker = self.number, %error, "a worker cannot be started"),
            }
            wait = pause.after(Duration::ZERO);
        }
    }

    /// A worker that serves beside another. `None` if it does not get so far.
    async fn start_ready(&self, stop: &mut watch::Receiver<Stop>) -> Option<Process> {
        let started = self.start();
        let mut process = started.inspect_err(|error| self.log_no_successor(&error)).ok()?;
        let ready = tokio::select! {
            ready = timeout(READY_WITHIN, process.ready()) => ready.unwrap_or(false),
            _ = told_to_stop(stop) => false,
        };
        if ready {
            return Some(process);
        }
        process.signal(Signal::KILL);
        let ended = process.ended().await;
        self.log_no_successor(&ended.map_or_else(|error| error.to_string(), |status| status.to_string()));
        None
    }

    fn log_end(&self, process: &Process, status: io::Result<ExitStatus>, wait: Duration) {
        let (worker, pid) = (self.number, process.pid());
        let status = status.map_or_else(|error| error.to_string(), |status| status.to_string());
        tracing::error!(worker, pid, status, ?wait, "a worker has ended and is replaced");
    }

    fn log_no_successor(&self, cause: &dyn std::fmt::Display) {
        tracing::error!(worker = self.number, %cause, "a worker is not replaced: the new one does not start");
    }
}

/// The signal to pass on.
async fn told_to_stop(stop: &mut watch::Receiver<Stop>) -> Signal {
    let told = stop.wait_for(|stop| stop.count > 0).await;
    told.ok().and_then(|stop| stop.last).unwrap_or(Signal::TERM)
}

/// Has a worker end, by force if need be.
async fn end(mut process: Process, signal: Signal, grace: Duration, stop: &mut watch::Receiver<Stop>) {
    let pid = process.pid();
    process.signal(signal);
    let mut patience = std::pin::pin!(sleep(grace.saturating_add(MARGIN)));
    let status = loop {
        tokio::select! {
            status = process.ended() => break status,
            () = &mut patience => {
                tracing::warn!(pid, "a worker does not stop and is killed");
                process.signal(Signal::KILL);
                break process.ended().await;
            }
            Ok(()) = stop.changed() => {
                let Stop { count, last } = *stop.borrow_and_update();
                // The first one has told it already, or it was told without one.
                if let Some(signal) = last.filter(|_| count > 1) {
                    process.signal(signal);
                }
            }
        }
    };
    match status {
        Ok(status) => tracing::info!(pid, %status, "a worker has stopped"),
        Err(error) => tracing::error!(pid, %error, "a worker cannot be waited for"),
    }
}
