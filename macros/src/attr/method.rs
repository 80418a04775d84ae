//! The options of `#[xmlrpc_method]`.

use proc_macro2::TokenStream;
use syn::{Error, Ident, LitStr};

use super::package::{self, Package};
use super::read;
use super::timeout::{self, Timeout};
use crate::errors::Errors;

#[derive(Default)]
pub(crate) struct MethodOptions {
    pub(crate) name: Option<LitStr>,
    pub(crate) help: Option<LitStr>,
    pub(crate) blocking: Option<Ident>,
    pub(crate) hidden: Option<Ident>,
    pub(crate) idempotent: Option<Ident>,
    pub(crate) timeout: Option<Timeout>,
    pub(crate) on_disconnect: Option<OnDisconnect>,
    pub(crate) package: Option<Package>,
}

/// What becomes of a call whose client went away.
#[derive(Clone, Copy)]
pub(crate) enum OnDisconnect {
    Finish,
    Cancel,
}

impl MethodOptions {
    pub(crate) fn parse(tokens: TokenStream, errors: &mut Errors) -> Self {
        let mut options = Self::default();
        read(tokens, "xmlrpc_method", KNOWN, errors, |given, errors| {
            match given.option.to_string().as_str() {
                "name" => given.text(&mut options.name, NAME, errors),
                "help" => given.text(&mut options.help, HELP, errors),
                "blocking" => given.flag(&mut options.blocking, errors),
                "hidden" => given.flag(&mut options.hidden, errors),
                "idempotent" => given.flag(&mut options.idempotent, errors),
                "timeout" => given.read(&mut options.timeout, timeout::FORM, errors, timeout::parse),
                "on_disconnect" => given.read(&mut options.on_disconnect, ON_DISCONNECT, errors, on_disconnect),
                "package" => package::read(given, &mut options.package, errors),
                _ => return Err(given),
            }
            Ok(())
        });
        options
    }
}

fn on_disconnect(text: &LitStr) -> syn::Result<OnDisconnect> {
    match text.value().as_str() {
        "finish" => Ok(OnDisconnect::Finish),
        "cancel" => Ok(OnDisconnect::Cancel),
        other => {
            Err(Error::new(text.span(), format_args!("{other:?} is nothing that can be done then: {ON_DISCONNECT}")))
        }
    }
}

const NAME: &str = "`name = \"math.div\"`";
const HELP: &str = "`help = \"Divides two integers.\"`";
const ON_DISCONNECT: &str = "`on_disconnect = \"cancel\"` or `on_disconnect = \"finish\"`";
const KNOWN: &str = "the options are `name = \"math.div\"`, `help = \"Divides two integers.\"`, `blocking`, `hidden`, \
                     `idempotent`, `timeout = \"30s\"`, `on_disconnect = \"cancel\"` and `package = \"my_tagwire\"`";
