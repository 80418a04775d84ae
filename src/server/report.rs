//! What a server has done.

use std::fmt;

/// What a server has done when it stops gracefully.
///
/// ```
/// use tagwire::{Methods, Server};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// let server = Server::bind("127.0.0.1:0").await?;
/// let report = server.serve(Methods::new()).with_graceful_shutdown(async {}).await?;
/// assert_eq!(report.aborted(), 0);
/// assert_eq!(report.to_string(), "requests answered: 0, connections cut off: 0");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Report {
    answered: u64,
    aborted: usize,
}

impl Report {
    pub(super) fn new(answered: u64, aborted: usize) -> Self {
        Self { answered, aborted }
    }

    /// How many requests were answered since the start, refusals among them.
    #[must_use]
    pub fn answered(&self) -> u64 {
        self.answered
    }

    /// How many connections were cut off with a call in flight: the grace had passed, or a second signal came.
    #[must_use]
    pub fn aborted(&self) -> usize {
        self.aborted
    }
}

/// As a line of a log.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "requests answered: {}, connections cut off: {}", self.answered, self.aborted)
    }
}
