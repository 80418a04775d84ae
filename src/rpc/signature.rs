use std::borrow::Cow;

use super::extract::ParamType;
use crate::value::{TypeInfo, ValueType};

/// A way to call a method: the type of its result, and its parameters.
///
/// From a list of types the first is that of the result, as in the answers of `system.methodSignature`.
///
/// ```
/// use tagwire::{ParamType, Signature, ValueType};
///
/// let plain = Signature::from([ValueType::Int, ValueType::Int, ValueType::Int]);
/// assert_eq!(plain.forms(), [[ValueType::Int; 3]]);
///
/// let named = Signature::new(ValueType::String)
///     .param("name", ParamType::Required(ValueType::String.into()))
///     .param("greeting", ParamType::Optional(ValueType::String.into()));
/// assert_eq!(named.params()[1].name(), Some("greeting"));
/// assert_eq!(named.forms().len(), 2); // with the greeting and without
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    result: TypeInfo,
    params: Vec<ParamInfo>,
}

/// A parameter of a method.
///
/// ```
/// use tagwire::{Methods, ParamType, ValueType};
///
/// let methods = Methods::new().register_fn("greet", |_: String, _: Option<i32>| true);
/// let greet = &methods.describe()[0];
/// let [name, times] = greet.signatures()[0].params() else { panic!("two parameters") };
/// assert_eq!((name.name(), name.param_type()), (None, &ParamType::Required(ValueType::String.into()))); // closures tell no names
/// assert!(matches!(times.param_type(), ParamType::Optional(_)));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParamInfo {
    name: Option<Cow<'static, str>>,
    param_type: ParamType,
}

impl Signature {
    /// A method without parameters.
    #[must_use]
    pub fn new(result: impl Into<TypeInfo>) -> Self {
        Self { result: result.into(), params: Vec::new() }
    }

    /// Adds a parameter.
    #[must_use]
    pub fn param(mut self, name: impl Into<Cow<'static, str>>, param_type: ParamType) -> Self {
        self.push(Some(name.into()), param_type);
        self
    }

    pub(super) fn push(&mut self, name: Option<Cow<'static, str>>, param_type: ParamType) {
        self.params.push(ParamInfo { name, param_type });
    }

    /// What the method gives.
    #[must_use]
    pub fn result(&self) -> &TypeInfo {
        &self.result
    }

    /// What it takes.
    #[must_use]
    pub fn params(&self) -> &[ParamInfo] {
        &self.params
    }

    /// The lists of types that `system.methodSignature` gives, each the result's and then the parameters': with all
    /// parameters first, then without each of the optional ones at the end. None if not one type is known, or
    /// if any number of parameters of any type will do.
    #[must_use]
    pub fn forms(&self) -> Vec<Vec<ValueType>> {
        let types = self.params.iter().map(|param| param.param_type.type_info().value_type());
        let full: Vec<_> = std::iter::once(self.result.value_type()).chain(types).collect();
        let anything = |param: &ParamInfo| matches!(&param.param_type, ParamType::Rest(info) if info.value_type() == ValueType::Undef);
        if full.iter().all(|&value_type| value_type == ValueType::Undef) || self.params.iter().any(anything) {
            return Vec::new();
        }
        let required = self.params.iter().rposition(|param| matches!(param.param_type, ParamType::Required(_)));
        let least = 1 + required.map_or(0, |last| last + 1);
        (least..=full.len()).rev().map(|length| full[..length].to_vec()).collect()
    }
}

impl ParamInfo {
    /// The name of the handler's argument, where it is known.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Its type, and whether it must be there.
    #[must_use]
    pub fn param_type(&self) -> &ParamType {
        &self.param_type
    }
}

impl From<&[ValueType]> for Signature {
    fn from(types: &[ValueType]) -> Self {
        let (result, params) = types.split_first().unwrap_or((&ValueType::Undef, &[]));
        let params =
            params.iter().map(|&param| ParamInfo { name: None, param_type: ParamType::Required(param.into()) });
        Self { result: (*result).into(), params: params.collect() }
    }
}

impl<const N: usize> From<[ValueType; N]> for Signature {
    fn from(types: [ValueType; N]) -> Self {
        types.as_slice().into()
    }
}

impl From<Vec<ValueType>> for Signature {
    fn from(types: Vec<ValueType>) -> Self {
        types.as_slice().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forms(params: &[ParamType]) -> Vec<String> {
        let mut signature = Signature::new(ValueType::Int);
        for param in params {
            signature.push(None, param.clone());
        }
        let text = |form: &Vec<ValueType>| form.iter().map(|t| t.as_str()).collect::<Vec<_>>().join(" ");
        signature.forms().iter().map(text).collect()
    }

    #[test]
    fn trailing_options_give_a_form_each() {
        let [boolean, string, int, double] =
            [ValueType::Boolean, ValueType::String, ValueType::Int, ValueType::Double].map(TypeInfo::from);
        let params = [
            ParamType::Optional(boolean),
            ParamType::Required(string),
            ParamType::Optional(int),
            ParamType::Optional(double),
        ];
        assert_eq!(forms(&params), ["int boolean string int double", "int boolean string int", "int boolean string"]);
    }

    #[test]
    fn a_rest_is_there_or_not() {
        assert_eq!(forms(&[ParamType::Rest(ValueType::Double.into())]), ["int double", "int"]);
    }

    #[test]
    fn a_rest_of_anything_is_no_form() {
        assert!(forms(&[ParamType::Rest(ValueType::Undef.into())]).is_empty());
    }

    #[test]
    fn nothing_known_is_no_form() {
        assert!(Signature::from([ValueType::Undef, ValueType::Undef]).forms().is_empty());
    }
}
