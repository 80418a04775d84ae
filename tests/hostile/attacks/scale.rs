//! How much of everything.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scale {
    /// For every change, in less than one minute.
    Small,
    /// The figures that are worth telling.
    Full,
}

impl Scale {
    pub(crate) fn pick<T>(self, small: T, full: T) -> T {
        match self {
            Self::Small => small,
            Self::Full => full,
        }
    }
}
