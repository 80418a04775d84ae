//! The process that keeps the workers.

use std::future::pending;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use rustix::process::Signal;
use tokio::signal::unix::{self, SignalKind, signal};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;

use super::process::Program;
use super::slot::{Renewal, Slot, Stop};
use super::sockets::Sockets;

/// Until a signal to stop has come and all workers have ended.
pub(super) async fn run(sockets: Sockets, count: usize, grace: Duration) -> io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let hangup = signal(SignalKind::hangup())?;

    let program = Arc::new(Program::current()?);
    let (stop, stopped) = watch::channel(Stop::default());
    let mut renewals = Vec::with_capacity(count);
    let mut slots = JoinSet::new();
    for number in 0..count {
        let slot = Slot { number, program: program.clone(), listener: sockets.listener(number)?, grace };
        let process = slot.start()?;
        let (renew, renewed) = mpsc::channel(1);
        renewals.push(renew);
        slots.spawn(slot.keep(process, stopped.clone(), renewed));
    }
    // The slots have them now, and close them when they stop.
    drop(sockets);
    drop(stopped);

    let mut renewing = pin!(renew_at(hangup, &renewals));
    let tell = |signal| stop.send_modify(|stop| *stop = Stop { count: stop.count + 1, last: Some(signal) });
    loop {
        tokio::select! {
            Some(()) = terminate.recv() => tell(Signal::TERM),
            Some(()) = interrupt.recv() => tell(Signal::INT),
            () = &mut renewing => {}
            ended = slots.join_next() => match ended {
                Some(Ok(())) => {}
                Some(Err(error)) => tracing::error!(%error, "a worker is left alone"),
                None => return Ok(()),
            }
        }
    }
}

/// Replaces all workers, one after another, at each of these signals.
async fn renew_at(mut hangup: unix::Signal, workers: &[mpsc::Sender<Renewal>]) {
    while let Some(()) = hangup.recv().await {
        tracing::info!("the workers are replaced");
        for worker in workers {
            let (renewal, done) = oneshot::channel();
            // Neither can be told where there is nobody to replace any more.
            worker.send(renewal).await.ok();
            done.await.ok();
        }
    }
    pending::<()>().await;
}
