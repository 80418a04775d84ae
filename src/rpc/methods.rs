use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;
use std::fmt;
use std::panic::Location;
use std::sync::Arc;

use super::handler::Handler;
use super::hash::NameHash;
use super::info::MethodInfo;
use super::method::{FnMethod, Method};
use super::register_error::RegisterError;
use crate::xml::text::is_forbidden;

/// A table of methods by name.
///
/// Any name is legal that a document can hold, and it is looked up whole: dots in it traverse nothing. A name that is there already cannot be
/// registered again: two parts of a program that claim the same name are a mistake of the program, and
/// [`remove`](Self::remove) tells that it is none.
///
/// ```
/// use tagwire::{Methods, methods, xmlrpc_method};
///
/// /// Adds two integers.
/// #[xmlrpc_method]
/// async fn add(a: i32, b: i32) -> i32 {
///     a + b
/// }
///
/// let methods = methods![add].register_fn("math.neg", |n: i32| -n);
/// assert!(methods.get("add").is_some_and(|add| add.info().help() == "Adds two integers."));
/// ```
#[derive(Clone, Default)]
pub struct Methods {
    /// Shared with clones until one is changed, so that a server's table can be copied, changed and put back.
    table: Arc<HashMap<Cow<'static, str>, Entry, NameHash>>,
    /// What answers for names that start so and are in no table, the longest start first.
    fallbacks: Arc<Vec<(String, Arc<dyn Method>)>>,
}

#[derive(Clone)]
struct Entry {
    method: Arc<dyn Method>,
    hidden: bool,
}

impl Methods {
    /// An empty table.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a function or closure under a name; a [`MethodInfo`] in place of the name says more about it.
    ///
    /// ```
    /// use tagwire::{Binary, MethodInfo, Methods, blocking};
    ///
    /// async fn add(a: i32, b: i32) -> i32 {
    ///     a + b
    /// }
    ///
    /// let methods = Methods::new()
    ///     .register_fn("add", add)
    ///     .register_fn(MethodInfo::new("neg").with_help("Changes the sign."), |n: i32| -n)
    ///     .register_fn("sum", blocking(|data: Binary| data.as_slice().iter().map(|&byte| i64::from(byte)).sum::<i64>()));
    /// assert_eq!(methods.len(), 3);
    /// ```
    ///
    /// # Panics
    /// A method of that name is registered already, or no call can name it.
    #[must_use]
    #[track_caller]
    pub fn register_fn<M: 'static, H: Handler<M>>(self, name: impl Into<MethodInfo>, handler: H) -> Self {
        let info = name.into().with_place(Location::caller());
        self.register(Arc::new(FnMethod::new(info, &[], handler, H::result)))
    }

    /// Adds a method under its own name.
    ///
    /// # Panics
    /// A method of that name is registered already, or no call can name it.
    #[must_use]
    #[track_caller]
    pub fn register(self, method: Arc<dyn Method>) -> Self {
        self.try_register(method).unwrap_or_else(|error| refuse(&error))
    }

    /// Adds a method under its own name, or tells which other one has that name.
    ///
    /// ```
    /// use tagwire::Methods;
    ///
    /// let plugin = Methods::new().register_fn("add", |a: f64, b: f64| a + b);
    /// let error = Methods::new().register_fn("add", |a: i32, b: i32| a + b).try_merge(plugin).unwrap_err();
    /// assert!(error.to_string().starts_with("method `add` is registered twice: at "));
    /// ```
    ///
    /// # Errors
    /// A method of that name is registered already, or no call can name it.
    pub fn try_register(mut self, method: Arc<dyn Method>) -> Result<Self, RegisterError> {
        let (name, hidden) = (method.info().to_name(), method.info().is_hidden());
        self.insert(name, Entry { method, hidden })?;
        Ok(self)
    }

    fn insert(&mut self, name: Cow<'static, str>, entry: Entry) -> Result<(), RegisterError> {
        if !can_be_called(&name) {
            return Err(RegisterError::unreachable(&name, &*entry.method));
        }
        match Arc::make_mut(&mut self.table).entry(name) {
            Slot::Vacant(slot) => {
                slot.insert(entry);
                Ok(())
            }
            Slot::Occupied(slot) => {
                Err(RegisterError::twice(&format!("method `{}`", slot.key()), &*slot.get().method, &*entry.method))
            }
        }
    }

    /// Adds all methods and fallbacks of another table.
    ///
    /// ```
    /// use tagwire::Methods;
    ///
    /// let math = Methods::new().register_fn("neg", |n: i32| -n);
    /// let methods = Methods::new().register_fn("zero", || 0).merge(math.prefix("math"));
    /// assert!(methods.contains("math.neg") && !methods.contains("neg"));
    /// ```
    ///
    /// # Panics
    /// A name is in both.
    #[must_use]
    #[track_caller]
    pub fn merge(self, other: Self) -> Self {
        self.try_merge(other).unwrap_or_else(|error| refuse(&error))
    }

    /// Adds all methods and fallbacks of another table, or tells which name is in both.
    ///
    /// # Errors
    /// A name is in both.
    pub fn try_merge(mut self, other: Self) -> Result<Self, RegisterError> {
        for (name, entry) in Arc::unwrap_or_clone(other.table) {
            self.insert(name, entry)?;
        }
        for (start, method) in Arc::unwrap_or_clone(other.fallbacks) {
            self.insert_fallback(start, method)?;
        }
        Ok(self)
    }

    /// Puts `prefix` and a dot before every name; the fallback then answers for names that start so. An empty one
    /// changes nothing.
    ///
    /// ```
    /// use tagwire::Methods;
    ///
    /// let methods = Methods::new().register_fn("neg", |n: i32| -n).prefix("math").prefix("v1");
    /// assert!(methods.contains("v1.math.neg"));
    /// ```
    ///
    /// # Panics
    /// No call can name a method that starts so.
    #[must_use]
    #[track_caller]
    pub fn prefix(self, prefix: &str) -> Self {
        if prefix.is_empty() {
            return self;
        }
        let mut prefixed = Self::new();
        for (name, entry) in Arc::unwrap_or_clone(self.table) {
            if let Err(error) = prefixed.insert(format!("{prefix}.{name}").into(), entry) {
                refuse(&error);
            }
        }
        let fallbacks = Arc::unwrap_or_clone(self.fallbacks).into_iter();
        prefixed.fallbacks = Arc::new(fallbacks.map(|(start, method)| (format!("{prefix}.{start}"), method)).collect());
        prefixed
    }

    /// Takes a method out; nothing happens if there is none of that name.
    ///
    /// ```
    /// use tagwire::Methods;
    ///
    /// let methods = Methods::new().register_fn("up", || true).register_fn("down", || false);
    /// let methods = methods.remove("down").remove("sideways");
    /// assert!(methods.contains("up") && !methods.contains("down"));
    /// ```
    #[must_use]
    pub fn remove(mut self, name: &str) -> Self {
        Arc::make_mut(&mut self.table).remove(name);
        self
    }

    /// Has introspection say nothing of a method, which can be called all the same; nothing happens if there is none of
    /// that name.
    ///
    /// ```
    /// use tagwire::{Dispatcher, Methods};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), tagwire::Fault> {
    /// let dispatcher = Dispatcher::new(Methods::new().register_fn("debug", || "on").hide("debug"));
    /// assert_eq!(dispatcher.call::<_, String>("debug", ()).await?, "on");
    /// let names: Vec<String> = dispatcher.call("system.listMethods", ()).await?;
    /// assert!(!names.contains(&"debug".to_owned()));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn hide(mut self, name: &str) -> Self {
        if let Some(entry) = Arc::make_mut(&mut self.table).get_mut(name) {
            entry.hidden = true;
        }
        self
    }

    /// Has a function answer for every name that no method has, as CPython's `_dispatch` does. Methods come first,
    /// those of `system` included. Introspection tells nothing of it.
    ///
    /// ```
    /// use tagwire::{Dispatcher, Fault, MethodName, Methods, Params};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Fault> {
    /// let methods = Methods::new().fallback(|MethodName(name): MethodName, mut params: Params| {
    ///     let first: i32 = params.take()?;
    ///     params.finish()?;
    ///     Ok::<_, Fault>(format!("{name} of {first}"))
    /// });
    /// let answer: String = Dispatcher::new(methods.prefix("any")).call("any.thing", (5,)).await?;
    /// assert_eq!(answer, "any.thing of 5");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    /// There is one already.
    #[must_use]
    #[track_caller]
    pub fn fallback<M: 'static, H: Handler<M>>(mut self, handler: H) -> Self {
        let info = MethodInfo::new("");
        match self.insert_fallback(String::new(), Arc::new(FnMethod::new(info, &[], handler, H::result))) {
            Ok(()) => self,
            Err(error) => refuse(&error),
        }
    }

    fn insert_fallback(&mut self, start: String, method: Arc<dyn Method>) -> Result<(), RegisterError> {
        let fallbacks = Arc::make_mut(&mut self.fallbacks);
        if let Some((_, first)) = fallbacks.iter().find(|(other, _)| *other == start) {
            return Err(RegisterError::twice(&format!("the fallback for `{start}*`"), &**first, &*method));
        }
        let place = fallbacks.partition_point(|(other, _)| other.len() >= start.len());
        fallbacks.insert(place, (start, method));
        Ok(())
    }

    /// The method of a name. A fallback does not count.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Arc<dyn Method>> {
        self.table.get(name).map(|entry| &entry.method)
    }

    /// The method of a name, and the name as the table holds it.
    pub(super) fn find(&self, name: &str) -> Option<(&Cow<'static, str>, &Arc<dyn Method>)> {
        self.table.get_key_value(name).map(|(name, entry)| (name, &entry.method))
    }

    /// The fallback that answers for a name.
    pub(super) fn fallback_for(&self, name: &str) -> Option<&Arc<dyn Method>> {
        self.fallbacks.iter().find(|(start, _)| name.starts_with(start)).map(|(_, method)| method)
    }

    /// Whether there is a method of that name.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.table.contains_key(name)
    }

    /// The number of methods.
    #[must_use]
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// The names and methods, in no particular order.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Arc<dyn Method>)> {
        self.table.iter().map(|(name, entry)| (name.as_ref(), &entry.method))
    }

    /// Tells of every method, by the name that it has in this table and sorted by it: its help, its signatures with the names of
    /// arguments and of members, whether it is hidden. For documentation pages, and for code that is made from them.
    ///
    /// ```
    /// use tagwire::{Methods, methods, xmlrpc_method};
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Point {
    ///     x: f64,
    ///     y: f64,
    /// }
    ///
    /// /// The distance from the origin.
    /// #[xmlrpc_method]
    /// fn distance(point: Point) -> f64 {
    ///     point.x.hypot(point.y)
    /// }
    ///
    /// let methods = methods![distance].prefix("plane");
    /// let [distance] = methods.describe().try_into().unwrap();
    /// assert_eq!((distance.name(), distance.help()), ("plane.distance", "The distance from the origin."));
    /// let point = &distance.signatures()[0].params()[0];
    /// assert_eq!((point.name(), point.param_type().type_info().members()), (Some("point"), ["x", "y"].as_slice()));
    /// ```
    #[must_use]
    pub fn describe(&self) -> Vec<MethodInfo> {
        let describe = |(name, entry): (&Cow<'static, str>, &Entry)| {
            entry.method.info().clone().with_name(name.clone()).with_hidden(entry.hidden)
        };
        let mut all: Vec<_> = self.table.iter().map(describe).collect();
        all.sort_unstable_by(|a, b| a.name().cmp(b.name()));
        all
    }

    /// Whether introspection tells of a method.
    pub(super) fn is_listed(&self, name: &str) -> bool {
        self.table.get(name).is_some_and(|entry| !entry.hidden)
    }

    /// The names that introspection tells.
    pub(super) fn listed(&self) -> impl Iterator<Item = &str> {
        self.table.iter().filter(|(_, entry)| !entry.hidden).map(|(name, _)| name.as_ref())
    }
}

impl fmt::Debug for Methods {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut names: Vec<_> = self.table.keys().collect();
        names.sort_unstable();
        f.debug_tuple("Methods").field(&names).finish()
    }
}

/// Whether a document can hold the name as it is.
fn can_be_called(name: &str) -> bool {
    !name.is_empty() && name.trim_ascii() == name && !name.chars().any(is_forbidden)
}

/// The end of a program that claims a name twice, at the line that did.
#[track_caller]
#[expect(clippy::panic, reason = "a mistake of the program that is seen at its start, as with the routes of axum")]
fn refuse(error: &RegisterError) -> ! {
    panic!("{error}")
}

/// Collects functions marked [`#[xmlrpc_method]`](macro@crate::xmlrpc_method) in a [`Methods`] table.
///
/// ```
/// use tagwire::{methods, xmlrpc_method};
///
/// #[xmlrpc_method]
/// fn zero() -> i32 {
///     0
/// }
///
/// mod math {
///     #[tagwire::xmlrpc_method(name = "math.half")]
///     pub async fn half(n: f64) -> f64 {
///         n / 2.0
///     }
/// }
///
/// assert_eq!(methods![zero, math::half].len(), 2);
/// ```
#[cfg(feature = "macros")]
#[macro_export]
macro_rules! methods {
    ($($path:path),* $(,)?) => {
        $crate::Methods::new()$(.register(<$path as $crate::__private::Annotated>::method()))*
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::ValueType;

    fn names(methods: &Methods) -> Vec<&str> {
        let mut names: Vec<_> = methods.iter().map(|(name, _)| name).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn tables_merge_under_prefixes() {
        let inner = Methods::new().register_fn("a", || 1).register_fn("b.c", || 2);
        let methods = Methods::new().register_fn("a", || 0).merge(inner.prefix("in"));
        assert_eq!(names(&methods), ["a", "in.a", "in.b.c"]);
        assert_eq!(names(&methods.remove("in.a").remove("unknown")), ["a", "in.b.c"]);
    }

    #[test]
    fn a_duplicate_names_both_places() {
        let first = Methods::new().register_fn("a", || 1);
        let line = line!() - 1;
        let error = first.try_merge(Methods::new().register_fn("a", || 2)).unwrap_err();
        let text = error.to_string();
        assert!(text.starts_with("method `a` is registered twice: at src"), "{text}");
        assert!(text.contains(&format!("methods.rs:{line}:")) && text.contains(&format!("methods.rs:{}:", line + 2)));
    }

    #[test]
    #[should_panic(expected = "method `a` is registered twice: at src")]
    fn a_duplicate_is_a_mistake_of_the_program() {
        let _ = Methods::new().register_fn("a", || 1).register_fn("a", || 2);
    }

    #[test]
    fn a_name_that_no_call_can_have_is_refused() {
        for name in ["", " a", "a\n", "a\u{1}b", "\u{ffff}"] {
            let method = FnMethod::new(MethodInfo::new(name), &[], || 1, || ValueType::Int.into());
            let text = Methods::new().try_register(Arc::new(method)).unwrap_err().to_string();
            assert!(text.starts_with("no call can name method "), "{text}");
        }
    }

    #[test]
    #[should_panic(expected = "the fallback for `*` is registered twice: at src")]
    fn so_is_a_second_fallback() {
        let _ = Methods::new().fallback(|| 1).fallback(|| 2);
    }

    #[test]
    fn a_clone_is_a_table_of_its_own() {
        let one = Methods::new().register_fn("a", || 1);
        let two = one.clone().register_fn("b", || 2);
        assert_eq!((names(&one), names(&two)), (vec!["a"], vec!["a", "b"]));
    }

    #[test]
    fn the_longest_start_finds_the_fallback() {
        let inner = Methods::new().fallback(|| 1).prefix("in");
        let methods = Methods::new().merge(inner).fallback(|| 2);
        let found = |name| methods.fallback_for(name).map(|method| method.info().defined_at().map(Location::line));
        assert_ne!(found("in.a"), found("a"));
        assert_eq!(found("in"), found("a"));
        assert!(methods.is_empty() && methods.describe().is_empty());
    }
}
