/// How large a document may be, counted while it is read and before anything is built from it.
///
/// ```
/// use tagwire::{Dialect, Limits, de};
///
/// let nested = b"<value><array><data><value>1</value></data></array></value>";
/// assert!(de::from_slice_with::<Vec<String>>(nested, &Dialect::default(), Limits::default()).is_ok());
/// let limits = Limits::default().max_depth(1);
/// let error = de::from_slice_with::<Vec<String>>(nested, &Dialect::default(), limits).unwrap_err();
/// assert_eq!(error.code(), -32600);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    depth: u32,
    values: u32,
}

impl Limits {
    /// How deep values may nest; a parameter's own value is level 1. 64 by default.
    ///
    /// Values are read by recursion: a level of [`Value`](crate::Value) takes about 1 KiB of stack in a release build
    /// and up to 4 KiB in a debug build.
    #[must_use]
    pub const fn max_depth(mut self, levels: u32) -> Self {
        self.depth = levels;
        self
    }

    /// How many values a document may hold, those inside arrays and structs counted. 1,000,000 by default.
    #[must_use]
    pub const fn max_values(mut self, values: u32) -> Self {
        self.values = values;
        self
    }

    pub(crate) const fn depth(self) -> u32 {
        self.depth
    }

    pub(crate) const fn values(self) -> u32 {
        self.values
    }

    /// How deep elements of any kind may nest: three to a level of values (`value`, `struct`, `member`), one more for
    /// what is skipped, and room for the envelope.
    pub(crate) const fn elements(self) -> usize {
        (self.depth as usize).saturating_mul(4).saturating_add(8)
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { depth: 64, values: 1_000_000 }
    }
}
