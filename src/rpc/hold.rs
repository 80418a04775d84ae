use std::sync::Arc;

/// Whoever wants to know when a call has really ended.
#[cfg_attr(not(feature = "server"), allow(dead_code))]
pub(crate) trait Witness: Send + Sync {
    /// The call has given a result, or else a fault.
    fn ended(&self, well: bool);
}

/// Kept by a call, by what it has spawned and by what it does on the blocking pool: when the last of these is over, it
/// is dropped.
#[derive(Clone)]
pub(crate) struct Hold {
    witness: Arc<dyn Witness>,
    /// Whether this is a call inside a multicall, whose end is not that of the whole.
    inner: bool,
}

impl Hold {
    #[cfg_attr(not(feature = "server"), allow(dead_code))]
    pub(crate) fn new(witness: Arc<dyn Witness>) -> Self {
        Self { witness, inner: false }
    }

    pub(super) fn for_inner(self) -> Self {
        Self { inner: true, ..self }
    }

    pub(super) fn ended(&self, well: bool) {
        if !self.inner {
            self.witness.ended(well);
        }
    }
}
