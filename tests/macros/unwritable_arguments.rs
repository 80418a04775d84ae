//! Arguments of a typed client that cannot be written: the call is not sent, wherever the argument stands.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tagwire::{Client, Fault, Rest, xmlrpc_api};

#[xmlrpc_api]
trait Sums {
    async fn sum(&self, first: f64, more: Rest<f64>) -> Result<f64, Fault>;
}

struct Counting(Arc<AtomicU32>);

impl Sums for Counting {
    async fn sum(&self, first: f64, Rest(more): Rest<f64>) -> Result<f64, Fault> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Ok(first + more.into_iter().sum::<f64>())
    }
}

#[tokio::test]
async fn nothing_is_sent_of_arguments_of_which_one_cannot_be_written() {
    let calls = Arc::new(AtomicU32::new(0));
    let client = SumsClient::new(Client::in_process(Counting(calls.clone()).into_methods()));
    for (first, more) in [(f64::NAN, vec![]), (f64::NAN, vec![1.0]), (1.0, vec![2.0, f64::INFINITY])] {
        let error = client.sum(first, Rest(more.clone())).await.unwrap_err();
        assert!(error.is_request(), "{first} {more:?}: {error}");
    }
    assert_eq!(calls.load(Ordering::SeqCst), 0);
    assert_eq!(client.sum(1.0, Rest(vec![2.0, 3.0])).await.unwrap(), 6.0);
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}
