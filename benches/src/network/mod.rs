//! What the timings over loopback have in common: processes, each on its core, and the tables.

mod cores;
mod process;
mod report;

pub(crate) use self::cores::Cores;
pub(crate) use self::process::{Process, own};
pub(crate) use self::report::{Results, Turn, Wrong, put_goals};
