//! The options of the attributes that make many methods: `#[xmlrpc_methods]` and `#[xmlrpc_api]`.

use proc_macro2::TokenStream;
use syn::LitStr;

use super::given::Given;
use super::package::{self, Package};
use super::read;
use crate::errors::Errors;

#[derive(Default)]
pub(crate) struct GroupOptions {
    pub(crate) namespace: Option<LitStr>,
    pub(crate) package: Option<Package>,
    /// What the functions that make tables are called after; of an `impl` only.
    pub(crate) methods: Option<LitStr>,
    /// The name of the client type; of a trait only.
    pub(crate) client: Option<LitStr>,
}

impl GroupOptions {
    /// Those of `#[xmlrpc_methods]`.
    pub(crate) fn of_impl(tokens: TokenStream, errors: &mut Errors) -> Self {
        let mut options = Self::default();
        let known =
            "the options are `namespace = \"calc\"`, `methods = \"admin_methods\"` and `package = \"my_tagwire\"`";
        read(tokens, "xmlrpc_methods", known, errors, |given, errors| {
            if given.option == "methods" {
                given.text(&mut options.methods, "`methods = \"admin_methods\"`", errors);
                return Ok(());
            }
            options.set(given, errors)
        });
        options
    }

    /// Those of `#[xmlrpc_api]`.
    pub(crate) fn of_trait(tokens: TokenStream, errors: &mut Errors) -> Self {
        let mut options = Self::default();
        let known = "the options are `namespace = \"calc\"`, `client = \"CalcClient\"` and `package = \"my_tagwire\"`";
        read(tokens, "xmlrpc_api", known, errors, |given, errors| {
            if given.option == "client" {
                given.text(&mut options.client, "`client = \"CalcClient\"`", errors);
                return Ok(());
            }
            options.set(given, errors)
        });
        options
    }

    fn set(&mut self, given: Given, errors: &mut Errors) -> Result<(), Given> {
        match given.option.to_string().as_str() {
            "namespace" => given.text(&mut self.namespace, "`namespace = \"calc\"`", errors),
            "package" => package::read(given, &mut self.package, errors),
            _ => return Err(given),
        }
        Ok(())
    }
}
