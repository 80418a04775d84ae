//! `#[derive(XmlRpcFault)]` on types that have no mistakes.

#![deny(warnings, clippy::pedantic, clippy::nursery)] // of which the derive causes none in the crate of who uses it
#![allow(clippy::redundant_pub_crate, reason = "it contradicts the compiler's `unreachable_pub`")]

use std::convert::Infallible;
use std::fmt::{self, Debug, Display};
use std::io;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tagwire::{Dialect, Dispatcher, Fault, MethodCall, MethodResponse, Methods, XmlRpcFault};

mod codes {
    pub(super) const NOT_FOUND: i32 = 404;
    pub(super) const LOCKED: i64 = 423;
    pub(super) static SMALL: u8 = 7;
}

mod reexports {
    pub(super) use tagwire as xmlrpc;
}

#[derive(Debug, thiserror::Error, XmlRpcFault)]
enum BankError {
    #[error("no account {0}")]
    #[fault(code = 404)]
    NoAccount(u32),
    #[error("database")]
    #[fault(hidden)]
    Database(#[from] io::Error),
    #[error(transparent)]
    #[fault(transparent)]
    Limits(#[from] LimitError),
    #[error("closed on {day}")]
    Closed { day: &'static str },
    #[error("locked")]
    #[fault(code = codes::LOCKED)]
    Locked,
}

/// Its text is written by hand.
#[derive(Debug, XmlRpcFault)]
#[fault(code = 12)]
struct LimitError {
    limit: u32,
}

impl Display for LimitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no more than {} a day", self.limit)
    }
}

impl std::error::Error for LimitError {}

impl From<Box<LimitError>> for Fault {
    fn from(error: Box<LimitError>) -> Self {
        (*error).into()
    }
}

/// What a caller sees of an error: the code and the text.
fn seen(error: impl Into<Fault>) -> (i64, String) {
    let fault = error.into();
    (fault.code(), fault.string().to_owned())
}

fn fault(code: i64, text: &str) -> (i64, String) {
    (code, text.to_owned())
}

/// A hidden error: what was wrong is not sent.
fn assert_hidden(error: impl Into<Fault>) {
    let (code, text) = seen(error);
    assert_eq!(code, Fault::INTERNAL_ERROR);
    let number = text.strip_prefix("internal error ").unwrap_or_else(|| panic!("{text:?}"));
    assert!(!number.is_empty() && !number.contains(' '), "{text:?}");
}

async fn call<R: DeserializeOwned>(methods: Methods, name: &str, params: impl Serialize + Send) -> Result<R, Fault> {
    let call = MethodCall::new(name, params).to_xml(&Dialect::default()).unwrap();
    match MethodResponse::from_xml(&Dispatcher::new(methods).dispatch(call).await).unwrap() {
        MethodResponse::Value(value) => Ok(value),
        MethodResponse::Fault(fault) => Err(fault),
    }
}

#[tokio::test]
async fn a_caller_sees_the_fault_of_an_error() {
    fn withdraw(account: u32) -> Result<u32, BankError> {
        match account {
            0 => Err(BankError::NoAccount(account)),
            1 => Err(io::Error::other("no such table: accounts"))?,
            2 => Err(LimitError { limit: 500 })?,
            3 => Err(BankError::Closed { day: "Sunday" }),
            4 => Err(BankError::Locked),
            _ => Ok(account),
        }
    }

    let methods = || {
        Methods::new()
            .register_fn("withdraw", withdraw)
            .register_fn("later", |account: u32| async move { withdraw(account) })
    };
    for name in ["withdraw", "later"] {
        assert_eq!(call::<u32>(methods(), name, (5,)).await.unwrap(), 5);
        let refused = async |account: u32| call::<u32>(methods(), name, (account,)).await.unwrap_err();
        assert_eq!(seen(refused(0).await), fault(404, "no account 0"));
        assert_hidden(refused(1).await);
        assert_eq!(seen(refused(2).await), fault(12, "no more than 500 a day"));
        assert_eq!(seen(refused(3).await), fault(-32500, "closed on Sunday"));
        assert_eq!(seen(refused(4).await), fault(423, "locked"));
    }
}

#[test]
fn an_enum_s_option_is_the_default_of_its_variants() {
    #[derive(Debug, thiserror::Error, XmlRpcFault)]
    #[fault(code = codes::NOT_FOUND)]
    enum Missing {
        #[error("no account")]
        Account,
        #[error("no bank")]
        #[fault(code = 405)]
        Bank,
        #[error("no database")]
        #[fault(hidden)]
        Database,
        #[error(transparent)]
        #[fault(transparent)]
        Other(LimitError),
    }

    #[derive(Debug, thiserror::Error, XmlRpcFault)]
    #[fault(hidden)]
    enum Inner {
        #[error("secret")]
        Secret,
        #[error("known")]
        #[fault(code = -32500)]
        Known,
    }

    assert_eq!(seen(Missing::Account), fault(404, "no account"));
    assert_eq!(seen(Missing::Bank), fault(405, "no bank"));
    assert_hidden(Missing::Database);
    assert_eq!(seen(Missing::Other(LimitError { limit: 1 })), fault(12, "no more than 1 a day"));
    assert_hidden(Inner::Secret);
    assert_eq!(seen(Inner::Known), fault(-32500, "known"));
}

#[test]
fn structs_of_all_kinds_are_errors() {
    #[derive(Debug, thiserror::Error, XmlRpcFault)]
    #[error("unit")]
    struct Unit;

    #[derive(Debug, thiserror::Error, XmlRpcFault)]
    #[error("tuple {0} {1}")]
    #[fault(code = 1)]
    struct Tuple(i32, String);

    #[derive(Debug, thiserror::Error, XmlRpcFault)]
    #[error("secret {password}")]
    #[fault(hidden)]
    struct Named {
        password: String,
    }

    #[derive(XmlRpcFault)]
    #[fault(transparent)]
    struct Newtype(LimitError);

    #[derive(XmlRpcFault)]
    #[fault(transparent)]
    struct Wrapper {
        r#type: LimitError,
    }

    assert_eq!(seen(Unit), fault(-32500, "unit"));
    assert_eq!(seen(Tuple(2, "x".to_owned())), fault(1, "tuple 2 x"));
    assert_hidden(Named { password: "x".to_owned() });
    assert_eq!(seen(Newtype(LimitError { limit: 1 })), fault(12, "no more than 1 a day"));
    assert_eq!(seen(Wrapper { r#type: LimitError { limit: 2 } }), fault(12, "no more than 2 a day"));
}

#[test]
fn a_code_is_any_constant() {
    const fn code(number: i16) -> i16 {
        number + 1
    }

    #[derive(Debug, thiserror::Error, XmlRpcFault)]
    #[error("{self:?}")]
    enum Coded<const N: u32> {
        #[fault(code = i32::MIN)]
        Path,
        #[fault(code = -2_147_483_648)]
        Negative,
        #[fault(code = 0x7fff_ffff_u32)]
        Hexadecimal,
        #[fault(code = codes::SMALL)]
        Static,
        #[fault(code = code(7))]
        Call,
        #[fault(code = -32000 - 5)]
        Arithmetic,
        #[fault(code = Self::OWN)]
        Own,
        #[fault(code = N)]
        Parameter,
        #[fault(code = { let (code, error) = (1_i8, 2_i8); code + error })]
        Block,
    }

    impl<const N: u32> Coded<N> {
        const OWN: u32 = N + 1;
    }

    let code = |error: Coded<7>| Fault::from(error).code();
    assert_eq!(code(Coded::Path), i64::from(i32::MIN));
    assert_eq!(code(Coded::Negative), i64::from(i32::MIN));
    assert_eq!(code(Coded::Hexadecimal), i64::from(i32::MAX));
    assert_eq!(code(Coded::Static), 7);
    assert_eq!(code(Coded::Call), 8);
    assert_eq!(code(Coded::Arithmetic), -32005);
    assert_eq!(code(Coded::Own), 8);
    assert_eq!(code(Coded::Parameter), 7);
    assert_eq!(code(Coded::Block), 3);
}

#[test]
fn generics_are_kept() {
    #[derive(Debug, thiserror::Error, XmlRpcFault)]
    enum Refusal<'a, T, E = LimitError, const N: usize = 2>
    where
        T: Debug,
    {
        #[error("{0} or {1:?}")]
        #[fault(code = 1)]
        Two(&'a str, [T; N]),
        #[error("{0}")]
        One(T),
        #[error("{0}")]
        #[fault(transparent)]
        Inner(E),
    }

    // The text has no bound in the declaration; the implementation of `Display` has.
    #[derive(XmlRpcFault)]
    struct Text<T>(T);

    impl<T: Display> Display for Text<T> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.fmt(f)
        }
    }

    // Nothing but what is passed on is asked for.
    #[derive(XmlRpcFault)]
    #[fault(transparent)]
    struct Passed<T> {
        inner: Box<T>,
    }

    let word = "either".to_owned();
    assert_eq!(seen(Refusal::<i32>::Two(&word, [1, 2])), fault(1, "either or [1, 2]"));
    assert_eq!(seen(Refusal::<i32>::One(3)), fault(-32500, "3"));
    assert_eq!(seen(Refusal::<i32>::Inner(LimitError { limit: 1 })), fault(12, "no more than 1 a day"));
    assert_eq!(seen(Text("short")), fault(-32500, "short"));
    let inner = Box::new(LimitError { limit: 2 });
    assert_eq!(seen(Passed { inner }), fault(12, "no more than 2 a day"));
}

#[test]
fn a_type_without_values_is_an_error_too() {
    #[derive(XmlRpcFault)]
    enum Never {}

    #[derive(Debug, thiserror::Error, XmlRpcFault)]
    enum Mixed {
        #[error("never")]
        #[fault(code = 1)]
        Never(Infallible),
        #[error("never")]
        Named { never: Infallible },
        #[error("ever")]
        Ever,
    }

    let never: Option<Never> = None;
    assert_eq!(never.map(Fault::from), None);
    assert_eq!(seen(Mixed::Ever), fault(-32500, "ever"));
    let unused: [fn(Infallible) -> Mixed; 2] = [Mixed::Never, |never| Mixed::Named { never }];
    assert_eq!(unused.len(), 2);
}

#[test]
fn tagwire_may_have_another_name() {
    #[derive(Debug, thiserror::Error, XmlRpcFault)]
    #[error("by name")]
    #[fault(package = "renamed")]
    enum ByName {
        #[fault(code = 1)]
        Coded,
        #[fault(hidden)]
        Hidden,
        Plain,
    }

    #[derive(XmlRpcFault)]
    #[fault(transparent, package = "crate::derive_fault::reexports::xmlrpc")]
    struct ByPath(LimitError);

    mod tagwire {}

    assert_eq!(seen(ByName::Coded), fault(1, "by name"));
    assert_hidden(ByName::Hidden);
    assert_eq!(seen(ByName::Plain), fault(-32500, "by name"));
    assert_eq!(seen(ByPath(LimitError { limit: 1 })), fault(12, "no more than 1 a day"));
}

#[test]
fn a_macro_may_write_the_type() {
    macro_rules! errors {
        ($name:ident { $($variant:ident($field:ty) = $code:expr),* }) => {
            #[derive(Debug, thiserror::Error, XmlRpcFault)]
            #[fault(package = $crate::derive_fault::reexports::xmlrpc)]
            enum $name {
                $(#[error("{0}")] #[fault(code = $code)] $variant($field),)*
                #[error(transparent)]
                #[fault(transparent)]
                Error(LimitError),
            }
        };
    }
    errors!(Refusal { Number(u32) = 5, R(&'static str) = -6, Path(char) = codes::NOT_FOUND });

    assert_eq!(seen(Refusal::Number(1)), fault(5, "1"));
    assert_eq!(seen(Refusal::R("r")), fault(-6, "r"));
    assert_eq!(seen(Refusal::Path('p')), fault(404, "p"));
    assert_eq!(seen(Refusal::Error(LimitError { limit: 1 })), fault(12, "no more than 1 a day"));
}

#[test]
#[allow(dead_code, reason = "what is declared is only in the way")]
fn names_in_scope_are_not_confused() {
    struct Fault;
    trait From {}
    trait Into {}
    trait Display {}
    trait ToString {}

    #[derive(Debug, thiserror::Error, XmlRpcFault)]
    #[error("r#{}", ":)")]
    enum r#Mod {
        #[fault(code = 1)]
        r#Fn,
        r#Error {
            r#match: i32,
            error: i32,
        },
    }

    assert_eq!(seen(r#Mod::r#Fn), fault(1, "r#:)"));
    assert_eq!(seen(r#Mod::r#Error { r#match: 1, error: 2 }), fault(-32500, "r#:)"));
}

#[test]
fn a_variant_may_be_deprecated() {
    #[derive(Debug, XmlRpcFault)]
    enum Old {
        #[deprecated]
        #[fault(code = 1)]
        Tuple(#[allow(dead_code, reason = "for show")] i32),
        #[deprecated]
        Unit,
        New,
    }

    impl Display for Old {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            Debug::fmt(self, f)
        }
    }

    #[allow(deprecated, reason = "it is used all the same")]
    let old = [Old::Tuple(1), Old::Unit, Old::New];
    assert_eq!(old.map(seen), [fault(1, "Tuple(1)"), fault(-32500, "Unit"), fault(-32500, "New")]);
}

#[test]
fn cfg_takes_variants_and_options_out() {
    #[derive(Debug, thiserror::Error, XmlRpcFault)]
    enum Configured {
        #[cfg(any())]
        #[fault(code = "never compiled")]
        Gone,
        #[error("here")]
        #[cfg_attr(all(), fault(code = 1))]
        #[cfg_attr(any(), fault(code = 2))]
        Here,
    }

    assert_eq!(seen(Configured::Here), fault(1, "here"));
}

#[test]
fn options_may_stand_in_attributes_of_their_own() {
    #[derive(Debug, thiserror::Error, XmlRpcFault)]
    #[error("apart")]
    #[fault(code = 1)]
    #[fault()]
    #[fault(package = "tagwire")]
    struct Apart;

    assert_eq!(seen(Apart), fault(1, "apart"));
}

/// What is private to a public type stays without a warning.
mod public {
    #[derive(Debug)]
    struct Private<T>(#[allow(dead_code, reason = "for show")] T);

    #[derive(Debug, tagwire::XmlRpcFault)]
    #[fault(transparent)]
    pub struct Public<T>(Private<T>);

    impl<T> From<Private<T>> for tagwire::Fault {
        fn from(_: Private<T>) -> Self {
            Self::application("private")
        }
    }

    impl<T> Public<T> {
        pub const fn new(value: T) -> Self {
            Self(Private(value))
        }
    }
}

#[test]
fn a_private_type_may_be_passed_on() {
    assert_eq!(seen(public::Public::new(1)), fault(-32500, "private"));
}
