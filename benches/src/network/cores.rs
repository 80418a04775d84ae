//! Which core does what, and how much of its time a process has taken.

use std::fmt;
use std::fs;
use std::time::Duration;

use crate::Failure;

/// One core for the servers and another for those that call them, lest one takes the time of the other.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Cores {
    Pinned { server: usize, load: usize },
    Free,
}

impl Cores {
    /// The first two that this process may use.
    pub(crate) fn choose() -> Self {
        match system::allowed().as_slice() {
            [server, load, ..] => Self::Pinned { server: *server, load: *load },
            _ => Self::Free,
        }
    }

    /// Does something on the core of the servers, for what it starts to stay there, and goes to that of the load.
    pub(crate) fn on_server<T>(self, start: impl FnOnce() -> T) -> Result<T, Failure> {
        let Self::Pinned { server, load } = self else {
            return Ok(start());
        };
        system::pin(server)?;
        let started = start();
        system::pin(load)?;
        Ok(started)
    }
}

impl fmt::Display for Cores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pinned { server, load } => write!(f, "Servers run on core {server}, their callers on core {load}."),
            Self::Free => f.write_str(
                "There are no two cores to be had: servers and clients take each other's time, and calls a second mean \
                 nothing.",
            ),
        }
    }
}

/// What a process has of the machine's memory, in bytes: its resident set.
pub(crate) fn resident(process: u32) -> Result<u64, Failure> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("its memory is not told")?;
    let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kilobytes * 1024)
}

/// The time that all threads of a process have taken, those that have ended too.
pub(crate) fn time_of(process: u32) -> Result<Duration, Failure> {
    system::time_of(process)
}

#[cfg(target_os = "linux")]
mod system {
    use std::time::Duration;

    use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
    use nix::time::{clock_getcpuclockid, clock_gettime};
    use nix::unistd::Pid;

    use crate::Failure;

    const THIS_THREAD: Pid = Pid::from_raw(0);

    pub(super) fn allowed() -> Vec<usize> {
        let Ok(set) = sched_getaffinity(THIS_THREAD) else {
            return Vec::new();
        };
        (0..CpuSet::count()).filter(|core| set.is_set(*core).unwrap_or(false)).collect()
    }

    pub(super) fn pin(core: usize) -> Result<(), Failure> {
        let mut set = CpuSet::new();
        set.set(core)?;
        Ok(sched_setaffinity(THIS_THREAD, &set)?)
    }

    pub(super) fn time_of(process: u32) -> Result<Duration, Failure> {
        let clock = clock_getcpuclockid(Pid::from_raw(process.try_into()?))?;
        Ok(clock_gettime(clock)?.into())
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use std::time::Duration;

    use crate::Failure;

    pub(super) fn allowed() -> Vec<usize> {
        Vec::new()
    }

    pub(super) fn pin(_: usize) -> Result<(), Failure> {
        Ok(())
    }

    pub(super) fn time_of(_: u32) -> Result<Duration, Failure> {
        Err("the time that another process takes can be measured on Linux only".into())
    }
}
