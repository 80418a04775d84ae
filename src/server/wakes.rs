//! Keeps a connection from waking itself for nothing.
//!
//! hyper hands a request's body over through a channel, and whoever takes a piece of it wakes the sender: the task of the
//! connection, which is at work just then and goes on to read in any case. The wake would cost each request a second look at
//! the whole connection. So what wakes the task while the service runs in it is only noted. If the service has then ended and
//! hyper has looked for more to read in vain, all that the wake could have been for has been seen to; otherwise it is passed
//! on.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Context, Wake, Waker};
use std::thread::LocalKey;

/// The waker of a connection's task, in between.
pub(super) struct Wakes {
    relay: Arc<Relay>,
    waker: Waker,
}

struct Relay {
    task: Waker,
    noted: AtomicBool,
}

thread_local! {
    /// The relay of the connection that is polled on this thread, by its address.
    static POLLED: Cell<usize> = const { Cell::new(0) };
    /// The same while its service runs.
    static SERVING: Cell<usize> = const { Cell::new(0) };
}

impl Wakes {
    pub(super) fn of(task: &Waker) -> Self {
        let relay = Arc::new(Relay { task: task.clone(), noted: AtomicBool::new(false) });
        Self { waker: relay.clone().into(), relay }
    }

    /// Polls a connection with this waker in place of its task's.
    pub(super) fn poll<T>(&mut self, cx: &Context<'_>, poll: impl FnOnce(&mut Context<'_>) -> T) -> T {
        if !self.relay.task.will_wake(cx.waker()) {
            *self = Self::of(cx.waker());
        }
        let _mark = Mark::set(&POLLED, Arc::as_ptr(&self.relay).addr());
        poll(&mut Context::from_waker(&self.waker))
    }

    /// Whether the task was to be woken while the service ran, which is up to the caller now.
    pub(super) fn take_noted(&self) -> bool {
        self.relay.noted.load(Relaxed) && self.relay.noted.swap(false, Relaxed)
    }
}

/// Polls the service of the connection that is being polled.
pub(super) fn serving<T>(poll: impl FnOnce() -> T) -> T {
    let _mark = Mark::set(&SERVING, POLLED.get());
    poll()
}

/// An address in its place until this is dropped, be it by a panic: a later connection may come to have the same one, and
/// would then hear of nothing any more.
struct Mark {
    place: &'static LocalKey<Cell<usize>>,
    before: usize,
}

impl Mark {
    fn set(place: &'static LocalKey<Cell<usize>>, address: usize) -> Self {
        Self { place, before: place.replace(address) }
    }
}

impl Drop for Mark {
    fn drop(&mut self) {
        self.place.set(self.before);
    }
}

impl Wake for Relay {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        match SERVING.get() == Arc::as_ptr(self).addr() {
            true => self.noted.store(true, Relaxed),
            false => self.task.wake_by_ref(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::atomic::AtomicUsize;

    use super::*;

    #[derive(Default)]
    struct Task(AtomicUsize);

    impl Wake for Task {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Relaxed);
        }
    }

    fn task() -> (Arc<Task>, Waker) {
        let task = Arc::<Task>::default();
        (task.clone(), task.into())
    }

    #[test]
    fn only_what_comes_from_the_service_is_noted() {
        let (task, waker) = task();
        let cx = &Context::from_waker(&waker);
        let mut wakes = Wakes::of(Waker::noop());
        let kept = wakes.poll(cx, |cx| {
            cx.waker().wake_by_ref();
            cx.waker().clone()
        });
        assert_eq!((task.0.load(Relaxed), wakes.take_noted()), (1, false));
        wakes.poll(cx, |cx| serving(|| cx.waker().wake_by_ref()));
        assert_eq!((task.0.load(Relaxed), wakes.take_noted(), wakes.take_noted()), (1, true, false));
        // Later, and from elsewhere.
        kept.wake_by_ref();
        wakes.poll(cx, |_| serving(|| std::thread::scope(|scope| scope.spawn(|| kept.wake_by_ref()).join())).unwrap());
        assert_eq!((task.0.load(Relaxed), wakes.take_noted()), (3, false));
    }

    #[test]
    fn a_service_that_panics_leaves_nothing_behind() {
        let (task, waker) = task();
        let mut wakes = Wakes::of(&waker);
        let panicking = AssertUnwindSafe(|| {
            wakes.poll(&Context::from_waker(&waker), |_| serving(|| std::panic::resume_unwind(Box::new("a panic"))));
        });
        assert!(catch_unwind(panicking).is_err());
        wakes.waker.wake_by_ref();
        assert_eq!((task.0.load(Relaxed), wakes.take_noted(), POLLED.get()), (1, false, 0));
    }

    #[test]
    fn a_connection_inside_another_ones_service_is_another() {
        let ((outer_task, outer_waker), (inner_task, inner_waker)) = (task(), task());
        let (mut outer, mut inner) = (Wakes::of(&outer_waker), Wakes::of(&inner_waker));
        outer.poll(&Context::from_waker(&outer_waker), |outer_cx| {
            serving(|| {
                inner.poll(&Context::from_waker(&inner_waker), |inner_cx| {
                    inner_cx.waker().wake_by_ref(); // its service is not at work
                    serving(|| outer_cx.waker().wake_by_ref()); // the outer one's is not either
                });
                outer_cx.waker().wake_by_ref();
            });
        });
        assert_eq!((outer_task.0.load(Relaxed), inner_task.0.load(Relaxed)), (1, 1));
        assert_eq!((outer.take_noted(), inner.take_noted()), (true, false));
    }
}
