use std::sync::Arc;
use std::time::Duration;

use http::header::{ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use tower::{BoxError, Layer, Service};

use super::endpoint::{self, Endpoint, Target};
use super::exchange::Retries;
use super::observe::{Message, Observer};
use super::options::{self, Options};
use super::transport::{
    DEFAULT_LIMIT, HttpSettings, HttpTransport, Proxy, Reply, Request, ScgiTransport, Transport, TransportService,
};
use super::{Client, Error, Shared};
use crate::dialect::Dialect;
use crate::xml::limits::Limits;

/// Settings of a [`Client`]; made by [`Client::builder`].
///
/// ```
/// use std::time::Duration;
/// use tagwire::{Client, Dialect};
///
/// let client = Client::builder("http://localhost:8000/api")
///     .dialect(Dialect::default().allow_none(true))
///     .connect_timeout(Duration::from_secs(2))
///     .timeout(Duration::from_secs(60))
///     .max_response_size(64 * 1024 * 1024)
///     .user_agent("inventory/2.1")
///     .build()?;
/// # Ok::<(), tagwire::client::Error>(())
/// ```
#[derive(Debug)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct ClientBuilder {
    way: Way,
    /// The first setting that is of no use.
    mistake: Option<Error>,
    settings: Settings,
    http: HttpSettings,
}

/// How calls get to the server.
enum Way {
    /// Parsed at once, so that the text with the password in it is not kept.
    Url(Result<Endpoint, Error>),
    Transport {
        transport: Arc<dyn Transport>,
        url: String,
    },
}

/// What holds for every transport.
#[derive(Debug)]
struct Settings {
    headers: HeaderMap,
    dialect: Dialect,
    limits: Limits,
    timeout: Duration,
    max_response_size: usize,
    max_decoded_size: usize,
    #[cfg(feature = "gzip")]
    encode_threshold: Option<usize>,
    retries: Retries,
    observer: Option<Observer>,
    #[cfg(feature = "cookies")]
    cookies: bool,
}

impl ClientBuilder {
    pub(super) fn new(url: &str) -> Self {
        Self::of(Way::Url(Endpoint::parse(url)))
    }

    /// Settings of a client over a transport of your own. Those for connections ([`connect_timeout`](Self::connect_timeout),
    /// [`proxy`](Self::proxy) and the like) have no effect on it.
    pub fn from_transport(transport: impl Transport) -> Self {
        Self::over(Arc::new(transport))
    }

    /// How calls are written: whether nil may be sent, and the like. Default: [`Dialect::default`].
    pub fn dialect(mut self, dialect: Dialect) -> Self {
        self.settings.dialect = dialect;
        self
    }

    /// How deep and how many the values of a reply may be; one beyond is an error that
    /// [`is_not_xmlrpc`](Error::is_not_xmlrpc). Default: [`Limits::default`].
    pub fn limits(mut self, limits: Limits) -> Self {
        self.settings.limits = limits;
        self
    }

    /// The longest time until there is a connection: the lookup of the host's name, connecting to one of its addresses after
    /// the other, the proxy, and the handshake of TLS. Default: 10 seconds.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.http.connect_timeout = limit;
        self
    }

    /// The longest time for one call: connection, sending, the whole reply, and repeats. Default: 30 seconds.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.settings.timeout = limit;
        self
    }

    /// The longest reply that is read, in bytes as they come over the wire; a longer one is an error that
    /// [`is_too_large`](Error::is_too_large). Default: 16 MiB.
    ///
    /// The reply as text takes no more than three times this. Its values may take more: an array of [`Value`](crate::Value)s
    /// has 32 bytes for each, and for a moment 64 or 96 while it grows, where `<value/>` has 8 and `<value><i4>1</i4></value>`
    /// has 25. How many there may be, whatever their text, is set by [`limits`](Self::limits): a million are up to 48 MB.
    pub fn max_response_size(mut self, bytes: usize) -> Self {
        self.settings.max_response_size = bytes;
        self
    }

    /// The longest document that a compressed reply may become, in bytes; a longer one is an error that
    /// [`is_too_large`](Error::is_too_large). One that is not in UTF-8 may become as long when it is changed to that; beyond it
    /// the error [`is_not_xmlrpc`](Error::is_not_xmlrpc). Default: 16 MiB.
    pub fn max_decoded_size(mut self, bytes: usize) -> Self {
        self.settings.max_decoded_size = bytes;
        self
    }

    /// Compresses calls that have more bytes than this, with gzip; `None`, the default, compresses none. Not every server
    /// reads such a call.
    #[cfg(feature = "gzip")]
    pub fn encode_threshold(mut self, bytes: impl Into<Option<usize>>) -> Self {
        self.settings.encode_threshold = bytes.into();
        self
    }

    /// How often a call that is marked as [`idempotent`](Client::idempotent) is made again if it fails on the way. Others are
    /// never. Default: once.
    pub fn retries(mut self, count: u32) -> Self {
        self.settings.retries.count = count;
        self
    }

    /// The time from the failure of an idempotent call to its repeat. Default: 100 milliseconds.
    ///
    /// ```
    /// use std::time::Duration;
    /// use tagwire::Client;
    ///
    /// let client = Client::builder("http://localhost:8000")
    ///     .retries(3)
    ///     .retry_pause(Duration::from_millis(500))
    ///     .build()?
    ///     .idempotent();
    /// # let _ = client;
    /// # Ok::<(), tagwire::client::Error>(())
    /// ```
    pub fn retry_pause(mut self, pause: Duration) -> Self {
        self.settings.retries.pause = pause;
        self
    }

    /// The `User-Agent` header. Default: `tagwire/` and the version of this crate.
    pub fn user_agent(mut self, name: impl Into<String>) -> Self {
        match HeaderValue::try_from(name.into()) {
            Ok(name) => drop(self.settings.headers.insert(USER_AGENT, name)),
            Err(error) => self.note(Error::request("the user agent is no header value").with_source(error)),
        }
        self
    }

    /// A header for every call, in the place of one of the same name. [`Client::with_header`] is for single calls, and says
    /// which are taken for secrets.
    ///
    /// ```
    /// use tagwire::Client;
    ///
    /// let client = Client::builder("http://localhost:8000").header("x-tenant", "blue").build()?;
    /// # let _ = client;
    ///
    /// let mistake = Client::builder("http://localhost:8000").header("no header", "blue").build().unwrap_err();
    /// assert!(mistake.is_request());
    /// # Ok::<(), tagwire::client::Error>(())
    /// ```
    pub fn header<N, V>(mut self, name: N, value: V) -> Self
    where
        N: TryInto<HeaderName>,
        V: TryInto<HeaderValue>,
    {
        if let Err(mistake) = options::insert(&mut self.settings.headers, name, value) {
            self.note(Error::request(mistake));
        }
        self
    }

    /// User and password for basic authentication, as they are: nothing is percent-decoded. They take the place of those in
    /// the URL.
    ///
    /// ```
    /// use tagwire::Client;
    ///
    /// let client = Client::builder("http://localhost:8000").credentials("ada", "l0ve:lace").build()?;
    /// assert!(!format!("{client:?}").contains("l0ve"));
    /// # Ok::<(), tagwire::client::Error>(())
    /// ```
    pub fn credentials(mut self, user: &str, password: &str) -> Self {
        match endpoint::basic(format!("{user}:{password}").as_bytes()) {
            Ok(header) => drop(self.settings.headers.insert(AUTHORIZATION, header)),
            Err(error) => self.note(error),
        }
        self
    }

    /// How many connections are kept open without a call on them. Default: as many as there were calls at a time.
    pub fn max_idle_connections(mut self, count: usize) -> Self {
        self.http.max_idle = count;
        self
    }

    /// How long a connection is kept open after its last call. Default: 60 seconds.
    pub fn idle_timeout(mut self, limit: Duration) -> Self {
        self.http.idle_timeout = limit;
        self
    }

    /// Goes through an HTTP proxy at `http://[user:password@]host[:port]`: for an `http://` URL it is given the requests, for
    /// an `https://` one it makes a tunnel. The environment is not asked for one, since under CGI a caller can set
    /// `HTTP_PROXY`. By default there is none.
    ///
    /// ```
    /// use tagwire::Client;
    ///
    /// let client = Client::builder("http://rpc.example").proxy("http://user:password@proxy.example:3128").build()?;
    /// # let _ = client;
    ///
    /// let mistake = Client::builder("http://rpc.example").proxy("socks5://proxy.example").build().unwrap_err();
    /// assert!(mistake.is_request());
    /// # Ok::<(), tagwire::client::Error>(())
    /// ```
    pub fn proxy(mut self, url: &str) -> Self {
        match Proxy::parse(url) {
            Ok(proxy) => self.http.proxy = Some(proxy),
            Err(error) => self.note(error),
        }
        self
    }

    /// Whom to trust behind an `https://` URL, and as whom to call. Default: [`TlsConfig::default`](super::transport::TlsConfig).
    #[cfg(feature = "tls")]
    pub fn tls(mut self, config: impl Into<super::transport::TlsConfig>) -> Self {
        self.http.tls = Some(config.into());
        self
    }

    /// Whether cookies that the server sets are sent back to it, by all clones of the client. Default: no.
    #[cfg(feature = "cookies")]
    pub fn cookies(mut self, keep: bool) -> Self {
        self.settings.cookies = keep;
        self
    }

    /// Shows every request before it is sent and every reply when it is there, without credentials: see [`Message`]. What it
    /// is given to ends before the call goes on.
    pub fn verbose(mut self, look: impl Fn(&Message<'_>) + Send + Sync + 'static) -> Self {
        self.settings.observer = Some(Observer::new(look));
        self
    }

    /// Puts another transport around the one that there is, such as a [`Record`](super::transport::Record), which has an
    /// example. What is set for connections afterwards comes too late.
    ///
    /// # Errors
    ///
    /// Those of `wrap`. That the URL is of no use is told by [`build`](Self::build).
    pub fn wrap<T, E>(self, wrap: impl FnOnce(Arc<dyn Transport>) -> Result<T, E>) -> Result<Self, E>
    where
        T: Transport,
    {
        let Self { way, mistake, mut settings, http } = self;
        let way = match way.connect(&mut settings.headers, http) {
            Ok((transport, url)) => Way::Transport { transport: Arc::new(wrap(transport)?), url },
            Err(error) => Way::Url(Err(error)),
        };
        Ok(Self { way, mistake, settings, http: HttpSettings::default() })
    }

    /// Puts a layer of tower around the transport that there is: a limit of rate or of calls at a time, another policy of
    /// repeats. The last one added sees a call first. Those that ask whether the one beneath is ready, as load shedding over a
    /// limit does, are given together, as a `ServiceBuilder`. What is set for connections afterwards comes too late.
    ///
    /// Each call goes to a clone of the service, so that a limit has to be one that its clones share. A policy of repeats has to
    /// ask each request whether it [is idempotent](Request::is_idempotent), and had better take the place of the client's own
    /// ([`retries(0)`](Self::retries)).
    ///
    /// ```
    /// use tagwire::Client;
    /// use tower::ServiceBuilder;
    /// use tower::limit::GlobalConcurrencyLimitLayer;
    ///
    /// let limits = ServiceBuilder::new().load_shed().layer(GlobalConcurrencyLimitLayer::new(16));
    /// let client = Client::builder("http://localhost:8000").layer(limits).build()?;
    /// # Ok::<(), tagwire::client::Error>(())
    /// ```
    pub fn layer<L>(self, layer: L) -> Self
    where
        L: Layer<TransportService>,
        L::Service: Service<Request, Response = Reply> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Error: Into<BoxError>,
        <L::Service as Service<Request>>::Future: Send,
    {
        let Ok(this) =
            self.wrap(|transport| Ok::<_, std::convert::Infallible>(layer.layer(TransportService::shared(transport))));
        this
    }

    /// The client. Nothing is connected before its first call.
    ///
    /// # Errors
    ///
    /// One that [is a request error](Error::is_request) when the URL or another setting is of no use, or a certificate
    /// cannot be read.
    ///
    /// ```
    /// use tagwire::Client;
    ///
    /// let error = Client::builder("localhost:8000").build().unwrap_err();
    /// assert!(error.is_request());
    /// ```
    pub fn build(self) -> Result<Client, Error> {
        let Self { way, mistake, mut settings, http } = self;
        let (transport, url) = way.connect(&mut settings.headers, http)?;
        match mistake {
            None => Ok(settings.client(transport, url)),
            Some(mistake) => Err(mistake),
        }
    }

    pub(super) fn defaults_over(transport: Arc<dyn Transport>) -> Client {
        let url = transport.url().into_owned();
        Settings::default().client(transport, url)
    }

    fn over(transport: Arc<dyn Transport>) -> Self {
        let url = transport.url().into_owned();
        Self::of(Way::Transport { transport, url })
    }

    fn of(way: Way) -> Self {
        Self { way, mistake: None, settings: Settings::default(), http: HttpSettings::default() }
    }

    fn note(&mut self, mistake: Error) {
        self.mistake.get_or_insert(mistake);
    }
}

impl Way {
    fn connect(self, headers: &mut HeaderMap, http: HttpSettings) -> Result<(Arc<dyn Transport>, String), Error> {
        let endpoint = match self {
            Self::Transport { transport, url } => return Ok((transport, url)),
            Self::Url(endpoint) => endpoint?,
        };
        let Endpoint { target, url, authorization } = endpoint;
        if let Some(authorization) = authorization {
            headers.entry(AUTHORIZATION).or_insert(authorization);
        }
        let transport: Arc<dyn Transport> = match target {
            Target::Http { route, uri } => Arc::new(HttpTransport::new(route, uri, url.clone(), http)?),
            Target::Scgi(target) => Arc::new(ScgiTransport::new(target, url.clone(), http.connect_timeout)),
        };
        Ok((transport, url))
    }
}

impl std::fmt::Debug for Way {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Url(endpoint) => endpoint.fmt(f),
            Self::Transport { url, .. } => url.fmt(f),
        }
    }
}

impl Settings {
    fn client(self, transport: Arc<dyn Transport>, url: String) -> Client {
        let options =
            Options { headers: Arc::new(self.headers), timeout: self.timeout, idempotent: false, mistake: None };
        let shared = Shared {
            transport,
            url,
            dialect: self.dialect,
            limits: self.limits,
            max_response_size: self.max_response_size,
            max_decoded_size: self.max_decoded_size,
            #[cfg(feature = "gzip")]
            encode_threshold: self.encode_threshold,
            retries: self.retries,
            observer: self.observer,
            #[cfg(feature = "cookies")]
            cookies: self.cookies.then(Default::default),
        };
        Client { shared: Arc::new(shared), options }
    }
}

impl Default for Settings {
    fn default() -> Self {
        let mut headers = HeaderMap::with_capacity(8);
        headers.insert(USER_AGENT, HeaderValue::from_static(concat!("tagwire/", env!("CARGO_PKG_VERSION"))));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/xml; charset=utf-8"));
        if cfg!(feature = "gzip") {
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        }
        Self {
            headers,
            dialect: Dialect::default(),
            limits: Limits::default(),
            timeout: Duration::from_secs(30),
            max_response_size: DEFAULT_LIMIT,
            max_decoded_size: DEFAULT_LIMIT,
            #[cfg(feature = "gzip")]
            encode_threshold: None,
            retries: Retries { count: 1, pause: Duration::from_millis(100) },
            observer: None,
            #[cfg(feature = "cookies")]
            cookies: false,
        }
    }
}
