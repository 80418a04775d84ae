//! Nothing that the macros generate is a warning where all are errors: `cargo clippy --tests` tells, and `cargo test` of
//! what the compiler itself warns about.

#![deny(warnings, clippy::all, clippy::pedantic, clippy::nursery)]
#![allow(clippy::redundant_pub_crate, reason = "it asks for what `unreachable_pub` refuses")]
#![deny(missing_docs, missing_debug_implementations, missing_copy_implementations, unreachable_pub)]
#![deny(unused_qualifications, unused_results, unused_lifetimes, single_use_lifetimes, rust_2018_idioms)]
#![deny(trivial_casts, trivial_numeric_casts, redundant_lifetimes, let_underscore_drop, variant_size_differences)]
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::wildcard_imports, clippy::indexing_slicing)]

mod reexports {
    pub(crate) use ::tagwire;
}

/// Functions.
pub mod functions {
    use tagwire::{Binary, Fault, RequestContext, Rest, xmlrpc_method};

    /// Adds two integers.
    #[xmlrpc_method]
    pub async fn add(a: i32, b: i32) -> i32 {
        tokio::task::yield_now().await;
        a.wrapping_add(b)
    }

    /// Negates an integer.
    ///
    /// # Errors
    ///
    /// For the lowest integer.
    #[xmlrpc_method(name = "neg", help = "Negates.", hidden, idempotent, timeout = "30s", on_disconnect = "cancel")]
    pub fn negate(a: i32) -> Result<i32, Fault> {
        a.checked_neg().ok_or_else(|| Fault::application("out of range"))
    }

    /// Has words of the language for names.
    #[doc = include_str!("../LICENSE-MIT")]
    #[xmlrpc_method(package = "crate::reexports::tagwire")]
    #[must_use]
    pub const fn r#type(r#match: i32) -> i32 {
        r#match
    }

    /// Takes its time.
    #[xmlrpc_method(blocking)]
    #[must_use]
    pub fn length(_cx: RequestContext, data: Binary) -> usize {
        data.as_ref().len()
    }

    /// Is there no longer.
    #[deprecated = "use `add`"]
    #[xmlrpc_method]
    #[must_use]
    pub fn old(values: Rest<i32>) -> i32 {
        values.into_iter().sum()
    }

    /// Is not there at all.
    #[cfg(any())]
    #[xmlrpc_method]
    pub fn absent(_: NoSuchType) {}

    #[xmlrpc_method]
    #[allow(non_snake_case)]
    pub(crate) fn privateOne(_: Vec<Option<i32>>) {}
}

/// Functions of types.
pub mod types {
    use std::cell::Cell;
    use std::future::{Future, ready};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI32, Ordering};

    use serde::Serialize;
    use tagwire::{Fault, xmlrpc_methods};

    /// Counts.
    #[derive(Debug, Default)]
    pub struct Counter {
        count: AtomicI32,
    }

    #[xmlrpc_methods(namespace = "counter")]
    impl Counter {
        /// Counts on.
        #[xmlrpc_method]
        pub async fn increase(&self, by: i32) -> i32 {
            ready(()).await;
            self.count.fetch_add(by, Ordering::Relaxed)
        }

        /// Has a future that cannot be shared between threads, and need not be.
        #[xmlrpc_method]
        pub async fn not_shared(self: Arc<Self>) -> i32 {
            let kept = Cell::new(self.count.load(Ordering::Relaxed));
            ready(()).await;
            kept.get()
        }

        /// Resets.
        ///
        /// # Errors
        ///
        /// Never.
        #[xmlrpc_method(blocking)]
        pub fn reset(self: &Arc<Self>) -> Result<(), Fault> {
            self.count.store(0, Ordering::Relaxed);
            Ok(())
        }

        /// Tells the version.
        #[xmlrpc_method(name = "version")]
        #[must_use]
        pub const fn r#static() -> &'static str {
            "1"
        }

        /// Is awaited, too.
        #[xmlrpc_method]
        pub fn future(&self) -> impl Future<Output = i32> + Send + use<> {
            ready(self.count.load(Ordering::Relaxed))
        }

        /// Went another way.
        #[deprecated = "use `increase`"]
        #[xmlrpc_method]
        #[must_use]
        pub fn old(&self, _: i32) -> i32 {
            self.count.load(Ordering::Relaxed)
        }

        #[xmlrpc_method]
        #[cfg(any())]
        fn absent(&self, _: NoSuchType) {}
    }

    pub(crate) struct Fixed<'a, T> {
        pub(crate) values: &'a [T],
    }

    #[xmlrpc_methods(package = "crate::reexports::tagwire")]
    impl<T: Serialize + Clone + Send + Sync> Fixed<'_, T> {
        #[xmlrpc_method]
        async fn get(&self, index: usize) -> Option<T> {
            ready(()).await;
            self.values.get(index).cloned()
        }
    }

    /// Is never made, so that nothing makes a table of it.
    enum Unused {}

    #[xmlrpc_methods(package = "tagwire")]
    impl Unused {
        #[xmlrpc_method]
        const fn answer() -> i32 {
            42
        }
    }

    pub(crate) const fn answer() -> i32 {
        Unused::answer()
    }
}

/// APIs.
pub mod apis {
    use tagwire::{Extension, Fault, Headers, RequestContext, Rest, Value, xmlrpc_api};

    /// Everything at once.
    #[xmlrpc_api(namespace = "all")]
    pub trait Everything: std::fmt::Debug {
        /// Waits.
        ///
        /// # Errors
        ///
        /// Never.
        async fn waits(&self, cx: RequestContext, a: i32, b: Option<String>, c: Option<bool>) -> Result<i32, Fault>;

        /// Waits by default.
        ///
        /// # Errors
        ///
        /// Never.
        async fn by_default(&self, _unused: i32, extension: Extension<i32>) -> Result<i32, Fault> {
            Ok(extension.0)
        }

        /// Does not wait.
        ///
        /// # Errors
        ///
        /// Never.
        #[xmlrpc_method(name = "type", blocking, timeout = "none")]
        fn r#type(&self, r#match: Vec<Option<i32>>, _: Headers, rest: Rest<Value>) -> Result<usize, Fault> {
            Ok(r#match.len() + rest.0.len())
        }

        /// Takes many.
        ///
        /// # Errors
        ///
        /// Never.
        #[allow(clippy::too_many_arguments)]
        async fn many(
            &self,
            a: i32,
            b: i32,
            c: i32,
            d: i32,
            e: i32,
            f: i32,
            g: i32,
            #[extract] cx: RequestContext,
        ) -> Result<(), Fault>;

        /// Is on its way out.
        ///
        /// # Errors
        ///
        /// Never.
        #[deprecated = "use `waits`"]
        async fn old(&self) -> Result<(), Fault>;

        /// Is not there.
        #[cfg(any())]
        async fn absent(&self, a: NoSuchType) -> Result<(), Fault>;
    }

    /// A package of another name.
    #[xmlrpc_api(package = "crate::reexports::tagwire", client = "Caller")]
    pub(crate) trait Renamed {
        async fn ping(&self) -> Result<(), Fault>;
    }

    #[xmlrpc_api]
    trait Private {
        fn nothing(&self) -> Result<(), Fault>;
    }

    #[derive(Debug, Clone, Copy)]
    pub(crate) struct Implementer;

    impl Everything for Implementer {
        async fn waits(&self, _: RequestContext, a: i32, _: Option<String>, _: Option<bool>) -> Result<i32, Fault> {
            tokio::task::yield_now().await;
            Ok(a)
        }

        async fn many(
            &self,
            _: i32,
            _: i32,
            _: i32,
            _: i32,
            _: i32,
            _: i32,
            _: i32,
            _: RequestContext,
        ) -> Result<(), Fault> {
            Ok(())
        }

        async fn old(&self) -> Result<(), Fault> {
            Ok(())
        }
    }

    impl Renamed for Implementer {
        async fn ping(&self) -> Result<(), Fault> {
            Ok(())
        }
    }

    impl Private for Implementer {
        fn nothing(&self) -> Result<(), Fault> {
            Ok(())
        }
    }

    pub(crate) fn nothing() -> usize {
        Private::into_methods(Implementer).len()
    }
}

#[tokio::test]
async fn strict_code_has_methods() -> Result<(), tagwire::Fault> {
    use crate::apis::{Everything, Implementer, Renamed};
    use crate::functions::{add, length, negate, privateOne};

    let functions = tagwire::methods![add, negate, functions::r#type, length, privateOne];
    let types = types::Counter::default().into_methods().merge(types::Fixed { values: &[1, 2] }.into_methods());
    let apis = Everything::into_methods(Implementer).merge(Renamed::into_methods(Implementer));
    assert_eq!((functions.len(), types.len(), apis.len()), (5, 7, 6));
    assert_eq!((types::answer(), apis::nothing()), (42, 1));

    let dispatcher = tagwire::Dispatcher::new(functions.merge(types).merge(apis));
    assert_eq!(dispatcher.call::<_, i32>("type", (3,)).await?, 3);
    assert_eq!(dispatcher.call::<_, i32>("get", (1,)).await?, 2);
    assert_eq!(dispatcher.call::<_, i32>("counter.not_shared", ()).await?, 0);
    assert_eq!(dispatcher.call::<_, i32>("all.type", (vec![1], 2, 3)).await?, 3);
    Ok(())
}
