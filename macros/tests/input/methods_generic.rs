#[xmlrpc_methods(package = "crate::reexports::tagwire")]
impl<'a, T: Clone, const N: usize> Store<'a, T, N>
where
    T: Serialize + DeserializeOwned + Send + Sync,
{
    /// The value at an index.
    #[xmlrpc_method]
    fn get(&self, index: usize) -> Option<T> {
        self.values.get(index).cloned()
    }
}
