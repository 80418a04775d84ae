use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{envelope, params};
use crate::de::xml::last_member_wins;
use crate::dialect::Dialect;
use crate::value::Value;
use crate::xml::encoding::to_utf8;
use crate::xml::error::Error;
use crate::xml::limits::Limits;
use crate::xml::reader::{Mark, Reader};
use crate::xml::writer;

/// A `<methodCall>` document: a method's name and its parameters.
///
/// The parameters are a tuple or a sequence of any serde types; without a type of your own they are
/// a `Vec<Value>`.
///
/// ```
/// use tagwire::{Dialect, MethodCall};
///
/// let xml = MethodCall::new("add", (2, 3)).to_xml(&Dialect::default())?;
/// let call = MethodCall::<(i32, i32)>::from_xml(&xml)?;
/// assert_eq!((call.name(), call.params()), ("add", &(2, 3)));
/// # Ok::<(), tagwire::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct MethodCall<P = Vec<Value>> {
    name: String,
    params: P,
}

impl<P> MethodCall<P> {
    /// A call of `name`. Any name will do.
    #[must_use]
    pub fn new(name: impl Into<String>, params: P) -> Self {
        Self { name: name.into(), params }
    }

    /// The method's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The parameters.
    #[must_use]
    pub fn params(&self) -> &P {
        &self.params
    }

    /// The name and the parameters.
    #[must_use]
    pub fn into_parts(self) -> (String, P) {
        (self.name, self.params)
    }
}

impl<P: Serialize> MethodCall<P> {
    /// Writes the document.
    ///
    /// # Errors
    /// The parameters are no tuple or sequence, or hold what cannot be written: see
    /// [`ser::to_vec`](crate::ser::to_vec).
    pub fn to_xml(&self, dialect: &Dialect) -> Result<Vec<u8>, Error> {
        write_call(&self.name, &self.params, dialect)
    }
}

impl<P: DeserializeOwned> MethodCall<P> {
    /// Reads a document, in any encoding.
    ///
    /// # Errors
    /// The document is not well-formed or no method call, or its parameters are of other types or
    /// another number.
    pub fn from_xml(xml: &[u8]) -> Result<Self, Error> {
        Self::from_xml_with(xml, &Dialect::default(), Limits::default())
    }

    /// [`from_xml`](Self::from_xml) in another dialect and under other limits than the default ones.
    ///
    /// # Errors
    /// As [`from_xml`](Self::from_xml).
    pub fn from_xml_with(xml: &[u8], dialect: &Dialect, limits: Limits) -> Result<Self, Error> {
        let document = to_utf8(xml, None)?;
        Self::read(&mut Reader::new(&document, limits, &mut Mark::default())?.in_dialect(dialect.reading()))
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        last_member_wins(reader, Reader::rewind, |reader| {
            let (name, parameters) = envelope::open(reader)?;
            let params = P::deserialize(params::Deserializer { reader, parameters })?;
            Ok(Self::new(name, params))
        })
    }
}

/// The document of a call whose parts are borrowed.
pub(crate) fn write_call<P: Serialize + ?Sized>(name: &str, params: &P, dialect: &Dialect) -> Result<Vec<u8>, Error> {
    let mut out = Vec::with_capacity(256);
    writer::root(&mut out, "methodCall", dialect);
    out.extend_from_slice(b"<methodName>");
    writer::text(&mut out, name, dialect)?;
    out.extend_from_slice(b"</methodName><params>");
    params.serialize(params::Serializer { out: &mut out, dialect })?;
    out.extend_from_slice(b"</params></methodCall>");
    dialect.check_size(out.len())?;
    Ok(out)
}
