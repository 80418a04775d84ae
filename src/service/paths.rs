//! `rpc_paths`.

/// The paths that are served; none means every path.
#[derive(Debug, Clone)]
pub(super) struct Paths(Vec<String>);

impl Paths {
    pub(super) fn contain(&self, path: &str) -> bool {
        self.0.is_empty() || self.0.iter().any(|known| known == path)
    }
}

impl Default for Paths {
    fn default() -> Self {
        ["/", "/RPC2"].map(String::from).into_iter().collect()
    }
}

impl FromIterator<String> for Paths {
    fn from_iter<I: IntoIterator<Item = String>>(paths: I) -> Self {
        Self(paths.into_iter().collect())
    }
}
