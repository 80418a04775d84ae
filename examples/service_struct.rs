//! A struct as a service: what it holds, and which of its functions callers may call.
//!
//! `cargo run --example service_struct`

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tagwire::{Fault, xmlrpc_methods};

#[path = "support/serve.rs"]
mod serve;

/// A shop's shelf. Calls run at the same time, so what changes stands behind a lock.
#[derive(Default)]
struct Stock {
    items: Mutex<BTreeMap<String, u32>>,
}

#[xmlrpc_methods(namespace = "stock")]
impl Stock {
    /// Puts some of an item on the shelf and tells how many there are now.
    #[xmlrpc_method]
    fn put(&self, item: String, count: u32) -> Result<u32, Fault> {
        let mut items = self.items();
        let now = items.entry(item).or_default();
        *now = now.checked_add(count).ok_or_else(|| Fault::application("the shelf is full"))?;
        Ok(*now)
    }

    /// Takes some of an item, one unless it is said, and tells how many are left.
    #[xmlrpc_method]
    async fn take(&self, item: String, count: Option<u32>) -> Result<u32, Fault> {
        let mut items = self.items();
        let now = items.get_mut(&item).ok_or_else(|| Fault::new(404, format!("no {item} here")))?;
        let there = *now;
        *now = there.checked_sub(count.unwrap_or(1)).ok_or_else(|| Fault::new(409, format!("only {there} left")))?;
        Ok(*now)
    }

    /// Everything on the shelf.
    #[xmlrpc_method(name = "list", idempotent)]
    fn snapshot(&self) -> BTreeMap<String, u32> {
        self.items().clone()
    }

    /// Not marked, so no caller reaches it.
    fn items(&self) -> MutexGuard<'_, BTreeMap<String, u32>> {
        self.items.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    serve::serve(Stock::default().into_methods(), PYTHON).await
}

const PYTHON: &str = "s = ServerProxy('http://ADDRESS/').stock; print(s.put('tea', 3), s.take('tea'), s.list())";
