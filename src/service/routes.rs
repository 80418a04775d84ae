//! `rpc_paths` and `add_dispatcher`: which dispatcher answers on which path.

use std::collections::HashMap;

use crate::rpc::Dispatcher;

#[derive(Debug, Clone)]
pub(super) struct Routes {
    /// Answers on `paths`.
    main: Dispatcher,
    /// `/` and `/RPC2` if there is nothing else said; an empty list means every path that is no other dispatcher's.
    paths: Option<Vec<String>>,
    others: HashMap<String, Dispatcher>,
}

impl Routes {
    pub(super) fn new(main: Dispatcher) -> Self {
        Self { main, paths: None, others: HashMap::new() }
    }

    pub(super) fn set_paths(&mut self, paths: Vec<String>) {
        self.paths = Some(paths);
    }

    /// Serves every path if nothing else was said.
    #[cfg(feature = "cgi")]
    pub(super) fn default_to_every_path(&mut self) {
        self.paths.get_or_insert_default();
    }

    #[cfg(feature = "cgi")]
    pub(super) fn main(&self) -> &Dispatcher {
        &self.main
    }

    pub(super) fn add(&mut self, path: String, dispatcher: Dispatcher) {
        self.others.insert(path, dispatcher);
    }

    /// The dispatcher of a path, which is compared whole.
    pub(super) fn find(&self, path: &str) -> Option<&Dispatcher> {
        self.others.get(path).or_else(|| {
            let served = match &self.paths {
                None => matches!(path, "/" | "/RPC2"),
                Some(paths) => paths.is_empty() || paths.iter().any(|known| known == path),
            };
            served.then_some(&self.main)
        })
    }
}
