use std::borrow::Cow;
use std::panic::Location;
use std::time::Duration;

use super::signature::Signature;

/// A method as a table knows it: its name, what introspection tells of it, and how it is run.
///
/// ```
/// use std::time::Duration;
/// use tagwire::{MethodInfo, Methods, OnDisconnect};
///
/// let info = MethodInfo::new("report")
///     .with_help("Makes the report, which may take some minutes.")
///     .with_timeout(Duration::from_secs(600))
///     .with_on_disconnect(OnDisconnect::Cancel);
/// let methods = Methods::new().register_fn(info, || "all is well");
/// # let _ = methods;
/// ```
#[derive(Debug, Clone)]
pub struct MethodInfo {
    name: Cow<'static, str>,
    help: Cow<'static, str>,
    signatures: Vec<Signature>,
    hidden: bool,
    idempotent: bool,
    timeout: Option<Option<Duration>>,
    on_disconnect: Option<OnDisconnect>,
    defined_at: Option<&'static Location<'static>>,
}

/// What becomes of a method that is waiting for something when its caller goes away.
///
/// ```
/// use tagwire::{Dispatcher, MethodInfo, Methods, OnDisconnect};
///
/// // A search that nobody waits for any more is not worth going on with; everything else is carried to its end.
/// let search = MethodInfo::new("search").with_on_disconnect(OnDisconnect::Cancel);
/// let dispatcher = Dispatcher::new(Methods::new().register_fn(search, async |words: String| words));
/// # let _ = dispatcher;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum OnDisconnect {
    /// It is carried to its end: nothing is done by halves.
    #[default]
    Finish,
    /// It is dropped where it waits. For what has no effect beside its answer. A multicall goes by the
    /// [dispatcher's](crate::Dispatcher::on_disconnect) setting; the calls in it are dropped only if the whole is.
    Cancel,
}

impl MethodInfo {
    /// A method with no help and no known signature.
    #[must_use]
    #[track_caller]
    pub fn new(name: impl Into<Cow<'static, str>>) -> Self {
        Self { defined_at: Some(Location::caller()), ..Self::named(name.into()) }
    }

    fn named(name: Cow<'static, str>) -> Self {
        Self {
            name,
            help: Cow::Borrowed(""),
            signatures: Vec::new(),
            hidden: false,
            idempotent: false,
            timeout: None,
            on_disconnect: None,
            defined_at: None,
        }
    }

    /// Sets the text for `system.methodHelp`.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<Cow<'static, str>>) -> Self {
        self.help = help.into();
        self
    }

    /// Adds a way to call the method. A function tells its own, which counts if none is added.
    ///
    /// ```
    /// use tagwire::{MethodInfo, ParamType, Signature, ValueType};
    ///
    /// let by_name = Signature::new(ValueType::Struct).param("name", ParamType::Required(ValueType::String.into()));
    /// let by_number = Signature::new(ValueType::Struct).param("number", ParamType::Required(ValueType::Int.into()));
    /// let info = MethodInfo::new("find").with_signature(by_name).with_signature(by_number);
    /// assert_eq!(info.signatures().len(), 2);
    /// ```
    #[must_use]
    pub fn with_signature(mut self, signature: impl Into<Signature>) -> Self {
        self.signatures.push(signature.into());
        self
    }

    /// Whether introspection is silent about it; it can be called all the same. False unless set.
    ///
    /// ```
    /// use tagwire::{Dispatcher, MethodInfo, Methods};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), tagwire::Fault> {
    /// let debug = MethodInfo::new("debug").with_hidden(true);
    /// let dispatcher = Dispatcher::new(Methods::new().register_fn(debug, || "on"));
    /// assert_eq!(dispatcher.call::<_, String>("debug", ()).await?, "on");
    /// let names: Vec<String> = dispatcher.call("system.listMethods", ()).await?;
    /// assert!(!names.contains(&"debug".to_owned()));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_hidden(mut self, hidden: bool) -> Self {
        self.hidden = hidden;
        self
    }

    /// Says that calling it twice does no more than calling it once. False unless set.
    #[must_use]
    pub fn with_idempotent(mut self, idempotent: bool) -> Self {
        self.idempotent = idempotent;
        self
    }

    /// How long a call may take before it is answered with fault -32400; `None` for no limit. The
    /// [dispatcher's](crate::Dispatcher::handler_timeout) unless set.
    #[must_use]
    pub fn with_timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.timeout = Some(limit.into());
        self
    }

    /// What becomes of a call whose caller goes away. The [dispatcher's](crate::Dispatcher::on_disconnect) unless set.
    #[must_use]
    pub fn with_on_disconnect(mut self, on_disconnect: OnDisconnect) -> Self {
        self.on_disconnect = Some(on_disconnect);
        self
    }

    pub(super) fn with_name(mut self, name: Cow<'static, str>) -> Self {
        self.name = name;
        self
    }

    pub(super) fn with_place(mut self, place: &'static Location<'static>) -> Self {
        self.defined_at.get_or_insert(place);
        self
    }

    /// The name that the method has of itself; a table may hold it under another.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn to_name(&self) -> Cow<'static, str> {
        self.name.clone()
    }

    /// What it is for; empty if nobody said.
    #[must_use]
    pub fn help(&self) -> &str {
        &self.help
    }

    /// The ways to call it. Empty if nothing is known.
    #[must_use]
    pub fn signatures(&self) -> &[Signature] {
        &self.signatures
    }

    /// Whether introspection is silent about it.
    #[must_use]
    pub fn is_hidden(&self) -> bool {
        self.hidden
    }

    /// Whether calling it twice does no more than calling it once.
    #[must_use]
    pub fn is_idempotent(&self) -> bool {
        self.idempotent
    }

    /// Its own limit in time; `None` if it has the dispatcher's, `Some(None)` if it has none.
    #[must_use]
    pub fn timeout(&self) -> Option<Option<Duration>> {
        self.timeout
    }

    /// What becomes of it when its caller goes away; `None` if that is for the dispatcher to say.
    #[must_use]
    pub fn on_disconnect(&self) -> Option<OnDisconnect> {
        self.on_disconnect
    }

    /// Where in the source it was named.
    #[must_use]
    pub fn defined_at(&self) -> Option<&'static Location<'static>> {
        self.defined_at
    }
}

impl From<&'static str> for MethodInfo {
    fn from(name: &'static str) -> Self {
        Self::named(name.into())
    }
}

impl From<String> for MethodInfo {
    fn from(name: String) -> Self {
        Self::named(name.into())
    }
}

impl From<Cow<'static, str>> for MethodInfo {
    fn from(name: Cow<'static, str>) -> Self {
        Self::named(name)
    }
}
