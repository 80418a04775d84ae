//! As many open sockets as a crowd of clients needs.

/// Lets this process, and those that it starts, have as many files open as they may. They have to be enough.
#[cfg(unix)]
pub(crate) fn expect_descriptors(needed: u64) {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit).unwrap();
    if let Some(most) = limit.maximum {
        assert!(most >= needed, "this test needs {needed} file descriptors, and may have {most}: see `ulimit -Hn`");
    }
}

#[cfg(not(unix))]
pub(crate) fn expect_descriptors(_: u64) {}
