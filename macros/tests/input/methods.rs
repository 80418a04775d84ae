#[xmlrpc_methods(namespace = "counter")]
impl Counter {
    pub fn new() -> Self {
        Self { count: AtomicI64::new(0) }
    }

    /// Counts on.
    #[xmlrpc_method(name = "inc")]
    async fn increase(&self, by: i64) -> i64 {
        self.count.fetch_add(by, Ordering::Relaxed) + by
    }

    #[xmlrpc_method]
    fn count(&self) -> Result<i64, Fault> {
        Ok(self.count.load(Ordering::Relaxed))
    }

    #[xmlrpc_method(blocking)]
    fn save(self: Arc<Self>, path: String) -> Result<(), SaveError> {
        save(&self, path)
    }

    #[cfg(feature = "random")]
    #[xmlrpc_method]
    fn random() -> i64 {
        4
    }
}
