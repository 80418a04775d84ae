//! Our server as Python's own `xmlrpc.client` sees it. Each test serves the same functions to one script of
//! `python/client_*.py`, which does the checking.

use tagwire::{Dialect, Dispatcher};

use crate::peers::PYTHON;
use crate::served::{self, functions};

#[tokio::test]
async fn types() {
    check("client_types.py", &[]).await;
}

#[tokio::test]
async fn text() {
    check("client_text.py", &[]).await;
}

#[tokio::test]
async fn nil_is_refused_by_default() {
    check("client_nil.py", &["refused"]).await;
}

#[tokio::test]
async fn nil_where_it_is_allowed() {
    let lenient = Dispatcher::new(functions()).dialect(Dialect::default().allow_none(true));
    served::check(lenient, &PYTHON, "client_nil.py", &["allowed"]).await;
}

#[tokio::test]
async fn faults() {
    check("client_faults.py", &[]).await;
}

#[tokio::test]
async fn system_methods_and_dotted_names() {
    check("client_system.py", &[]).await;
}

#[tokio::test]
async fn multicall() {
    check("client_multicall.py", &[]).await;
}

#[tokio::test]
async fn http() {
    check("client_http.py", &[]).await;
}

#[tokio::test]
async fn ten_thousand_calls_on_one_connection() {
    check("client_keep_alive.py", &[]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_threads() {
    check("client_threads.py", &[]).await;
}

async fn check(script: &str, arguments: &[&str]) {
    served::check(Dispatcher::new(functions()), &PYTHON, script, arguments).await;
}
