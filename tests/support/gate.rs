//! Methods that wait until the test lets them go on, and tell how many of them ran at a time.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tagwire::{MethodInfo, Methods, OnDisconnect, blocking};
use tokio::runtime::Handle;
use tokio::sync::Semaphore;

use super::raw::within;

/// What the methods have done, and what they wait for.
pub(crate) struct Gate {
    running: AtomicUsize,
    most: AtomicUsize,
    numbers: Mutex<Vec<i32>>,
    started: Semaphore,
    open: Semaphore,
}

impl Gate {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            running: AtomicUsize::new(0),
            most: AtomicUsize::new(0),
            numbers: Mutex::default(),
            started: Semaphore::new(0),
            open: Semaphore::new(0),
        })
    }

    /// `six` does not wait, `hold` does, `hold_or_drop` does as long as its caller is there, `block` does on a thread, and
    /// `block_briefly` has a limit that it does not keep. Each gives back its number.
    pub(crate) fn methods(self: &Arc<Self>) -> Methods {
        let (hold, hold_or_drop, block, block_briefly, work) =
            (self.clone(), self.clone(), self.clone(), self.clone(), self.clone());
        let drops = MethodInfo::new("hold_or_drop").with_on_disconnect(OnDisconnect::Cancel);
        let brief = MethodInfo::new("block_briefly").with_timeout(Some(Duration::from_millis(10)));
        Methods::new()
            .register_fn("six", || 6)
            .register_fn("hold", move |number: Option<i32>| hold.clone().pass(number))
            .register_fn(drops, move |number: Option<i32>| hold_or_drop.clone().pass(number))
            .register_fn("block", blocking(move |n: Option<i32>| Handle::current().block_on(block.clone().pass(n))))
            .register_fn(
                brief,
                blocking(move |n: Option<i32>| Handle::current().block_on(block_briefly.clone().pass(n))),
            )
            .register_fn("work", move || work.clone().work())
    }

    /// Waits until so many more of them have begun.
    pub(crate) async fn expect_started(&self, calls: u32) {
        within("a start", self.started.acquire_many(calls)).await.unwrap().forget();
    }

    /// Lets so many of them end.
    pub(crate) fn release(&self, calls: usize) {
        self.open.add_permits(calls);
    }

    /// How many ran at the same time at most.
    pub(crate) fn most(&self) -> usize {
        self.most.load(Ordering::SeqCst)
    }

    /// How many run now.
    pub(crate) fn running(&self) -> usize {
        self.running.load(Ordering::SeqCst)
    }

    /// Those of the methods that have begun, in order.
    pub(crate) fn numbers(&self) -> Vec<i32> {
        self.numbers.lock().unwrap().clone()
    }

    async fn pass(self: Arc<Self>, number: Option<i32>) -> i32 {
        let _inside = self.enter();
        let number = number.unwrap_or_default();
        self.numbers.lock().unwrap().push(number);
        self.started.add_permits(1);
        self.open.acquire().await.unwrap().forget();
        number
    }

    /// Goes away a few times, and comes back by itself.
    async fn work(self: Arc<Self>) -> bool {
        let _inside = self.enter();
        for _ in 0..3 {
            tokio::task::yield_now().await;
        }
        true
    }

    fn enter(&self) -> Inside<'_> {
        let running = self.running.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(running, Ordering::SeqCst);
        Inside(self)
    }
}

/// A method at work.
struct Inside<'a>(&'a Gate);

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::SeqCst);
    }
}
