use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use bytestring::ByteString;
use serde::de::{DeserializeOwned, Visitor};

use super::context::RequestContext;
use super::extract::FromCall;
use crate::de::probe::shape_of;
use crate::de::xml::{Deserializer, last_member_wins};
use crate::dialect::Reading;
use crate::fault::Fault;
use crate::message::envelope::{self, Parameters};
use crate::value::ValueType;
use crate::xml::error::{Error, ErrorKind};
use crate::xml::limits::Limits;
use crate::xml::reader::{Mark, Reader};

/// The parameters of a call that have not been taken yet: a cursor over the request's bytes.
///
/// Each parameter goes straight from XML into the type that is asked for. An error is a
/// [`Fault`] that names the argument by position (from 1) and, where the handler's names are known, by name.
///
/// ```
/// use tagwire::{Fault, FromCall, ParamType, Params, RequestContext, ValueType};
///
/// /// Two parameters of the call as one argument.
/// struct Point(f64, f64);
///
/// impl FromCall for Point {
///     fn param_type() -> Option<ParamType> {
///         Some(ParamType::Rest(ValueType::Undef.into()))
///     }
///
///     fn from_call(_: &RequestContext, params: &mut Params) -> Result<Self, Fault> {
///         Ok(Self(params.take()?, params.take()?))
///     }
/// }
/// ```
pub struct Params {
    document: ByteString,
    limits: Limits,
    reading: Reading,
    mark: Mark,
    parameters: Parameters,
    /// Parameters taken so far.
    taken: usize,
    /// The names of the handler's arguments, extractors included, and the one that is being made.
    names: &'static [&'static str],
    argument: usize,
}

impl Params {
    /// Before the document has been [opened](Self::open).
    pub(super) fn new(document: ByteString, limits: Limits, reading: Reading) -> Self {
        let (mark, parameters) = (Mark::default(), Parameters::Broken);
        Self { document, limits, reading, mark, parameters, taken: 0, names: &[], argument: 0 }
    }

    /// Goes to the first parameter, and gives the method's name.
    pub(super) fn open(&mut self) -> Result<Name, Error> {
        let Self { document, limits, reading, mark, parameters, .. } = self;
        let (name, first) = envelope::open(&mut Reader::new(document, *limits, mark)?.in_dialect(*reading))?;
        *parameters = first;
        Ok(match name {
            Cow::Borrowed(name) => {
                let start = name.as_ptr() as usize - document.as_ptr() as usize;
                Name::InDocument(start..start + name.len())
            }
            Cow::Owned(name) => Name::Own(ByteString::from(name)),
        })
    }

    /// A piece of the document.
    pub(super) fn text(&self, range: &Range<usize>) -> &str {
        self.document.get(range.clone()).unwrap_or_default()
    }

    /// A piece of the document to be kept, which costs a share of it.
    pub(super) fn share(&self, range: &Range<usize>) -> ByteString {
        self.document.slice_ref(self.text(range))
    }

    /// Takes the next parameter. When there is none left, an `Option` is `None` and any other type an error.
    ///
    /// # Errors
    /// -32602 when the parameter is missing or of another type; the codes of [`Error::code`] when the document
    /// is broken there.
    pub fn take<T: DeserializeOwned>(&mut self) -> Result<T, Fault> {
        let position = self.taken + 1;
        match self.take_if_any()? {
            Some(value) => Ok(value),
            None => T::deserialize(Missing).map_err(|_| self.missing::<T>(position)),
        }
    }

    /// Takes the next parameter if there is one.
    ///
    /// ```
    /// use tagwire::{Fault, FromCall, ParamType, Params, RequestContext, ValueType};
    ///
    /// /// All parameters, each an integer, added up.
    /// struct Sum(i64);
    ///
    /// impl FromCall for Sum {
    ///     fn param_type() -> Option<ParamType> {
    ///         Some(ParamType::Rest(ValueType::Int.into()))
    ///     }
    ///
    ///     fn from_call(_: &RequestContext, params: &mut Params) -> Result<Self, Fault> {
    ///         let mut sum = 0;
    ///         while let Some(number) = params.take_if_any::<i64>()? {
    ///             sum += number;
    ///         }
    ///         Ok(Self(sum))
    ///     }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Fault> {
    /// let methods = tagwire::Methods::new().register_fn("sum", |Sum(sum)| sum);
    /// assert_eq!(tagwire::Dispatcher::new(methods).call::<_, i64>("sum", (1, 2, 3)).await?, 6);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// -32602 when the parameter is of another type; the codes of [`Error::code`] when the document is broken there.
    pub fn take_if_any<T: DeserializeOwned>(&mut self) -> Result<Option<T>, Fault> {
        let value = self.read(|reader, parameters| {
            let Some(begun) = parameters.next(reader)? else {
                return Ok(None);
            };
            let level = reader.level();
            let place = reader.place();
            let value = last_member_wins(
                reader,
                |reader| reader.back_to(place),
                |reader| Deserializer::begun(reader, begun).and_then(T::deserialize),
            );
            match &value {
                Ok(_) => {}
                // The parameter counts as taken all the same.
                Err(error) if error.is_type_mismatch() => reader.leave(level)?,
                Err(_) => *parameters = Parameters::Broken,
            }
            Ok(Some(value))
        });
        let Some(value) = value? else {
            return Ok(None);
        };
        self.taken += 1;
        value.map(Some).map_err(|error| {
            let argument = self.describe(self.taken);
            Fault::new(error.code(), format!("{argument}: {error}"))
        })
    }

    /// Takes all that are left, unread, after a check that the document is sound to its end.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use tagwire::{
    ///     Dispatcher, Fault, Method, MethodFuture, MethodInfo, Methods, Params, RequestContext, RpcResponse, Value,
    /// };
    ///
    /// /// Gives back what it is sent, as it comes to it.
    /// struct Echo(MethodInfo);
    ///
    /// impl Method for Echo {
    ///     fn info(&self) -> &MethodInfo {
    ///         &self.0
    ///     }
    ///
    ///     fn call(&self, cx: RequestContext, params: &mut Params) -> MethodFuture {
    ///         let all = params.take_all();
    ///         Box::pin(async move {
    ///             let value: Value = all?.take()?;
    ///             Ok(RpcResponse::encode(&value, &cx.dialect())?)
    ///         })
    ///     }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Fault> {
    /// let methods = Methods::new().register(Arc::new(Echo(MethodInfo::new("echo"))));
    /// assert_eq!(Dispatcher::new(methods).call::<_, i32>("echo", (5,)).await?, 5);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The codes of [`Error::code`] when the document is broken.
    pub fn take_all(&mut self) -> Result<Self, Fault> {
        let mut all = self.elsewhere(self.mark.clone(), self.parameters);
        all.taken = self.taken;
        self.skip()?;
        Ok(all)
    }

    /// Checks that every parameter has been taken and that the document is sound to its end.
    ///
    /// # Errors
    /// -32602 when there are more parameters; the codes of [`Error::code`] when the document is broken.
    pub fn finish(&mut self) -> Result<(), Fault> {
        match self.read(|reader, parameters| Ok(parameters.next(reader)?.is_none())) {
            Ok(true) => Ok(()),
            Ok(false) => {
                let (taken, plural) = (self.taken, if self.taken == 1 { "" } else { "s" });
                Err(Fault::invalid_params(format!("expected {taken} argument{plural}, found more")))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Goes past all parameters that are left.
    pub(super) fn skip(&mut self) -> Result<(), Error> {
        let skipped = self.read(|reader, parameters| {
            let mut skipped = 0;
            while parameters.next(reader)?.is_some() {
                reader.skip()?;
                skipped += 1;
            }
            Ok(skipped)
        })?;
        self.taken += skipped;
        Ok(())
    }

    /// Makes the next argument of the handler.
    pub(super) fn argument<T: FromCall>(&mut self, cx: &RequestContext) -> Result<T, Fault> {
        let argument = T::from_call(cx, self);
        self.argument += 1;
        argument
    }

    /// Names the handler's arguments, for errors.
    pub(super) fn set_names(&mut self, names: &'static [&'static str]) {
        self.names = names;
    }

    /// Reads on from where the cursor stands, and keeps the place.
    pub(super) fn read<R>(
        &mut self,
        with: impl FnOnce(&mut Reader<'_>, &mut Parameters) -> Result<R, Error>,
    ) -> Result<R, Error> {
        let mut reader = Reader::resume(&self.document, self.limits, &mut self.mark).in_dialect(self.reading);
        let result = with(&mut reader, &mut self.parameters);
        if result.is_err() {
            // Where a broken document goes on is anybody's guess, so it does not go on.
            self.parameters = Parameters::Broken;
        }
        result
    }

    /// A cursor over other parameters in the same document.
    pub(super) fn elsewhere(&self, mark: Mark, parameters: Parameters) -> Self {
        Self { mark, parameters, ..Self::new(self.document.clone(), self.limits, self.reading) }
    }

    /// The cursor itself; none is left.
    pub(super) fn take_whole(&mut self) -> Self {
        let nothing = Self::new(ByteString::new(), self.limits, self.reading);
        std::mem::replace(self, nothing)
    }

    fn missing<T: DeserializeOwned>(&self, position: usize) -> Fault {
        let argument = self.describe(position);
        Fault::invalid_params(match shape_of::<T>().info.value_type() {
            ValueType::Undef => format!("{argument} is missing"),
            expected => format!("{argument} is missing: expected {expected}"),
        })
    }

    /// A parameter by its position and, if it has one, the name of the argument that it is for.
    fn describe(&self, position: usize) -> String {
        match self.names.get(self.argument).filter(|name| **name != "_") {
            Some(name) => format!("argument {position} ({name})"),
            None => format!("argument {position}"),
        }
    }
}

/// The name of a method, most of the time where it stands in the document.
pub(super) enum Name {
    InDocument(Range<usize>),
    Own(ByteString),
}

impl fmt::Debug for Params {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The document may hold secrets.
        write!(f, "Params({} taken, in {} bytes)", self.taken, self.document.len())
    }
}

/// What is there when no parameter is left: `None` for whom that is enough.
struct Missing;

impl<'de> serde::Deserializer<'de> for Missing {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(Error::new(ErrorKind::TypeMismatch, "missing"))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_none()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct enum identifier ignored_any
    }
}
