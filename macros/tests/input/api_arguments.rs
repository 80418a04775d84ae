#[xmlrpc_api(client = "Diary")]
trait Notes {
    /// Writes a note.
    async fn write(
        &self,
        cx: RequestContext,
        text: String,
        #[extract] user: User,
        title: Option<String>,
        tags: Option<Vec<String>>,
    ) -> Result<u32, Fault>;

    /// Removes notes, and tells how many there were.
    async fn remove(&self, first: u32, others: Rest<u32>) -> Result<usize, Fault> {
        Ok(1 + others.0.len())
    }

    #[cfg(feature = "search")]
    async fn search(
        &self,
        _: Headers,
        #[param] headers: mail::Headers,
        limit: Option<u32>,
        more: Rest<String>,
    ) -> Result<Vec<u32>, Fault>;
}
